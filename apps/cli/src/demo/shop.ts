// Buying with the money in escrow: with a delivery code, across tokens, and with a dispute.
import {
  type Dto,
  type Party,
  agree,
  consent,
  fund,
  legCoin,
  openDispute,
  payoutLeg,
  revealCode,
  signDelivered,
  signRuling,
  until,
} from '@huitong/sdk'
import { type OrderId, type Preimage, type Time, type TxId, hexOf, lockOf } from '@huitong/primitives'
import { POINT, TAEL, type TokenOf } from '../network/tokens.js'
import { NotProven, type Stage, money } from './stage.js'

const DAY = 24 * 3_600_000

export interface Basket {
  readonly buyer: Party
  readonly merchant: Party
  readonly amount: bigint
  readonly item: string
  /** The token the buyer pays in, if it is not the merchant's. */
  readonly payIn?: TokenOf
  readonly code?: Preimage
  readonly inspectionMs?: number
}

/** An order agreed by both and paid by the buyer; answers once the hub has seen the money on the ledger. */
export async function placeOrder(stage: Stage, basket: Basket): Promise<Dto['OrderDto']> {
  const { buyer, merchant, amount, payIn } = basket
  const now = await (await stage.network.ledger(TAEL)).now()
  const at = (days: number): string => new Date(now + days * DAY).toISOString()
  const quote =
    payIn === undefined
      ? undefined
      : await buyer.hub.createQuote({
          payer: buyer.id,
          give: { ledger: payIn.ledger, asset: payIn.asset },
          take: { ledger: TAEL.ledger, asset: TAEL.asset },
          fixed: 'receive',
          amount: amount.toString(),
        })
  const draft = await buyer.hub.createOrder({
    buyer: buyer.id,
    payer: buyer.address,
    milestones: [
      {
        merchant: merchant.id,
        payee: merchant.address,
        settle: { ledger: TAEL.ledger, asset: TAEL.asset },
        amount: amount.toString(),
        ...(quote === undefined ? {} : { quote: quote.id }),
        ...(basket.code === undefined ? {} : { deliveryHash: lockOf(basket.code) }),
        ...(basket.inspectionMs === undefined ? {} : { inspectionMs: basket.inspectionMs }),
        shipBy: at(2),
        deadline: at(12),
        latest: at(90),
        items: [{ name: basket.item, quantity: 1, amount: amount.toString() }],
      },
    ],
  })
  await agree(buyer, draft)
  const agreed = await agree(merchant, draft)
  for (const proof of await fund(buyer, agreed)) stage.holds(proof, [], `${buyer.name} pays into escrow`)
  return reach(buyer, draft.id, 'FUNDED')
}

export const milestoneOf = (order: Dto['OrderDto']): Dto['MilestoneDto'] => {
  const milestone = order.milestones[0]
  if (milestone === undefined) throw new NotProven(`${order.id} has no milestone`)
  return milestone
}

/** The order once its milestone is in this state. */
export const reach = (party: Party, id: string, state: string): Promise<Dto['OrderDto']> =>
  until(
    party.hub.http,
    `${id} to be ${state}`,
    (seen) => party.hub.order(id, seen),
    (order) => milestoneOf(order).state === state,
  )

export const codeOf = (stage: Stage, name: string): Preimage =>
  hexOf<Preimage>(stage.network.enrolment.secret(`${name} ${stage.run}`))

export async function buyWithCode(stage: Stage): Promise<void> {
  const [yan, silks] = [await stage.person('Yan', [TAEL]), await stage.person('Ruifu Silks 瑞福绸庄', [TAEL])]
  await stage.grant(yan.account.id, TAEL, 120_00n)
  const code = codeOf(stage, 'yan-silk')
  const order = await placeOrder(stage, { buyer: yan, merchant: silks, amount: 80_00n, item: 'a bolt of silk', code })
  stage.say(`Yan pays ${money(80_00n, TAEL)} into escrow; its default is refund until delivery`)
  await silks.hub.shipOrder(order.id, { milestone: 0 })
  const proof = await revealCode(silks, milestoneOf(order), code)
  const fee = BigInt(milestoneOf(order).fee)
  const merchant = { asset: TAEL.asset, amount: 80_00n - fee, condition: { kind: 'account', account: silks.account.id } } as const
  stage.holds(proof, [merchant], 'the code releases')
  await reach(yan, order.id, 'SETTLED')
  stage.say(`the code at the door releases it: ${money(80_00n - fee, TAEL)} to the merchant, ${money(fee, TAEL)} fee`)
}

