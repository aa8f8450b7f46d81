// Who may do what to which object, in one place. Decides from the actor alone; never reads a table.
import type { Actor, Scope } from '@huitong/contracts'

/** What a party's own key may be used for unless its maker says less. */
export const PARTY_SCOPES: readonly Scope[] = ['read', 'pay', 'trade', 'orders', 'disputes', 'parties']

/** What the key of a person on duty is for. */
export const OPERATOR_SCOPES: readonly Scope[] = ['operator', 'read', 'disputes']

const RESERVED: readonly Scope[] = ['admin', 'operator', 'sandbox']

export const isAdmin = (actor: Actor): boolean => actor.scopes.includes('admin')

export const isOnDuty = (actor: Actor): boolean => isAdmin(actor) || actor.scopes.includes('operator')

/** The party itself, with a key that may act on its own data. */
export const isOwner = (actor: Actor, party: string): boolean =>
  actor.party !== undefined && actor.party === party && actor.scopes.includes('parties')

/** Whoever may read what only the party and people on duty see. */
export const maySee = (actor: Actor, party: string): boolean => isOnDuty(actor) || actor.party === party

/** A key made by a party's own key has its maker's scopes at most, belongs to the same party and never reaches beyond it. */
export function mayGrant(actor: Actor, wanted: { readonly scopes: readonly Scope[]; readonly party?: string }): boolean {
  if (isAdmin(actor)) return true
  return wanted.scopes.every((scope) => actor.scopes.includes(scope) && !RESERVED.includes(scope))
}

/** Name of the actor on the audit chain. */
export const nameOf = (actor: Actor): string => actor.operator ?? actor.party ?? actor.key
