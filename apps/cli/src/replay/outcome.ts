// What each side must have got when an order has ended, to the last unit, computed from the plan and the fee agreed. Pure.
import { feeOnPart } from '@huitong/chain'
import { type Amount, never } from '@huitong/primitives'
import type { Ending } from './plan.js'

/** Where the money of one escrow leg is. Together always the leg's amount. */
export interface Shares {
  readonly payee: Amount
  readonly fee: Amount
  readonly payer: Amount
  readonly escrow: Amount
}

export interface EndedLeg {
  readonly amount: Amount
  /** Fee agreed for the whole amount, from what the payee gets. */
  readonly fee: Amount
  /** What a dispute refunds. */
  readonly freight: Amount
}

export function sharesOf(ending: Ending, leg: EndedLeg): Shares {
  switch (ending) {
    case 'code':
    case 'inspection':
      return released(leg, leg.amount)
    case 'dispute':
      return released(leg, leg.amount - leg.freight)
    case 'refund':
      return released(leg, 0n)
    case 'open':
      return { payee: 0n, fee: 0n, payer: 0n, escrow: leg.amount }
    default:
      return never(ending)
  }
}

/** `part`: before the fee, to the payee; the rest goes back. */
function released(leg: EndedLeg, part: Amount): Shares {
  const fee = feeOnPart(leg, part)
  return { payee: part - fee, fee, payer: leg.amount - part, escrow: 0n }
}

/** The first difference in words, or `undefined`. */
export function shareFault(expected: Shares, found: Shares): string | undefined {
  for (const side of ['payee', 'fee', 'payer', 'escrow'] as const)
    if (expected[side] !== found[side]) return `${side} has ${found[side]} instead of ${expected[side]}`
  return undefined
}
