// The terms of an order, built from what the buyer asked for: legs, fees, and every date that it did not name. Pure arithmetic; libs/protocol
// judges the result.
import type { CreateOrder, MilestoneTerms as AskedMilestone } from '@huitong/contracts'
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type ChainId,
  type HashLock,
  type OrderId,
  type Result,
  type Time,
  after,
  err,
  mulDivFloor,
  ok,
  parseAmount,
} from '@huitong/primitives'
import {
  type Confirmation,
  type Env,
  type EscrowLegTerms,
  type LegsTerms,
  type MilestoneTerms,
  type OrderTerms,
  canonicalText,
  clockOf,
  hashText,
  latestNow,
  orderTermsFault,
  pairMarginMs,
} from '@huitong/protocol'
import { type Ledger, rulebookOf } from '../ledgers/ledgers.js'
import type { Terms } from '../terms.js'

/** Default time for everybody to agree, and for the buyer to fund after the offer. Both end at shipping time at the latest. */
export const AGREE_MS = 24 * 3_600_000
export const FUND_MS = 48 * 3_600_000
/** A milestone paid in another token binds its provider's inventory: its leg A must be final this soon. */
export const PAIRED_FUND_MS = 10 * 60_000
/** Room for finality to be measured slower at agreement than at the offer. */
const SLACK_MS = 30_000

export type AskedOrder = Omit<CreateOrder, 'actor' | 'idempotencyKey'>

/** What a quote taken for a milestone says. */
export interface TakenQuote {
  readonly id: string
  readonly provider: string
  readonly liquidity: AccountId
  readonly give: { readonly ledger: Ledger; readonly asset: AssetCode; readonly amount: Amount }
  readonly take: { readonly ledger: Ledger; readonly asset: AssetCode; readonly amount: Amount }
  /** In time of the ledger that pays out. */
  readonly offerExpiresAt: Time
}

export interface OrderPlaces {
  readonly order: OrderId
  readonly arbiter: AccountId
  readonly feeTo: AccountId
  readonly ledgerOf: (name: string) => Ledger
  /** By position of the milestone. */
  readonly quotes: ReadonlyMap<number, TakenQuote>
}

export type TermsRefusal = 'terms_invalid' | 'self_trade' | 'amount_out_of_range'

export interface BuiltTerms {
  readonly terms: OrderTerms
  /** Canonical text of everything the machine does not act on. */
  readonly details: string
}

export function orderTerms(
  asked: AskedOrder,
  places: OrderPlaces,
  now: { readonly env: Env; readonly hub: Terms },
): Result<BuiltTerms, TermsRefusal> {
  const malformed = amountFault(asked)
  if (malformed !== undefined) return malformed
  const milestones: MilestoneTerms[] = []
  for (const [index, one] of asked.milestones.entries()) {
    const built = milestoneTerms(asked, { ...places, index, one }, now)
    if (!built.ok) return err(built.code, built.detail, `milestones.${index}.${built.field ?? ''}`.replace(/\.$/, ''))
    milestones.push(built.value)
  }
  const [first] = milestones
  if (first === undefined) return err('terms_invalid', 'an order has at least one milestone', 'milestones')
  const details = detailsOf(asked)
  const agreed = after(latestNow(now.env, buyersChain(first.legs)), AGREE_MS)
  const agreeBy = milestones.reduce((least, { fundBy }) => (fundBy < least ? fundBy : least), agreed)
  const { order } = places
  const terms: OrderTerms = {
    order,
    buyer: asked.buyer,
    agreeBy,
    details: hashText('huitong-order-details-1', details),
    milestones,
  }
  for (const [index, milestone] of milestones.entries()) {
    const fault = orderTermsFault({ ...terms, milestones: [milestone] }, now.env)
    if (fault !== undefined)
      return refusalOf(fault.code, fault.detail, `milestones.${index}.${fault.field ?? ''}`.replace(/\.$/, ''))
  }
  const fault = orderTermsFault(terms, now.env)
  return fault === undefined ? ok({ terms, details }) : refusalOf(fault.code, fault.detail, fault.field)
}

