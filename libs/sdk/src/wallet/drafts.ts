// Transaction bodies for what wallets do. Pure: coins, time and reference come in, a body goes out; nothing is sent or signed here.
import {
  type CoinRecord,
  type Condition,
  type Operation,
  type Output,
  type SpendPath,
  type TransactionBody,
  prescribedOutputs,
} from '@huitong/chain'
import { type AccountId, type AssetCode, type Result, type Time, OUTPUTS_MAX, err, ok, toHex, utf8 } from '@huitong/primitives'
import { type SelectionCode, selectCoins } from './coin-selection.js'

export interface DraftFrame {
  /** In ledger time, inclusive. */
  readonly validUntil: Time
  /** 8 bytes in hexadecimal; the same intent carries the same one. */
  readonly reference: string
  readonly memo?: string
}

export type DraftCode =
  SelectionCode | 'too_many_outputs' | 'path_not_of_condition' | 'paired_forbidden' | 'part_wrong' | 'hold_deadline_wrong'

const frame = (given: DraftFrame): Pick<TransactionBody, 'validUntil' | 'reference' | 'memo'> => ({
  validUntil: given.validUntil,
  reference: given.reference,
  memo: given.memo === undefined ? '' : toHex(utf8(given.memo)),
})

export const accountCondition = (account: AccountId): Condition => ({ kind: 'account', account })

/** Pays `outputs` from the account's own `coins`, oldest first; change comes back as the last output of each asset. */
export function draftPayment(
  payer: AccountId,
  coins: readonly CoinRecord[],
  outputs: readonly Output[],
  given: DraftFrame,
): Result<TransactionBody, DraftCode> {
  const spent: CoinRecord[] = []
  const change: Output[] = []
  for (const asset of new Set(outputs.map((output) => output.asset))) {
    const wanted = outputs.filter((output) => output.asset === asset).reduce((sum, output) => sum + output.amount, 0n)
    const selection = selectCoins(coins, asset, wanted)
    if (!selection.ok) return selection
    spent.push(...selection.value.coins)
    if (selection.value.change > 0n) change.push({ asset, amount: selection.value.change, condition: accountCondition(payer) })
  }
  const all = [...outputs, ...change]
  if (all.length > OUTPUTS_MAX || spent.length > OUTPUTS_MAX) return err('too_many_outputs')
  return ok({
    ...frame(given),
    inputs: spent.map(({ coordinate }) => ({ coin: coordinate, path: { kind: 'own' } })),
    outputs: all,
    operations: [],
  })
}

/** Pays with exactly these coins of one asset, in this order: the order decides which units go where (first in, first out). */
export function draftExact(
  payer: AccountId,
  coins: readonly CoinRecord[],
  outputs: readonly Output[],
  given: DraftFrame,
): Result<TransactionBody, DraftCode> {
  const held = coins.reduce((sum, coin) => sum + coin.amount, 0n)
  const wanted = outputs.reduce((sum, output) => sum + output.amount, 0n)
  const [first] = outputs
  if (first === undefined || held < wanted) return err('funds_insufficient')
  const change = { asset: first.asset, amount: held - wanted, condition: accountCondition(payer) }
  return ok({
    ...frame(given),
    inputs: coins.map(({ coordinate }) => ({ coin: coordinate, path: { kind: 'own' } })),
    outputs: held > wanted ? [...outputs, change] : outputs,
    operations: [],
  })
}

/** Destroys `amount` of the payer's coins, oldest first; the rest comes back. */
export function draftBurn(
  payer: AccountId,
  coins: readonly CoinRecord[],
  burn: { readonly asset: AssetCode; readonly amount: bigint },
  given: DraftFrame,
): Result<TransactionBody, DraftCode> {
  const selection = selectCoins(coins, burn.asset, burn.amount)
  if (!selection.ok) return selection
  const { change } = selection.value
  return ok({
    ...frame(given),
    inputs: selection.value.coins.map(({ coordinate }) => ({ coin: coordinate, path: { kind: 'own' } })),
    outputs: change > 0n ? [{ asset: burn.asset, amount: change, condition: accountCondition(payer) }] : [],
    operations: [{ kind: 'burn', ...burn }],
  })
}

/** Spends one locked coin by a path: the covenant prescribes the outputs, so there is nothing to choose. */
export function draftLockSpend(
  coin: CoinRecord,
  path: SpendPath,
  given: Omit<DraftFrame, 'memo'>,
): Result<TransactionBody, DraftCode> {
  const outputs = prescribedOutputs(coin, path)
  if (!outputs.ok) return outputs
  return ok({ ...frame(given), inputs: [{ coin: coin.coordinate, path }], outputs: outputs.value, operations: [] })
}

/** Operations alone. */
export const draftOperations = (operations: readonly Operation[], given: DraftFrame): TransactionBody => ({
  ...frame(given),
  inputs: [],
  outputs: [],
  operations,
})

/** Takes whole coins of others back to the issuer, who kept that power; one asset at a time, one coin at least. */
export const draftClawback = (
  clawback: Extract<Operation, { kind: 'clawback' }> & { readonly issuer: AccountId },
  coins: readonly CoinRecord[],
  given: DraftFrame,
): TransactionBody => ({
  ...frame(given),
  inputs: coins.map(({ coordinate }) => ({ coin: coordinate, path: { kind: 'clawback' } })),
  outputs: [
    {
      asset: clawback.asset,
      amount: coins.reduce((sum, { amount }) => sum + amount, 0n),
      condition: accountCondition(clawback.issuer),
    },
  ],
  operations: [{ kind: 'clawback', asset: clawback.asset, sequence: clawback.sequence }],
})

/** New units to one or more outputs, by the asset's issuer. */
export const draftIssue = (
  issue: Extract<Operation, { kind: 'issue' }>,
  outputs: readonly Output[],
  given: DraftFrame,
): TransactionBody => ({ ...frame(given), inputs: [], outputs, operations: [issue] })
