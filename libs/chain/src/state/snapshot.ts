// A ledger's state as bytes and back, for restarts. A snapshot is a cache: the state can always be rebuilt from the raw blocks.
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type BlockHash,
  type Bytes,
  type Result,
  type Time,
  concat,
  equalBytes,
  err,
  hexOf,
  ok,
  sha256,
  utf8,
} from '@huitong/primitives'
import { readKeySet, readPolicy, readTerms, writeKeySet, writePolicy, writeTerms } from '../codec/policy.js'
import { readRulebook, writeRulebook } from '../codec/rulebook.js'
import { Reader } from '../codec/reader.js'
import { Writer } from '../codec/writer.js'
import { accountIdOf } from '../ids.js'
import type { Genesis } from '../model.js'
import { withChange } from '../money-rules.js'
import { LedgerState } from './state.js'

const MAGIC = utf8('huitong-snapshot-4')
const SUM_BYTES = 32
const NOTHING = new Uint8Array()

export type SnapshotCode = 'snapshot_corrupt' | 'snapshot_of_other_chain'

/** Everything of `state`, followed by the SHA-256 of it. */
export function writeSnapshot(state: LedgerState): Bytes {
  const content = concat(...snapshotParts(state))
  return concat(content, sha256(content))
}

/**
 * The same without the hash, in parts of at most a few megabytes one after another, so that neither hashing nor writing them needs to be done
 * in one go. They are copies: taking them is all that must happen while the state stands still.
 */
export function snapshotParts(state: LedgerState): Bytes[] {
  const { coins, committed } = state
  const head = new Writer().bytes(MAGIC).bytes(state.chainBytes)
  head.u48(state.head.height).hex(state.head.hash, 32).u48(state.head.time)
  writeRules(head, state)
  writeAccounts(head, state)
  writeAssets(head, state)
  writeOutflows(head, state)
  head.u48(coins.made).u48(committed.minutes.size)
  writeConditions(head, state)
  const parts = [head.done(), ...coins.table.dump()]
  for (const [minute, ids] of committed.minutes) parts.push(new Writer().u48(minute).done(), ...ids.dump())
  return parts
}

/** The state that was written, if the bytes are whole and of this genesis. `seed` as for {@link LedgerState}. */
export function readSnapshot(bytes: Bytes, genesis: Genesis, seed = 0): Result<LedgerState, SnapshotCode> {
  const content = bytes.subarray(0, Math.max(0, bytes.length - SUM_BYTES))
  if (!equalBytes(sha256(content), bytes.subarray(content.length))) return err('snapshot_corrupt')
  const reader = new Reader(content)
  if (!equalBytes(reader.take(MAGIC.length), MAGIC)) return err('snapshot_corrupt')
  const state = new LedgerState(genesis, seed)
  if (!equalBytes(reader.take(32), state.chainBytes)) return err('snapshot_of_other_chain')
  state.head = { height: reader.u48(), hash: reader.hex<BlockHash>(32), time: reader.u48() as Time }
  readRules(reader, state)
  readAccounts(reader, state)
  readAssets(reader, state)
  readOutflows(reader, state)
  state.coins.made = reader.u48()
  const minutes = reader.u48()
  readConditions(reader, state)
  const take = (size: number): Bytes | undefined => (size <= reader.left ? reader.take(size) : undefined)
  if (reader.fault !== undefined || !state.coins.table.load(take)) return err('snapshot_corrupt')
  for (let left = minutes; left > 0; left--) if (!state.committed.restore(reader.u48()).load(take)) return err('snapshot_corrupt')
  sumCoins(state)
  if (reader.fault !== undefined || reader.left > 0) return err('snapshot_corrupt')
  state.assets.assertConserved()
  return ok(state)
}

/** A genesis may name larger values than a later version can: its own rulebook is not written. */
function writeRules(writer: Writer, { genesis, rulebook }: LedgerState): void {
  const isOriginal = rulebook.version === genesis.rulebook.version
  writer.u8(isOriginal ? 0 : 1)
  if (!isOriginal) writeRulebook(writer, rulebook)
}

function readRules(reader: Reader, state: LedgerState): void {
  if (reader.u8() === 1) state.rulebook = withChange(state.rulebook, readRulebook(reader))
}

function writeAccounts(writer: Writer, state: LedgerState): void {
  writer.u48(state.accounts.count)
  for (let account = 0; account < state.accounts.count; account++) {
    const { policy, current, sequence, recovery, cancelled, terms, change, tier } = state.accounts.record(account)
    writePolicy(writer, policy)
    writeKeySet(writer, current)
    writer.u32(sequence).u8(recovery === undefined ? 0 : 1)
    if (recovery !== undefined) {
      writeKeySet(writer, recovery.keys)
      writer
        .u48(recovery.proposedAt)
        .u48(recovery.end)
        .u8(recovery.byAll ? 1 : 0)
    }
    writer.u8(cancelled?.count ?? 0)
    if (cancelled !== undefined) writer.u48(cancelled.last)
    writer.u8((terms === undefined ? 0 : 1) + (change === undefined ? 0 : 2) + (tier === undefined ? 0 : 4))
    if (terms !== undefined) writeTerms(writer, terms)
    if (change !== undefined) {
      writeTerms(writer, change.terms)
      writer.u48(change.from)
    }
    if (tier !== undefined) writer.u8(tier.tier).u32(tier.sequence)
  }
}

