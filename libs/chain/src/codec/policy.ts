// Key sets and account policies as bytes. The encoded first policy is hashed to the account's id.
import { type AccountId, KEYS_MAX, type PublicKey, invariant } from '@huitong/primitives'
import type { KeySet, Policy, RecoveryTerms } from '../model.js'
import type { Reader } from './reader.js'
import { Writer } from './writer.js'

/** No recovery may keep its owner waiting longer. */
export const RECOVERY_DELAY_MAX_MS = 366 * 24 * 60 * 60 * 1000

export function writeKeySet(writer: Writer, set: KeySet): void {
  invariant(set.keys.length >= 1 && set.keys.length <= KEYS_MAX, 'one to sixteen keys')
  invariant(set.threshold >= 1 && set.threshold <= set.keys.length, 'a threshold within the keys')
  writer.u8(set.keys.length)
  writeAscending(writer, set.keys)
  writer.u8(set.threshold)
}

export function readKeySet(reader: Reader): KeySet {
  const count = reader.u8()
  if (count < 1 || count > KEYS_MAX) reader.fail('list_malformed')
  const keys = reader.ascending<PublicKey>(count)
  const threshold = reader.u8()
  if (threshold < 1 || threshold > count) reader.fail('threshold_malformed')
  return { keys, threshold }
}

export function writePolicy(writer: Writer, policy: Policy): void {
  writeKeySet(writer, policy)
  writeTerms(writer, policy)
}

export function writeTerms(writer: Writer, policy: RecoveryTerms): void {
  const count = policy.authorities.length
  invariant(count <= KEYS_MAX, 'at most sixteen authorities')
  invariant(count === 0 ? policy.quorum === 0 : policy.quorum >= 2 && policy.quorum <= count, 'a quorum within the authorities')
  invariant(policy.delayMs <= RECOVERY_DELAY_MAX_MS, 'a recovery delay of at most 366 days')
  writer.u8(count)
  writeAscending(writer, policy.authorities)
  writer.u8(policy.quorum).u48(policy.delayMs)
}

export function readPolicy(reader: Reader): Policy {
  const { keys, threshold } = readKeySet(reader)
  return { keys, threshold, ...readTerms(reader) }
}

export function readTerms(reader: Reader): RecoveryTerms {
  const count = reader.u8()
  if (count > KEYS_MAX) reader.fail('list_malformed')
  const authorities = reader.ascending<AccountId>(count)
  const quorum = reader.u8()
  if (count === 0 ? quorum !== 0 : quorum < 2 || quorum > count) reader.fail('threshold_malformed')
  const delayMs = reader.u48()
  if (delayMs > RECOVERY_DELAY_MAX_MS) reader.fail('delay_malformed')
  return { authorities, quorum, delayMs }
}

/** Writes 32-byte values given in hexadecimal, asserting their order. */
export function writeAscending(writer: Writer, values: readonly string[]): void {
  let previous = ''
  for (const value of values) {
    invariant(previous < value, 'a strictly ascending list')
    writer.hex(value, 32)
    previous = value
  }
}
