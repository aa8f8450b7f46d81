// Whom a coin concerns: who owns it, whom its lock names, and in which part of whose balance it counts.
import type { Condition } from '@huitong/chain'
import { type AccountId, type Time, never } from '@huitong/primitives'

/** How an account stands to a coin. Stored: never renumber. */
export const RELATION = { own: 0, timeLock: 1, named: 2 } as const
export type Relation = (typeof RELATION)[keyof typeof RELATION]

/** The part of a balance. Stored: never renumber. */
export const PART = { available: 0, locked: 1 } as const
export type Part = (typeof PART)[keyof typeof PART]

export interface Holding {
  readonly relations: readonly { readonly account: AccountId; readonly relation: Relation }[]
  /** The one balance in which the coin counts; none for coins of several owners. */
  readonly balance?: { readonly account: AccountId; readonly part: Part }
}

/** A lock counts as locked for whom it falls to if nobody does anything: a hash lock's refundee, an escrow's payer or payee by its default. */
export function holdingOf(condition: Condition): Holding {
  switch (condition.kind) {
    case 'account':
      return {
        relations: [{ account: condition.account, relation: RELATION.own }],
        balance: { account: condition.account, part: PART.available },
      }
    case 'timeLock':
      return {
        relations: [{ account: condition.account, relation: RELATION.timeLock }],
        balance: { account: condition.account, part: PART.locked },
      }
    case 'multi':
      return { relations: named(condition.accounts) }
    case 'hashLock':
      return {
        relations: named([condition.claimant, condition.refundee]),
        balance: { account: condition.refundee, part: PART.locked },
      }
    case 'escrow':
      return {
        relations: named([condition.payer, condition.payee, condition.arbiter, condition.feeTo]),
        balance: { account: condition.default === 'release' ? condition.payee : condition.payer, part: PART.locked },
      }
    default:
      return never(condition)
  }
}

const named = (accounts: readonly AccountId[]): Holding['relations'] =>
  [...new Set(accounts)].map((account) => ({ account, relation: RELATION.named }))

/** When something falls due on a coin by itself: its time lock opens, its refund or its default may be taken. */
export function dueOf(condition: Condition): Time | undefined {
  switch (condition.kind) {
    case 'account':
    case 'multi':
      return undefined
    case 'timeLock':
      return condition.until
    case 'hashLock':
      return condition.expiry
    case 'escrow':
      return condition.deadline
    default:
      return never(condition)
  }
}
