// Ledgers, places and requests from which specs build an order's terms without any server. For specs only.
import type { AccountId, AssetCode, ChainId, HashLock, OrderId, Time } from '@huitong/primitives'
import type { Env } from '@huitong/protocol'
import type { MilestoneTerms } from '@huitong/contracts'
import type { Ledger } from '../ledgers/ledgers.js'
import type { AskedOrder, OrderPlaces, TakenQuote } from '../order/order.terms.js'
import { DEFAULT_TERMS } from '../terms.js'
import { keyOf, signerOf } from './key.js'

export const NOW = 1_900_000_000_000 as Time
export const HOUR = 3_600_000
const DAY = 24 * HOUR
export const account = (name: string): AccountId => keyOf(name).account
export const ORDER = '0a'.repeat(16) as OrderId

const ledger = (name: string, digit: string, feeShareMaxPpm = 100_000): Ledger => ({
  name,
  chain: digit.repeat(64) as ChainId,
  genesis: {
    format: 'huitong-genesis-1',
    name,
    createdAt: NOW,
    sandbox: true,
    sealingKey: signerOf(keyOf(name)).publicKey,
    rulebook: {
      version: 1,
      jurisdiction: 'ZZ',
      currencyZone: 'test',
      lockMaxMs: 90 * DAY,
      feeShareMaxPpm,
      recoveryDelayMinMs: 0,
    },
  },
})
export const east = ledger('east', '1')
export const west = ledger('west', '2', 1_000)

export function envAt(now: Time = NOW): Env {
  const clock = { final: now, seen: now, finalityMs: 1_000 }
  const { skewMs, latencyMs, outageMs, decisionMs, marginMs } = DEFAULT_TERMS
  return {
    ledgers: { [east.chain]: clock, [west.chain]: clock },
    parameters: { skewMs, latencyMs, outageMs, decisionMs, marginMs },
  }
}

export const milestone = (change: Partial<MilestoneTerms> = {}): MilestoneTerms => ({
  merchant: 'pty_shop',
  payee: account('shop'),
  settle: { ledger: 'east', asset: 'EUR' },
  amount: '10001',
  ...(change.inspectionMs === undefined ? { deliveryHash: 'cd'.repeat(32) } : {}),
  shipBy: NOW + HOUR,
  deadline: NOW + 3 * HOUR,
  latest: NOW + 30 * DAY,
  items: [],
  ...change,
})

export const asked = (milestones: readonly Partial<MilestoneTerms>[] = [{}], more: Partial<AskedOrder> = {}): AskedOrder => ({
  buyer: 'pty_buyer',
  payer: account('buyer'),
  milestones: milestones.map((one, index) =>
    milestone({ ...(index === 0 ? {} : { deliveryHash: `${index}f`.repeat(32).slice(0, 64) as HashLock }), ...one }),
  ),
  ...more,
})

export const places = (quotes: ReadonlyMap<number, TakenQuote> = new Map()): OrderPlaces => ({
  order: ORDER,
  arbiter: account('arbiter'),
  feeTo: account('fee'),
  ledgerOf: (name) => (name === 'west' ? west : east),
  quotes,
})

/** 16,000 CNY on west for 2,000 EUR on east. */
export const taken = (change: Partial<TakenQuote> = {}): TakenQuote => ({
  id: 'qte_1',
  provider: 'pty_desk',
  liquidity: account('liquidity'),
  give: { ledger: east, asset: 'EUR' as AssetCode, amount: 2_000n },
  take: { ledger: west, asset: 'CNY' as AssetCode, amount: 16_000n },
  offerExpiresAt: (NOW + DAY) as Time,
  ...change,
})
export const pairedMilestone: Partial<MilestoneTerms> = {
  settle: { ledger: 'west', asset: 'CNY' },
  amount: '16000',
  quote: 'qte_1',
}
