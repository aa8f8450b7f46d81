// Invariant 7: what an offer says is reserved and used, against the quotes that reserve and use it.
import type { Snapshot } from '../read/facts.js'
import type { Findings } from './verdict.js'

export function checkLiquidity({ offers }: Snapshot, found: Findings): void {
  for (const { id, reserved, used, quotedReserved, quotedUsed } of offers) {
    const isEqual = reserved === quotedReserved && used === quotedUsed
    found.expect(
      7,
      isEqual,
      () => `offer ${id} has ${reserved} reserved and ${used} used, its quotes ${quotedReserved} and ${quotedUsed}`,
    )
  }
}
