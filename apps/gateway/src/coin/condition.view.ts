// Conditions for people: decoded from the canonical bytes, which stand beside.
import { type Condition, decodeCondition, encodeCondition } from '@huitong/chain'
import { expectOk, fromHex, never, toHex } from '@huitong/primitives'
import { addressOf } from '../edge/address.js'
import { optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import type { ConditionDto } from './condition.dto.js'

/** The view of a condition in canonical hexadecimal. A service that answers anything else is broken. */
export const conditionView = (canonical: string): ConditionDto => ({
  canonical,
  ...fieldsOf(expectOk(decodeCondition(fromHex(canonical)), 'a condition that a ledger answered')),
})

/** The view of a decoded condition. */
export const viewOfCondition = (condition: Condition): ConditionDto => ({
  canonical: toHex(encodeCondition(condition)),
  ...fieldsOf(condition),
})

function fieldsOf(condition: Condition): Omit<ConditionDto, 'canonical'> {
  const { kind } = condition
  switch (kind) {
    case 'account':
      return { kind, account: addressOf(condition.account) }
    case 'timeLock':
      return { kind, until: timestamp(condition.until), account: addressOf(condition.account) }
    case 'multi':
      return { kind, m: condition.m, accounts: condition.accounts.map(addressOf) }
    case 'hashLock':
      return {
        kind,
        hash: condition.hash,
        claimant: addressOf(condition.claimant),
        refundee: addressOf(condition.refundee),
        expiry: timestamp(condition.expiry),
      }
    case 'escrow':
      return {
        kind,
        order: condition.order,
        milestone: condition.milestone,
        payer: addressOf(condition.payer),
        payee: addressOf(condition.payee),
        arbiter: addressOf(condition.arbiter),
        fee: condition.fee.toString(),
        feeTo: addressOf(condition.feeTo),
        deadline: timestamp(condition.deadline),
        default: condition.default,
        latest: timestamp(condition.latest),
        paired: condition.paired,
        held: condition.held,
        ...optional('deliveryHash', condition.deliveryHash),
      }
    default:
      return never(condition)
  }
}
