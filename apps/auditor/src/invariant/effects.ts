// Invariant 9: a deal's history has one step per version, and of the hub's transactions the ledgers have exactly what the books say.
// Answers of commands are examined when they are first seen (memory.ts).
import type { Memory } from '../memory.js'
import type { Findings } from './verdict.js'

export function checkEffects(memory: Memory, found: Findings): void {
  for (const { id, version, stateName, history } of memory.deals.values()) {
    const isWhole = history.rows === version && history.last === version && history.state === stateName
    found.expect(
      9,
      isWhole,
      () =>
        `deal ${id} is at version ${version} in ${stateName}; its history has ${history.rows} steps up to ${history.last}, to ${history.state}`,
    )
  }
  const done = new Map<string, ReadonlySet<string>>()
  for (const { key, ledger, id, state, effect } of memory.transactions.values()) {
    const replay = memory.ledgers.get(ledger)
    if (replay === undefined) continue
    const times = replay.seen.get(id) ?? 0
    const isRight = times <= 1 && (state === 'open' || (state === 'final') === (times === 1))
    found.expect(9, isRight, () => `${key}: transaction ${id} is ${state} in the books and ${times} times on ${ledger}`)
    if (times === 0) continue
    const others = new Set([...(done.get(effect) ?? []), id])
    if (others.size > 1) found.broken(9, `${effect} has ${others.size} transactions on ${ledger}: ${[...others].join(', ')}`)
    done.set(effect, others)
  }
}
