// Transactions as bytes: exactly one byte string per transaction, self-delimiting. Decoding accepts only what encoding makes.
import {
  type Bytes,
  type Coordinate,
  KEYS_MAX,
  INPUTS_MAX,
  MEMO_BYTES_MAX,
  OPERATIONS_MAX,
  OUTPUTS_MAX,
  type Preimage,
  type Result,
  SIGNATURES_MAX,
  type Signature,
  TRANSACTION_BYTES_MAX,
  err,
  fromHex,
  invariant,
  ok,
} from '@huitong/primitives'
import type { DecodeCode } from '../codes.js'
import type { Input, KeySignature, Operation, Output, Transaction, TransactionBody, Witnesses } from '../model.js'
import { readOutput, readTime, writeOutput } from './condition.js'
import { readOperation, writeOperation } from './operation.js'
import { readPath, writePath } from './path.js'
import { Reader } from './reader.js'
import { Writer } from './writer.js'

export const TRANSACTION_VERSION = 1
/** Version, body length, validUntil, reference and three counts. */
export const BODY_HEAD_BYTES = 20

/** The canonical bytes of a body: what the transaction's id and every signature on it cover. Throws if a field is out of range. */
export function encodeBody(body: TransactionBody): Bytes {
  invariant(body.inputs.length <= INPUTS_MAX && body.outputs.length <= OUTPUTS_MAX, 'at most 255 inputs and outputs')
  invariant(body.operations.length <= OPERATIONS_MAX, 'at most 16 operations')
  invariant(body.memo.length <= 2 * MEMO_BYTES_MAX, 'a memo of at most 512 bytes')
  const writer = new Writer()
  writer.u8(TRANSACTION_VERSION).u16(0).u48(body.validUntil).hex(body.reference, 8)
  writer.u8(body.inputs.length).u8(body.outputs.length).u8(body.operations.length)
  for (const input of body.inputs) {
    writer.hex(input.coin, 32)
    writePath(writer, input.path)
  }
  for (const output of body.outputs) writeOutput(writer, output)
  for (const operation of body.operations) writeOperation(writer, operation)
  writer.bytes(fromHex(body.memo))
  return writer.patchU16(1, writer.size).done()
}

/** The canonical bytes of a whole transaction. Throws if a field is out of range. */
export function encodeTransaction(transaction: Transaction): Bytes {
  return attachWitnesses(encodeBody(transaction.body), transaction.witnesses)
}

/** Appends witnesses to an encoded body. */
export function attachWitnesses(body: Bytes, witnesses: Witnesses): Bytes {
  const { signatures, preimages } = witnesses
  invariant(signatures.reduce((sum, group) => sum + group.length, 0) <= SIGNATURES_MAX, 'at most 64 signatures')
  const writer = new Writer().bytes(body).u8(signatures.length)
  for (const group of signatures) {
    writer.u8(group.length)
    let previous = -1
    for (const { key, signature } of group) {
      invariant(key > previous && key < KEYS_MAX, 'strictly ascending key positions')
      writer.u8(key).hex(signature, 64)
      previous = key
    }
  }
  writer.u8(preimages.length)
  for (const preimage of preimages) writer.hex(preimage, 32)
  invariant(writer.size <= TRANSACTION_BYTES_MAX, 'a transaction of at most 65,535 bytes')
  return writer.done()
}

/** Reads a body alone, as a wallet or custody receives it to sign. */
export function decodeBody(bytes: Bytes): Result<TransactionBody, DecodeCode> {
  const reader = new Reader(bytes)
  const body = readBody(reader, bytes)
  return finish(reader, body)
}

/** Reads exactly one whole transaction. */
export function decodeTransaction(bytes: Bytes): Result<Transaction, DecodeCode> {
  if (bytes.length > TRANSACTION_BYTES_MAX) return err('transaction_too_long')
  const reader = new Reader(bytes)
  const transaction = { body: readBody(reader, bytes), witnesses: readWitnesses(reader) }
  return finish(reader, transaction)
}

/** Splits a block's bytes into its transactions' bytes (views, not copies). */
export function splitTransactions(bytes: Bytes): Result<Bytes[], DecodeCode> {
  const parts: Bytes[] = []
  let at = 0
  while (at < bytes.length) {
    const reader = new Reader(bytes, at, Math.min(bytes.length, at + TRANSACTION_BYTES_MAX))
    skipTransaction(reader)
    if (reader.fault !== undefined) return err(reader.fault)
    parts.push(bytes.subarray(at, reader.at))
    at = reader.at
  }
  return ok(parts)
}

/**
 * The same for bytes that may be damaged: as many transactions as can be told apart, and what follows them as one last piece, so that whoever
 * checks the block can say which transaction is wrong.
 */
