// Statements that people and institutions sign beside transactions, each with one canonical body. A statement moves no money by itself.
import {
  type AccountId,
  type AssetCode,
  type Amount,
  type Bytes,
  type ChainId,
  type Coordinate,
  type OrderId,
  type Time,
  invariant,
} from '@huitong/primitives'
import { writeOutput } from './codec/condition.js'
import { writePath } from './codec/path.js'
import { Writer } from './codec/writer.js'
import type { Output, SpendPath } from './model.js'
import { bodyMessage } from './signing.js'

const STATEMENT_VERSION = 1

/** A liquidity provider's standing offer: pays out `give` for `take`, `numerator` units of give for each `denominator` units of take. */
export interface OfferStatement {
  /** 16 bytes in hexadecimal. */
  readonly offer: string
  readonly give: { readonly chain: ChainId; readonly asset: AssetCode; readonly account: AccountId }
  readonly take: { readonly chain: ChainId; readonly asset: AssetCode; readonly account: AccountId }
  readonly numerator: Amount
  readonly denominator: Amount
  /** Smallest and largest amount of `take` in one deal. */
  readonly min: Amount
  readonly max: Amount
  /** How much of `give` is on offer in all. */
  readonly inventory: Amount
  readonly expiry: Time
}

/** A carrier's or device's word that a milestone was delivered. Its time is evidence only, never a clock. */
export interface DeliveredStatement {
  readonly chain: ChainId
  readonly order: OrderId
  readonly milestone: number
  readonly coin: Coordinate
  readonly at: Time
}

/** What one ruling does to one escrow coin, to the last output. */
export interface RulingLeg {
  readonly chain: ChainId
  readonly coin: Coordinate
  readonly path: SpendPath
  readonly outputs: readonly Output[]
  readonly validUntil: Time
}
export const RULING_OUTCOMES = ['release', 'refund', 'split'] as const
/** Signed by two operators: one decision over all legs of a deal. */
export interface RulingStatement {
  readonly order: OrderId
  readonly outcome: (typeof RULING_OUTCOMES)[number]
  /** SHA-256 of the reasons as text, 32 bytes in hexadecimal. */
  readonly reasons: string
  readonly legs: readonly RulingLeg[]
}

export const APPROVAL_SUBJECTS = [
  'orderTerms',
  'split',
  'dispute',
  'cancellation',
  'acceptance',
  'quote',
  'bind',
  'withdraw',
] as const
/** A party's consent to something known by its hash. */
export interface ApprovalStatement {
  readonly subject: (typeof APPROVAL_SUBJECTS)[number]
  /** Who approves. */
  readonly account: AccountId
  /** SHA-256 of the canonical form of what is approved, 32 bytes in hexadecimal. */
  readonly hash: string
  /** The approval counts until then. */
  readonly validUntil: Time
}

/** Proof that somebody holds an account's key: an answer to a challenge that is used once. */
export interface LoginStatement {
  /** 32 random bytes in hexadecimal, made by the hub. */
  readonly challenge: string
  readonly account: AccountId
}

export function encodeOffer(offer: OfferStatement): Bytes {
  const writer = new Writer().u8(STATEMENT_VERSION).hex(offer.offer, 16)
  for (const side of [offer.give, offer.take]) writer.hex(side.chain, 32).asset(side.asset).hex(side.account, 32)
  writer.amount(offer.numerator).amount(offer.denominator)
  return writer.amount(offer.min).amount(offer.max).amount(offer.inventory).u48(offer.expiry).done()
}

export function encodeDelivered(statement: DeliveredStatement): Bytes {
  const { chain, order, milestone, coin, at } = statement
  return new Writer().u8(STATEMENT_VERSION).hex(chain, 32).hex(order, 16).u16(milestone).hex(coin, 32).u48(at).done()
}

export function encodeRuling(ruling: RulingStatement): Bytes {
  const writer = new Writer().u8(STATEMENT_VERSION).hex(ruling.order, 16)
  writer.u8(tagOf(RULING_OUTCOMES, ruling.outcome)).hex(ruling.reasons, 32).u8(ruling.legs.length)
  for (const leg of ruling.legs) {
    writer.hex(leg.chain, 32).hex(leg.coin, 32)
    writePath(writer, leg.path)
    writer.u8(leg.outputs.length)
    for (const output of leg.outputs) writeOutput(writer, output)
    writer.u48(leg.validUntil)
  }
  return writer.done()
}

export function encodeApproval(approval: ApprovalStatement): Bytes {
  const { subject, account, hash, validUntil } = approval
  const writer = new Writer().u8(STATEMENT_VERSION).u8(tagOf(APPROVAL_SUBJECTS, subject))
  return writer.hex(account, 32).hex(hash, 32).u48(validUntil).done()
}

export function encodeLogin(login: LoginStatement): Bytes {
  return new Writer().u8(STATEMENT_VERSION).hex(login.challenge, 32).hex(login.account, 32).done()
}

/** The messages under these statements' signatures. `hub` is the hub's id, 32 bytes in hexadecimal. */
export const offerMessage = (hub: string, offer: OfferStatement): Bytes => bodyMessage('offer', hub, encodeOffer(offer))
export const deliveredMessage = (statement: DeliveredStatement): Bytes =>
  bodyMessage('delivered', statement.chain, encodeDelivered(statement))
export const rulingMessage = (hub: string, ruling: RulingStatement): Bytes => bodyMessage('ruling', hub, encodeRuling(ruling))
export const approvalMessage = (hub: string, approval: ApprovalStatement): Bytes =>
  bodyMessage('approval', hub, encodeApproval(approval))
export const loginMessage = (hub: string, login: LoginStatement): Bytes => bodyMessage('login', hub, encodeLogin(login))

/** Position in the closed list, from 1. */
function tagOf<T extends string>(list: readonly T[], value: T): number {
  const index = list.indexOf(value)
  invariant(index >= 0, 'a value of the closed list')
  return index + 1
}
