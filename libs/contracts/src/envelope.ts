// Envelopes: many signed transactions to a ledger in one binary message, one status per transaction back. docs/codec.md, "Envelopes".
// Pure byte functions shared by everyone who submits and by the ledger. Decoding accepts only what encoding makes.
import { type Bytes, type Result, type TxId, err, fromHex, fromUtf8, hexOf, ok, utf8 } from '@huitong/primitives'

/** Most transactions of one envelope. */
export const ENVELOPE_TRANSACTIONS_MAX = 1_024
/** Most bytes of one envelope: below the bus's largest message (1 MiB), with room for its headers. */
export const ENVELOPE_BYTES_MAX = 1_000_000

/**
 * What became of a transaction.
 * - `committed`: durable in the block at `height`, at position `index`.
 * - `replayed`: the same transaction was committed before, at `height` and `index`.
 * - `refused`: not in any block, by `code`; the same bytes may be accepted later if the state has changed.
 * - `unknown`: it may be committed or not. Send the same bytes again: the answer will be `committed`, `replayed` or `refused`.
 */
export type TransactionStatus =
  | { readonly outcome: 'committed' | 'replayed'; readonly id: TxId; readonly height: number; readonly index: number }
  | { readonly outcome: 'refused'; readonly id: TxId | undefined; readonly code: string; readonly detail?: string }
  | { readonly outcome: 'unknown'; readonly id: TxId }

/** Codes of a refusal that the ledger adds to those of its rules (libs/chain): the transaction was not even looked at. */
export const ADMISSION_CODES = ['queue_full', 'stopping'] as const
export type AdmissionCode = (typeof ADMISSION_CODES)[number]

export type EnvelopeCode = 'envelope_malformed'

const OUTCOMES = ['committed', 'replayed', 'refused', 'unknown'] as const
const ID = 32
const NO_ID = '0'.repeat(2 * ID)
/** outcome 1, height 6, index 4, id 32, length of code 1, length of detail 2 */
const STATUS_HEAD = 46
const DETAIL_MAX = 512

export function encodeEnvelope(transactions: readonly Bytes[]): Bytes {
  if (transactions.length === 0 || transactions.length > ENVELOPE_TRANSACTIONS_MAX)
    throw new RangeError(`an envelope holds 1 to ${ENVELOPE_TRANSACTIONS_MAX} transactions`)
  let size = 2
  for (const transaction of transactions) size += 4 + transaction.length
  if (size > ENVELOPE_BYTES_MAX) throw new RangeError(`an envelope holds at most ${ENVELOPE_BYTES_MAX} bytes`)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, transactions.length)
  let at = 2
  for (const transaction of transactions) {
    view.setUint32(at, transaction.length)
    bytes.set(transaction, at + 4)
    at += 4 + transaction.length
  }
  return bytes
}

/** The transactions of an envelope, as views on its bytes. */
export function decodeEnvelope(bytes: Bytes): Result<readonly Bytes[], EnvelopeCode> {
  const ends = envelopeEnds(bytes)
  return ends === undefined ? err('envelope_malformed') : ok(Array.from(ends, (end, i) => bytes.subarray(startOf(ends, i), end)))
}

/** Where each transaction of an envelope ends; it begins at {@link startOf}. Undefined for anything but an envelope. */
export function envelopeEnds(bytes: Bytes): Uint32Array | undefined {
  if (bytes.length < 2 || bytes.length > ENVELOPE_BYTES_MAX) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint16(0)
  if (count === 0 || count > ENVELOPE_TRANSACTIONS_MAX) return undefined
  const ends = new Uint32Array(count)
  let at = 2
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) return undefined
    at += 4 + view.getUint32(at)
    if (at > bytes.length) return undefined
    ends[i] = at
  }
  return at === bytes.length ? ends : undefined
}

/** Where transaction i of an envelope begins: behind its length. */
export const startOf = (ends: Uint32Array, i: number): number => (i === 0 ? 2 : (ends[i - 1] ?? 0)) + 4

/** One status per transaction of the envelope, in its order. */
export function encodeStatuses(statuses: readonly TransactionStatus[]): Bytes {
  const texts = statuses.map((status) =>
    status.outcome === 'refused' ? { code: utf8(status.code), detail: shortened(status.detail ?? '') } : NO_TEXT,
  )
  let size = 2
  for (const { code, detail } of texts) size += STATUS_HEAD + code.length + detail.length
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, statuses.length)
  let at = 2
  statuses.forEach((status, position) => {
    const { code, detail } = texts[position] ?? NO_TEXT
    view.setUint8(at, OUTCOMES.indexOf(status.outcome) + 1)
    if (status.outcome === 'committed' || status.outcome === 'replayed') {
      view.setUint16(at + 1, Math.floor(status.height / 2 ** 32))
      view.setUint32(at + 3, status.height >>> 0)
      view.setUint32(at + 7, status.index)
    }
    if (status.id !== undefined) bytes.set(fromHex(status.id), at + 11)
    view.setUint8(at + 43, code.length)
    view.setUint16(at + 44, detail.length)
    bytes.set(code, at + STATUS_HEAD)
    bytes.set(detail, at + STATUS_HEAD + code.length)
    at += STATUS_HEAD + code.length + detail.length
  })
  return bytes
}

