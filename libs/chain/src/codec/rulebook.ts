// The parameters that versions of a rulebook may change, as bytes: in operations and in snapshots. Checks their form, not who may set them.
import { type AccountId, invariant } from '@huitong/primitives'
import type { AssetRules, RulebookChange, TierLimit } from '../model.js'
import { RECOVERY_DELAY_MAX_MS, writeAscending } from './policy.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** Tiers are 0 to 7. */
export const TIER_MAX = 7
export const SHARE_MAX_PPM = 1_000_000
export const RULED_ASSETS_MAX = 32
export const COUNTERPARTIES_MAX = 255

const PER_TRANSACTION = 1
const PER_DAY = 2
const WITH_TAX = 1

export function writeRulebook(writer: Writer, change: RulebookChange): void {
  const { assets = [] } = change
  invariant(change.feeShareMaxPpm <= SHARE_MAX_PPM, 'no share above the whole')
  invariant(change.recoveryDelayMinMs <= RECOVERY_DELAY_MAX_MS, 'a recovery delay that a policy can have')
  invariant(assets.length <= RULED_ASSETS_MAX, 'rules for at most 32 assets')
  writer.u32(change.version).u48(change.lockMaxMs).u32(change.feeShareMaxPpm).u48(change.recoveryDelayMinMs).u8(assets.length)
  let previous = ''
  for (const rules of assets) {
    invariant(previous < rules.asset, 'rules in the order of their assets')
    writeAssetRules(writer, rules)
    previous = rules.asset
  }
}

export function readRulebook(reader: Reader): RulebookChange {
  const version = reader.u32()
  const lockMaxMs = reader.u48()
  const feeShareMaxPpm = readShare(reader)
  const recoveryDelayMinMs = reader.u48()
  if (recoveryDelayMinMs > RECOVERY_DELAY_MAX_MS) reader.fail('delay_malformed')
  const count = reader.u8()
  if (count > RULED_ASSETS_MAX) reader.fail('list_malformed')
  const assets: AssetRules[] = []
  for (let i = 0; i < count && reader.fault === undefined; i++) {
    const rules = readAssetRules(reader)
    if (rules.asset <= (assets.at(-1)?.asset ?? '')) reader.fail('list_malformed')
    assets.push(rules)
  }
  return { version, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, ...(count === 0 ? {} : { assets }) }
}

export function readTier(reader: Reader): number {
  const tier = reader.u8()
  if (tier > TIER_MAX) reader.fail('tier_malformed')
  return tier
}

function writeAssetRules(writer: Writer, { asset, tier, limits, counterparties, tax }: AssetRules): void {
  invariant(tier <= TIER_MAX, 'a tier of 0 to 7')
  invariant(counterparties.length <= COUNTERPARTIES_MAX, 'at most 255 counterparties')
  writer.asset(asset).u8(tier).u8(limits.length)
  let previous = -1
  for (const limit of limits) {
    invariant(limit.tier > previous && limit.tier <= TIER_MAX, 'limits in the order of their tiers')
    writeLimit(writer, limit)
    previous = limit.tier
  }
  writer.u8(counterparties.length)
  writeAscending(writer, counterparties)
  writer.u8(tax === undefined ? 0 : WITH_TAX)
  if (tax === undefined) return
  invariant(tax.ppm <= SHARE_MAX_PPM, 'no share above the whole')
  writer.u32(tax.ppm).hex(tax.to, 32)
}

function writeLimit(writer: Writer, { tier, perTransaction, perDay }: TierLimit): void {
  writer.u8(tier).u8((perTransaction === undefined ? 0 : PER_TRANSACTION) | (perDay === undefined ? 0 : PER_DAY))
  if (perTransaction !== undefined) writer.amountOrZero(perTransaction)
  if (perDay !== undefined) writer.amountOrZero(perDay)
}

function readAssetRules(reader: Reader): AssetRules {
  const asset = reader.asset()
  const tier = readTier(reader)
  const limits: TierLimit[] = []
  for (let count = reader.u8(); count > 0 && reader.fault === undefined; count--) {
    const limit = readLimit(reader)
    if (limit.tier <= (limits.at(-1)?.tier ?? -1)) reader.fail('list_malformed')
    limits.push(limit)
  }
  const counterparties = reader.ascending<AccountId>(reader.u8())
  const flags = reader.u8()
  if (flags > WITH_TAX) reader.fail('flags_unknown')
  if (flags !== WITH_TAX) return { asset, tier, limits, counterparties }
  return { asset, tier, limits, counterparties, tax: { ppm: readShare(reader), to: reader.hex<AccountId>(32) } }
}

function readLimit(reader: Reader): TierLimit {
  const tier = readTier(reader)
  const flags = reader.u8()
  if (flags > (PER_TRANSACTION | PER_DAY)) reader.fail('flags_unknown')
  return {
    tier,
    ...(flags & PER_TRANSACTION ? { perTransaction: reader.amountOrZero() } : {}),
    ...(flags & PER_DAY ? { perDay: reader.amountOrZero() } : {}),
  }
}

function readShare(reader: Reader): number {
  const ppm = reader.u32()
  if (ppm > SHARE_MAX_PPM) reader.fail('share_malformed')
  return ppm
}
