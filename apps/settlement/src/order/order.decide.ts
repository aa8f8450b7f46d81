// What an order as a deal does with an event: libs/protocol's machine decides about the money, this adds what the evidence in its file means.
// Pure. Facts are never refused.
import { encodeCondition } from '@huitong/chain'
import { type Amount, err, toHex } from '@huitong/primitives'
import {
  type CoinCreated,
  type Decided,
  type DisputeAsked,
  type Env,
  type MilestoneState,
  type OrderCode,
  type OrderEffect,
  type OrderEvent,
  type OrderState,
  type Resolution,
  type Share,
  decideOrder,
  isStillBefore,
  lastSafeDispute,
  orderEffects,
} from '@huitong/protocol'
import { ok } from '@huitong/primitives'
import { type Approval, type OrderDeal, type OrderFile, type Signed, type Split, orderDeal } from './order.file.js'
import { accountsOf, openLegsOf, termsOfMilestone } from './order.legs.js'
import { partsOf } from './ruling-body.js'

export type OrderFileEvent =
  /** An account has approved the terms; its signature was checked. */
  | ({ readonly kind: 'approve'; readonly termsHash: string } & Approval)
  /** A registered carrier's statement was checked; `evidence` is the hash of what it signed. */
  | { readonly kind: 'deliver'; readonly milestone: number; readonly evidence: string; readonly signed: Signed }
  /** The first call for a split fixes its body. */
  | { readonly kind: 'proposeSplit'; readonly split: Split }
  /** A checked signature over a split's body; `need`: signatures that each party's account needs. */
  | {
      readonly kind: 'signSplit'
      readonly hash: string
      readonly party: string
      readonly signed: Signed
      readonly need: Readonly<Record<string, number>>
    }
  | ({ readonly kind: 'dispute'; readonly milestone: number; readonly opened: Signed } & DisputeAsked)
  /** Two operators signed a ruling in the dispute, or buyer and merchant an offer (`ground`). */
  | {
      readonly kind: 'rule'
      readonly ground?: 'consent'
      readonly milestone: number
      readonly dispute: string
      readonly hash: string
      readonly share: Share
      readonly operators: readonly string[]
      readonly signatures: readonly Signed[]
    }

  /** Custody has checked the approvals and keeps the terms. */
  | { readonly kind: 'termsKept' }

/** Custody is to keep the agreed terms while the keys that approved them are still the accounts' own. */
export type KeepTermsEffect = { readonly kind: 'keepTerms'; readonly id: string }
export type OrderDealEffect = OrderEffect | KeepTermsEffect
export type OrderDealEvent = OrderEvent | OrderFileEvent
export type OrderDealCode = OrderCode | 'split_unknown'
type Outcome<Effect = OrderEffect> = Decided<OrderDeal, Effect, OrderDealCode>
type Event<Kind extends OrderFileEvent['kind']> = Extract<OrderFileEvent, { kind: Kind }>

export function decideOrderDeal(deal: OrderDeal, event: OrderDealEvent, env: Env): Outcome<OrderDealEffect> {
  const decided = decide(deal, event, env)
  if (!decided.ok) return decided
  const { state, effects } = decided.value
  return ok({ state, effects: [...effects, ...keeping(state)] })
}

/** Everything an order owes now: what its machine owes, and the keeping of its terms. */
export const orderDealEffects = (deal: OrderDeal, env: Env): readonly OrderDealEffect[] => [
  ...orderEffects(deal.order, env),
  ...keeping(deal),
]

/** Only an inspection hold stands on the terms, and it may come long after the approvals: keys may be others by then. */
function keeping({ order, file }: OrderDeal): readonly KeepTermsEffect[] {
  const { terms, state } = order
  const isBound = state === 'AGREED' || state === 'FUNDED'
  if (!isBound || file.isKept === true || !terms.milestones.some(({ confirmation }) => confirmation.kind === 'inspection'))
    return []
  return [{ kind: 'keepTerms', id: `${terms.order}/keep-terms` }]
}

