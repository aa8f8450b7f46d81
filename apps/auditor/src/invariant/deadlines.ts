// Invariant 10: a deadline that has passed on its ledger is acted on with the next block that settlement reads.
import type { Memory } from '../memory.js'
import type { Snapshot } from '../read/facts.js'
import type { Findings } from './verdict.js'

export function checkDeadlines(memory: Memory, { due, deadlines, cursors }: Snapshot, found: Findings): void {
  found.examined(10, deadlines)
  const heights = new Map(cursors.map(({ chain, height }) => [chain, height] as const))
  const still = new Set<string>()
  for (const { deal, chain, at } of due) {
    const key = `${deal}/${chain}/${at}`
    const height = heights.get(chain) ?? 0
    still.add(key)
    const first = memory.due.get(key)
    // a deadline may be made when it has passed already: it has until the next block
    if (first === undefined) memory.due.set(key, height)
    else if (height > first)
      found.broken(10, `deal ${deal} still waits for ${at}, which ledger ${chain} has passed by block ${first}`)
  }
  for (const key of memory.due.keys()) if (!still.has(key)) memory.due.delete(key)
}
