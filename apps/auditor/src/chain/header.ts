// Block headers, their hashes and seals, and the Merkle tree of a block, worked out again from the bytes. Decides nothing, compares nothing.
import { type Bytes, concat, fromHex, sha256, taggedHash, utf8 } from '@huitong/primitives'
import { ByteReader, Unreadable, hexText } from './byte-reader.js'

export interface ReadHeader {
  readonly chain: string
  readonly height: number
  readonly previous: string
  readonly root: string
  readonly transactions: number
  readonly size: number
  readonly time: number
  readonly isSandbox: boolean
}

const HEADER_BYTES = 118

/** version, chain, height (6 bytes), previous, root, transactions (4), size (4), time (6), sandbox. Throws {@link Unreadable}. */
export function readHeader(bytes: Bytes): ReadHeader {
  const fields = new ByteReader(bytes)
  if (bytes.length !== HEADER_BYTES || fields.number(1) !== 1) throw new Unreadable('not a header of version 1')
  return {
    chain: fields.hex(32),
    height: fields.number(6),
    previous: fields.hex(32),
    root: fields.hex(32),
    transactions: fields.number(4),
    size: fields.number(4),
    time: fields.number(6),
    isSandbox: fields.number(1) === 1,
  }
}

/** The hash by which the next block names this one. */
export const headerHash = (header: Bytes): string => hexText(taggedHash('huitong/header', header))

/** What the sealing key has signed: a tag for blocks, a version byte, the ledger, the header's hash. */
export const sealedMessage = (chain: string, hash: string): Bytes =>
  concat(utf8('huitong/block'), Uint8Array.of(1), fromHex(chain), fromHex(hash))

/** The root of RFC 6962 over whole transactions, folded level by level: an odd node at a level's end moves up as it is. */
export function treeRoot(entries: readonly Bytes[]): string {
  if (entries.length === 0) return hexText(sha256(new Uint8Array()))
  let level = entries.map((entry) => sha256(concat(Uint8Array.of(0), entry)))
  while (level.length > 1) {
    const above: Bytes[] = []
    for (let at = 0; at < level.length; at += 2) above.push(joined(level[at], level[at + 1]))
    level = above
  }
  return hexText(level[0] ?? new Uint8Array())
}

function joined(left: Bytes | undefined, right: Bytes | undefined): Bytes {
  if (left === undefined) return new Uint8Array()
  return right === undefined ? left : sha256(concat(Uint8Array.of(1), left, right))
}
