// Statements from their canonical bytes. Decoding accepts only what encoding makes: whoever acts on a statement reads it here, never trusts a copy.
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  type OrderId,
  type Result,
  equalBytes,
  err,
  ok,
} from '@huitong/primitives'
import { readOutput, readTime } from './codec/condition.js'
import { readPath } from './codec/path.js'
import { Reader } from './codec/reader.js'
import type { Output } from './model.js'
import {
  APPROVAL_SUBJECTS,
  type ApprovalStatement,
  type DeliveredStatement,
  type OfferStatement,
  RULING_OUTCOMES,
  type RulingLeg,
  type RulingStatement,
  encodeApproval,
  encodeDelivered,
  encodeOffer,
  encodeRuling,
} from './statements.js'

export type StatementCode = 'statement_malformed'

const VERSION = 1

export const decodeOffer = (bytes: Bytes): Result<OfferStatement, StatementCode> => decode(bytes, readOffer, encodeOffer)

export const decodeDelivered = (bytes: Bytes): Result<DeliveredStatement, StatementCode> =>
  decode(bytes, readDelivered, encodeDelivered)

export const decodeRuling = (bytes: Bytes): Result<RulingStatement, StatementCode> => decode(bytes, readRuling, encodeRuling)

export const decodeApproval = (bytes: Bytes): Result<ApprovalStatement, StatementCode> =>
  decode(bytes, readApproval, encodeApproval)

/** Reads, then encodes again: equal bytes, or it is no statement of ours. */
function decode<T>(bytes: Bytes, read: (reader: Reader) => T | undefined, encode: (value: T) => Bytes): Result<T, StatementCode> {
  const reader = new Reader(bytes)
  const value = reader.u8() === VERSION ? read(reader) : undefined
  if (value === undefined || reader.fault !== undefined || reader.left > 0) return err('statement_malformed')
  return equalBytes(encode(value), bytes) ? ok(value) : err('statement_malformed')
}

function readOffer(reader: Reader): OfferStatement {
  const offer = reader.hex<string>(16)
  const side = () => ({ chain: reader.hex<ChainId>(32), asset: reader.asset(), account: reader.hex<AccountId>(32) })
  const give: { chain: ChainId; asset: AssetCode; account: AccountId } = side()
  const take = side()
  const numerator = reader.amount()
  const denominator = reader.amount()
  const min = reader.amount()
  const max = reader.amount()
  return { offer, give, take, numerator, denominator, min, max, inventory: reader.amount(), expiry: readTime(reader) }
}

function readDelivered(reader: Reader): DeliveredStatement {
  return {
    chain: reader.hex<ChainId>(32),
    order: reader.hex<OrderId>(16),
    milestone: reader.u16(),
    coin: reader.hex<Coordinate>(32),
    at: readTime(reader),
  }
}

function readRuling(reader: Reader): RulingStatement | undefined {
  const order = reader.hex<OrderId>(16)
  const outcome = RULING_OUTCOMES[reader.u8() - 1]
  const reasons = reader.hex<string>(32)
  const legs: RulingLeg[] = []
  for (let count = reader.u8(); count > 0 && reader.fault === undefined; count--) legs.push(readLeg(reader))
  return outcome === undefined ? undefined : { order, outcome, reasons, legs }
}

function readLeg(reader: Reader): RulingLeg {
  const chain = reader.hex<ChainId>(32)
  const coin = reader.hex<Coordinate>(32)
  const path = readPath(reader)
  const outputs: Output[] = []
  for (let count = reader.u8(); count > 0 && reader.fault === undefined; count--) outputs.push(readOutput(reader))
  return { chain, coin, path, outputs, validUntil: readTime(reader) }
}

function readApproval(reader: Reader): ApprovalStatement | undefined {
  const subject = APPROVAL_SUBJECTS[reader.u8() - 1]
  const account = reader.hex<AccountId>(32)
  const hash = reader.hex<string>(32)
  const validUntil = readTime(reader)
  return subject === undefined ? undefined : { subject, account, hash, validUntil }
}
