// A lost key: k of n authorities vouch, the new keys are proposed on every ledger of the party, and take effect after the delay.
import type { KeySet } from '@huitong/chain'
import { type AccountId, type ChainId, type Time, err, never, ok } from '@huitong/primitives'
import { canonicalText } from '../canonical.js'
import { type Decided, type PartyId, hashText, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import { stateCodec } from '../state-codec.js'
import { hasPassed } from '../time-locks.js'

/** One authority of the account's policy and the institution behind it. */
export interface Authority {
  readonly account: AccountId
  readonly institution: string
}

export interface RecoveryTerms {
  readonly id: string
  readonly party: PartyId
  readonly account: AccountId
  readonly keys: KeySet
  readonly authorities: readonly Authority[]
  /** Signatures needed, at least 2, from at least 2 institutions. */
  readonly quorum: number
  /** Every ledger on which the account is open. */
  readonly chains: readonly ChainId[]
}

export interface Approval {
  readonly authority: AccountId
  readonly institution: string
  /** Signature over {@link recoveryHash}; checked before it gets here, and again by the ledger. */
  readonly signature: string
}

/** One ledger's part of the case. */
export type OnLedger =
  | { readonly chain: ChainId; readonly fate: 'unproposed' }
  | { readonly chain: ChainId; readonly fate: 'proposed'; readonly end: Time }
  | { readonly chain: ChainId; readonly fate: 'finalised' }
  | { readonly chain: ChainId; readonly fate: 'cancelled' }

interface Carried {
  readonly terms: RecoveryTerms
  readonly approvals: readonly Approval[]
  readonly ledgers: readonly OnLedger[]
}

export type RecoveryState =
  | (Carried & { readonly state: 'OPENED' })
  /** Enough authorities signed; the proposals are on their way to the ledgers. */
  | (Carried & { readonly state: 'APPROVED' })
  /** Final on every ledger; the old keys may cancel until the end of the delay. */
  | (Carried & { readonly state: 'PROPOSED' })
  | (Carried & { readonly state: 'FINALISED' })
  /** The current keys objected on a ledger. Where the proposal still stands they must object too, or it takes effect there. */
  | (Carried & { readonly state: 'CANCELLED' })
  /** The case was refused before any ledger heard of it. */
  | (Carried & { readonly state: 'REJECTED'; readonly reason: string })

export const RECOVERY_STATES = [
  'OPENED',
  'APPROVED',
  'PROPOSED',
  'FINALISED',
  'CANCELLED',
  'REJECTED',
] as const satisfies readonly RecoveryState['state'][]

export type RecoveryEvent =
  | { readonly kind: 'approve'; readonly authority: AccountId; readonly signature: string }
  | { readonly kind: 'reject'; readonly reason: string }
  /** Facts: operations on this account in final blocks. */
  | { readonly kind: 'proposed'; readonly chain: ChainId; readonly end: Time }
  | { readonly kind: 'cancelled'; readonly chain: ChainId }
  | { readonly kind: 'finalised'; readonly chain: ChainId }
  | { readonly kind: 'timePassed'; readonly chain: ChainId; readonly time: Time }

export type RecoveryEffect =
  /** Tell every known contact and device of the party that its keys are about to change. */
  | { readonly kind: 'notifyOldKeys'; readonly id: string; readonly account: AccountId }
  | {
      readonly kind: 'propose'
      readonly id: string
      readonly chain: ChainId
      readonly account: AccountId
      readonly keys: KeySet
      readonly approvals: readonly Approval[]
    }
  | { readonly kind: 'finalise'; readonly id: string; readonly chain: ChainId; readonly account: AccountId }

/**
 * - `recovery_terms_invalid`: quorum, institutions or ledgers do not make a case.
 * - `recovery_wrong_state`: no meaning in this state.
 * - `recovery_not_authority`: the policy does not name this account.
 */
export type RecoveryCode = 'recovery_terms_invalid' | 'recovery_wrong_state' | 'recovery_not_authority'

type Outcome = Decided<RecoveryState, RecoveryEffect, RecoveryCode>

/** What the authorities sign: case, account, new keys and ledgers. */
export function recoveryHash({ id, account, keys, chains }: RecoveryTerms): string {
  return hashText('huitong-recovery-1', canonicalText({ id, account, keys, chains }))
}

export function createRecovery(terms: RecoveryTerms, env: Env): Outcome {
  const { authorities, quorum, chains } = terms
  const institutions = new Set(authorities.map(({ institution }) => institution))
  const accounts = new Set(authorities.map(({ account }) => account))
  if (quorum < 2 || quorum > accounts.size || accounts.size !== authorities.length)
    return err('recovery_terms_invalid', 'a quorum of at least 2 of distinct authorities', 'quorum')
  if (institutions.size < 2) return err('recovery_terms_invalid', 'authorities of at least two institutions', 'authorities')
  if (chains.length === 0 || new Set(chains).size !== chains.length)
    return err('recovery_terms_invalid', 'every ledger of the party, each once', 'chains')
  const ledgers = chains.map((chain): OnLedger => ({ chain, fate: 'unproposed' }))
  return settled({ state: 'OPENED', terms, approvals: [], ledgers }, env)
}

export function decideRecovery(recovery: RecoveryState, event: RecoveryEvent, env: Env): Outcome {
  switch (event.kind) {
    case 'approve':
      return onApproval(recovery, event, env)
    case 'reject':
      if (recovery.state === 'REJECTED') return unchanged(recovery)
      return recovery.state === 'OPENED'
        ? settled({ ...recovery, state: 'REJECTED', reason: event.reason }, env)
        : refused('recovery_wrong_state', recovery.state, event.kind)
    case 'proposed':
      return onLedger(recovery, { chain: event.chain, fate: 'proposed', end: event.end }, env)
    case 'cancelled':
    case 'finalised':
      return onLedger(recovery, { chain: event.chain, fate: event.kind }, env)
    case 'timePassed':
      return settled(recovery, advanced(env, event.chain, event.time))
    default:
      return never(event)
  }
}

/** What the state owes; asked again after any crash. */
export function recoveryEffects({ state, terms, approvals, ledgers }: RecoveryState, env: Env): readonly RecoveryEffect[] {
  const { id, account, keys } = terms
  if (state !== 'APPROVED' && state !== 'PROPOSED') return []
  const effects: RecoveryEffect[] = [{ kind: 'notifyOldKeys', id: `${id}/notify`, account }]
  for (const ledger of ledgers) {
    const { chain } = ledger
    if (ledger.fate === 'unproposed')
      effects.push({ kind: 'propose', id: `${id}/propose/${chain}`, chain, account, keys, approvals })
    // New keys take effect only when every ledger has the proposal: an account must not be recovered on some ledgers alone.
    if (state === 'PROPOSED' && ledger.fate === 'proposed' && hasPassed(env, chain, ledger.end))
      effects.push({ kind: 'finalise', id: `${id}/finalise/${chain}`, chain, account })
  }
  return effects
}

const settled = (state: RecoveryState, env: Env): Outcome => ok({ state, effects: recoveryEffects(state, env) })

function onApproval(recovery: RecoveryState, event: Extract<RecoveryEvent, { kind: 'approve' }>, env: Env): Outcome {
  const authority = recovery.terms.authorities.find(({ account }) => account === event.authority)
  if (authority === undefined) return err('recovery_not_authority', undefined, 'authority')
  if (recovery.approvals.some((approval) => approval.authority === event.authority)) return unchanged(recovery)
  if (recovery.state !== 'OPENED') return refused('recovery_wrong_state', recovery.state, event.kind)
  const { institution } = authority
  const approvals = [...recovery.approvals, { authority: event.authority, institution, signature: event.signature }]
  const distinct = new Set(approvals.map((approval) => approval.institution)).size >= 2
  const enough = distinct && approvals.length >= recovery.terms.quorum
  return settled({ ...recovery, approvals, state: enough ? 'APPROVED' : 'OPENED' }, env)
}

function onLedger(recovery: RecoveryState, news: OnLedger, env: Env): Outcome {
  const before = recovery.ledgers.find(({ chain }) => chain === news.chain)
  if (before === undefined || before.fate === news.fate || recovery.state === 'REJECTED') return unchanged(recovery)
  if (before.fate === 'finalised' || before.fate === 'cancelled') return unchanged(recovery)
  const ledgers = recovery.ledgers.map((one) => (one.chain === news.chain ? news : one))
  return settled({ ...recovery, ledgers, state: stateOf(recovery, ledgers) }, env)
}

function stateOf(from: Exclude<RecoveryState, { state: 'REJECTED' }>, ledgers: readonly OnLedger[]) {
  if (ledgers.some(({ fate }) => fate === 'cancelled')) return 'CANCELLED'
  if (ledgers.every(({ fate }) => fate === 'finalised')) return 'FINALISED'
  // A proposal seen before the approvals reached us was made by the authorities themselves.
  return ledgers.every(({ fate }) => fate !== 'unproposed') ? 'PROPOSED' : from.state
}

export const recoveryCodec = stateCodec<RecoveryState>('recovery', RECOVERY_STATES)
