// An order as the API shows it to one party: every leg with the exact condition it must have, the money's way, what this party may do now.
import { encodeCondition } from '@huitong/chain'
import type { Actor, WireDeadline, WireException, WireLeg, WireMilestone, WireOrder, WireSplit } from '@huitong/contracts'
import { type ChainId, toHex } from '@huitong/primitives'
import {
  type Env,
  type EscrowLegTerms,
  type LegState,
  type MilestoneState,
  type MilestoneTerms,
  type OrderException,
  type OrderState,
  allowedActions,
  buyersLegState,
  canonicalText,
  expectedCondition,
  restOf,
} from '@huitong/protocol'
import type { DealCoin } from '../deal/deal.store.js'
import type { Deadline, Deal } from '../deal/kind.js'
import type { Ledgers } from '../ledgers/ledgers.js'
import { refundViews } from '../refund/refund.view.js'
import type { OrderDeal, Split } from './order.file.js'
import { milestoneDeadlines, orderOutline } from './order.kind.js'
import { type Side, ends, lastCoin, legTermsOf, legsOf, milestoneOf, openLegsOf, settleSide } from './order.legs.js'

export interface OrderShown {
  readonly deal: Deal<OrderDeal>
  readonly coins: readonly DealCoin[]
  readonly actor: Actor
  readonly env: Env
}
type Names = Pick<Ledgers, 'ofChain'>

export function orderView(ledgers: Names, shown: OrderShown): WireOrder {
  const { deal, coins } = shown
  const { order, file } = deal.state
  const { terms, termsHash } = order
  const nameOf = (chain: ChainId): string => ledgers.ofChain(chain).name
  const [first] = terms.milestones
  const actions = actionsOf(shown)
  return {
    id: deal.id,
    state: order.state,
    version: deal.version,
    createdAt: deal.createdAt,
    order: terms.order,
    buyer: terms.buyer,
    payer: first === undefined ? '' : ends(first).buyers.payer,
    arbiter: first === undefined ? '' : ends(first).buyers.arbiter,
    terms: canonicalText(terms),
    termsHash,
    details: file.details,
    agreeBy: terms.agreeBy,
    agreedBy: order.state === 'DRAFT' ? order.agreed : agreedParties(deal.state),
    milestones: terms.milestones.map((milestone) => milestoneView(ledgers, shown, milestone)),
    refunds: refundViews({ order, file, coins, nameOf }),
    exceptions: exceptionViews(deal.state, nameOf),
    allowedActions: [...new Set(actions.filter(({ milestone }) => milestone === undefined).map(({ action }) => action))],
    ...nextOf(ledgers, orderOutline(order).deadlines),
    ...(file.reference === undefined ? {} : { reference: file.reference }),
  }
}

/** Everybody has agreed to an order that left the draft, or it lapsed: then those whose approvals are kept. */
const agreedParties = ({ file }: OrderDeal): readonly string[] => [...new Set(file.approvals.map(({ party }) => party))]

interface Action {
  readonly action: string
  readonly milestone?: number
}

/** What the API calls the machine's commands; what happens on a ledger (fund, confirm, release, refund) is told as well. */
const ACTION: Readonly<Record<string, readonly string[] | undefined>> = {
  agree: ['agree'],
  withdraw: ['cancel'],
  ship: ['ship'],
  revealCode: ['confirm'],
  accept: ['accept', 'release'],
  reject: ['reject'],
  openDispute: ['dispute'],
  // both sides may ask the arbiter to divide what remains
  requestCancel: ['split'],
  requestRefund: ['request-refund'],
  consent: ['agree-refund'],
  declineRequest: ['decline-refund'],
  decidePayment: ['decide-payment'],
}

function actionsOf({ deal, actor, env }: OrderShown): readonly Action[] {
  const { party } = actor
  const { order } = deal.state
  if (party === undefined) return []
  const isPaired = (number: number | undefined): boolean =>
    order.terms.milestones.find(({ milestone }) => milestone === number)?.legs.kind === 'paired'
  const told = allowedActions(order, party, env).flatMap(({ action, milestone }): Action[] => {
    if (action === 'requestRefund' && isPaired(milestone)) return []
    const at = milestone === undefined ? {} : { milestone }
    return (ACTION[action] ?? []).map((name) => ({ action: name, ...at }))
  })
  if (order.state === 'DRAFT') return told
  const funding = order.milestones
    .filter(({ state }) => state === 'UNFUNDED' && order.terms.buyer === party && !isOver(order.state))
    .map(({ milestone }): Action => ({ action: 'fund', milestone }))
  const refunding = order.milestones.filter((milestone) => mayRefund(deal.state, milestone, party))
  return [...told, ...funding, ...refunding.map(({ milestone }): Action => ({ action: 'refund', milestone }))]
}

const isOver = (state: string): boolean => state === 'SETTLED' || state === 'CANCELLED' || state === 'EXPIRED'

/** The merchant of a single coin may give it back by its own signature, any time before the deadline. */
function mayRefund({ order }: OrderDeal, { milestone, legs, resolution }: MilestoneState, party: string): boolean {
  const terms = order.terms.milestones.find((one) => one.milestone === milestone)
  return terms?.merchant === party && terms.legs.kind === 'single' && resolution === null && openLegsOf(legs).length > 0
}

