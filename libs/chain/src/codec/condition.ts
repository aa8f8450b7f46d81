// Conditions and outputs as bytes: a tag, then fixed fields in the model's order.
import {
  type AccountId,
  type HashLock,
  KEYS_MAX,
  type OrderId,
  type Time,
  invariant,
  never,
  type Bytes,
  ok,
  err,
  type Result,
} from '@huitong/primitives'
import type { DecodeCode } from '../codes.js'
import type { AccountCondition, Condition, EscrowCondition, Output } from '../model.js'
import { writeAscending } from './policy.js'
import { Reader, joinAmount } from './reader.js'
import { Writer } from './writer.js'

export const CONDITION_TAG = { account: 1, timeLock: 2, multi: 3, hashLock: 4, escrow: 5 } as const

const RELEASE_BY_DEFAULT = 1
const PAIRED = 2
const HELD = 4
const WITH_DELIVERY_HASH = 8

function writeFields(writer: Writer, condition: Condition): void {
  switch (condition.kind) {
    case 'account':
      writer.hex(condition.account, 32)
      return
    case 'timeLock':
      writer.u48(condition.until).hex(condition.account, 32)
      return
    case 'multi':
      invariant(condition.accounts.length >= 1 && condition.accounts.length <= KEYS_MAX, 'one to sixteen accounts')
      invariant(condition.m >= 1 && condition.m <= condition.accounts.length, 'm within the accounts')
      writer.u8(condition.m).u8(condition.accounts.length)
      writeAscending(writer, condition.accounts)
      return
    case 'hashLock':
      writer.hex(condition.hash, 32).hex(condition.claimant, 32).hex(condition.refundee, 32).u48(condition.expiry)
      return
    case 'escrow':
      writeEscrow(writer, condition)
      return
    default:
      never(condition)
  }
}

function writeEscrow(writer: Writer, escrow: EscrowCondition): void {
  writer.hex(escrow.order, 16).u16(escrow.milestone)
  writer.hex(escrow.payer, 32).hex(escrow.payee, 32).hex(escrow.arbiter, 32)
  writer.amountOrZero(escrow.fee).hex(escrow.feeTo, 32)
  writer.u48(escrow.deadline).u48(escrow.latest)
  writer.u8(
    (escrow.default === 'release' ? RELEASE_BY_DEFAULT : 0) |
      (escrow.paired ? PAIRED : 0) |
      (escrow.held ? HELD : 0) |
      (escrow.deliveryHash === undefined ? 0 : WITH_DELIVERY_HASH),
  )
  if (escrow.deliveryHash !== undefined) writer.hex(escrow.deliveryHash, 32)
}

/** The fields of the condition whose tag was read before. */
export function readConditionFields(reader: Reader, tag: number): Condition {
  switch (tag) {
    case CONDITION_TAG.account:
      return readAccountCondition(reader)
    case CONDITION_TAG.timeLock:
      return { kind: 'timeLock', until: readTime(reader), account: reader.hex<AccountId>(32) }
    case CONDITION_TAG.multi: {
      const m = reader.u8()
      const count = reader.u8()
      if (count < 1 || count > KEYS_MAX) reader.fail('list_malformed')
      else if (m < 1 || m > count) reader.fail('threshold_malformed')
      return { kind: 'multi', m, accounts: reader.ascending<AccountId>(count) }
    }
    case CONDITION_TAG.hashLock:
      return {
        kind: 'hashLock',
        hash: reader.hex<HashLock>(32),
        claimant: reader.hex<AccountId>(32),
        refundee: reader.hex<AccountId>(32),
        expiry: readTime(reader),
      }
    case CONDITION_TAG.escrow:
      return readEscrow(reader)
    default:
      reader.fail('condition_unknown')
      return readAccountCondition(reader)
  }
}

const readAccountCondition = (reader: Reader): AccountCondition => ({ kind: 'account', account: reader.hex<AccountId>(32) })

function readEscrow(reader: Reader): EscrowCondition {
  const order = reader.hex<OrderId>(16)
  const milestone = reader.u16()
  const payer = reader.hex<AccountId>(32)
  const payee = reader.hex<AccountId>(32)
  const arbiter = reader.hex<AccountId>(32)
  const fee = reader.amountOrZero()
  const feeTo = reader.hex<AccountId>(32)
  const deadline = readTime(reader)
  const latest = readTime(reader)
  const flags = reader.u8()
  if (flags > 15) reader.fail('flags_unknown')
  return {
    kind: 'escrow',
    order,
    milestone,
    payer,
    payee,
    arbiter,
    fee,
    feeTo,
    deadline,
    default: flags & RELEASE_BY_DEFAULT ? 'release' : 'refund',
    latest,
    paired: (flags & PAIRED) !== 0,
    held: (flags & HELD) !== 0,
    ...(flags & WITH_DELIVERY_HASH ? { deliveryHash: reader.hex<HashLock>(32) } : {}),
  }
}

export const readTime = (reader: Reader): Time => reader.u48() as Time

/** Asset, one byte that holds the condition's tag and the amount's length, the amount, the condition's fields. */
export function writeOutput(writer: Writer, output: Output): void {
  writer.asset(output.asset).taggedAmount(CONDITION_TAG[output.condition.kind], output.amount)
  writeFields(writer, output.condition)
}

export function readOutput(reader: Reader): Output {
  const asset = reader.asset()
  const tag = readOutputHead(reader)
  const amount = joinAmount(reader.high, reader.low)
  return { asset, amount, condition: readConditionFields(reader, tag) }
}

/** The tag of the output's condition; its amount is left in the reader's `high` and `low`. */
export function readOutputHead(reader: Reader): number {
  const head = reader.u8()
  const tag = head >> 4
  const size = head & 15
  if (size < 1 || size > 8) reader.fail('amount_malformed')
  if (tag < CONDITION_TAG.account || tag > CONDITION_TAG.escrow) reader.fail('condition_unknown')
  reader.amountDigits(size)
  return tag
}

/** The canonical bytes of a condition; equal bytes if and only if equal conditions. */
export function encodeCondition(condition: Condition): Bytes {
  const writer = new Writer().u8(CONDITION_TAG[condition.kind])
  writeFields(writer, condition)
  return writer.done()
}

export function decodeCondition(bytes: Bytes): Result<Condition, DecodeCode> {
  const reader = new Reader(bytes)
  const condition = readConditionFields(reader, reader.u8())
  if (reader.fault === undefined && reader.left > 0) reader.fail('trailing_bytes')
  return reader.fault === undefined ? ok(condition) : err(reader.fault)
}

/** The canonical bytes of an output: asset, amount, condition. Two parties agree on a coin by comparing these. */
export function encodeOutput(output: Output): Bytes {
  const writer = new Writer()
  writeOutput(writer, output)
  return writer.done()
}