interface Asked extends OrderPlaces {
  readonly index: number
  readonly one: AskedMilestone
}

function milestoneTerms(
  asked: AskedOrder,
  placed: Asked,
  now: { readonly env: Env; readonly hub: Terms },
): Result<MilestoneTerms, TermsRefusal> {
  const { index, one } = placed
  const { env, hub } = now
  if (one.merchant === asked.buyer) return err('self_trade', 'a buyer cannot buy from itself', 'merchant')
  if (one.payee === asked.payer) return err('self_trade', 'payer and payee are one account', 'payee')
  const confirmation = confirmationOf(one)
  if (!confirmation.ok) return confirmation
  const legs = legsTerms(asked, placed, now)
  if (!legs.ok) return legs
  const chain = buyersChain(legs.value)
  const shipBy = one.shipBy as Time
  const isPaired = legs.value.kind === 'paired'
  const latestFunding = after(latestNow(env, chain), isPaired ? PAIRED_FUND_MS : FUND_MS)
  const fundBy = latestFunding < shipBy ? latestFunding : shipBy
  if (fundBy <= latestNow(env, chain)) return err('terms_invalid', 'shipping is due already', 'shipBy')
  const times = { fundBy, shipBy, transitMs: hub.transitMs, disputeMs: hub.longestDisputeMs }
  const payment = policyOf(one)
  return ok({
    milestone: index,
    merchant: one.merchant,
    ...times,
    confirmation: confirmation.value,
    legs: legs.value,
    ...payment,
  })
}

/** Only what departs from a full refund stands in the terms. */
function policyOf({ payment }: AskedMilestone): Pick<MilestoneTerms, 'payment'> {
  const { under, over, late } = payment ?? {}
  const policy = {
    ...(under === undefined || under === 'refund' ? {} : { under }),
    ...(over === undefined || over === 'refund' ? {} : { over }),
    ...(late === undefined || late === 'refund' ? {} : { late }),
  }
  return Object.keys(policy).length === 0 ? {} : { payment: policy }
}

function confirmationOf({ deliveryHash, inspectionMs }: AskedMilestone): Result<Confirmation, 'terms_invalid'> {
  if (deliveryHash !== undefined && inspectionMs === undefined) return ok({ kind: 'code', hash: deliveryHash as HashLock })
  if (inspectionMs !== undefined && deliveryHash === undefined) return ok({ kind: 'inspection', inspectionMs })
  const detail = 'delivery is confirmed either by a code or by an inspection window'
  return err('terms_invalid', detail, deliveryHash === undefined ? 'deliveryHash' : 'inspectionMs')
}

function legsTerms(
  asked: AskedOrder,
  placed: Asked,
  now: { readonly env: Env; readonly hub: Terms },
): Result<LegsTerms, TermsRefusal> {
  const { one, index, quotes, arbiter, feeTo } = placed
  const { env, hub } = now
  const amount = parseAmount(one.amount)
  if (!amount.ok) return err('amount_out_of_range', undefined, 'amount')
  const settle = placed.ledgerOf(one.settle.ledger)
  // the border: form checked by the contract
  const leg: EscrowLegTerms = {
    chain: settle.chain,
    asset: one.settle.asset as AssetCode,
    amount: amount.value,
    fee: feeOn(amount.value, hub.feePpm, settle),
    feeTo,
    payer: asked.payer as AccountId,
    payee: one.payee as AccountId,
    arbiter,
    deadline: one.deadline as Time,
    latest: one.latest as Time,
  }
  const quote = quotes.get(index)
  if (quote === undefined) return fits(env, settle, leg) ?? ok({ kind: 'single', leg })
  const isSame = quote.take.ledger.chain === leg.chain && quote.take.asset === leg.asset && quote.take.amount === leg.amount
  if (!isSame) return err('terms_invalid', 'the quote is for something else', 'quote')
  const { give, liquidity, provider } = quote
  const b: EscrowLegTerms = { ...leg, payer: liquidity }
  const margin = pairMarginMs(env, give.ledger.chain, leg.chain) + SLACK_MS
  const a: EscrowLegTerms = {
    ...leg,
    chain: give.ledger.chain,
    asset: give.asset,
    amount: give.amount,
    // the provider is paid in full: the hub's fee is on what the merchant gets
    fee: 0n,
    payee: liquidity,
    deadline: after(leg.deadline, margin),
    latest: after(leg.latest, margin),
  }
  const lockBy = lockByOf(env, hub, a.chain, b.chain)
  if (lockBy >= quote.offerExpiresAt) return err('terms_invalid', 'the offer expires before leg B could be locked', 'quote')
  return fits(env, settle, b) ?? fits(env, give.ledger, a) ?? ok({ kind: 'paired', provider, a, b, lockBy })
}

