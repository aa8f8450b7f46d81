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
  parseTime,
  utf8,
} from '@huitong/primitives'
import type { Genesis, Rulebook } from '../model.js'

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

function orderRulebook(rulebook: Rulebook): Rulebook {
  const { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, registrar, recoveryDelayMinMs } = rulebook
  const registrarIfAny = registrar === undefined ? {} : { registrar }
  return { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, ...registrarIfAny, recoveryDelayMinMs }
}

function readRulebook(value: unknown): Rulebook | undefined {
  if (!isObject(value)) return undefined
  const { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs } = value
  if (typeof jurisdiction !== 'string' || typeof currencyZone !== 'string') return undefined
  if (!isCount(version) || !isCount(lockMaxMs) || !isCount(feeShareMaxPpm) || !isCount(recoveryDelayMinMs)) return undefined
  if (feeShareMaxPpm > 1_000_000) return undefined
  const rest = { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs }
  if (value['registrar'] === undefined) return rest
  const registrar = brandHex<AccountId>(value['registrar'], 32)
  return registrar === undefined ? undefined : { ...rest, registrar }
}

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