function milestoneView(ledgers: Names, shown: OrderShown, terms: MilestoneTerms): WireMilestone {
  const { deal } = shown
  const { order } = deal.state
  const milestone = milestoneOf(order, terms.milestone)
  const { buyers, merchants } = ends(terms)
  const token = (leg: typeof buyers) => ({
    ledger: ledgers.ofChain(leg.chain).name,
    asset: leg.asset,
    amount: leg.amount.toString(),
  })
  const settled =
    milestone === undefined
      ? undefined
      : milestone.legs.kind === 'single'
        ? buyersLegState(milestone.legs)
        : legsOf(milestone.legs).find(({ side }) => side === settleSide(terms.legs))?.leg
  const { confirmation } = terms
  const actions = actionsOf(shown).filter((one) => one.milestone === terms.milestone)
  return {
    milestone: terms.milestone,
    merchant: terms.merchant,
    state: milestone?.state ?? 'UNFUNDED',
    settle: token(merchants),
    pay: token(buyers),
    fee: merchants.fee.toString(),
    feeTo: merchants.feeTo,
    fundBy: terms.fundBy,
    shipBy: terms.shipBy,
    deadline: merchants.deadline,
    latest: merchants.latest,
    ...books(settled),
    legs: legViews(ledgers, shown, terms),
    ...restView(order, terms),
    allowedActions: [...new Set(actions.map(({ action }) => action))],
    ...(terms.legs.kind === 'paired' ? { provider: terms.legs.provider } : {}),
    ...(confirmation.kind === 'code' ? { deliveryHash: confirmation.hash } : { inspectionMs: confirmation.inspectionMs }),
    ...(milestone === undefined ? {} : nextOf(ledgers, milestoneDeadlines(order, terms, milestone))),
    ...disputeOf(milestone),
    ...(milestone?.state === 'SHIPPED' && milestone.shipment !== '' ? { tracking: milestone.shipment } : {}),
  }
}

/** What the next coin has to be where coins wait for the rest of the amount. */
function restView(order: OrderState, terms: MilestoneTerms): { readonly rest?: NonNullable<WireMilestone['rest']> } {
  const rest = restOf(order, terms)
  if (rest === undefined || terms.legs.kind !== 'single') return {}
  const condition = expectedCondition(order.terms.order, terms, { ...terms.legs.leg, fee: rest.fee })
  return { rest: { amount: rest.amount.toString(), condition: toHex(encodeCondition(condition)) } }
}

const disputeOf = (milestone: MilestoneState | undefined): { readonly dispute?: string } =>
  milestone === undefined || milestone.disputeAsked === null ? {} : { dispute: milestone.disputeAsked.dispute }

/** Base units, before anything is funded all zero. Always: released + refunded + fees + remaining = funded. */
function books(leg: LegState | undefined) {
  const zero = { funded: '0', released: '0', refunded: '0', fees: '0', remaining: '0' }
  if (leg === undefined || leg.fate === 'unfunded') return zero
  const { funded, released, refunded, fees, remaining } = leg.books
  const text = { funded: funded.toString(), released: released.toString(), refunded: refunded.toString() }
  return { ...text, fees: fees.toString(), remaining: remaining.toString() }
}

const LEG_NAME: Readonly<Record<Side, string>> = { single: 'direct', a: 'pay', b: 'settle' }

function legViews(ledgers: Names, { deal, coins }: OrderShown, terms: MilestoneTerms): readonly WireLeg[] {
  const { order } = deal.state
  const milestone = milestoneOf(order, terms.milestone)
  const unfunded: readonly { readonly side: Side; readonly leg?: LegState }[] =
    terms.legs.kind === 'single' ? [{ side: 'single' }] : [{ side: 'a' }, { side: 'b' }]
  const known = milestone === undefined ? unfunded : legsOf(milestone.legs)
  return known.map(({ side, leg }): WireLeg => {
    const agreed = known.length === 1 || side !== 'single' ? legTermsOf(terms, side) : partTerms(terms, coins, leg)
    const coordinate = leg === undefined ? undefined : lastCoin(leg)
    const first = leg === undefined || leg.fate === 'unfunded' ? undefined : leg.seen[0]
    const coinAt = (at: string | undefined) => coins.find((coin) => coin.coordinate === at && coin.chain === agreed.chain)
    const funding = coinAt(first)
    const last = coinAt(coordinate)
    return {
      name: LEG_NAME[side],
      ledger: ledgers.ofChain(agreed.chain).name,
      asset: agreed.asset,
      amount: agreed.amount.toString(),
      condition: toHex(encodeCondition(expectedCondition(order.terms.order, terms, agreed))),
      state: legState(leg),
      books: books(leg),
      ...(coordinate === undefined ? {} : { coordinate }),
      ...(leg?.fate === 'open' ? { held: leg.coin.held, deadline: leg.coin.deadline, default: leg.coin.default } : {}),
      ...(funding === undefined ? {} : { fundedBy: funding.fundedBy }),
      ...(last?.spentBy === undefined ? {} : { spentBy: last.spentBy }),
    }
  })
}