function decide(deal: OrderDeal, event: OrderDealEvent, env: Env): Outcome {
  switch (event.kind) {
    case 'approve':
      return onApproval(deal, event, env)
    case 'deliver':
      return onDelivery(deal, event, env)
    case 'proposeSplit':
      return onProposal(deal, event, env)
    case 'signSplit':
      return onSignature(deal, event, env)
    case 'dispute': {
      const { milestone, dispute, by, reason, opened } = event
      const disputes = [...deal.file.disputes, { milestone, dispute, opened }]
      return through(deal, { kind: 'openDispute', milestone, dispute, by, reason }, env, { ...deal.file, disputes })
    }
    case 'rule': {
      const { milestone, dispute, hash, share, operators, signatures, ground } = event
      const known = deal.file.rulings.some((ruling) => ruling.hash === hash)
      const rulings = known
        ? deal.file.rulings
        : [...deal.file.rulings, { hash, signatures, ...(ground === undefined ? {} : { ground }) }]
      const authority = ground === undefined ? ({ kind: 'operators', operators } as const) : ({ kind: ground } as const)
      const terms = termsOfMilestone(deal.order.terms, milestone)
      const parts = partsOf(signatures[0]?.body ?? '', terms)
      const command = { kind: 'ruling', milestone, dispute, rulingHash: hash, share, ...parts, authority } as const
      return through(deal, command, env, { ...deal.file, rulings })
    }
    case 'termsKept':
      return kept(deal, { ...deal.file, isKept: true }, env)
    case 'coinCreated':
      return through(deal, event, env, withSurplus(deal.file, event, deal.order))
    default:
      return through(deal, event, env)
  }
}

/** The machine's answer, with the file that goes with it. */
function through(deal: OrderDeal, event: OrderEvent, env: Env, file: OrderFile = deal.file): Outcome {
  const decided = decideOrder(deal.order, event, env)
  if (!decided.ok) return decided
  const { state, effects } = decided.value
  if (state === deal.order && file === deal.file) return ok({ state: deal, effects })
  return ok({ state: orderDeal(state, file), effects: state === deal.order ? orderEffects(state, env) : effects })
}

const kept = (deal: OrderDeal, file: OrderFile, env: Env): Outcome =>
  ok({ state: orderDeal(deal.order, file), effects: orderEffects(deal.order, env) })

/** A party agrees once every account of it that the terms name has approved. What the machine would refuse is refused at once. */
function onApproval(deal: OrderDeal, event: Event<'approve'>, env: Env): Outcome {
  const { party, account, signed, termsHash } = event
  const agree = { kind: 'agree', by: party, termsHash } as const
  const agreed = decideOrder(deal.order, agree, env)
  if (!agreed.ok) return agreed
  const { approvals } = deal.file
  if (approvals.some((one) => one.account === account)) return ok({ state: deal, effects: agreed.value.effects })
  const file = { ...deal.file, approvals: [...approvals, { party, account, signed }] }
  const needed = accountsOf(deal.order.terms, party)
  const isComplete = needed.every((one) => file.approvals.some((approval) => approval.account === one))
  return isComplete ? through(deal, agree, env, file) : kept(deal, file, env)
}

function onDelivery(deal: OrderDeal, event: Event<'deliver'>, env: Env): Outcome {
  const { milestone, signed, evidence } = event
  const known = deal.file.delivered.some((one) => one.milestone === milestone && one.signed.body === signed.body)
  const delivered = known ? deal.file.delivered : [...deal.file.delivered, { milestone, signed }]
  return through(deal, { kind: 'carrierDelivered', milestone, evidence }, env, known ? deal.file : { ...deal.file, delivered })
}

/** A new body for a milestone replaces one that nobody executes yet. */
function onProposal(deal: OrderDeal, { split }: Event<'proposeSplit'>, env: Env): Outcome {
  const found = divisible(deal.order, split.milestone, env)
  if (!found.ok) return found
  const others = deal.file.splits.filter(({ milestone, isBound }) => isBound || milestone !== split.milestone)
  return kept(deal, { ...deal.file, splits: [...others, split] }, env)
}

