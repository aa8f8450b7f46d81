// Rows of deals and their coins as the database answers them, and what they say.
import { decodeCondition } from '@huitong/chain'
import {
  type AssetCode,
  type ChainId,
  type Coordinate,
  type Time,
  type TxId,
  expectOk,
  fromHex,
  hexOf,
} from '@huitong/primitives'
import type { DealCoin, DealRow } from './deal.store.js'
import { typedId } from './id.js'

/** Typed prefix of a deal's id by its kind. */
const PREFIX: Readonly<Record<string, string>> = { conversion: 'cnv', swap: 'swp', order: 'ord', dispute: 'dsp' }

export interface StoredDeal {
  readonly id: string
  readonly kind: string
  readonly state: unknown
  readonly state_name: string
  readonly version: number
  readonly parties: readonly string[]
  readonly is_final: boolean
  readonly created_at: string
  readonly updated_at: string
  readonly clocks: readonly (readonly [string, string])[] | null
  readonly coins: readonly JsonCoin[] | null
  readonly next_deadline_at: string | null
  readonly next_deadline_ledger: Uint8Array | null
  readonly next_deadline_default: string | null
}

/** As {@link JSON_COIN} writes it. */
export interface JsonCoin {
  readonly chain: string
  readonly coordinate: string
  readonly asset: string
  readonly amount: string
  readonly condition: string
  readonly funded_by: string
  readonly height: number
  readonly at: number
  readonly spent_by: string | null
}

export interface StoredCoin {
  readonly chain: Uint8Array
  readonly coordinate: Uint8Array
  readonly deal: string
  readonly kind: string
  readonly asset: string
  readonly amount: string
  readonly condition: Uint8Array
  readonly funded_by: Uint8Array
  readonly height: string
  readonly at: string
  readonly spent_by: Uint8Array | null
}

/** A coin `c` in JSON: amounts and times as text, bytes in hexadecimal. */
export const JSON_COIN = `'chain', encode(c.chain, 'hex'), 'coordinate', encode(c.coordinate, 'hex'), 'asset', c.asset, 'amount', c.amount::text,
  'condition', encode(c.condition, 'hex'), 'funded_by', encode(c.funded_by, 'hex'), 'height', c.height, 'at', c.at,
  'spent_by', encode(c.spent_by, 'hex')`

/** Every ledger's time with the deal, in one statement: what is decided is decided on one view of both. */
export const CLOCKS = `(select json_agg(json_build_array(encode(chain, 'hex'), time::text)) from ledger) as clocks`

/** Coins that the deal `d` was told of, in the same statement: who is shown the deal is shown them. */
export const COINS = `(select json_agg(json_build_object(${JSON_COIN}) order by c.height, c.coordinate) from deal_coin c where c.deal = d.id) as coins`

export const dealId = (kind: string, uuid: string): string => typedId(PREFIX[kind] ?? kind, uuid)

// the border: bigint columns of times hold what a Time wrote
export const timeOf = (text: string): Time => Number(text) as Time

export function dealOf(stored: StoredDeal): DealRow {
  const { next_deadline_at: at, next_deadline_ledger: chain, next_deadline_default: byDefault } = stored
  const next =
    at === null || chain === null || byDefault === null
      ? {}
      : { nextDeadline: { chain: hexOf<ChainId>(chain), at: timeOf(at), default: byDefault } }
  return {
    id: dealId(stored.kind, stored.id),
    kind: stored.kind,
    state: stored.state,
    stateName: stored.state_name,
    version: stored.version,
    parties: stored.parties,
    isFinal: stored.is_final,
    createdAt: timeOf(stored.created_at),
    updatedAt: timeOf(stored.updated_at),
    coins: once(() => (stored.coins ?? []).map((coin) => coinOfJson(dealId(stored.kind, stored.id), coin))),
    // the border: the statement above wrote hexadecimal and a bigint's digits
    clocks: (stored.clocks ?? []).map(([id, time]) => ({ chain: id as ChainId, time: timeOf(time) })),
    ...next,
  }
}

export function coinOf(stored: StoredCoin): DealCoin {
  return {
    chain: hexOf<ChainId>(stored.chain),
    coordinate: hexOf<Coordinate>(stored.coordinate),
    deal: dealId(stored.kind, stored.deal),
    // the border: addCoin wrote what a decoded output held
    asset: stored.asset as AssetCode,
    amount: BigInt(stored.amount),
    condition: expectOk(decodeCondition(new Uint8Array(stored.condition)), 'a stored condition'),
    fundedBy: hexOf<TxId>(stored.funded_by),
    height: Number(stored.height),
    at: timeOf(stored.at),
    ...(stored.spent_by === null ? {} : { spentBy: hexOf<TxId>(stored.spent_by) }),
  }
}

export function coinOfJson(deal: string, coin: JsonCoin): DealCoin {
  // the border: JSON_COIN wrote what the watcher had decoded
  return {
    chain: coin.chain as ChainId,
    coordinate: coin.coordinate as Coordinate,
    deal,
    asset: coin.asset as AssetCode,
    amount: BigInt(coin.amount),
    condition: expectOk(decodeCondition(fromHex(coin.condition)), 'a stored condition'),
    fundedBy: coin.funded_by as TxId,
    height: coin.height,
    at: coin.at as Time,
    ...(coin.spent_by === null ? {} : { spentBy: coin.spent_by as TxId }),
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
