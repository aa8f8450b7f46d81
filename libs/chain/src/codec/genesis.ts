// The genesis document as canonical JSON text: fixed key order, no spaces. Parsing accepts only its own output.
import {
  type AccountId,
  type Bytes,
  type PublicKey,
  type Result,
  type Time,
  brandHex,
  err,
  fromUtf8,
  ok,
  parseAmount,
  parseAssetCode,
  parseTime,
  utf8,
} from '@huitong/primitives'
import type { AssetRules, Genesis, Rulebook, Tax, TierLimit } from '../model.js'
import { COUNTERPARTIES_MAX, RULED_ASSETS_MAX, SHARE_MAX_PPM, TIER_MAX } from './rulebook.js'

export type GenesisCode = 'genesis_malformed'

/** The bytes that are hashed to the chain id. */
export function encodeGenesis(genesis: Genesis): Bytes {
  const { format, name, createdAt, sandbox, sealingKey, rulebook } = genesis
  return utf8(JSON.stringify({ format, name, createdAt, sandbox, sealingKey, rulebook: orderRulebook(rulebook) }))
}

/** Reads a genesis document; any other spelling of the same content (spaces, key order, escapes, unknown keys) is refused. */
export function decodeGenesis(bytes: Bytes): Result<Genesis, GenesisCode> {
  const text = fromUtf8(bytes)
  if (text === undefined) return err('genesis_malformed', 'not UTF-8')
  const document = parseObject(text)
  const rulebook = readRulebook(document?.['rulebook'])
  if (document === undefined || rulebook === undefined) return err('genesis_malformed', 'not a genesis object')
  const { format, name, createdAt, sandbox } = document
  const sealingKey = brandHex<PublicKey>(document['sealingKey'], 32)
  const time = parseTime(createdAt)
  if (format !== 'huitong-genesis-1' || typeof name !== 'string' || !time.ok)
    return err('genesis_malformed', 'field out of range')
  if (typeof sandbox !== 'boolean' || sealingKey === undefined) return err('genesis_malformed', 'field out of range')
  const genesis: Genesis = { format, name, createdAt: time.value as Time, sandbox, sealingKey, rulebook }
  return fromUtf8(encodeGenesis(genesis)) === text ? ok(genesis) : err('genesis_malformed', 'not in canonical form')
}

/** A rulebook alone, spelled as within a genesis: how the version in force travels. */
export const encodeRulebook = (rulebook: Rulebook): string => JSON.stringify(orderRulebook(rulebook))

/** Reads what {@link encodeRulebook} wrote, and nothing else. */
export function decodeRulebook(text: string): Result<Rulebook, 'rulebook_malformed'> {
  const rulebook = readRulebook(parseObject(text))
  return rulebook !== undefined && encodeRulebook(rulebook) === text ? ok(rulebook) : err('rulebook_malformed')
}

function orderRulebook(rulebook: Rulebook): unknown {
  const { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, registrar, recoveryDelayMinMs, assets } = rulebook
  const registrarIfAny = registrar === undefined ? {} : { registrar }
  const rest = { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, ...registrarIfAny, recoveryDelayMinMs }
  return assets === undefined ? rest : { ...rest, assets: assets.map(orderAsset) }
}

/** The same rules as in an operation, in the same order; amounts as decimal strings. */
const orderAsset = ({ asset, tier, limits, counterparties, tax }: AssetRules): unknown => ({
  asset,
  tier,
  limits: limits.map(({ tier: from, perTransaction, perDay }) => ({
    tier: from,
    ...(perTransaction === undefined ? {} : { perTransaction: perTransaction.toString() }),
    ...(perDay === undefined ? {} : { perDay: perDay.toString() }),
  })),
  counterparties,
  ...(tax === undefined ? {} : { tax: { ppm: tax.ppm, to: tax.to } }),
})

function readRulebook(value: unknown): Rulebook | undefined {
  if (!isObject(value)) return undefined
  const { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs } = value
  if (typeof jurisdiction !== 'string' || typeof currencyZone !== 'string') return undefined
  if (!isCount(version) || !isCount(lockMaxMs) || !isCount(feeShareMaxPpm) || !isCount(recoveryDelayMinMs)) return undefined
  if (feeShareMaxPpm > SHARE_MAX_PPM) return undefined
  const assets = value['assets'] === undefined ? undefined : readAssets(value['assets'])
  if (assets === undefined && value['assets'] !== undefined) return undefined
  const rules = assets === undefined ? {} : { assets }
  const rest = { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, ...rules }
  if (value['registrar'] === undefined) return rest
  const registrar = brandHex<AccountId>(value['registrar'], 32)
  return registrar === undefined ? undefined : { ...rest, registrar }
}

function readAssets(value: unknown): AssetRules[] | undefined {
  const assets = readList(value, readAsset)
  if (assets === undefined || assets.length === 0 || assets.length > RULED_ASSETS_MAX) return undefined
  return ascends(assets.map(({ asset }) => asset)) ? assets : undefined
}

function readAsset(value: unknown): AssetRules | undefined {
  if (!isObject(value)) return undefined
  const asset = parseAssetCode(value['asset'])
  const { tier } = value
  const limits = readList(value['limits'], readLimit)
  const counterparties = readList(value['counterparties'], (one) => brandHex<AccountId>(one, 32))
  if (!asset.ok || !isTier(tier) || limits === undefined || counterparties === undefined) return undefined
  if (!ascends(limits.map((limit) => limit.tier)) || !ascends(counterparties)) return undefined
  if (counterparties.length > COUNTERPARTIES_MAX) return undefined
  const rules = { asset: asset.value, tier, limits, counterparties }
  if (value['tax'] === undefined) return rules
  const tax = readTax(value['tax'])
  return tax === undefined ? undefined : { ...rules, tax }
}

function readTax(value: unknown): Tax | undefined {
  if (!isObject(value)) return undefined
  const to = brandHex<AccountId>(value['to'], 32)
  return isCount(value['ppm']) && value['ppm'] <= SHARE_MAX_PPM && to !== undefined ? { ppm: value['ppm'], to } : undefined
}

function readLimit(value: unknown): TierLimit | undefined {
  if (!isObject(value) || !isTier(value['tier'])) return undefined
  const [perTransaction, perDay] = [parseAmount(value['perTransaction']), parseAmount(value['perDay'])]
  if (value['perTransaction'] !== undefined && !perTransaction.ok) return undefined
  if (value['perDay'] !== undefined && !perDay.ok) return undefined
  return {
    tier: value['tier'],
    ...(perTransaction.ok ? { perTransaction: perTransaction.value } : {}),
    ...(perDay.ok ? { perDay: perDay.value } : {}),
  }
}

function readList<T>(value: unknown, read: (one: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined
  const list = value.map(read)
  const known = list.filter((one) => one !== undefined)
  return known.length === list.length ? known : undefined
}

/** Strictly, so that a list has one spelling. */
const ascends = <T extends string | number>(values: readonly T[]): boolean =>
  values.every((value, index) => index === 0 || (values[index - 1] ?? value) < value)

const isTier = (value: unknown): value is number => isCount(value) && value <= TIER_MAX

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