/** Of a leg that several coins add up to, the one coin: its amount, and the fee that it bears. */
function partTerms(terms: MilestoneTerms, coins: OrderShown['coins'], leg: LegState | undefined): EscrowLegTerms {
  const agreed = legTermsOf(terms, 'single')
  if (leg === undefined || leg.fate === 'unfunded') return agreed
  const condition = coins.find(({ coordinate, chain }) => coordinate === leg.seen[0] && chain === agreed.chain)?.condition
  return { ...agreed, amount: leg.books.funded, fee: condition?.kind === 'escrow' ? condition.fee : 0n }
}

function legState(leg: LegState | undefined): string {
  if (leg === undefined || leg.fate === 'unfunded') return 'awaited'
  return leg.fate === 'open' ? 'locked' : leg.outcome
}

const SENTENCE: Readonly<Record<OrderException['kind'], string>> = {
  underpaid: 'a coin of less than the amount agreed; it returns to its payer',
  overpaid: 'a coin of more than the amount agreed; it returns to its payer',
  late: 'a coin came after the time agreed; it returns to its payer',
  on_hold: 'a coin that is not what was agreed stays in escrow until the merchant decides',
  extra_coin: 'a coin for a leg that has one; it returns to its payer',
  wrong_condition: 'a coin under this order that is none of its legs; it returns to its payer',
  shortage: 'the goods cost more by their list than the milestones pay',
  surplus: 'more was tendered than the milestones ask for; it is no leg’s and returns to its payer',
  shipment_late: 'nothing was shipped by the time agreed',
  rejected: 'the buyer does not accept what came',
  early_code: 'the delivery code was shown before the money was locked',
  code_too_late: 'the code is known, but the leg it opens has fallen due',
  one_leg: 'one leg was paid and the other went back; an operator looks at it',
}

/** A coin that is no extra although it is not what was agreed: the terms say so. */
const COUNTED = 'a coin of another amount or time than agreed counts as it is, by the terms'
const isCounted = (kind: OrderException['kind'], extra: ChainId | undefined): boolean =>
  extra === undefined && (kind === 'underpaid' || kind === 'overpaid' || kind === 'late')

function exceptionViews({ order, file }: OrderDeal, nameOf: (chain: ChainId) => string): readonly WireException[] {
  const isAnnounced = (coin: string | undefined): boolean => file.surplus.some((one) => coin !== undefined && one.coin === coin)
  const announced = file.surplus.map(({ chain, units, asset, coin }) => ({
    kind: 'surplus',
    detail: `${SENTENCE.surplus} (${asset} on ${nameOf(chain)})`,
    amount: units,
    ...(coin === undefined ? {} : { coin: { ledger: nameOf(chain), coordinate: coin } }),
  }))
  const shortages = file.shortages.map(({ ledger, asset, units }) => ({
    kind: 'shortage',
    detail: `${SENTENCE.shortage} (${asset} on ${ledger})`,
    amount: units,
  }))
  const seen = order.exceptions
    .filter(({ coin }) => !isAnnounced(coin))
    .map(({ kind, milestone, coin, amount }) => {
      const chain = order.extras.find(({ coordinate }) => coordinate === coin)?.chain
      return {
        kind,
        detail:
          milestone === undefined
            ? SENTENCE[kind]
            : `milestone ${milestone}: ${isCounted(kind, chain) ? COUNTED : SENTENCE[kind]}`,
        ...(amount === undefined ? {} : { amount: amount.toString() }),
        ...(coin === undefined || chain === undefined ? {} : { coin: { ledger: nameOf(chain), coordinate: coin } }),
      }
    })
  return [...announced, ...shortages, ...seen]
}

function nextOf(ledgers: Names, deadlines: readonly Deadline[]): { readonly nextDeadline?: WireDeadline } {
  const [next] = [...deadlines].sort((one, two) => one.at - two.at)
  if (next === undefined) return {}
  return { nextDeadline: { at: next.at, ledger: ledgers.ofChain(next.chain).name, default: next.default } }
}

export function splitView(id: string, { order }: OrderDeal, split: Split): WireSplit {
  const milestone = milestoneOf(order, split.milestone)
  return {
    order: id,
    milestone: split.milestone,
    toMerchant: split.toMerchant,
    body: split.body,
    signedBy: [...new Set(split.signatures.map(({ party }) => party))],
    state: splitState(split, milestone),
  }
}

/** A body that names coins which are no more can be executed by nobody. */
function splitState(split: Split, milestone: MilestoneState | undefined): WireSplit['state'] {
  const open = milestone === undefined ? [] : openLegsOf(milestone.legs)
  if (!split.isBound) return open.length > 0 && milestone?.resolution === null ? 'collecting' : 'void'
  if (open.length > 0) return 'executing'
  const divided = milestone === undefined ? [] : legsOf(milestone.legs)
  return divided.every(({ leg }) => leg.fate === 'closed' && leg.by === 'rule') ? 'executed' : 'void'
}
