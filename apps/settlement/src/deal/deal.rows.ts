// Rows of deals and their coins as the database answers them, and what they say.
import { decodeCondition } from '@huitong/chain'
import { type AssetCode, type ChainId, type Coordinate, type Time, type TxId, expectOk, hexOf } from '@huitong/primitives'
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
  readonly next_deadline_at: string | null
  readonly next_deadline_ledger: Uint8Array | null
  readonly next_deadline_default: string | null
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

/** Every ledger's time with the deal, in one statement: what is decided is decided on one view of both. */
export const CLOCKS = `(select json_agg(json_build_array(encode(chain, 'hex'), time::text)) from ledger) as clocks`

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
