// Which account a transaction needs that is not open, in words: its part in the transaction, its address, and what helps. Asked after a refusal only.
import { type AccountId, hexOf, never } from '@huitong/primitives'
import { encodeAddress } from '../ids.js'
import type { Condition, Operation } from '../model.js'
import type { Outline } from '../outline.js'
import type { LedgerState } from '../state/state.js'

/** An account and the part it plays. */
type Role = readonly [role: string, account: AccountId | undefined]

/** The first that is not open, outputs before operations; `undefined` if all are. */
export function unknownAccount(outline: Outline, state: LedgerState): string | undefined {
  for (const [role, account] of rolesOf(outline, state))
    if (account !== undefined && state.accounts.numberOf(account) < 0)
      return `the ${role} ${encodeAddress(account)} is not open on this ledger: it has to be opened here first`
  return undefined
}

function* rolesOf(outline: Outline, state: LedgerState): Generator<Role> {
  for (let i = 0; i < outline.outputCount; i++) {
    const at = outline.conditionAt[i] ?? 0
    const condition = outline.conditions[i]
    yield* condition === undefined ? [payeeAt(outline, at)] : rolesOfCondition(condition)
  }
  for (const operation of outline.operations) yield* rolesOfOperation(operation, state)
}

const payeeAt = ({ bytes }: Outline, at: number): Role => ['payee', hexOf<AccountId>(bytes.subarray(at, at + 32))]

function rolesOfCondition(condition: Condition): readonly Role[] {
  switch (condition.kind) {
    case 'account':
    case 'timeLock':
      return [['payee', condition.account]]
    case 'multi':
      return condition.accounts.map((account) => ['joint owner', account])
    case 'hashLock':
      return [
        ['claimant', condition.claimant],
        ['payer (refundee)', condition.refundee],
      ]
    case 'escrow':
      return [
        ['payer', condition.payer],
        ['payee', condition.payee],
        ['arbiter', condition.arbiter],
        ['fee account', condition.feeTo],
      ]
    default:
      return never(condition)
  }
}

function rolesOfOperation(operation: Operation, { registrar }: LedgerState): readonly Role[] {
  switch (operation.kind) {
    case 'registerAsset':
      return [
        ['issuer', operation.issuer],
        ['registrar', registrar],
      ]
    case 'setRulebook':
      return [['registrar', registrar], ...(operation.assets ?? []).map(({ tax }): Role => ['tax account', tax?.to])]
    case 'setTier':
      return [
        ['registrar', registrar],
        ['account', operation.account],
      ]
    case 'freeze':
    case 'unfreeze':
      return [['account', operation.account]]
    case 'openAccount':
      return operation.policy.authorities.map((account) => ['recovery authority', account])
    case 'changeRecovery':
      return [
        ['account', operation.account],
        ...operation.terms.authorities.map((account): Role => ['recovery authority', account]),
      ]
    case 'rotate':
    case 'proposeRecovery':
    case 'cancelRecovery':
    case 'finaliseRecovery':
    case 'anchor':
      return [['account', operation.account]]
    case 'issue':
    case 'burn':
    case 'clawback':
      return []
    default:
      return never(operation)
  }
}
