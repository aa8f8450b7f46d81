// A refund is its own record: many per order, each with amount, reason and state. It follows the money, it never moves any.
import { type Amount, type AssetCode, type ChainId, err, never, ok } from '@huitong/primitives'
import { type Decided, refused, unchanged } from '../decision.js'
import { stateCodec } from '../state-codec.js'

export type RefundKind =
  /** Part of a milestone, asked for by a party. */
  | 'part'
  /** The rest of a milestone, called off by both. */
  | 'cancel'
  /** Money nobody agreed to: extra, late, wrong or too much. */
  | 'extra'
  /** The ledger's default, an arbiter's ruling or the merchant's own signature returned it. */
  | 'returned'

interface Carried {
  readonly id: string
  readonly kind: RefundKind
  readonly milestone: number
  readonly chain: ChainId
  readonly asset: AssetCode
  readonly amount: Amount
  readonly reason: string
}

export type RefundRecord =
  | (Carried & { readonly state: 'REQUESTED' })
  /** Owed: it is pursued until it is final, in whatever state the order is. */
  | (Carried & { readonly state: 'AGREED' })
  | (Carried & { readonly state: 'DECLINED' })
  /** The money did not go back: it was paid out by another path first. */
  | (Carried & { readonly state: 'SUPERSEDED' })
  /** In the payer's hands, final on the ledger. */
  | (Carried & { readonly state: 'FINAL' })

export const REFUND_STATES = [
  'REQUESTED',
  'AGREED',
  'DECLINED',
  'SUPERSEDED',
  'FINAL',
] as const satisfies readonly RefundRecord['state'][]

export type RefundEvent =
  | { readonly kind: 'agree' }
  | { readonly kind: 'decline' }
  /** Fact: the ledger returned `amount`, which may differ from what was asked. */
  | { readonly kind: 'returned'; readonly amount: Amount }
  /** Fact: the coin is spent and nothing of it came back. */
  | { readonly kind: 'paidOut' }

/** `refund_wrong_state`: decided already. `refund_amount_out_of_range`: a refund is of something. */
export type RefundCode = 'refund_wrong_state' | 'refund_amount_out_of_range'

type Outcome = Decided<RefundRecord, never, RefundCode>

/** A new record: asked for (`REQUESTED`) or owed from the start (`AGREED`). */
export function createRefund(carried: Carried, state: 'REQUESTED' | 'AGREED'): Outcome {
  if (carried.amount < 1n) return err('refund_amount_out_of_range', undefined, 'amount')
  return ok({ state: { ...carried, state }, effects: [] })
}

export function decideRefund(record: RefundRecord, event: RefundEvent): Outcome {
  const open = record.state === 'REQUESTED' || record.state === 'AGREED'
  switch (event.kind) {
    case 'agree':
      if (record.state === 'AGREED') return unchanged(record)
      return record.state === 'REQUESTED' ? become(record, 'AGREED') : refused('refund_wrong_state', record.state, event.kind)
    case 'decline':
      if (record.state === 'DECLINED') return unchanged(record)
      return record.state === 'REQUESTED' ? become(record, 'DECLINED') : refused('refund_wrong_state', record.state, event.kind)
    case 'returned':
      return open ? become({ ...record, amount: event.amount }, 'FINAL') : unchanged(record)
    case 'paidOut':
      return open ? become(record, 'SUPERSEDED') : unchanged(record)
    default:
      return never(event)
  }
}

const become = (record: RefundRecord, state: RefundRecord['state']): Outcome => ok({ state: { ...record, state }, effects: [] })

export const refundCodec = stateCodec<RefundRecord>('refund', REFUND_STATES)
