// What two hash-locked legs must satisfy before anybody agrees to them, apart from time margins. Answers a sentence, decides nothing.
import { AMOUNT_MAX } from '@huitong/primitives'
import type { PairTerms } from './pair.js'

/** The first contradiction in the terms of a pair, in words, or `undefined`. */
export function pairTermsFault(terms: PairTerms): string | undefined {
  const { a, b, hash } = terms
  if (!/^[0-9a-f]{64}$/.test(hash)) return 'the hash is not 32 bytes'
  for (const leg of [a, b]) {
    if (leg.amount < 1n || leg.amount > AMOUNT_MAX) return 'an amount is out of range'
    if (leg.claimant === leg.refundee) return 'a leg pays its own payer'
  }
  if (a.chain === b.chain && a.asset === b.asset) return 'both legs are the same asset'
  return undefined
}
