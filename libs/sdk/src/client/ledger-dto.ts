// What the hub's answers about a ledger say, in this library's own terms: one reader per object. Throws where an answer is none.
import {
  type AssetPowers,
  type AssetRules,
  type CoinRecord,
  type KeySet,
  type RecoveryTerms,
  type Rulebook,
  decodeCondition,
  parseAddress,
} from '@huitong/chain'
import {
  type AccountId,
  type AssetCode,
  type Coordinate,
  type PublicKey,
  type Time,
  type TxId,
  fromHex,
} from '@huitong/primitives'
import type { components } from './openapi.js'
import { Unproven } from './unproven.js'

type Dto = components['schemas']

export interface AssetState {
  readonly asset: AssetCode
  readonly scale: number
  readonly maxSupply: bigint
  readonly issuer: AccountId
  readonly issued: bigint
  readonly burnt: bigint
  readonly sequence: number
  readonly powers: AssetPowers
  /** True while the asset as a whole is frozen. */
  readonly frozen: boolean
}

export const timeOf = (text: string): Time => Date.parse(text) as Time

export function coinOf(dto: Dto['CoinDto']): CoinRecord {
  const condition = decodeCondition(fromHex(dto.condition.canonical))
  if (!condition.ok) throw new Unproven('condition_malformed', dto.coordinate)
  return {
    coordinate: dto.coordinate as Coordinate,
    asset: dto.asset as AssetCode,
    amount: BigInt(dto.amount),
    condition: condition.value,
    transaction: dto.transaction as TxId,
    index: dto.index,
    height: dto.height,
  }
}

export const assetOf = (dto: Dto['AssetDto']): AssetState => ({
  asset: dto.asset as AssetCode,
  scale: dto.scale,
  maxSupply: BigInt(dto.maxSupply),
  issuer: idOf(dto.issuer),
  issued: BigInt(dto.issued),
  burnt: BigInt(dto.burnt),
  sequence: dto.sequence,
  powers: dto.powers,
  frozen: dto.frozen,
})

export const termsOf = ({ authorities, quorum, delayMs }: Dto['RecoveryTermsDto']): RecoveryTerms => ({
  authorities: authorities.map(idOf),
  quorum,
  delayMs,
})

export function rulebookOf({ registrar, assets, ...rulebook }: Dto['RulebookDto']): Rulebook {
  const ruled = assets.map(({ asset, tier, limits, counterparties, tax }): AssetRules => ({
    asset: asset as AssetCode,
    tier,
    limits: limits.map((limit) => ({
      tier: limit.tier,
      ...(limit.perTransaction === undefined ? {} : { perTransaction: BigInt(limit.perTransaction) }),
      ...(limit.perDay === undefined ? {} : { perDay: BigInt(limit.perDay) }),
    })),
    counterparties: counterparties.map(idOf),
    ...(tax === undefined ? {} : { tax: { ppm: tax.ppm, to: idOf(tax.to) } }),
  }))
  return {
    ...rulebook,
    ...(registrar === undefined ? {} : { registrar: idOf(registrar) }),
    ...(ruled.length === 0 ? {} : { assets: ruled }),
  }
}

export const keySetOf = (dto: { keys: string[]; threshold: number }): KeySet => ({
  keys: dto.keys as PublicKey[],
  threshold: dto.threshold,
})

export const rest = (policy: { quorum: number; delayMs: number }): { quorum: number; delayMs: number } => ({
  quorum: policy.quorum,
  delayMs: policy.delayMs,
})

export function idOf(address: string): AccountId {
  const parsed = parseAddress(address)
  if (!parsed.ok) throw new Unproven(parsed.code, address)
  return parsed.value
}
