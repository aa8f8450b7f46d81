// The shape of every machine: decide(state, event, env) answers the next state and the effects it owes, or a code. Performs nothing.
import { type Err, type Result, invariant, ok, taggedHash, toHex, utf8 } from '@huitong/primitives'

export interface Decision<State, Effect> {
  readonly state: State
  /** What the new state owes now. Effects carry deterministic ids: performing one twice is performing it once. */
  readonly effects: readonly Effect[]
}

export type Decided<State, Effect, Code extends string> = Result<Decision<State, Effect>, Code>

/** Nothing happened: a late or repeated fact. The very same state, nothing to do. */
export const unchanged = <State>(state: State): { ok: true; value: Decision<State, never> } => ok({ state, effects: [] })

/** A party of a deal as the hub knows it (`pty_…`). */
export type PartyId = string

/** A refusal with the machine's state in the sentence. */
export function refused<Code extends string>(code: Code, state: string, event: string): Err<Code> {
  return { ok: false, code, detail: `${event} in state ${state}` }
}

/**
 * The client reference (8 bytes, hexadecimal) of the transaction that performs an effect. The same effect and attempt always make the
 * same transaction; a replacement after `validUntil` has passed is attempt 1, 2 …
 */
export function referenceOf(effectId: string, attempt = 0): string {
  invariant(Number.isSafeInteger(attempt) && attempt >= 0, 'an attempt is a natural number')
  return toHex(taggedHash('huitong-effect-1', utf8(effectId), utf8(`#${attempt}`))).slice(0, 16)
}

/** An id of 16 bytes in hexadecimal for a child record (a refund, a case), derived from its parent and the step that made it. */
export function childId(parent: string, step: string): string {
  return toHex(taggedHash('huitong-child-1', utf8(`${parent}/${step}`))).slice(0, 32)
}

/** SHA-256 under a tag of a canonical text, in hexadecimal. */
export const hashText = (tag: string, text: string): string => toHex(taggedHash(tag, utf8(text)))