/** Leg A final, then {@link Terms.lockMs} for leg B; counted on the later of both ledgers' clocks. */
function lockByOf(env: Env, hub: Terms, a: ChainId, b: ChainId): Time {
  const [onA, onB] = [latestNow(env, a), latestNow(env, b)]
  return after(onA > onB ? onA : onB, PAIRED_FUND_MS + clockOf(env, a).finalityMs + env.parameters.skewMs + hub.lockMs)
}

/** floor(amount * ppm / 1,000,000), within what the ledger's rulebook lets an escrow take. */
export function feeOn(amount: Amount, feePpm: number, ledger: Pick<Ledger, 'genesis' | 'rulebook'>): Amount {
  return mulDivFloor(amount, BigInt(Math.min(feePpm, rulebookOf(ledger).feeShareMaxPpm)), 1_000_000n)
}

/** A rulebook limits how long money may be locked. */
function fits(env: Env, ledger: Ledger, leg: EscrowLegTerms) {
  const { lockMaxMs } = rulebookOf(ledger)
  const length = leg.latest - clockOf(env, ledger.chain).final
  return length > lockMaxMs
    ? err('terms_invalid', `ledger ${ledger.name} locks for ${lockMaxMs} ms at most`, 'latest')
    : undefined
}

const buyersChain = (legs: LegsTerms): ChainId => (legs.kind === 'single' ? legs.leg.chain : legs.a.chain)

/** What is only recorded must be an amount too. */
function amountFault(asked: AskedOrder) {
  for (const [index, { items }] of asked.milestones.entries()) {
    const at = items.findIndex(({ amount }) => !parseAmount(amount).ok)
    if (at >= 0) return err('amount_out_of_range', undefined, `milestones.${index}.items.${at}.amount`)
  }
  for (const field of ['tendered', 'listed'] as const) {
    const at = (asked[field] ?? []).findIndex(({ amount }) => !parseAmount(amount).ok)
    if (at >= 0) return err('amount_out_of_range', undefined, `${field}.${at}.amount`)
  }
  return undefined
}

function detailsOf(asked: AskedOrder): string {
  const amounts = (list: AskedOrder['tendered']) =>
    list?.map(({ token, amount }) => ({ ...plain(token), amount: BigInt(amount) }))
  return canonicalText({
    reference: asked.reference,
    milestones: asked.milestones.map(({ items }, milestone) => ({
      milestone,
      items: items.map(({ name, quantity, amount }) => ({ name, quantity, amount: BigInt(amount) })),
    })),
    tendered: amounts(asked.tendered),
    listed: amounts(asked.listed),
  })
}

const plain = ({ ledger, asset }: { readonly ledger: string; readonly asset: string }) => ({ ledger, asset })

type Fault = NonNullable<ReturnType<typeof orderTermsFault>>

function refusalOf(code: Fault['code'], detail: string | undefined, field: string | undefined) {
  return err('terms_invalid', detail === undefined ? code : `${code}: ${detail}`, field)
}
