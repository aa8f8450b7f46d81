// What a clawback may take and pay: whole coins of its asset alone, to the issuer's account alone. Locked coins have no such path.
import type { RuleCode } from '../codes.js'
import type { Outline } from '../outline.js'
import type { LedgerState } from '../state/state.js'

/** Rows of the coins that a transaction spends and numbers of the accounts that its plain outputs pay, by position. */
export interface Flows {
  readonly rows: Int32Array
  readonly outputAccounts: Int32Array
}

/** Asked of every transaction: the path and the operation of this name come together or not at all. */
export function checkClawback(outline: Outline, state: LedgerState, { rows, outputAccounts }: Flows): RuleCode | undefined {
  let taken = 0
  for (let i = 0; i < outline.inputCount; i++) if (outline.paths[i]?.kind === 'clawback') taken++
  const operation = outline.operations.find(({ kind }) => kind === 'clawback')
  if (operation === undefined && taken === 0) return undefined
  if (operation?.kind !== 'clawback' || outline.operations.length !== 1) return 'clawback_terms'
  if (taken === 0 || taken !== outline.inputCount) return 'clawback_terms'
  const asset = state.assets.numberOf(operation.asset)
  if (asset < 0) return 'asset_unknown'
  for (let i = 0; i < taken; i++) if (state.coins.assetOf(rows[i] ?? -1) !== asset) return 'clawback_terms'
  const issuer = state.accounts.numberOf(state.assets.issuerOf(asset))
  for (let i = 0; i < outline.outputCount; i++)
    if (outline.conditions[i] !== undefined || outputAccounts[i] !== issuer) return 'clawback_terms'
  return undefined
}
