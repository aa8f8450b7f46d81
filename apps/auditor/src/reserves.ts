// Reserves per ledger and asset, summed from the coins themselves. Must always add up to what was issued and not burnt.
import type { Memory } from './memory.js'
import type { Purpose } from './read/facts.js'

export interface Reserve {
  readonly ledger: string
  readonly asset: string
  /** Issued - burnt. */
  readonly issued: bigint
  readonly holders: bigint
  readonly escrow: bigint
  readonly hashLocks: bigint
  readonly fees: bigint
  readonly liquidity: bigint
  readonly difference: bigint
}

type Sums = Record<'holders' | 'escrow' | 'hashLocks' | 'fees' | 'liquidity', bigint>

/** `accounts`: the hub's own, by account. */
export function reserves(memory: Memory, accounts: ReadonlyMap<string, Purpose>): readonly Reserve[] {
  return [...memory.ledgers.values()].flatMap(({ birth, coins, supplies }) => {
    const sums = new Map<string, Sums>()
    for (const { asset, amount, condition } of coins.values()) {
      const own = sums.get(asset) ?? { holders: 0n, escrow: 0n, hashLocks: 0n, fees: 0n, liquidity: 0n }
      sums.set(asset, own)
      if (condition.kind === 'escrow') own.escrow += amount
      else if (condition.kind === 'hashLock') own.hashLocks += amount
      else own[placeOf(condition.owner === undefined ? undefined : accounts.get(condition.owner))] += amount
    }
    return [...supplies].map(([asset, supply]) => {
      const own = sums.get(asset) ?? { holders: 0n, escrow: 0n, hashLocks: 0n, fees: 0n, liquidity: 0n }
      const issued = supply.issued - supply.burnt
      const held = own.holders + own.escrow + own.hashLocks + own.fees + own.liquidity
      return { ledger: birth.name, asset, issued, ...own, difference: issued - held }
    })
  })
}

function placeOf(purpose: Purpose | undefined): 'holders' | 'fees' | 'liquidity' {
  if (purpose === 'fee') return 'fees'
  return purpose === 'liquidity' ? 'liquidity' : 'holders'
}
