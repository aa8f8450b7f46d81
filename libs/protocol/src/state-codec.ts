// States at rest: plain JSON for a jsonb column, with the machine's name and a format number. Never loses or rounds an amount.
import { invariant } from '@huitong/primitives'
import { fromJson, toJson } from './canonical.js'

/** The stored form of a machine's state. */
export interface StoredState {
  readonly machine: string
  readonly format: 1
  readonly state: unknown
}

export interface StateCodec<State> {
  encodeState(state: State): StoredState
  /** Throws on anything that {@link encodeState} of the same machine did not write: the storage is broken then. */
  decodeState(stored: unknown): State
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The codec of one machine; `names` are all its states. */
export function stateCodec<State extends { readonly state: string }>(
  machine: string,
  names: readonly State['state'][],
): StateCodec<State> {
  return {
    encodeState: (state) => ({ machine, format: 1, state: toJson(state) }),
    decodeState(stored) {
      invariant(isRecord(stored) && stored['machine'] === machine && stored['format'] === 1, `not a stored ${machine}`)
      const state = fromJson(stored['state'])
      invariant(isRecord(state) && names.some((name) => name === state['state']), `a stored ${machine} is in no known state`)
      return state as unknown as State
    },
  }
}
