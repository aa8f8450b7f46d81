// What an order keeps beside its machine's state: evidence for custody, bodies to be signed, what was announced. Data only; the machine in
// libs/protocol never sees it, and nothing here decides about money.
import type { SignedStatement } from '@huitong/contracts'
import type { AccountId, AssetCode, ChainId, Coordinate, Time } from '@huitong/primitives'
import { type OrderState, type StateCodec, orderCodec } from '@huitong/protocol'
import { invariant } from '@huitong/primitives'

export type Signed = Readonly<SignedStatement>

/** One account's approval of the terms. A merchant with several accounts agrees when each of them has approved. */
export interface Approval {
  readonly party: string
  readonly account: AccountId
  readonly signed: Signed
}

/** A division of one milestone that both sides may sign: the ruling's body over all legs, fixed by the first call. */
export interface Split {
  readonly milestone: number
  /** Decimal base units of the settle token, before the fee. */
  readonly toMerchant: string
  readonly toBuyer: string
  readonly body: string
  /** SHA-256 of the body: names the split as evidence. */
  readonly hash: string
  readonly signatures: readonly { readonly party: string; readonly signed: Signed }[]
  /** True once the arbiter executes it. */
  readonly isBound: boolean
}

/** More than the milestones' sum, announced by the buyer: an escrow coin of the reserved milestone, to be returned. */
export interface Surplus {
  readonly id: string
  readonly chain: ChainId
  readonly asset: AssetCode
  /** Decimal base units. */
  readonly units: string
  /** Canonical, in hexadecimal. */
  readonly condition: string
  /** The first final coin that equals it. */
  readonly coin?: Coordinate
}

/** Less than the goods cost by their list: recorded, nothing moves. */
export interface Shortage {
  readonly ledger: string
  readonly asset: string
  /** Decimal base units. */
  readonly units: string
}

export interface OrderFile {
  /** Canonical text whose hash stands in the terms: items, tendered and listed amounts, reference. */
  readonly details: string
  readonly reference?: string
  readonly quotes: readonly { readonly milestone: number; readonly quote: string; readonly firmUntil: Time }[]
  readonly approvals: readonly Approval[]
  /** Custody keeps terms and approvals: they hold good after any change of keys. */
  readonly isKept?: true
  readonly delivered: readonly { readonly milestone: number; readonly signed: Signed }[]
  readonly splits: readonly Split[]
  readonly disputes: readonly { readonly milestone: number; readonly dispute: string; readonly opened: Signed }[]
  /** Without a ground: two operators'. */
  readonly rulings: readonly { readonly hash: string; readonly ground?: 'consent'; readonly signatures: readonly Signed[] }[]
  readonly surplus: readonly Surplus[]
  readonly shortages: readonly Shortage[]
}

/** An order as a deal: the machine's state and its file, saved together under one version. */
export interface OrderDeal {
  readonly state: OrderState['state']
  readonly order: OrderState
  readonly file: OrderFile
}

export const orderDeal = (order: OrderState, file: OrderFile): OrderDeal => ({ state: order.state, order, file })

interface Kept {
  readonly order: unknown
  readonly file: OrderFile
}

export const orderDealCodec: StateCodec<OrderDeal> = {
  encodeState: ({ order, file }) => ({ machine: 'orderDeal', format: 1, state: { order: orderCodec.encodeState(order), file } }),
  decodeState(stored) {
    invariant(isRecord(stored) && stored['machine'] === 'orderDeal' && stored['format'] === 1, 'not a stored orderDeal')
    invariant(isRecord(stored['state']), 'a stored orderDeal holds a state')
    // the border: only encodeState writes this
    const { order, file } = stored['state'] as unknown as Kept
    return orderDeal(orderCodec.decodeState(order), file)
  },
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** Signatures under the ruling or split that an effect names as its evidence. */
export function evidenceOf(
  file: OrderFile,
  reference: string,
): { readonly ground: 'ruling' | 'consent'; readonly signed: readonly Signed[] } | undefined {
  const ruling = file.rulings.find(({ hash }) => hash === reference)
  if (ruling !== undefined) return { ground: ruling.ground ?? 'ruling', signed: ruling.signatures }
  const split = file.splits.find(({ hash }) => hash === reference)
  return split === undefined ? undefined : { ground: 'consent', signed: split.signatures.map(({ signed }) => signed) }
}