/**
 * The same bytes for an envelope whose transactions were all committed: ids of 32 bytes each, heights and positions side by side. What a
 * ledger answers nearly always, so it makes no object per transaction.
 */
export function encodeCommitted(ids: Bytes, heights: Float64Array, positions: Uint32Array): Bytes {
  const count = heights.length
  const bytes = new Uint8Array(2 + STATUS_HEAD * count)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, count)
  for (let i = 0, at = 2; i < count; i++, at += STATUS_HEAD) {
    const height = heights[i] ?? 0
    bytes[at] = 1
    view.setUint16(at + 1, Math.floor(height / 2 ** 32))
    view.setUint32(at + 3, height >>> 0)
    view.setUint32(at + 7, positions[i] ?? 0)
    for (let k = 0; k < ID; k++) bytes[at + 11 + k] = ids[ID * i + k] ?? 0
  }
  return bytes
}

export function decodeStatuses(bytes: Bytes): Result<readonly TransactionStatus[], EnvelopeCode> {
  if (bytes.length < 2) return err('envelope_malformed')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const statuses: TransactionStatus[] = []
  let at = 2
  for (let left = view.getUint16(0); left > 0; left--) {
    if (at + STATUS_HEAD > bytes.length) return err('envelope_malformed')
    const end = at + STATUS_HEAD + view.getUint8(at + 43) + view.getUint16(at + 44)
    if (end > bytes.length) return err('envelope_malformed')
    const status = statusOf(bytes.subarray(at, end), view.getUint8(at + 43))
    if (status === undefined) return err('envelope_malformed')
    statuses.push(status)
    at = end
  }
  return at === bytes.length ? ok(statuses) : err('envelope_malformed')
}

/** Receipts of one answer, in bytes: with the statuses of a full envelope they stay below the bus's largest message. */
const RECEIPTS_BYTES_MAX = 700_000

/**
 * Statuses with receipts (JSON texts) beside them, in the same order: length of the statuses (4 bytes), statuses, then each receipt's length (4 bytes,
 * 0 where there is none) and UTF-8. What has no room is left out: a receipt can always be asked for by itself.
 */
export function encodeProven(statuses: Bytes, receipts: readonly (string | undefined)[]): Bytes {
  let room = RECEIPTS_BYTES_MAX
  const texts = receipts.map((receipt) => {
    const text = utf8(receipt ?? '')
    if (text.length > room) return NO_TEXT.code
    room -= text.length
    return text
  })
  const bytes = new Uint8Array(4 + statuses.length + texts.reduce((size, text) => size + 4 + text.length, 0))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, statuses.length)
  bytes.set(statuses, 4)
  let at = 4 + statuses.length
  for (const text of texts) {
    view.setUint32(at, text.length)
    bytes.set(text, at + 4)
    at += 4 + text.length
  }
  return bytes
}

/** What {@link encodeProven} made: one status and perhaps a receipt per transaction. */
export function decodeProven(
  bytes: Bytes,
): Result<readonly { readonly status: TransactionStatus; readonly receipt?: string }[], EnvelopeCode> {
  if (bytes.length < 4) return err('envelope_malformed')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 4 + view.getUint32(0)
  const statuses = at > bytes.length ? err('envelope_malformed' as const) : decodeStatuses(bytes.subarray(4, at))
  if (!statuses.ok) return statuses
  const proven: { readonly status: TransactionStatus; readonly receipt?: string }[] = []
  for (const status of statuses.value) {
    if (at + 4 > bytes.length) return err('envelope_malformed')
    const end = at + 4 + view.getUint32(at)
    const receipt = end > bytes.length ? undefined : fromUtf8(bytes.subarray(at + 4, end))
    if (receipt === undefined) return err('envelope_malformed')
    proven.push(receipt === '' ? { status } : { status, receipt })
    at = end
  }
  return at === bytes.length ? ok(proven) : err('envelope_malformed')
}

const NO_TEXT = { code: new Uint8Array(), detail: new Uint8Array() }

function statusOf(bytes: Bytes, codeLength: number): TransactionStatus | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const outcome = OUTCOMES[view.getUint8(0) - 1]
  const id = hexOf<TxId>(bytes.subarray(11, 11 + ID))
  const code = fromUtf8(bytes.subarray(STATUS_HEAD, STATUS_HEAD + codeLength))
  const detail = fromUtf8(bytes.subarray(STATUS_HEAD + codeLength))
  if (outcome === undefined || code === undefined || detail === undefined) return undefined
  const isSilent = code === '' && detail === ''
  const height = view.getUint16(1) * 2 ** 32 + view.getUint32(3)
  const index = view.getUint32(7)
  switch (outcome) {
    case 'committed':
    case 'replayed':
      return isSilent && height > 0 ? { outcome, id, height, index } : undefined
    case 'unknown':
      return isSilent && height === 0 && index === 0 ? { outcome, id } : undefined
    case 'refused': {
      if (code === '' || height !== 0 || index !== 0) return undefined
      const known = id === NO_ID ? undefined : id
      return { outcome, id: known, code, ...(detail === '' ? {} : { detail }) }
    }
  }
}

/** A detail of at most DETAIL_MAX bytes, cut between characters. */
function shortened(detail: string): Bytes {
  let text = detail
  while (utf8(text).length > DETAIL_MAX) text = text.slice(0, Math.floor(text.length * 0.9))
  return utf8(text)
}