export function splitDamaged(bytes: Bytes): Bytes[] {
  const parts: Bytes[] = []
  let at = 0
  while (at < bytes.length) {
    const reader = new Reader(bytes, at, Math.min(bytes.length, at + TRANSACTION_BYTES_MAX))
    skipTransaction(reader)
    const end = reader.fault === undefined ? reader.at : bytes.length
    parts.push(bytes.subarray(at, end))
    at = end
  }
  return parts
}

/** Where the transaction that begins at `at` ends, by its length fields alone; -1 if no transaction begins there. Makes no object. */
export function endOfTransaction(bytes: Bytes, at: number): number {
  const length = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
  let end = at + length
  if (bytes[at] !== TRANSACTION_VERSION || length < BODY_HEAD_BYTES || end >= bytes.length) return -1
  for (let groups = bytes[end++] ?? 0; groups > 0; groups--) end += 1 + 65 * (bytes[end] ?? 0)
  end += 1 + 32 * (bytes[end] ?? 0)
  return end <= bytes.length && end - at <= TRANSACTION_BYTES_MAX ? end : -1
}

/** Finds where a transaction ends from its length fields alone, without reading the body. */
function skipTransaction(reader: Reader): void {
  if (reader.u8() !== TRANSACTION_VERSION) reader.fail('version_unknown')
  const length = reader.u16()
  if (length < BODY_HEAD_BYTES) reader.fail('body_length_wrong')
  reader.skip(length - 3)
  for (let groups = reader.u8(); groups > 0; groups--) reader.skip(65 * reader.u8())
  reader.skip(32 * reader.u8())
}

/** The extent of the body that begins where the reader stands; leaves the reader behind its head's length field. */
export function readBodyLength(reader: Reader): number {
  if (reader.u8() !== TRANSACTION_VERSION) reader.fail('version_unknown')
  const length = reader.u16()
  if (length < BODY_HEAD_BYTES) reader.fail('body_length_wrong')
  else if (length - 3 > reader.left) reader.fail('truncated')
  return length
}

function readBody(reader: Reader, bytes: Bytes): TransactionBody {
  const start = reader.at
  const length = readBodyLength(reader)
  // The body has a reader of its own, so that nothing in it can reach into the witnesses.
  const body = new Reader(bytes, start + 3, start + length)
  if (reader.fault !== undefined) body.fail(reader.fault)
  const validUntil = readTime(body)
  const reference = body.hex<string>(8)
  const inputCount = body.u8()
  const outputCount = body.u8()
  const operationCount = body.u8()
  if (operationCount > OPERATIONS_MAX) body.fail('operations_too_many')
  const inputs: Input[] = []
  for (let i = 0; i < inputCount && body.fault === undefined; i++) {
    inputs.push({ coin: body.hex<Coordinate>(32), path: readPath(body) })
  }
  const outputs: Output[] = []
  for (let i = 0; i < outputCount && body.fault === undefined; i++) outputs.push(readOutput(body))
  const operations: Operation[] = []
  for (let i = 0; i < operationCount && body.fault === undefined; i++) operations.push(readOperation(body))
  if (body.left > MEMO_BYTES_MAX) body.fail('memo_too_long')
  const memo = body.hex<string>(body.left)
  if (body.fault === undefined) reader.skip(length - 3)
  else reader.fail(body.fault === 'truncated' && reader.fault === undefined ? 'body_length_wrong' : body.fault)
  return { validUntil, reference, inputs, outputs, operations, memo }
}

function readWitnesses(reader: Reader): Witnesses {
  const signatures: KeySignature[][] = []
  let total = 0
  for (let groups = reader.u8(); groups > 0 && reader.fault === undefined; groups--) {
    const group: KeySignature[] = []
    const count = reader.u8()
    total += count
    if (total > SIGNATURES_MAX) reader.fail('signatures_too_many')
    let previous = -1
    for (let i = 0; i < count && reader.fault === undefined; i++) {
      const key = reader.u8()
      if (key <= previous || key >= KEYS_MAX) reader.fail('witness_malformed')
      previous = key
      group.push({ key, signature: reader.hex<Signature>(64) })
    }
    signatures.push(group)
  }
  const preimages: Preimage[] = []
  for (let count = reader.u8(); count > 0 && reader.fault === undefined; count--) preimages.push(reader.hex<Preimage>(32))
  return { signatures, preimages }
}

function finish<T>(reader: Reader, value: T): Result<T, DecodeCode> {
  if (reader.fault === undefined && reader.left > 0) reader.fail('trailing_bytes')
  return reader.fault === undefined ? ok(value) : err(reader.fault)
}
