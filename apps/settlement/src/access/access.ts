// Who may see and do what: the one place that compares an actor with a deal's parties. A stranger is told that the deal does not exist.
import type { Actor } from '@huitong/contracts'
import { type Result, err, ok } from '@huitong/primitives'

/** Admins and operators read everything. They act for nobody. */
export const mayReadAll = (actor: Actor): boolean => actor.scopes.includes('admin') || actor.scopes.includes('operator')

export const isAdmin = (actor: Actor): boolean => actor.scopes.includes('admin')

/** May the actor know of an object of these parties? */
export const maySee = (actor: Actor, parties: readonly string[]): boolean =>
  mayReadAll(actor) || (actor.party !== undefined && parties.includes(actor.party))

/** The party whose objects a list may hold; absent: everybody's. A key of no party and without such a scope sees nothing. */
export function listedParty(actor: Actor): { readonly party?: string } {
  return mayReadAll(actor) ? {} : { party: actor.party ?? 'nobody' }
}

/** Does the actor act for `party`? An admin key may (it onboards and demonstrates); an operator's may not. */
export function actsFor(actor: Actor, party: string): Result<undefined, 'forbidden'> {
  return actor.party === party || (isAdmin(actor) && actor.party === undefined) ? ok(undefined) : err('forbidden')
}

/** The name under which history and audit remember who asked. */
export const actorName = (actor: Actor): string => actor.key
