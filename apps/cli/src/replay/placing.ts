// An order from the cart to the escrow: quotes where it is paid in points, terms, both sides' agreement, the buyer's money, and the way back of what
// was too much.
import {
  HubError,
  type Dto,
  type Party,
  agree,
  fundingOf,
  iso,
  payingLedgers,
  signReturn,
  timeOf,
  until,
  verifyTerms,
} from '@huitong/sdk'
import { type Time, after, lockOf } from '@huitong/primitives'
import { TAEL } from '../network/tokens.js'
import { type Cast, type Moment, TOKEN_OF, dueIn, lapsesAt, validUntil } from './cast.js'
import type { Journal } from './journal.js'
import type { PlannedMilestone, PlannedOrder } from './plan.js'
import { INSPECTION_MS, type OrderDates } from './schedule.js'

export interface Scene {
  readonly cast: Cast
  readonly journal: Journal
  /** Ledger time of a file time. */
  readonly ledgerTime: (fileTime: number) => Time
  readonly patience: { readonly deadlineMs: number; readonly intervalMs: number }
}

/** An order that cannot be brought to the state that the plan asks for. */
export class OutOfPlan extends Error {
  override readonly name = 'OutOfPlan'
}

/** Quotes and paired milestones live for minutes of ledger time; interrupted for longer, an order is placed anew. */
const ATTEMPTS_MAX = 8
const ANEW: ReadonlySet<string> = new Set(['quote_expired', 'quote_used', 'valid_until_passed', 'wrong_state', 'too_late'])
/** The hub takes leg A of a paired milestone within ten minutes of the offer. */
const PAIRED_FUND_MS = 9 * 60_000

/** Answers the hub's id of the funded order. */
export async function place(scene: Scene, order: PlannedOrder, dates: OrderDates, at: Moment): Promise<string> {
  const known = scene.journal.note(orderNote(order.id))
  if (known !== undefined) return known
  for (let attempt = 0; ; attempt++) {
    try {
      const id = await placeOnce(scene, { order, dates, at, attempt })
      scene.journal.keep(orderNote(order.id), id)
      return id
    } catch (cause) {
      if (!(cause instanceof HubError) || !ANEW.has(cause.code) || attempt >= ATTEMPTS_MAX) throw cause
      // never a second escrow while the first may hold money
      if (scene.journal.note(paidNote({ order, attempt })) !== undefined) throw cause
    }
  }
}

export const orderNote = (order: string): string => `order/${order}`

interface Attempt {
  readonly order: PlannedOrder
  readonly dates: OrderDates
  readonly at: Moment
  readonly attempt: number
}

async function placeOnce(scene: Scene, of: Attempt): Promise<string> {
  const { cast, journal } = scene
  const { order, at } = of
  const buyer = await cast.buyer(order.id)
  const placed = await offered(scene, buyer, of)
  await agreed(scene, buyer, placed, of)
  // points first: their rate is the one that lapses
  const ledgers = [...payingLedgers(placed)].sort((a, b) => Number(a === TAEL.ledger) - Number(b === TAEL.ledger))
  const isPaired = placed.milestones.some(({ legs }) => legs.length > 1)
  const latest = isPaired ? earlier(validUntil(at), after(timeOf(placed.createdAt), PAIRED_FUND_MS)) : validUntil(at)
  for (const ledgerName of ledgers) {
    const ledger = await buyer.hub.ledger(ledgerName)
    await journal.commit(ledger, `fund/${placed.id}`, (reference) => {
      const coins = cast.purse(order.id, ledgerName)
      const send = { reference, validUntil: latest, ...(coins === undefined ? {} : { coins }) }
      return buyer.signPayment(ledger, fundingOf(buyer, placed, ledgerName), send)
    })
    journal.keep(paidNote(of), placed.id)
  }
  const funded = await until(
    buyer.hub.http,
    `order ${order.id} (${placed.id}) to be funded`,
    (seen) => buyer.hub.order(placed.id, seen),
    (seen) => isFunded(seen) || isLost(seen),
    scene.patience,
  )
  if (!isFunded(funded)) throw new OutOfPlan(`was not funded: ${funded.milestones.map(({ state }) => state).join(', ')}`)
  await giveBack(scene, order, funded, at)
  return placed.id
}

/** The offer of this attempt, as it stands now if it was made before. */
async function offered(scene: Scene, buyer: Party, of: Attempt): Promise<Dto['OrderDto']> {
  const { cast, journal } = scene
  const known = journal.note(offerNote(of))
  if (known !== undefined) return buyer.hub.order(known)
  const body = await orderBody(scene, buyer, of)
  const placed = await buyer.hub.createOrder(body, { key: cast.key('order', `${of.order.id}/${of.attempt}`) })
  verifyTerms(placed)
  journal.keep(offerNote(of), placed.id)
  return placed
}

/** Everybody who has not agreed yet does. An offer that lapsed meanwhile is refused by the hub, and another is made. */
async function agreed(scene: Scene, buyer: Party, placed: Dto['OrderDto'], of: Attempt): Promise<void> {
  const { cast } = scene
  if (placed.state === 'AGREED' || placed.state === 'FUNDED') return
  const merchants = await Promise.all([...new Set(of.order.milestones.map(({ seller }) => seller))].map(cast.merchant))
  await Promise.all(
    [buyer, ...merchants].map((party) => {
      const key = cast.key('agree', `${placed.id}/${party.id}/${of.at.now}`)
      return agree(party, placed, { validUntil: lapsesAt(of.at), key })
    }),
  )
}