function readAccounts(reader: Reader, state: LedgerState): void {
  for (let left = reader.u48(); left > 0 && reader.fault === undefined; left--) {
    const policy = readPolicy(reader)
    const current = readKeySet(reader)
    if (reader.fault !== undefined) return
    const account = state.accounts.open(accountIdOf(policy), policy)
    state.accounts.setKeys(account, current)
    state.accounts.setSequence(account, reader.u32())
    if (reader.u8() === 1) {
      const keys = readKeySet(reader)
      const proposedAt = reader.u48() as Time
      const end = reader.u48() as Time
      state.accounts.setRecovery(account, { keys, proposedAt, end, byAll: reader.u8() === 1 })
    }
    const count = reader.u8()
    if (count > 0) state.accounts.setCancelled(account, { count, last: reader.u48() as Time })
    const flags = reader.u8()
    if ((flags & 1) !== 0) state.accounts.setTerms(account, readTerms(reader))
    if ((flags & 2) !== 0) state.accounts.setChange(account, { terms: readTerms(reader), from: reader.u48() as Time })
    if ((flags & 4) !== 0) state.accounts.setTier(account, { tier: reader.u8(), sequence: reader.u32() })
  }
}

function writeAssets(writer: Writer, state: LedgerState): void {
  const records = state.assets.all()
  writer.u32(records.length)
  for (const [number, record] of records.entries()) {
    const { asset, scale, maxSupply, issuer, powers, issued, burnt, sequence, frozen } = record
    writer.asset(asset).u8(scale).amount(maxSupply).hex(issuer, 32)
    writer.u8((powers.freeze ? 1 : 0) + (powers.clawback ? 2 : 0) + (frozen ? 4 : 0))
    writer.amountOrZero(issued).amountOrZero(burnt).u32(sequence)
    const accounts = state.assets.frozenAccounts(number)
    writer.u32(accounts.length)
    for (const account of accounts) writer.u32(account)
  }
}

function readAssets(reader: Reader, state: LedgerState): void {
  for (let left = reader.u32(); left > 0 && reader.fault === undefined; left--) {
    const asset: AssetCode = reader.asset()
    const scale = reader.u8()
    const maxSupply: Amount = reader.amount()
    const issuer = reader.hex<AccountId>(32)
    const powers = reader.u8()
    const issued = reader.amountOrZero()
    const burnt = reader.amountOrZero()
    const sequence = reader.u32()
    if (reader.fault !== undefined) return
    const allowed = { freeze: (powers & 1) !== 0, clawback: (powers & 2) !== 0 }
    const frozen = (powers & 4) !== 0
    const number = state.assets.restore({ asset, scale, maxSupply, issuer, powers: allowed, issued, burnt, sequence, frozen })
    for (let more = reader.u32(); more > 0 && reader.fault === undefined; more--) state.assets.restoreFrozen(number, reader.u32())
  }
}

/** Conditions that are not a plain account's, by their numbers: empty where one is free. */
function writeConditions(writer: Writer, { coins }: LedgerState): void {
  const { kept, free } = coins.conditions
  writer.u48(kept.length)
  for (const condition of kept) writer.u16(condition?.length ?? 0).bytes(condition ?? NOTHING)
  for (const number of free) writer.u48(number)
}

function readConditions(reader: Reader, { coins }: LedgerState): void {
  const kept: (Bytes | undefined)[] = []
  const free: number[] = []
  let empty = 0
  for (let left = reader.u48(); left > 0 && reader.fault === undefined; left--) {
    const size = reader.u16()
    kept.push(size === 0 ? undefined : reader.take(size).slice())
    if (size === 0) empty++
  }
  for (; empty > 0 && reader.fault === undefined; empty--) free.push(reader.u48())
  coins.restoreConditions(kept, free)
}

/** The running sums of the assets' coins are not written: they follow from the coins. */
function sumCoins({ coins, assets }: LedgerState): void {
  for (const row of coins.rows()) assets.addCoin(coins.assetOf(row), coins.highOf(row), coins.lowOf(row))
}

function writeOutflows(writer: Writer, { outflows }: LedgerState): void {
  const entries = [...outflows.entries()]
  writer.u48(entries.length)
  // A sum may pass what an amount can be, where a ledger limits a day of one tier only.
  for (const { hour, account, asset, amount } of entries)
    writer
      .u32(hour)
      .u32(account)
      .u32(asset)
      .u48(Number(amount >> 40n))
      .u48(Number(amount & 0xff_ffff_ffffn))
}

function readOutflows(reader: Reader, { outflows }: LedgerState): void {
  for (let left = reader.u48(); left > 0 && reader.fault === undefined; left--) {
    const [hour, account, asset] = [reader.u32(), reader.u32(), reader.u32()]
    outflows.restore({ hour, account, asset, amount: (BigInt(reader.u48()) << 40n) | BigInt(reader.u48()) })
  }
}

/** Names the bytes of a snapshot, for logs. */
export const snapshotId = (bytes: Bytes): string => hexOf<string>(bytes.subarray(bytes.length - SUM_BYTES))
