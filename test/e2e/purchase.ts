// One purchase in escrow with a delivery code, step by step, by clients that insist: every step is an intent of the journal, signed once and
// sent with one key until its outcome is known.
import { type Dto, type Party, agree, fundingOf, legCoin, payingLedgers, payoutLeg, pushLock } from '@huitong/sdk'
import { type Preimage, hexOf, lockOf, toHex } from '@huitong/primitives'
import { systemEntropy } from '@huitong/sdk'
import type { Journal } from './journal.js'
import { TAEL, type TokenOf } from './people.js'

const DAY = 24 * 3_600_000
const PAUSE_MS = 150

export interface Purchase {
  readonly name: string
  readonly buyer: Party
  readonly merchant: Party
  readonly amount: bigint
  /** Another token than the merchant's: the order then has two legs. */
  readonly payIn?: TokenOf
}

export interface Paid extends Purchase {
  readonly order: Dto['OrderDto']
  readonly code: Preimage
}

/** Drafted, agreed by both, and paid: the money is in escrow by the ledger's receipt. */
export async function pay(journal: Journal, purchase: Purchase): Promise<Paid> {
  const { name, buyer, merchant, amount, payIn } = purchase
  const code = hexOf<Preimage>(systemEntropy.bytes(32))
  const settle = { ledger: TAEL.ledger, asset: TAEL.asset }
  const now = await (await buyer.hub.ledger(TAEL.ledger)).now()
  const at = (days: number): string => new Date(now + days * DAY).toISOString()
  const quote =
    payIn &&
    (await journal.insist(`quote ${name}`, () =>
      buyer.hub.createQuote(
        {
          payer: buyer.id,
          give: { ledger: payIn.ledger, asset: payIn.asset },
          take: settle,
          fixed: 'receive',
          amount: `${amount}`,
        },
        { key: `quote-${name}` },
      ),
    ))
  const milestone = {
    merchant: merchant.id,
    payee: merchant.address,
    settle,
    amount: `${amount}`,
    deliveryHash: lockOf(code),
    shipBy: at(2),
    deadline: at(12),
    latest: at(90),
    items: [],
    ...(quote === undefined ? {} : { quote: quote.id }),
  }
  const body = { buyer: buyer.id, payer: buyer.address, milestones: [milestone], reference: name }
  const draft = await journal.insist(`order ${name}`, () => buyer.hub.createOrder(body, { key: `order-${name}` }))
  await agree(buyer, draft)
  const order = await agree(merchant, draft)
  for (const place of payingLedgers(order)) {
    const ledger = await buyer.hub.ledger(place)
    const signed = await buyer.signPayment(ledger, fundingOf(buyer, order, place))
    await journal.insist(`fund ${name}`, () => ledger.commit(signed))
  }
  return { ...purchase, order, code }
}

/** Shipped, the code shown, and settled: no longer a matter of anybody's. */
export async function finish(
  journal: Journal,
  { name, buyer, merchant, order, code }: Paid,
  shipped: () => void,
): Promise<Dto['OrderDto']> {
  const funded = await reach(buyer, order.id, ['FUNDED'])
  await journal.insist(`ship ${name}`, () => merchant.hub.shipOrder(order.id, { milestone: 0 }, { key: `ship-${name}` }))
  shipped()
  const leg = payoutLeg(milestoneOf(funded))
  const ledger = await merchant.hub.ledger(leg.ledger)
  const reference = toHex(systemEntropy.bytes(8))
  await journal.insist(`code ${name}`, async () => {
    const coin = await legCoin(ledger, leg)
    // an earlier attempt, or the hub that saw the code in it, may have arrived
    if ((await ledger.provenCoin(coin.coordinate)).spent !== undefined) return
    await pushLock(merchant.hub, ledger, { coin, path: { kind: 'code' }, preimage: code, reference })
  })
  return reach(buyer, order.id, ['SETTLED'])
}

export function milestoneOf(order: Dto['OrderDto']): Dto['MilestoneDto'] {
  const [milestone] = order.milestones
  if (milestone === undefined) throw new Error(`${order.id} has no milestone`)
  return milestone
}

/** Asks until the milestone is there, through all interruptions; the test's own deadline ends it. */
async function reach(party: Party, id: string, states: readonly string[]): Promise<Dto['OrderDto']> {
  const deadline = performance.now() + 120_000
  for (;;) {
    const order = await party.hub.order(id).catch(() => undefined)
    if (order !== undefined && states.includes(milestoneOf(order).state)) return order
    if (performance.now() > deadline) throw new Error(`${id} is ${order && milestoneOf(order).state}, not ${states.join(' or ')}`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
