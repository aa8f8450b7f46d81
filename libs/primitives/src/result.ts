// Outcomes as values: operating errors are returned with a code, only broken invariants and broken infrastructure throw.

export type Ok<T> = { readonly ok: true; readonly value: T }
export type Err<C extends string> = { readonly ok: false; readonly code: C; readonly detail?: string; readonly field?: string }
/** The outcome of an operation: a value, or one code of a closed list with an optional sentence and the name of the field at fault. */
export type Result<T, C extends string> = Ok<T> | Err<C>

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value })

export function err<C extends string>(code: C, detail?: string, field?: string): Err<C> {
  return { ok: false, code, ...(detail === undefined ? {} : { detail }), ...(field === undefined ? {} : { field }) }
}

/** A broken invariant: a bug of ours or broken storage, never somebody's bad input. The process that meets one stops writing. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

/** Asserts what only a bug can break. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantViolation(sentence)
}

/** The value of a result that cannot have failed; throws {@link InvariantViolation} with the code if it did. */
export function expectOk<T>(result: Result<T, string>, what: string): T {
  if (result.ok) return result.value
  throw new InvariantViolation(`${what}: ${result.code}${result.detail === undefined ? '' : ` (${result.detail})`}`)
}

/** Exhaustiveness: a switch over a union ends with `default: return never(x)`. */
export function never(value: never): never {
  throw new InvariantViolation(`unexpected value ${JSON.stringify(value)}`)
}