const offerNote = ({ order, attempt }: Attempt): string => `offer/${order.id}/${attempt}`
const paidNote = ({ order, attempt }: Pick<Attempt, 'order' | 'attempt'>): string => `paid/${order.id}/${attempt}`

const earlier = (a: Time, b: Time): Time => (a < b ? a : b)

const isFunded = (order: Dto['OrderDto']): boolean =>
  order.milestones.every(({ state }) => state === 'FUNDED') && order.refunds.every(({ state }) => state !== 'expected')

const isLost = (order: Dto['OrderDto']): boolean =>
  order.milestones.some(({ state }) => state === 'REFUNDED' || state === 'LAPSED' || state === 'ONE_LEG')

async function orderBody(scene: Scene, buyer: Party, of: Attempt): Promise<Dto['CreateOrderDto']> {
  const { order } = of
  const milestones = await Promise.all(order.milestones.map((one, index) => milestoneBody(scene, buyer, { ...of, one, index })))
  const [first] = order.milestones
  if (first === undefined) throw new OutOfPlan('has no milestone')
  const paid = TOKEN_OF[first.tender]
  const sum = order.milestones.reduce((total, { amount }) => total + amount, 0n)
  return {
    buyer: buyer.id,
    payer: buyer.address,
    reference: order.id,
    milestones,
    ...(order.surplus === 0n
      ? {}
      : {
          tendered: [{ token: { ledger: paid.ledger, asset: paid.asset }, amount: dueIn(order, first.tender).toString() }],
        }),
    ...(order.shortage === 0n
      ? {}
      : { listed: [{ token: { ledger: TAEL.ledger, asset: TAEL.asset }, amount: (sum + order.shortage).toString() }] }),
  }
}

/** True for what is confirmed by a carrier and an inspection: late or disputed, and not paid in points, where only a code can be agreed. */
export const isInspected = ({ ending }: PlannedOrder, { tender }: PlannedMilestone): boolean =>
  tender === 'cash' && (ending === 'inspection' || ending === 'dispute')

async function milestoneBody(
  scene: Scene,
  buyer: Party,
  { order, dates, one, index, attempt }: Attempt & { readonly one: PlannedMilestone; readonly index: number },
): Promise<Dto['MilestoneTermsDto']> {
  const { cast, ledgerTime } = scene
  const merchant = await cast.merchant(one.seller)
  const quote =
    one.tender === 'cash'
      ? undefined
      : await buyer.hub.createQuote(quoteBody(buyer, one), { key: cast.key('quote', `${order.id}/${index}/${attempt}`) })
  // a code belongs to one order for ever: placed anew, it is another one
  const code = { deliveryHash: lockOf(cast.code(order.id, codeNumber(index, attempt))) }
  return {
    merchant: merchant.id,
    payee: merchant.address,
    settle: { ledger: TAEL.ledger, asset: TAEL.asset },
    amount: one.amount.toString(),
    ...(quote === undefined ? {} : { quote: quote.id }),
    ...(isInspected(order, one) ? { inspectionMs: INSPECTION_MS } : code),
    shipBy: iso(ledgerTime(dates.shipBy)),
    deadline: iso(ledgerTime(dates.deadline)),
    latest: iso(ledgerTime(dates.latest)),
    items: one.items.slice(0, 100).map(({ name, amount }) => ({ name, quantity: 1, amount: amount.toString() })),
  }
}

const quoteBody = (buyer: Party, { tender, amount }: PlannedMilestone): Dto['CreateQuoteDto'] => ({
  payer: buyer.id,
  give: { ledger: TOKEN_OF[tender].ledger, asset: TOKEN_OF[tender].asset },
  take: { ledger: TAEL.ledger, asset: TAEL.asset },
  fixed: 'receive',
  amount: amount.toString(),
})

/** Number of the secret behind a milestone's code: distinct for each milestone and attempt. */
const codeNumber = (milestone: number, attempt: number): number => milestone * (ATTEMPTS_MAX + 1) + attempt

/** The secret whose hash stands in a milestone; `undefined` if it is none of this seed's. */
export function codeOf(cast: Cast, order: PlannedOrder, milestone: Dto['MilestoneDto']) {
  for (let attempt = 0; attempt <= ATTEMPTS_MAX; attempt++) {
    const code = cast.code(order.id, codeNumber(milestone.milestone, attempt))
    if (lockOf(code) === milestone.deliveryHash) return code
  }
  return undefined
}

/** The merchant returns what was paid beyond the order. */
async function giveBack(scene: Scene, order: PlannedOrder, funded: Dto['OrderDto'], at: Moment): Promise<void> {
  const [first] = order.milestones
  if (first === undefined) return
  for (const refund of funded.refunds.filter(({ reason, state }) => reason === 'surplus' && state === 'pending')) {
    const merchant = await scene.cast.merchant(first.seller)
    const ledger = await merchant.hub.ledger(refund.ledger)
    await scene.journal.commit(ledger, `return/${funded.id}/${refund.id}`, () =>
      signReturn(merchant, refund, { validUntil: validUntil(at) }),
    )
  }
}
