// The data of a route: a conversion through other tokens, hop by hop, under one hash. Holds no behaviour; see route.md.
import type { ConversionEffect, ConversionState } from '../conversion/model.js'
import type { ConversionEvent } from '../conversion/model.js'
import type { LedgerFact, PreimageSeen } from '../facts.js'

/**
 * Each hop is a conversion of its own: hop k's leg B is hop k+1's leg A, the very same coin. The payer locks the first leg and claims the last;
 * every leg expires a pair margin before the one that pays for it.
 */
export interface RouteState {
  /** What the hops amount to, in the words of a single conversion. */
  readonly state: RouteName
  readonly hops: readonly ConversionState[]
}

export const ROUTE_STATES = [
  'QUOTED',
  'A_LOCKED',
  'B_LOCKED',
  'REVEALED',
  'B_CLAIMED',
  'SETTLED',
  'EXPIRED',
  'DECLINED',
  'RETURNED',
  'ONE_LEG',
] as const

/**
 * `A_LOCKED`: the payer paid, hops are being locked; `B_LOCKED`: every leg is; `B_CLAIMED`: the payer is paid, providers are still to be;
 * `DECLINED`: some leg will not come or went back, the others are on their way back; `RETURNED`: all are.
 */
export type RouteName = (typeof ROUTE_STATES)[number]

type OfHop = Extract<ConversionEvent, { kind: 'legBSigned' | 'decline' }>

export type RouteEvent =
  | LedgerFact
  | PreimageSeen
  /** Custody's answer for one hop. */
  | (OfHop & { readonly hop: number })

export type RouteEffect = ConversionEffect

/**
 * Why a route refuses.
 * - `route_broken`: hops do not join: another hash, another coin between them, a provider twice, fewer than two.
 * - `route_unknown_hop`: an event for a hop that is not there.
 * - the codes of a conversion, from the hop that refused.
 */
export type RouteCode = 'route_broken' | 'route_unknown_hop'
