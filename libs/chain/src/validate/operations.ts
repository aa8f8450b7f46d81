// What each operation must satisfy, and what it changes. One transaction sees the ledger as it stood before it, so no operation may lean
// on another of the same transaction.
import { AMOUNT_MAX, type AccountId, type AssetCode, type Time, after, invariant, never } from '@huitong/primitives'
import { type RuleCode, firstCode } from '../codes.js'
import { accountIdOf } from '../ids.js'
import type { Operation, Policy, RecoveryTerms, RulebookChange } from '../model.js'
import { afterCancel, beginRecovery, proposalRule } from '../recovery.js'
import { withChange } from '../money-rules.js'
import type { LedgerState } from '../state/state.js'

type OnAccount = Exclude<Extract<Operation, { account: AccountId }>, Freezing | { kind: 'setTier' }>
type Freezing = Extract<Operation, { kind: 'freeze' | 'unfreeze' }>

/** No two operations of a transaction may change the same account or asset. */
export function checkDistinct(operations: readonly Operation[]): RuleCode | undefined {
  if (operations.length < 2) return undefined
  const subjects = new Set(operations.map(subjectOf))
  return subjects.size === operations.length ? undefined : 'operation_repeated'
}

function subjectOf(operation: Operation): string {
  switch (operation.kind) {
    case 'registerAsset':
    case 'issue':
    case 'burn':
    case 'freeze':
    case 'unfreeze':
    case 'clawback':
      return operation.asset
    case 'openAccount':
      return accountIdOf(operation.policy)
    case 'setRulebook':
      return 'rulebook'
    case 'setTier':
      return `tier ${operation.account}`
    default:
      return operation.account
  }
}

/** May this operation be done at `time`? Everything but its signatures. */
export function checkOperation(operation: Operation, state: LedgerState, time: Time): RuleCode | undefined {
  switch (operation.kind) {
    case 'registerAsset':
      if (state.accounts.numberOf(operation.issuer) < 0) return 'account_unknown'
      if (isRegistrarUnknown(state)) return 'account_unknown'
      return state.assets.numberOf(operation.asset) < 0 ? undefined : 'asset_exists'
    case 'issue':
      return checkIssue(operation, state)
    case 'freeze':
    case 'unfreeze':
      return checkFreezing(operation, state)
    case 'clawback':
      return checkClawback(operation, state)
    case 'burn':
      return state.assets.numberOf(operation.asset) < 0 ? 'asset_unknown' : undefined
    case 'setRulebook':
      if (isRegistrarUnknown(state) || isTaxUnpayable(operation, state)) return 'account_unknown'
      if (state.registrar === undefined) return 'rulebook_fixed'
      return operation.version === state.rulebook.version + 1 ? undefined : 'sequence_wrong'
    case 'setTier':
      if (isRegistrarUnknown(state) || state.accounts.numberOf(operation.account) < 0) return 'account_unknown'
      if (state.registrar === undefined) return 'rulebook_fixed'
      return operation.sequence === state.accounts.tierSequence(state.accounts.numberOf(operation.account))
        ? undefined
        : 'sequence_wrong'
    case 'openAccount':
      return checkOpen(operation.policy, state)
    case 'rotate':
    case 'proposeRecovery':
    case 'changeRecovery':
    case 'cancelRecovery':
    case 'finaliseRecovery':
    case 'anchor':
      return checkOnAccount(operation, state, time)
    default:
      return never(operation)
  }
}

/** A genesis may name an account that is not open yet. */
const isRegistrarUnknown = ({ registrar, accounts }: LedgerState): boolean =>
  registrar !== undefined && accounts.numberOf(registrar) < 0

/** A tax that nobody can pay would stop its asset. */
const isTaxUnpayable = ({ assets = [] }: RulebookChange, { accounts }: LedgerState): boolean =>
  assets.some(({ tax }) => tax !== undefined && accounts.numberOf(tax.to) < 0)

function checkIssue(operation: Extract<Operation, { kind: 'issue' }>, state: LedgerState): RuleCode | undefined {
  const asset = state.asset(operation.asset)
  if (asset === undefined) return 'asset_unknown'
  if (asset.sequence !== operation.sequence) return 'sequence_wrong'
  const circulating = asset.issued - asset.burnt + operation.amount
  return circulating > asset.maxSupply || asset.issued + operation.amount > AMOUNT_MAX ? 'supply_exceeded' : undefined
}

function checkFreezing({ kind, asset, account, sequence }: Freezing, state: LedgerState): RuleCode | undefined {
  const record = state.asset(asset)
  if (record === undefined) return 'asset_unknown'
  if (account !== undefined && state.accounts.numberOf(account) < 0) return 'account_unknown'
  if (!record.powers.freeze) return 'power_not_kept'
  if (record.sequence !== sequence) return 'sequence_wrong'
  const isFrozen = account === undefined ? record.frozen : state.isFrozen(asset, account)
  return isFrozen === (kind === 'freeze') ? 'freeze_unchanged' : undefined
}

/** The power and the sequence. What it takes and pays is asked where the coins are known: clawback.ts. */
function checkClawback({ asset, sequence }: { asset: AssetCode; sequence: number }, state: LedgerState): RuleCode | undefined {
  const record = state.asset(asset)
  if (record === undefined) return 'asset_unknown'
  if (!record.powers.clawback) return 'power_not_kept'
  return record.sequence === sequence ? undefined : 'sequence_wrong'
}

