// The command line of the bench, and the sizes that follow from it.
import { parseArgs } from 'node:util'

export interface Arguments {
  readonly isJson: boolean
  readonly isQuick: boolean
  /** Names or beginnings of names of rows; empty: all. */
  readonly rows: readonly string[]
  readonly passes: number
  readonly seed: number
  /** Folder of the report; absent: made from the time. */
  readonly report: string | undefined
  readonly sizes: Sizes
}

/** How much each contestant does. Counts are transfers, times milliseconds unless named otherwise. */
export interface Sizes {
  readonly transfers: number
  readonly warmUp: number
  readonly wallets: number
  /** Transfers under way at once in the closed loop. */
  readonly inFlight: number
  readonly calibrationMs: number
  readonly peerMs: number
  readonly trialMs: number
  /** Settings of a hand-written peer that are tried in the first pass. */
  readonly settingsTried: number
  readonly latencySeconds: number
  /** Transfers of the open loop before the first that are counted: eight seconds' worth, until the runtime has compiled what they run. */
  readonly latencyWarmUp: number
  readonly busTransfers: number
  readonly busSingles: number
  readonly growthTransfers: number
  readonly growthCoins: readonly number[]
  readonly historyTransfers: number
  readonly readMs: number
  readonly deals: number
  readonly lightMs: number
}

const FULL: Sizes = {
  transfers: 200_000,
  warmUp: 10_000,
  wallets: 10_000,
  inFlight: 4_096,
  calibrationMs: 2_000,
  peerMs: 4_000,
  trialMs: 1_500,
  settingsTried: 6,
  latencySeconds: 5,
  latencyWarmUp: 40_000,
  busTransfers: 150_000,
  busSingles: 50_000,
  growthTransfers: 100_000,
  growthCoins: [10_000, 1_000_000, 5_000_000],
  historyTransfers: 5_000_000,
  readMs: 3_000,
  deals: 120,
  lightMs: 4_000,
}

const QUICK: Sizes = {
  transfers: 40_000,
  warmUp: 4_000,
  wallets: 2_000,
  inFlight: 4_096,
  calibrationMs: 1_000,
  peerMs: 1_500,
  trialMs: 700,
  settingsTried: 2,
  latencySeconds: 1.1,
  latencyWarmUp: 40_000,
  busTransfers: 30_000,
  busSingles: 10_000,
  growthTransfers: 20_000,
  growthCoins: [10_000, 5_000_000],
  historyTransfers: 100_000,
  readMs: 800,
  deals: 96,
  lightMs: 1_500,
}

/** For the test of the bench itself: figures of this size mean nothing. */
const TINY: Sizes = {
  ...QUICK,
  transfers: 2_000,
  warmUp: 200,
  wallets: 64,
  inFlight: 256,
  calibrationMs: 100,
  peerMs: 300,
  trialMs: 100,
  settingsTried: 1,
  latencySeconds: 0.05,
  latencyWarmUp: 200,
  growthTransfers: 1_000,
  growthCoins: [1_000, 4_000],
  historyTransfers: 2_000,
}

/** Reads the words after the command; throws with a sentence if one is not understood. */
export function argumentsOf(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      tiny: { type: 'boolean', default: false },
      rows: { type: 'string', default: '' },
      passes: { type: 'string' },
      seed: { type: 'string', default: '1' },
      report: { type: 'string' },
    },
  })
  const passes = Number(values.passes ?? (values.quick || values.tiny ? 1 : 3))
  if (!Number.isInteger(passes) || passes < 1 || passes > 100) throw new RangeError('--passes is a number from 1 to 100')
  const seed = Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31) throw new RangeError('--seed is a number from 0 to 2147483647')
  return {
    isJson: values.json,
    isQuick: values.quick || values.tiny,
    rows: values.rows.split(',').filter((row) => row !== ''),
    passes,
    seed,
    report: values.report,
    sizes: values.tiny ? TINY : values.quick ? QUICK : FULL,
  }
}
