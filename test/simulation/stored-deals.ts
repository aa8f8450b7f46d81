// Deals as they lie in the simulated database, for whoever judges them. Reads only.
import {
  type ConversionState,
  type DisputeState,
  type OrderState,
  type RouteState,
  type SwapState,
  conversionCodec,
  routeCodec,
  swapCodec,
} from '@huitong/protocol'
import type { DisputeDeal } from '../../apps/settlement/src/dispute/dispute.file.js'
import { disputeKind } from '../../apps/settlement/src/dispute/dispute.kind.js'
import type { DealRow } from '../../apps/settlement/src/deal/deal.store.js'
import { type OrderDeal, orderDealCodec } from '../../apps/settlement/src/order/order.file.js'
import type { Tables } from './tables.js'

export interface StoredDeal {
  readonly row: Omit<DealRow, 'state' | 'clocks' | 'coins'>
  /** JSON. */
  readonly text: string
}

export type Decoded =
  | { readonly kind: 'swap'; readonly state: SwapState }
  | { readonly kind: 'conversion'; readonly state: ConversionState | RouteState; readonly hops: readonly ConversionState[] }
  | { readonly kind: 'order'; readonly state: OrderState; readonly deal: OrderDeal }
  | { readonly kind: 'dispute'; readonly state: DisputeState; readonly deal: DisputeDeal }

export function dealsOf(tables: Tables): readonly StoredDeal[] {
  return [...tables.table('deal').values()].map(storedOf)
}

export function dealOf(tables: Tables, id: string): StoredDeal | undefined {
  const row = tables.table('deal').get(id)
  return row === undefined ? undefined : storedOf(row)
}

// the border: deal-store.ts wrote this row
const storedOf = (row: unknown): StoredDeal => {
  const { row: head, state } = row as { readonly row: StoredDeal['row']; readonly state: string }
  return { row: head, text: state }
}

const decodedTexts = new WeakMap<object, Decoded>()

/** The state behind a row; decoded once for each version. */
export function decodedOf(tables: Tables, id: string): Decoded | undefined {
  const row = tables.table('deal').get(id)
  if (row === undefined) return undefined
  const known = decodedTexts.get(row)
  if (known !== undefined) return known
  const { row: head, text } = storedOf(row)
  const stored: unknown = JSON.parse(text)
  const decoded = decode(head.kind, stored)
  decodedTexts.set(row, decoded)
  return decoded
}

function decode(kind: string, stored: unknown): Decoded {
  switch (kind) {
    case 'swap':
      return { kind, state: swapCodec.decodeState(stored) }
    case 'conversion': {
      if (!isRoute(stored)) {
        const state = conversionCodec.decodeState(stored)
        return { kind, state, hops: [state] }
      }
      const state = routeCodec.decodeState(stored)
      return { kind, state, hops: state.hops }
    }
    case 'order': {
      const deal = orderDealCodec.decodeState(stored)
      return { kind, state: deal.order, deal }
    }
    case 'dispute':
      return { kind, state: disputeKind.codec.decodeState(stored).dispute, deal: disputeKind.codec.decodeState(stored) }
    default:
      throw new RangeError(`no deals of kind ${kind}`)
  }
}

const isRoute = (stored: unknown): boolean =>
  typeof stored === 'object' && stored !== null && 'machine' in stored && stored.machine === 'route'
