// Replays a ledger from its genesis, or from a state, through the same rules that made it, and names the first thing that is wrong.
import type { Verifier } from '@huitong/primitives'
import { verifyBlock, verifyHeader } from './block.js'
import type { BlockCode, ValidationCode } from './codes.js'
import type { Block, Genesis } from './model.js'
import { LedgerState } from './state/state.js'
import { Validator } from './validate/validator.js'

export type ReplayCode = BlockCode | ValidationCode

/** What is wrong with a chain of blocks, and where it first is. */
export interface ReplayFault {
  readonly height: number
  /** Position in the block, if one transaction is to blame. */
  readonly transaction?: number
  readonly code: ReplayCode
}

export type ReplayOutcome =
  { readonly ok: true; readonly state: LedgerState; readonly blocks: number } | ({ readonly ok: false } & ReplayFault)

export interface ReplayOptions {
  readonly verifier: Verifier
  /** Goes on from here instead of the genesis; the state is changed. */
  readonly state?: LedgerState
  /** Takes the signatures of transactions for good (seals are always verified): for a restart from the ledger's own storage. */
  readonly trustSignatures?: true
  /** Told after each block. */
  readonly progress?: (height: number) => void
}

/** Verifies headers, seals, roots and every transaction of `blocks`, and answers the state they lead to. */
export async function verifyChain(
  genesis: Genesis,
  blocks: Iterable<Block> | AsyncIterable<Block>,
  options: ReplayOptions,
): Promise<ReplayOutcome> {
  const state = options.state ?? new LedgerState(genesis)
  const validator = new Validator(state)
  let count = 0
  for await (const block of blocks) {
    const fault = replayBlock(validator, block, options)
    if (fault !== undefined) return { ok: false, ...fault }
    options.progress?.(block.header.height)
    count++
  }
  return { ok: true, state, blocks: count }
}

/**
 * Which transaction of a block is to blame if its header is right and its bytes are not those that the header speaks of: the first that the rules
 * refuse, as they refuse nearly every changed byte (one of a transaction that nobody signed may pass).
 */
function blamed(
  validator: Validator,
  { header, transactions }: Block,
  options: Pick<ReplayOptions, 'verifier'>,
): Pick<ReplayFault, 'transaction'> {
  const { state } = validator
  if (!verifyHeader(state.genesis, state.head, header, options.verifier).ok) return {}
  for (const [index, bytes] of transactions.entries()) {
    const source = { kind: 'verify', verifier: options.verifier } as const
    if (validator.validate(bytes, 0, bytes.length, header.time, source) !== undefined) return { transaction: index }
    validator.apply()
  }
  return {}
}

/** Verifies one block after the validator's state and applies it; a state that met a fault is not to be used again. */
export function replayBlock(
  validator: Validator,
  block: Block,
  options: Pick<ReplayOptions, 'verifier' | 'trustSignatures'>,
): ReplayFault | undefined {
  const { state } = validator
  const follows = verifyBlock(state.genesis, state.head, block, options.verifier)
  if (follows.ok) return applyBlock(validator, block, options)
  return { height: state.head.height + 1, ...blamed(validator, block, options), code: follows.code }
}

/** Judges and applies the transactions of a block that {@link verifyBlock} has found to follow the validator's state. */
export function applyBlock(
  validator: Validator,
  { header, transactions }: Block,
  options: Pick<ReplayOptions, 'verifier' | 'trustSignatures'>,
): ReplayFault | undefined {
  const source =
    options.trustSignatures === true ? ({ kind: 'trusted' } as const) : ({ kind: 'verify', verifier: options.verifier } as const)
  for (const [index, bytes] of transactions.entries()) {
    const code = validator.validate(bytes, 0, bytes.length, header.time, source)
    if (code !== undefined) return { height: header.height, transaction: index, code }
    validator.apply()
  }
  validator.state.closeBlock(header)
  return undefined
}
