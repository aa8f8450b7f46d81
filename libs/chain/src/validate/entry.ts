// What a coin must satisfy when it enters a hash lock or an escrow. Asked once, here: spending it later asks nothing of the rulebook again.
import { type AccountId, type Amount, type Time, mulDivFloor, never } from '@huitong/primitives'
import type { RuleCode, ValidationCode } from '../codes.js'
import type { Condition, EscrowCondition, HashLockCondition, Rulebook, RulebookChange } from '../model.js'

/** The circumstances of a new lock. */
export interface Entry {
  readonly amount: Amount
  readonly time: Time
  readonly rulebook: Rulebook
  /** The account that alone owns all inputs, if one does. */
  readonly owner: AccountId | undefined
}

/** Every account that a condition names; all must be open. */
export function accountsOf(condition: Condition): readonly AccountId[] {
  switch (condition.kind) {
    case 'account':
    case 'timeLock':
      return [condition.account]
    case 'multi':
      return condition.accounts
    case 'hashLock':
      return [condition.claimant, condition.refundee]
    case 'escrow':
      return [condition.payer, condition.payee, condition.arbiter, condition.feeTo]
    default:
      return never(condition)
  }
}

/** What a refusal by the rulebook rests on: the version in force, its parameter and value; nothing for other refusals. */
export function rulebookDetail(code: ValidationCode, rulebook: Rulebook): string | undefined {
  const say = (parameter: keyof RulebookChange): string => `rulebook ${rulebook.version}: ${parameter} is ${rulebook[parameter]}`
  switch (code) {
    case 'lock_too_long':
      return say('lockMaxMs')
    case 'fee_too_high':
      return say('feeShareMaxPpm')
    case 'delay_too_short':
      return say('recoveryDelayMinMs')
    default:
      return undefined
  }
}

/** The refusal of highest precedence for a new lock. */
export function checkEntry(lock: HashLockCondition | EscrowCondition, entry: Entry): RuleCode | undefined {
  return lock.kind === 'hashLock' ? checkHashLock(lock, entry) : checkEscrow(lock, entry)
}

function checkHashLock(lock: HashLockCondition, { owner, time, rulebook }: Entry): RuleCode | undefined {
  if (owner !== lock.refundee) return 'lock_not_own_money'
  if (lock.expiry <= time) return 'lock_time'
  return lock.expiry - time > rulebook.lockMaxMs ? 'lock_too_long' : undefined
}

function checkEscrow(escrow: EscrowCondition, { amount, owner, time, rulebook }: Entry): RuleCode | undefined {
  const { payer, payee, arbiter, deadline, latest } = escrow
  if (payer === payee || payer === arbiter || payee === arbiter) return 'escrow_parties'
  if (owner !== payer) return 'lock_not_own_money'
  if (deadline <= time || latest < deadline) return 'lock_time'
  if (latest - time > rulebook.lockMaxMs) return 'lock_too_long'
  if (escrow.held || (escrow.paired && escrow.default === 'release')) return 'escrow_terms'
  return escrow.fee > mulDivFloor(amount, BigInt(rulebook.feeShareMaxPpm), 1_000_000n) ? 'fee_too_high' : undefined
}
