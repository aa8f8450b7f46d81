// Who really got how much of an order, followed from coin to coin through receipts that stand up to the pinned genesis. What the hub says of an
// order's state is not believed here.
import type { CoinRecord, EscrowCondition } from '@huitong/chain'
import type { AccountId, Coordinate } from '@huitong/primitives'
import type { Dto, LedgerClient, Party } from '@huitong/sdk'
import { type Cast, TOKEN_OF } from './cast.js'
import { type Shares, shareFault, sharesOf } from './outcome.js'
import type { PlannedMilestone, PlannedOrder } from './plan.js'

/** The first thing in which an order ended otherwise than planned, in words, or `undefined`. */
export async function orderFault(cast: Cast, order: PlannedOrder, placedId: string): Promise<string | undefined> {
  const buyer = await cast.buyer(order.id)
  const placed = await buyer.hub.order(placedId)
  for (const [index, planned] of order.milestones.entries()) {
    const milestone = placed.milestones[index]
    if (milestone === undefined) return `milestone ${index} is missing`
    const fault = await milestoneFault({ cast, order, placed, buyer }, planned, milestone)
    if (fault !== undefined) return `milestone ${index}: ${fault}`
  }
  return surplusFault({ cast, order, placed, buyer })
}

interface Examined {
  readonly cast: Cast
  readonly order: PlannedOrder
  readonly placed: Dto['OrderDto']
  readonly buyer: Party
}

async function milestoneFault(
  { cast, order, placed, buyer }: Examined,
  planned: PlannedMilestone,
  milestone: Dto['MilestoneDto'],
): Promise<string | undefined> {
  const merchant = await cast.merchant(planned.seller)
  const names = planned.tender === 'cash' ? ['direct'] : ['pay', 'settle']
  for (const name of names) {
    const leg = names.length === 1 ? milestone.legs[0] : milestone.legs.find((one) => one.name === name)
    if (leg?.coordinate === undefined) return `leg ${name} has no coin`
    const token = name === 'pay' ? TOKEN_OF.points : TOKEN_OF.cash
    if (leg.ledger !== token.ledger) return `leg ${name} is on ${leg.ledger}`
    const { coin, condition, shares, stray } = await traced(await buyer.hub.ledger(leg.ledger), leg.coordinate)
    if (coin.asset !== token.asset || coin.amount !== planned.amount) return `leg ${name} holds ${coin.amount} ${coin.asset}`
    if (condition.order !== placed.order) return `leg ${name} is of another order`
    if (name !== 'settle' && condition.payer !== buyer.account.id) return `leg ${name} is not the buyer’s`
    if (name !== 'pay' && condition.payee !== merchant.account.id) return `leg ${name} does not pay the merchant`
    if (stray !== undefined) return `leg ${name}: ${stray}`
    const { fee } = condition
    const fault = shareFault(sharesOf(order.ending, { amount: planned.amount, fee, freight: planned.freight }), shares)
    if (fault !== undefined) return `leg ${name}: ${fault}`
  }
  return undefined
}

async function surplusFault({ order, placed, buyer }: Examined): Promise<string | undefined> {
  if (order.surplus === 0n) return undefined
  const refund = placed.refunds.find(({ reason, coordinate }) => reason === 'surplus' && coordinate !== undefined)
  if (refund?.coordinate === undefined) return 'the surplus has no coin'
  const { coin, condition, shares } = await traced(await buyer.hub.ledger(refund.ledger), refund.coordinate)
  if (coin.amount !== order.surplus || condition.payer !== buyer.account.id) return 'the surplus is another coin'
  return shares.payer === order.surplus ? undefined : `of the surplus ${shares.payer} came back`
}

interface Traced {
  readonly coin: CoinRecord
  readonly condition: EscrowCondition
  readonly shares: Shares
  /** Money that went to nobody the escrow names. */
  readonly stray?: string
}

/** A hold, a ruling and some parts: an escrow's history is short. */
const STEPS_MAX = 20

/** Follows an escrow coin through its successors, and adds up who got what. */
async function traced(ledger: LedgerClient, coordinate: string): Promise<Traced> {
  // the border: a coordinate that the hub shows; the receipt proves the coin
  let { coin: current, spent } = await ledger.provenCoin(coordinate as Coordinate)
  const coin = current
  const { condition } = coin
  if (condition.kind !== 'escrow') throw new Error(`${coordinate} on ${ledger.name} is no escrow`)
  const got = new Map<AccountId, bigint>()
  let escrow = 0n
  for (let step = 0; step < STEPS_MAX; step++) {
    if (spent === undefined) {
      escrow = current.amount
      break
    }
    const proof = await ledger.proof(spent)
    const inputs = proof.transaction.body.inputs
    if (inputs.length !== 1 || inputs[0]?.coin !== current.coordinate)
      throw new Error(`${spent} on ${ledger.name} does not spend ${current.coordinate} alone`)
    for (const out of proof.coins)
      if (out.condition.kind === 'account') got.set(out.condition.account, (got.get(out.condition.account) ?? 0n) + out.amount)
    const rest = proof.coins.find((out) => out.condition.kind === 'escrow')
    if (rest === undefined) break
    ;({ coin: current, spent } = await ledger.provenCoin(rest.coordinate))
  }
  const take = (account: AccountId): bigint => {
    const amount = got.get(account) ?? 0n
    got.delete(account)
    return amount
  }
  const shares = { payee: take(condition.payee), payer: take(condition.payer), fee: take(condition.feeTo), escrow }
  const [other] = got
  return { coin, condition, shares, ...(other === undefined ? {} : { stray: `${other[1]} went to ${other[0]}` }) }
}