export async function buyAcrossTokens(stage: Stage): Promise<void> {
  const [guo, ink] = [await stage.person('Guo', [TAEL, POINT]), await stage.person('Hanlin Ink 翰林墨庄', [TAEL])]
  await stage.grant(guo.account.id, POINT, 200_00n)
  const code = codeOf(stage, 'guo-ink')
  const order = await placeOrder(stage, { buyer: guo, merchant: ink, amount: 60_00n, item: 'an ink stick', payIn: POINT, code })
  const milestone = milestoneOf(order)
  stage.say(
    `Guo locks ${money(BigInt(milestone.pay.amount), POINT)}, the provider locks ${money(60_00n, TAEL)} for the merchant: one code for both`,
  )
  await ink.hub.shipOrder(order.id, { milestone: 0 })
  const proof = await revealCode(ink, milestone, code)
  const fee = BigInt(milestone.fee)
  stage.holds(
    proof,
    [{ asset: TAEL.asset, amount: 60_00n - fee, condition: { kind: 'account', account: ink.account.id } }],
    'the merchant is paid',
  )
  const settled = await reach(guo, order.id, 'SETTLED')
  const pay = milestoneOf(settled).legs.find(({ name }) => name === 'pay')
  const claim = await stage.spentBy(await stage.network.ledger(POINT), pay?.coordinate ?? '')
  if (claim === undefined) throw new NotProven('the provider has not been paid')
  stage.holds(claim, [], 'the provider is paid')
  stage.say(`the merchant gets ${money(60_00n - fee, TAEL)} on ${TAEL.ledger}, the provider its points on ${POINT.ledger}`)

  const other = await placeOrder(stage, {
    buyer: guo,
    merchant: ink,
    amount: 20_00n,
    item: 'an ink stone',
    payIn: POINT,
    code: codeOf(stage, 'guo-stone'),
  })
  const before = milestoneOf(other)
  await consent(guo, other, { milestone: 0, toMerchant: 0n })
  await consent(ink, other, { milestone: 0, toMerchant: 0n })
  const refunded = await reach(guo, other.id, 'REFUNDED')
  const leg = milestoneOf(refunded).legs.find(({ name }) => name === 'pay')
  const back = await paidBack(stage, { token: POINT, coordinate: leg?.coordinate ?? '', to: guo })
  if (back !== BigInt(before.pay.amount)) throw new NotProven(`Guo got back ${back} of ${before.pay.amount}`)
  stage.say(`a second order is cancelled by both: ${money(back, POINT)} back to Guo, nothing lost to exchange rates`)
}

export async function dispute(stage: Stage): Promise<void> {
  const [han, vases] = [await stage.person('Han', [TAEL]), await stage.person('Jingde Vases 景德瓷庄', [TAEL])]
  await stage.grant(han.account.id, TAEL, 100_00n)
  const order = await placeOrder(stage, { buyer: han, merchant: vases, amount: 90_00n, item: 'a vase', inspectionMs: 7 * DAY })
  await vases.hub.shipOrder(order.id, { milestone: 0 })
  const ledger = await stage.network.ledger(TAEL)
  const coin = await legCoin(ledger, payoutLeg(milestoneOf(order)))
  const { carrier, operators, hub } = stage.network
  const delivered = await signDelivered(carrier.signer, {
    chain: ledger.chain,
    order: order.order as OrderId,
    milestone: 0,
    coin: coin.coordinate,
    at: (await ledger.now()) as Time,
  })
  await vases.hub.deliveredOrder(order.id, { milestone: 0, delivered })
  await reach(han, order.id, 'INSPECTION')
  stage.say(
    `${carrier.name} signs the delivery; the arbiter holds the escrow for 7 days of inspection, then silence would release it`,
  )
  const opened = await openDispute(han, order, { milestone: 0, claim: 'the vase has a crack' })
  const ready = await until(
    han.hub.http,
    `${opened.id} to open`,
    (seen) => han.hub.dispute(opened.id, seen),
    (view) => view.state !== 'REQUESTED',
  )
  stage.say(`Han disputes: ${ready.id} is ${ready.state}, the enforced clock stands still`)
  const [first, second] = operators
  if (first === undefined || second === undefined) throw new NotProven('two operators are needed')
  const proposed = await first.hub.ruleDispute(opened.id, { toMerchant: '6000', reasons: 'the crack is old; a third back' })
  const { hub: id } = await hub.hub()
  for (const operator of [first, second]) {
    const body = proposed.ruling?.body ?? ''
    const signed = await signRuling(id, operator.signer, body, () => undefined)
    await operator.hub.signRuling(opened.id, { signed })
  }
  for (const side of [han, vases]) await side.hub.acceptRuling(opened.id, { party: side.id })
  stage.say('neither side appeals: the ruling is in force')
  const executed = await until(
    hub.http,
    `${opened.id} to be executed`,
    (seen) => hub.dispute(opened.id, seen),
    (view) => view.state === 'EXECUTED' && view.ruling?.anchoredBy !== undefined,
  )
  await anchored(stage, executed)
  const back = await paidBack(stage, { token: TAEL, coordinate: coin.coordinate, to: han })
  if (back !== 30_00n) throw new NotProven(`Han got ${back} back instead of 3000`)
  stage.say(
    `two operators rule: ${money(30_00n, TAEL)} back to Han, the rest to the merchant; the ruling ${executed.ruling?.hash.slice(0, 10)}… is anchored on ${TAEL.ledger}`,
  )
}

/** The ruling's hash stands on the ledger for ever. */
async function anchored(stage: Stage, dispute: Dto['DisputeDto']): Promise<void> {
  const { anchoredBy, hash } = dispute.ruling ?? {}
  if (anchoredBy === undefined || hash === undefined) throw new NotProven(`the ruling of ${dispute.id} is not anchored`)
  const proof = await (await stage.network.ledger(TAEL)).proof(anchoredBy as TxId)
  const found = proof.transaction.body.operations.some((operation) => operation.kind === 'anchor' && operation.hash === hash)
  if (!found) throw new NotProven(`transaction ${anchoredBy} does not anchor the ruling of ${dispute.id}`)
  stage.holds(proof, [], 'the ruling is anchored')
}

/** What the buyer got when an escrow coin was paid out, followed on the ledger through the arbiter's holds. */
async function paidBack(stage: Stage, escrow: { token: TokenOf; coordinate: string; to: Party }): Promise<bigint> {
  const ledger = await stage.network.ledger(escrow.token)
  let current: string | undefined = escrow.coordinate
  for (let step = 0; current !== undefined && step < 10; step++) {
    const spend = await stage.spentBy(ledger, current)
    if (spend === undefined) break
    stage.holds(spend, [], 'the escrow is spent')
    const next: string | undefined = spend.coins.find((coin) => coin.condition.kind === 'escrow')?.coordinate
    if (next === undefined) return stage.received(spend, escrow.to.account.id, escrow.token.asset)
    current = next
  }
  throw new NotProven('the escrow was not paid out')
}
