// What became of the money of one escrow coin over all its parts: how each path divides it, and the books of the line as of any height.
import type { EscrowTerms, ReadInput } from '../chain/transaction.js'

/** Where an escrow coin's amount goes: `released` is after the fee. */
export interface Division {
  readonly released: bigint
  readonly refunded: bigint
  readonly fees: bigint
  /** Stays in escrow, under the same order. */
  readonly remaining: bigint
  /** The fee that the remaining coin still carries. */
  readonly feeLeft: bigint
}

export interface Books {
  readonly funded: bigint
  readonly released: bigint
  readonly refunded: bigint
  readonly fees: bigint
  readonly remaining: bigint
}

/** All coins that came of one funding: a part that is paid leaves the rest in a new coin of the same line. */
export interface EscrowLine {
  /** The first coin's coordinate. */
  readonly root: string
  readonly asset: string
  readonly terms: EscrowTerms
  readonly funded: bigint
  readonly height: number
  readonly spends: { readonly height: number; readonly division: Division }[]
}

/** How a path divides a coin, or `undefined` if no escrow coin is spent by it. */
export function divide(
  coin: { readonly amount: bigint; readonly condition: EscrowTerms },
  input: ReadInput,
): Division | undefined {
  const { amount, condition } = coin
  const part = input.amount ?? 0n
  if (part > amount) return undefined
  switch (input.path) {
    case 'release':
      return division(coin, { toPayee: part, toPayer: 0n })
    case 'refund':
      return division(coin, { toPayee: 0n, toPayer: part })
    case 'agree':
    case 'rule':
      return division(coin, { toPayee: part, toPayer: amount - part })
    case 'code':
      return division(coin, { toPayee: amount, toPayer: 0n })
    case 'default':
      return division(coin, condition.releasesByDefault ? { toPayee: amount, toPayer: 0n } : { toPayee: 0n, toPayer: amount })
    case 'hold':
      return division(coin, { toPayee: 0n, toPayer: 0n })
    case 'own':
    case 'claim':
    case 'cancel':
    case 'expire':
    case 'clawback':
      return undefined
  }
}

function division(
  { amount, condition }: { readonly amount: bigint; readonly condition: EscrowTerms },
  { toPayee, toPayer }: { readonly toPayee: bigint; readonly toPayer: bigint },
): Division {
  const shareOf = (part: bigint): bigint => (condition.fee * part) / amount
  const fees = shareOf(toPayee)
  return {
    released: toPayee - fees,
    refunded: toPayer,
    fees,
    remaining: amount - toPayee - toPayer,
    feeLeft: condition.fee - shareOf(toPayee + toPayer),
  }
}

/** The books of a line as they stood when the ledger had `height` blocks. */
export function booksAt(line: EscrowLine, height: number): Books {
  const books = { funded: line.funded, released: 0n, refunded: 0n, fees: 0n, remaining: line.funded }
  for (const { height: at, division: moved } of line.spends) {
    if (at > height) break
    books.released += moved.released
    books.refunded += moved.refunded
    books.fees += moved.fees
    books.remaining = moved.remaining
  }
  return books
}
