// Where the money of a locked coin may go: for each path exactly the outputs it prescribes, and when and with what parameters it may be used.
// Used by validation and by everyone who builds such a transaction. Knows no keys: who must sign is in signers.ts.
import { type Amount, type HashLock, type Result, type Time, err, mulDivFloor, never, ok } from '@huitong/primitives'
import type { AccountCondition, Condition, EscrowCondition, HashLockCondition, Output, SpendPath } from './model.js'

export type PathFitCode = 'path_not_of_condition'
export type PathTimeCode = 'too_early' | 'too_late'
export type PathTermsCode = 'paired_forbidden' | 'part_wrong' | 'hold_deadline_wrong'

/** A coin whose spending is bound by a covenant: it may only be spent with its like and into prescribed outputs. */
export const isLock = (condition: Condition): condition is HashLockCondition | EscrowCondition =>
  condition.kind === 'hashLock' || condition.kind === 'escrow'

/** The fee on the part `x` of an escrow coin that is paid to the payee: floor(fee * x / amount). */
export const feeOnPart = (coin: { amount: Amount; fee: Amount }, part: Amount): Amount => mulDivFloor(coin.fee, part, coin.amount)

/**
 * Exactly the outputs that spending `coin` by `path` must have, in order: payee, payer, fee, rest; zero amounts left out.
 * Empty for account, timeLock and multi coins, whose money may go anywhere. Does not look at the time: see {@link checkPathTime}.
 */
export function prescribedOutputs(coin: Output, path: SpendPath): Result<Output[], PathFitCode | PathTermsCode> {
  const code = checkPathFit(coin.condition, path) ?? checkPathTerms(coin, path)
  if (code !== undefined) return err(code)
  switch (coin.condition.kind) {
    case 'account':
    case 'timeLock':
    case 'multi':
      return ok([])
    case 'hashLock':
      return ok([pay(coin, path.kind === 'claim' ? coin.condition.claimant : coin.condition.refundee, coin.amount)])
    case 'escrow':
      return ok(escrowOutputs(coin, coin.condition, path).filter((output) => output.amount > 0n))
    default:
      return never(coin.condition)
  }
}

/** Does a coin of this condition have this path at all? */
export function checkPathFit(condition: Condition, path: SpendPath): PathFitCode | undefined {
  return fits(condition, path) ? undefined : 'path_not_of_condition'
}

function fits(condition: Condition, path: SpendPath): boolean {
  switch (path.kind) {
    case 'own':
    case 'clawback':
      return !isLock(condition)
    case 'claim':
    case 'cancel':
    case 'expire':
      return condition.kind === 'hashLock'
    case 'code':
      return condition.kind === 'escrow' && condition.deliveryHash !== undefined
    case 'release':
    case 'refund':
    case 'agree':
    case 'hold':
    case 'rule':
    case 'default':
      return condition.kind === 'escrow'
    default:
      return never(path)
  }
}

/** May the path be used in a block of time `time`? Claim iff t < expiry, refund iff t >= expiry; so for escrow and its deadline. */
export function checkPathTime(condition: Condition, path: SpendPath, time: Time): PathTimeCode | undefined {
  switch (condition.kind) {
    case 'account':
    case 'multi':
      return undefined
    case 'timeLock':
      return time < condition.until && path.kind !== 'clawback' ? 'too_early' : undefined
    case 'hashLock':
      if (path.kind === 'expire') return time < condition.expiry ? 'too_early' : undefined
      return time < condition.expiry ? undefined : 'too_late'
    case 'escrow':
      if (path.kind === 'default') return time < condition.deadline ? 'too_early' : undefined
      return time < condition.deadline ? undefined : 'too_late'
    default:
      return never(condition)
  }
}

/** Are the path's parameters within what the coin allows? */
export function checkPathTerms(coin: Output, path: SpendPath): PathTermsCode | undefined {
  const { condition, amount } = coin
  if (condition.kind !== 'escrow') return undefined
  switch (path.kind) {
    case 'release':
    case 'refund':
      if (condition.paired) return 'paired_forbidden'
      return path.amount > amount || (condition.held && path.amount !== amount) ? 'part_wrong' : undefined
    case 'agree':
      if (condition.paired) return 'paired_forbidden'
      return path.toPayee > amount ? 'part_wrong' : undefined
    case 'hold':
      if (condition.paired && path.default !== undefined) return 'paired_forbidden'
      return path.deadline <= condition.deadline || path.deadline > condition.latest ? 'hold_deadline_wrong' : undefined
    case 'rule':
      // The other leg could be spent by the code while this one goes back: the code must be dead before.
      if (condition.paired && condition.deliveryHash !== undefined && path.toPayee !== amount) return 'paired_forbidden'
      return path.toPayee > amount ? 'part_wrong' : undefined
    default:
      return undefined
  }
}

/** The hash whose preimage the path needs, if any. */
export function preimageNeeded(condition: Condition, path: SpendPath): HashLock | undefined {
  if (condition.kind === 'hashLock' && path.kind === 'claim') return condition.hash
  if (condition.kind === 'escrow' && path.kind === 'code') return condition.deliveryHash
  return undefined
}

function escrowOutputs(coin: Output, escrow: EscrowCondition, path: SpendPath): Output[] {
  switch (path.kind) {
    case 'release':
      return [...toPayee(coin, escrow, path.amount), rest(coin, escrow, path.amount)]
    case 'refund':
      return [pay(coin, escrow.payer, path.amount), rest(coin, escrow, path.amount)]
    case 'agree':
    case 'rule':
      return split(coin, escrow, path.toPayee)
    case 'code':
      return split(coin, escrow, coin.amount)
    case 'default':
      return split(coin, escrow, escrow.default === 'release' ? coin.amount : 0n)
    case 'hold':
      return [{ ...coinOutput(coin), condition: heldUntil(escrow, path) }]
    default:
      return []
  }
}

/** Payee, payer, fee. */
function split(coin: Output, escrow: EscrowCondition, part: Amount): Output[] {
  const [payee, fee] = toPayee(coin, escrow, part)
  return [payee, pay(coin, escrow.payer, coin.amount - part), fee]
}

/** What the payee gets of `part`, and the fee on it. */
function toPayee(coin: Output, escrow: EscrowCondition, part: Amount): [Output, Output] {
  const fee = feeOnPart({ amount: coin.amount, fee: escrow.fee }, part)
  return [pay(coin, escrow.payee, part - fee), pay(coin, escrow.feeTo, fee)]
}

/** The identical escrow over what is left, its fee lowered by the share of what went, to whichever side it went. */
function rest(coin: Output, escrow: EscrowCondition, part: Amount): Output {
  const fee = escrow.fee - feeOnPart({ amount: coin.amount, fee: escrow.fee }, part)
  return { asset: coin.asset, amount: coin.amount - part, condition: { ...escrow, fee } }
}

function heldUntil(escrow: EscrowCondition, path: Extract<SpendPath, { kind: 'hold' }>): EscrowCondition {
  const { deliveryHash, ...terms } = escrow
  return {
    ...terms,
    held: true,
    deadline: path.deadline,
    default: path.default ?? escrow.default,
    ...(deliveryHash === undefined || path.dropDeliveryHash ? {} : { deliveryHash }),
  }
}

function pay(coin: Output, account: AccountCondition['account'], amount: Amount): Output {
  return { asset: coin.asset, amount, condition: { kind: 'account', account } }
}

const coinOutput = (coin: Output): Output => ({ asset: coin.asset, amount: coin.amount, condition: coin.condition })
