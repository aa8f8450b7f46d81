// Block headers as bytes: 118 of them, every field at a fixed offset. The seal is not part of the header.
import { type BlockHash, type Bytes, type ChainId, type Result, err, ok } from '@huitong/primitives'
import type { BlockHeader } from '../model.js'
import { readTime } from './condition.js'
import { Reader } from './reader.js'
import { Writer } from './writer.js'

export const HEADER_BYTES = 118
const HEADER_VERSION = 1

/** version u8, chain 32, height u48, previous 32, root 32, transactions u32, size u32, time u48, sandbox u8. */
export function encodeHeader(header: BlockHeader): Bytes {
  const writer = new Writer().u8(HEADER_VERSION).hex(header.chain, 32).u48(header.height)
  writer.hex(header.previous, 32).hex(header.root, 32)
  return writer
    .u32(header.transactions)
    .u32(header.size)
    .u48(header.time)
    .u8(header.sandbox ? 1 : 0)
    .done()
}

export function decodeHeader(bytes: Bytes): Result<BlockHeader, 'header_malformed'> {
  const reader = new Reader(bytes)
  const version = reader.u8()
  const chain = reader.hex<ChainId>(32)
  const height = reader.u48()
  const previous = reader.hex<BlockHash>(32)
  const root = reader.hex<string>(32)
  const transactions = reader.u32()
  const size = reader.u32()
  const time = readTime(reader)
  const sandbox = reader.u8()
  if (reader.fault !== undefined || reader.left > 0 || version !== HEADER_VERSION || sandbox > 1 || height < 1) {
    return err('header_malformed')
  }
  return ok({ chain, height, previous, root, transactions, size, time, sandbox: sandbox === 1 })
}
