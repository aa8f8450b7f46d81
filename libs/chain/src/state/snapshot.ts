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

const MAGIC = utf8('huitong-snapshot-3')
const SUM_BYTES = 32

export type SnapshotCode = 'snapshot_corrupt' | 'snapshot_of_other_chain'

/** Everything of `state`, followed by the SHA-256 of it. */
export function writeSnapshot(state: LedgerState): Bytes {
  const writer = new Writer().bytes(MAGIC).bytes(state.chainBytes)
  writer.u48(state.head.height).hex(state.head.hash, 32).u48(state.head.time)
  writeRules(writer, state)
  writeAccounts(writer, state)
  writeAssets(writer, state)
  writeCoins(writer, state)
  const committed = [...state.committed.entries()]
  writer.u48(committed.length)
  for (const { id, validUntil } of committed) writer.bytes(id).u48(validUntil)
  writeOutflows(writer, state)
  const content = writer.done()
  return concat(content, sha256(content))
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
  readCoins(reader, state)
  for (let left = reader.u48(); left > 0 && reader.fault === undefined; left--) {
    const id = reader.take(32)
    state.committed.add(id, reader.u48() as Time)
  }
  readOutflows(reader, state)
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

/** Account number + 1, or 0 and the condition's bytes. */
function writeCoins(writer: Writer, state: LedgerState): void {
  const { coins } = state
  writer.u48(coins.made).u48(coins.count)
  for (const row of coins.rows()) {
    writer.bytes(coins.coordinateOf(row)).u48(coins.serialOf(row))
    writer.u32(coins.assetOf(row)).u32(coins.highOf(row)).u32(coins.lowOf(row))
    const account = coins.accountOf(row)
    writer.u32(account + 1)
    if (account < 0) writer.u16(coins.conditionOf(row).length).bytes(coins.conditionOf(row))
  }
}

function readCoins(reader: Reader, state: LedgerState): void {
  state.coins.made = reader.u48()
  for (let left = reader.u48(); left > 0; left--) {
    const coordinate = reader.take(32)
    const serial = reader.u48()
    const asset = reader.u32()
    const high = reader.u32()
    const low = reader.u32()
    const account = reader.u32() - 1
    const condition = account < 0 ? reader.take(reader.u16()).slice() : undefined
    if (reader.fault !== undefined) return
    state.coins.restore(coordinate, serial, { asset, high, low, account, ...(condition === undefined ? {} : { condition }) })
    state.assets.addCoin(asset, high, low)
  }
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