function checkOpen(policy: Policy, state: LedgerState): RuleCode | undefined {
  if (namesUnknown(policy, state)) return 'account_unknown'
  if (state.accounts.numberOf(accountIdOf(policy)) >= 0) return 'account_exists'
  return checkDelay(policy, state)
}

const namesUnknown = ({ authorities }: RecoveryTerms, state: LedgerState): boolean =>
  authorities.some((authority) => state.accounts.numberOf(authority) < 0)

const checkDelay = ({ quorum, delayMs }: RecoveryTerms, state: LedgerState): RuleCode | undefined =>
  quorum > 0 && delayMs < state.rulebook.recoveryDelayMinMs ? 'delay_too_short' : undefined

function checkOnAccount(operation: OnAccount, state: LedgerState, time: Time): RuleCode | undefined {
  const account = state.accounts.numberOf(operation.account)
  if (account < 0) return 'account_unknown'
  if (operation.kind === 'changeRecovery') {
    if (namesUnknown(operation.terms, state)) return 'account_unknown'
    const code = checkDelay(operation.terms, state)
    if (code !== undefined) return code
  }
  if (state.accounts.sequence(account) !== operation.sequence) return 'sequence_wrong'
  const recovery = state.accounts.recoveryOf(account)
  switch (operation.kind) {
    case 'anchor':
      return undefined
    case 'rotate':
    case 'changeRecovery':
      return recovery === undefined ? undefined : 'recovery_pending'
    case 'proposeRecovery':
      if (state.accounts.termsOf(account).quorum === 0) return 'recovery_not_offered'
      if (recovery !== undefined) return 'recovery_pending'
      return proposalRule(state.accounts.cancelledOf(account), time) === 'too_soon' ? 'recovery_too_soon' : undefined
    case 'cancelRecovery':
      if (recovery === undefined) return 'recovery_none'
      return time < recovery.end ? undefined : 'recovery_ended'
    case 'finaliseRecovery':
      if (recovery === undefined) return 'recovery_none'
      return time < recovery.end ? 'recovery_not_ended' : undefined
    default:
      return never(operation)
  }
}

/** The refusal of highest precedence among all operations. */
export function checkOperations(operations: readonly Operation[], state: LedgerState, time: Time): RuleCode | undefined {
  let code: RuleCode | undefined
  for (const operation of operations) code = firstCode(code, checkOperation(operation, state, time))
  return code
}

/** Does what was checked. */
export function applyOperation(operation: Operation, state: LedgerState, time: Time): void {
  const { accounts, assets } = state
  switch (operation.kind) {
    case 'registerAsset': {
      const { asset, scale, maxSupply, issuer, powers } = operation
      assets.register({ asset, scale, maxSupply, issuer, powers })
      return
    }
    case 'issue':
      return assets.issue(assets.numberOf(operation.asset), operation.amount)
    case 'burn':
      return assets.burn(assets.numberOf(operation.asset), operation.amount)
    case 'freeze':
    case 'unfreeze': {
      const { kind, asset, account } = operation
      return assets.setFrozen(assets.numberOf(asset), {
        frozen: kind === 'freeze',
        ...(account === undefined ? {} : { account: accounts.numberOf(account) }),
      })
    }
    case 'setRulebook': {
      const { kind: _kind, ...change } = operation
      state.rulebook = withChange(state.rulebook, change)
      return
    }
    case 'setTier': {
      const account = accounts.numberOf(operation.account)
      return accounts.setTier(account, { tier: operation.tier, sequence: operation.sequence + 1 })
    }
    case 'clawback':
      return assets.advance(assets.numberOf(operation.asset))
    case 'openAccount':
      accounts.open(accountIdOf(operation.policy), operation.policy)
      return
    case 'rotate':
    case 'proposeRecovery':
    case 'changeRecovery':
    case 'cancelRecovery':
    case 'finaliseRecovery':
    case 'anchor':
      return applyOnAccount(operation, state, time)
    default:
      never(operation)
  }
}

function applyOnAccount(operation: OnAccount, state: LedgerState, time: Time): void {
  const { accounts } = state
  const account = accounts.numberOf(operation.account)
  const recovery = accounts.recoveryOf(account)
  accounts.advance(account)
  switch (operation.kind) {
    case 'anchor':
      return
    case 'rotate':
      return accounts.setKeys(account, operation.keys)
    case 'changeRecovery': {
      const from = after(time, accounts.termsOf(account).delayMs)
      return accounts.setChange(account, { terms: operation.terms, from })
    }
    case 'proposeRecovery':
      accounts.setChange(account, undefined)
      return accounts.setRecovery(account, beginRecovery(accounts.record(account), { keys: operation.keys, time }))
    case 'cancelRecovery':
      invariant(recovery !== undefined, 'a checked recovery is pending')
      accounts.setCancelled(account, afterCancel(recovery, time))
      return accounts.setRecovery(account, undefined)
    case 'finaliseRecovery':
      invariant(recovery !== undefined, 'a checked recovery is pending')
      accounts.setKeys(account, recovery.keys)
      accounts.setCancelled(account, undefined)
      return accounts.setRecovery(account, undefined)
    default:
      never(operation)
  }
}
