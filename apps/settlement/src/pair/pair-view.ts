// How legs, exceptions and deadlines of a pair of hash locks look to the outside. Reads, never decides.
import { type HashLockCondition, encodeCondition } from '@huitong/chain'
import type { WireDeadline, WireException, WireLeg } from '@huitong/contracts'
import { toHex } from '@huitong/primitives'
import type { ExtraLock, Leg, LockTerms, PairException, PairTerms } from '@huitong/protocol'
import type { DealCoin } from '../deal/deal.store.js'
import type { Deadline } from '../deal/kind.js'
import type { Ledgers } from '../ledgers/ledgers.js'

/** The condition that a coin of this leg carries, byte for byte. */
export const conditionOf = (terms: PairTerms, leg: LockTerms): HashLockCondition => ({
  kind: 'hashLock',
  hash: terms.hash,
  claimant: leg.claimant,
  refundee: leg.refundee,
  expiry: leg.expiry,
})

const LEG_STATE = { none: 'awaited', open: 'locked', claimed: 'claimed', returned: 'returned' } as const

export interface LegShown {
  readonly name: string
  readonly terms: LockTerms
  readonly leg: Leg
  /** Absent while an account of the leg is not known yet. */
  readonly condition?: HashLockCondition
}

export function legView(ledgers: Ledgers, shown: LegShown, coins: readonly DealCoin[]): WireLeg {
  const { name, terms, leg, condition } = shown
  const coordinate = leg.fate === 'none' ? undefined : leg.lock.coordinate
  const coin = coins.find((candidate) => candidate.coordinate === coordinate && candidate.chain === terms.chain)
  return {
    name,
    ledger: ledgers.ofChain(terms.chain).name,
    asset: terms.asset,
    amount: terms.amount.toString(),
    state: LEG_STATE[leg.fate],
    ...(condition === undefined ? {} : { condition: toHex(encodeCondition(condition)) }),
    ...(coordinate === undefined ? {} : { coordinate }),
    ...(coin === undefined ? {} : { fundedBy: coin.fundedBy }),
    ...(coin?.spentBy === undefined ? {} : { spentBy: coin.spentBy }),
  }
}

const SENTENCE: Readonly<Record<PairException, string>> = {
  late: 'a coin came after the time agreed; it returns at its own expiry',
  wrong_fields: 'a coin under this hash is not as agreed; it returns at its own expiry',
  extra: 'a second coin for a leg that has one; it returns at its own expiry',
  underpaid: 'a coin of less than the amount agreed; it returns at its own expiry',
  overpaid: 'a coin of more than the amount agreed; it returns at its own expiry',
  early_secret: 'the secret was shown before both legs were final',
  claim_too_late: 'the secret is known, but leg B expired unclaimed',
  one_leg: 'one leg was paid and the other was not; an operator looks at it',
}

export function exceptionViews(
  ledgers: Ledgers,
  book: { readonly exceptions: readonly PairException[]; readonly extras: readonly ExtraLock[] },
): readonly WireException[] {
  const ofCoins = book.extras.map(({ reason, amount, chain, coordinate, fate, expiry }) => ({
    kind: reason,
    detail: SENTENCE[reason],
    amount: amount.toString(),
    coin: { ledger: ledgers.ofChain(chain).name, coordinate },
    fate: fate === 'open' ? ('locked' as const) : fate,
    ...(fate === 'open' ? { returnsAt: expiry } : {}),
  }))
  const listed = new Set<string>(book.extras.map(({ reason }) => reason))
  const others = book.exceptions.filter((kind) => !listed.has(kind)).map((kind) => ({ kind, detail: SENTENCE[kind] }))
  return [...ofCoins, ...others]
}

/** The earliest pending deadline. */
export function nextDeadline(ledgers: Ledgers, deadlines: readonly Deadline[]): { readonly nextDeadline?: WireDeadline } {
  const [next] = [...deadlines].sort((one, two) => one.at - two.at)
  if (next === undefined) return {}
  return { nextDeadline: { at: next.at, ledger: ledgers.ofChain(next.chain).name, default: next.default } }
}