function onSignature(deal: OrderDeal, event: Event<'signSplit'>, env: Env): Outcome {
  const { file, order } = deal
  const split = file.splits.find(({ hash }) => hash === event.hash)
  if (split === undefined) return err('split_unknown')
  const { publicKey } = event.signed
  if (split.isBound || split.signatures.some(({ signed }) => signed.publicKey === publicKey))
    return ok({ state: deal, effects: [] })
  const found = divisible(order, split.milestone, env)
  if (!found.ok) return found
  const signatures = [...split.signatures, { party: event.party, signed: event.signed }]
  const isBound = Object.entries(event.need).every(
    ([party, need]) => signatures.filter((signature) => signature.party === party).length >= need,
  )
  const next = { ...split, signatures, isBound }
  const splits = file.splits.map((one) => (one.hash === split.hash ? next : one))
  if (!isBound) return kept(deal, { ...file, splits }, env)
  const share: Share = { toPayee: BigInt(split.toMerchant), toPayer: BigInt(split.toBuyer) }
  const parts = partsOf(split.body, termsOfMilestone(order.terms, split.milestone))
  const resolved = withResolution(found.value, { hash: split.hash, share, ...parts })
  return kept(orderDeal(resolved, file), { ...file, splits }, env)
}

type Funded = Exclude<OrderState, { state: 'DRAFT' }>
interface Divisible {
  readonly order: Funded
  readonly milestone: MilestoneState
}

/** The milestone if its money may still be divided by the arbiter: funded, nothing decided, no code known, and time for it. */
function divisible(order: OrderState, number: number, env: Env): Decidable {
  if (order.state === 'DRAFT') return err('order_wrong_state')
  const milestone = order.milestones.find((one) => one.milestone === number)
  if (milestone === undefined) return err('order_milestone_unknown', undefined, 'milestone')
  if (!DIVISIBLE.has(milestone.state) || milestone.code !== null) return err('order_milestone_wrong_state', milestone.state)
  if (milestone.resolution !== null) return err('order_resolved')
  const inTime = openLegsOf(milestone.legs).every(({ side, leg }) => {
    const chain = chainOf(order, number, side)
    return chain !== undefined && isStillBefore(env, chain, lastSafeDispute(env, chain, leg.coin.deadline))
  })
  return inTime ? ok({ order, milestone }) : err('order_too_late')
}
type Decidable = { readonly ok: true; readonly value: Divisible } | Extract<Decided<never, never, OrderDealCode>, { ok: false }>

const DIVISIBLE: ReadonlySet<MilestoneState['state']> = new Set([
  'FUNDED',
  'SHIPPED',
  'DELIVERED',
  'INSPECTION',
  'ACCEPTED',
  'DISPUTED',
])

function chainOf(order: OrderState, number: number, side: 'a' | 'b' | 'single') {
  const legs = order.terms.milestones.find(({ milestone }) => milestone === number)?.legs
  if (legs === undefined) return undefined
  if (legs.kind === 'single') return legs.leg.chain
  return side === 'b' ? legs.b.chain : legs.a.chain
}

/** Decided by both sides' signatures, executed by the arbiter like a ruling: on every leg, whatever it takes. */
function withResolution(
  { order, milestone }: Divisible,
  { hash, ...decided }: { readonly hash: string; readonly share: Share } & Pick<Resolution, 'parts'>,
): OrderState {
  const resolution = { cause: 'ruling', evidence: hash, ...decided } as const
  const milestones = order.milestones.map((one) => (one.milestone === milestone.milestone ? { ...one, resolution } : one))
  return { ...order, milestones }
}

/** The first final coin that equals an announced surplus is that surplus. */
function withSurplus(file: OrderFile, { chain, coin }: CoinCreated, order: OrderState): OrderFile {
  if (file.surplus.length === 0 || order.extras.some(({ coordinate }) => coordinate === coin.coordinate)) return file
  const condition = toHex(encodeCondition(coin.condition))
  const isThis = (amount: Amount, units: string): boolean => amount.toString() === units
  const at = file.surplus.findIndex(
    (one) =>
      one.coin === undefined &&
      one.chain === chain &&
      one.asset === coin.asset &&
      one.condition === condition &&
      isThis(coin.amount, one.units),
  )
  if (at < 0) return file
  return { ...file, surplus: file.surplus.map((one, index) => (index === at ? { ...one, coin: coin.coordinate } : one)) }
}
