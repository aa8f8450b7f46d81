// A recovery case as it is kept: the machine's state beside each ledger's transaction and who has signed it. Pure; sends nothing.
import {
  type KeySet,
  type KeySignature,
  type Policy,
  attachWitnesses,
  encodeBody,
  transactionMessage,
  txIdOf,
} from '@huitong/chain'
import type { WireRecovery, WireRecoveryLeg } from '@huitong/contracts'
import { type RecoveryState, recoveryCodec } from '@huitong/protocol'
import {
  type AccountId,
  type Bytes,
  type ChainId,
  type Time,
  type TxId,
  VALID_AHEAD_MAX_MS,
  after,
  fromHex,
  never,
  toHex,
} from '@huitong/primitives'

export interface AuthoritySignatures {
  readonly authority: AccountId
  readonly signatures: readonly KeySignature[]
  /** As many as the authority's account needs. */
  readonly isComplete: boolean
}

export interface CaseLeg {
  readonly ledger: string
  readonly chain: ChainId
  /** Canonical body of `proposeRecovery`, hexadecimal: what the authorities sign. */
  readonly body: string
  readonly id: TxId
  readonly validUntil: Time
  readonly signed: readonly AuthoritySignatures[]
  /** After a cancelled proposal the ledger wants every authority. */
  readonly needsAll: boolean
}

export interface RecoveryCase {
  readonly id: string
  readonly state: RecoveryState
  readonly policy: Policy
  readonly legs: readonly CaseLeg[]
  readonly createdAt: Time
  readonly version: number
}

export interface LegFacts {
  readonly ledger: string
  readonly chain: ChainId
  readonly account: AccountId
  readonly keys: KeySet
  /** What the next operation on the account carries. */
  readonly sequence: number
  readonly now: Time
  /** 8 bytes in hexadecimal. */
  readonly reference: string
}

/** A fresh proposal for one ledger, valid as long as ledgers allow. */
export function draftLeg(facts: LegFacts): CaseLeg {
  const { ledger, chain, account, keys, sequence, now, reference } = facts
  const validUntil = after(now, VALID_AHEAD_MAX_MS)
  const operations = [{ kind: 'proposeRecovery', account, sequence, keys }] as const
  const body = { validUntil, reference, inputs: [], outputs: [], operations, memo: '' }
  return { ledger, chain, body: toHex(encodeBody(body)), id: txIdOf(chain, body), validUntil, signed: [], needsAll: false }
}

/** What an authority's keys sign for this leg. */
export const legMessage = (leg: CaseLeg): Bytes => transactionMessage(leg.chain, leg.id)

export const completeOf = (leg: CaseLeg): readonly AuthoritySignatures[] => leg.signed.filter(({ isComplete }) => isComplete)

/** Enough authorities have signed this leg's body. */
export const isSigned = (leg: CaseLeg, policy: Policy): boolean =>
  completeOf(leg).length >= (leg.needsAll ? policy.authorities.length : policy.quorum)

/** The whole transaction: one group of signatures per authority in the policy's order, empty for those who have not signed. */
export function proposalBytes(leg: CaseLeg, policy: Policy): Bytes {
  const complete = completeOf(leg)
  const signatures = policy.authorities.map((authority) => complete.find((one) => one.authority === authority)?.signatures ?? [])
  return attachWitnesses(fromHex(leg.body), { signatures, preimages: [] })
}

/** The leg with one authority's signatures added to those it gave before. */
export function withSignatures(leg: CaseLeg, added: Omit<AuthoritySignatures, 'isComplete'>, threshold: number): CaseLeg {
  const before = leg.signed.find(({ authority }) => authority === added.authority)?.signatures ?? []
  const fresh = added.signatures.filter(({ key }) => before.every((one) => one.key !== key))
  // the ledger wants exactly the threshold, in ascending order of keys
  const signatures = [...before, ...fresh].slice(0, threshold).sort((a, b) => a.key - b.key)
  const one = { authority: added.authority, signatures, isComplete: signatures.length === threshold }
  return { ...leg, signed: [...leg.signed.filter(({ authority }) => authority !== added.authority), one] }
}

export function wireOf(one: RecoveryCase): WireRecovery {
  const { id, state, policy, legs, createdAt, version } = one
  const { party, account, keys } = state.terms
  return { id, party, account, policy, keys, state: state.state, legs: legs.map((leg) => wireLeg(leg, one)), createdAt, version }
}

function wireLeg(leg: CaseLeg, { state, policy }: RecoveryCase): WireRecoveryLeg {
  const on = state.ledgers.find(({ chain }) => chain === leg.chain)
  const approvals = leg.signed.flatMap(({ authority, signatures }) => signatures.map(({ key }) => ({ authority, key })))
  const shown = { ledger: leg.ledger, body: leg.body, approvals }
  if (on === undefined || on.fate === 'unproposed') return { ...shown, state: isSigned(leg, policy) ? 'lagging' : 'collecting' }
  switch (on.fate) {
    case 'proposed':
      return { ...shown, state: 'proposed', end: on.end }
    case 'finalised':
    case 'cancelled':
      return { ...shown, state: on.fate }
    default:
      return never(on)
  }
}

interface StoredCase {
  readonly machine: unknown
  readonly policy: Policy
  readonly legs: readonly CaseLeg[]
}

/** The case's jsonb column. */
export const encodeCase = ({ state, policy, legs }: RecoveryCase): string =>
  JSON.stringify({ machine: recoveryCodec.encodeState(state), policy, legs } satisfies StoredCase)

export function decodeCase(row: {
  readonly id: string
  readonly createdAt: Time
  readonly version: number
  readonly body: unknown
}): RecoveryCase {
  // the border: only encodeCase writes this column
  const { machine, policy, legs } = row.body as StoredCase
  return { id: row.id, createdAt: row.createdAt, version: row.version, state: recoveryCodec.decodeState(machine), policy, legs }
}
