// The offsets of one transaction's parts, found in a single pass and kept in arrays that are used again for the next transaction: the hot
// path makes no objects. Refuses exactly what decodeTransaction refuses, with the same code (a property test compares them).
import {
  type Bytes,
  KEYS_MAX,
  MEMO_BYTES_MAX,
  OPERATIONS_MAX,
  SIGNATURES_MAX,
  TRANSACTION_BYTES_MAX,
  type Time,
} from '@huitong/primitives'
import { CONDITION_TAG, readConditionFields, readOutputHead } from './codec/condition.js'
import { readOperation } from './codec/operation.js'
import { PATH_TAG, readPath } from './codec/path.js'
import { Reader } from './codec/reader.js'
import { readBodyLength } from './codec/transaction.js'
import type { DecodeCode } from './codes.js'
import type { Condition, Operation, SpendPath } from './model.js'

const COUNT_MAX = 255
const OWN: SpendPath = { kind: 'own' }

export class Outline {
  bytes: Bytes = new Uint8Array(0)
  start = 0
  bodyEnd = 0
  end = 0
  validUntil = 0 as Time
  memoSize = 0

  inputCount = 0
  readonly coinAt = new Uint32Array(COUNT_MAX)
  readonly paths: SpendPath[] = []

  outputCount = 0
  readonly assetAt = new Uint32Array(COUNT_MAX)
  readonly high = new Uint32Array(COUNT_MAX)
  readonly low = new Uint32Array(COUNT_MAX)
  readonly conditionTag = new Uint8Array(COUNT_MAX)
  /** Where the condition's fields lie, behind its tag and the amount; those of an account condition are the account id. */
  readonly conditionAt = new Uint32Array(COUNT_MAX)
  readonly conditionEnd = new Uint32Array(COUNT_MAX)
  /** Decoded conditions; `undefined` for the plain ones that pay to an account. */
  readonly conditions: (Condition | undefined)[] = []
  /** Where the first output begins and the last one ends. */
  outputsAt = 0
  outputsEnd = 0

  readonly operations: Operation[] = []

  groupCount = 0
  /** Where the group's first signature begins, behind its count. */
  readonly groupAt = new Uint32Array(COUNT_MAX)
  readonly groupSize = new Uint8Array(COUNT_MAX)
  preimageCount = 0
  preimagesAt = 0

  private readonly whole = new Reader()
  private readonly body = new Reader()

  /** Finds the parts of exactly one transaction in bytes[start, end); answers why it is none. */
  scan(bytes: Bytes, start: number, end: number): DecodeCode | undefined {
    if (end - start > TRANSACTION_BYTES_MAX) return 'transaction_too_long'
    this.bytes = bytes
    this.start = start
    this.end = end
    this.whole.reset(bytes, start, end)
    this.scanBody()
    this.scanWitnesses()
    if (this.whole.fault === undefined && this.whole.left > 0) this.whole.fail('trailing_bytes')
    return this.whole.fault
  }

  private scanBody(): void {
    const { whole, body } = this
    const length = readBodyLength(whole)
    this.bodyEnd = this.start + length
    body.reset(this.bytes, this.start + 3, this.bodyEnd)
    if (whole.fault !== undefined) return
    this.validUntil = body.u48() as Time
    body.skip(8)
    this.inputCount = body.u8()
    this.outputCount = body.u8()
    const operationCount = body.u8()
    if (operationCount > OPERATIONS_MAX) body.fail('operations_too_many')
    for (let i = 0; i < this.inputCount && body.fault === undefined; i++) this.scanInput(i)
    this.outputsAt = body.at
    for (let i = 0; i < this.outputCount && body.fault === undefined; i++) this.scanOutput(i)
    this.outputsEnd = body.at
    this.operations.length = 0
    for (let i = 0; i < operationCount && body.fault === undefined; i++) this.operations.push(readOperation(body))
    this.memoSize = body.left
    if (this.memoSize > MEMO_BYTES_MAX) body.fail('memo_too_long')
    if (body.fault === undefined) whole.skip(length - 3)
    else whole.fail(body.fault === 'truncated' ? 'body_length_wrong' : body.fault)
  }

  private scanInput(i: number): void {
    this.coinAt[i] = this.body.skip(32)
    if (this.bytes[this.body.at] === PATH_TAG.own && this.body.left > 0) {
      this.body.skip(1)
      this.paths[i] = OWN
    } else this.paths[i] = readPath(this.body)
  }

  private scanOutput(i: number): void {
    const { body } = this
    this.assetAt[i] = body.skipAsset()
    const tag = readOutputHead(body)
    this.high[i] = body.high
    this.low[i] = body.low
    this.conditionTag[i] = tag
    this.conditionAt[i] = body.at
    if (tag === CONDITION_TAG.account) {
      body.skip(32)
      this.conditions[i] = undefined
    } else this.conditions[i] = readConditionFields(body, tag)
    this.conditionEnd[i] = body.at
  }

  private scanWitnesses(): void {
    const { whole } = this
    this.groupCount = whole.u8()
    let total = 0
    for (let group = 0; group < this.groupCount && whole.fault === undefined; group++) {
      const count = whole.u8()
      total += count
      if (total > SIGNATURES_MAX) whole.fail('signatures_too_many')
      this.groupAt[group] = whole.at
      this.groupSize[group] = count
      let previous = -1
      for (let i = 0; i < count && whole.fault === undefined; i++) {
        const key = whole.u8()
        if (key <= previous || key >= KEYS_MAX) whole.fail('witness_malformed')
        previous = key
        whole.skip(64)
      }
    }
    this.preimageCount = whole.u8()
    this.preimagesAt = whole.at
    for (let i = 0; i < this.preimageCount && whole.fault === undefined; i++) whole.skip(32)
  }
}
