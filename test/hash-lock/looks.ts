// What the cases of hash locks look at besides the answers: blocks, every row that settlement keeps, alarms.
import { type WireAlarm, type WireLeg, listAlarms } from '@huitong/contracts'
import { type Coordinate, type Time, invariant } from '@huitong/primitives'
import { value } from '../../apps/settlement/src/testing/hash-lock.js'
import { ADMIN } from '../../apps/settlement/src/testing/sim-hub.js'
import type { SimLedger } from '../../apps/settlement/src/testing/sim-ledger.js'
import type { House } from './house.js'

/** The block that spent a leg's coin. */
export function blockOfSpend(
  ledger: SimLedger,
  leg: Pick<WireLeg, 'coordinate'>,
): { readonly height: number; readonly time: Time } {
  const spentBy = ledger.coins.get((leg.coordinate ?? '') as Coordinate)?.spentBy
  invariant(spentBy !== undefined, 'a spent coin')
  const height = ledger.heights.get(spentBy.transaction) ?? 0
  const block = ledger.blocks[height - 1]
  invariant(block !== undefined, 'a block')
  return { height, time: block.block.header.time }
}

/** Every row of every table of settlement as text: what an operator with the database in hand could read. */
export async function everythingKept(house: House): Promise<string> {
  const tables = await house.sql<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`,
  )
  const parts: string[] = []
  for (const { name } of tables) {
    const found = await house.sql<{ line: string }>(`select to_jsonb(t)::text as line from "${name}" t`)
    parts.push(...found.map(({ line }) => line))
  }
  return parts.join('\n')
}

export async function alarms(house: House, withOver = false): Promise<readonly WireAlarm[]> {
  return value(await house.hub.bus.call(listAlarms, { limit: 100, withOver, actor: ADMIN })).items
}

/** As many of a ledger's next submissions as a case may see are lost on the way. */
export const loseAll = (ledger: SimLedger): void => {
  ledger.faults.push(...Array.from({ length: 500 }, () => 'dropped' as const))
}
export const loseNone = (ledger: SimLedger): void => {
  ledger.faults.length = 0
}
