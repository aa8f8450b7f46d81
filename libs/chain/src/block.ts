// Blocks: the hash chain of headers, the seal, and what a block's bytes must agree with. Knows nothing of what transactions mean.
import {
  BLOCK_BYTES_MAX,
  type BlockHash,
  type Bytes,
  type Result,
  type Signature,
  type Time,
  type Verifier,
  err,
  fromHex,
  hexOf,
  invariant,
  isHex,
  ok,
  taggedHash,
  toHex,
} from '@huitong/primitives'
import { decodeHeader, encodeHeader } from './codec/header.js'
import type { BlockCode } from './codes.js'
import { chainIdOf } from './ids.js'
import { rootOfEntries } from './merkle.js'
import type { Block, BlockHeader, Genesis, SealedHeader } from './model.js'
import { type Signer, signingMessage } from './signing.js'

/** The tagged hash of the encoded header. */
export const blockHashOf = (header: BlockHeader): BlockHash =>
  hexOf<BlockHash>(taggedHash('huitong/header', encodeHeader(header)))

/** What the sealing key signs: the header's hash, in the domain of blocks. */
export const sealMessage = (header: BlockHeader): Bytes => signingMessage('block', header.chain, fromHex(blockHashOf(header)))

/** The place after which the next block stands: a block, or the genesis. */
export interface Head {
  readonly height: number
  readonly hash: BlockHash
  readonly time: Time
}

/** The head of a ledger without blocks: height 0, the chain id as its hash, the genesis's time. */
export function genesisHead(genesis: Genesis): Head {
  // The chain id takes the place of the hash of a block before the first.
  return { height: 0, hash: hexOf<BlockHash>(fromHex(chainIdOf(genesis))), time: genesis.createdAt }
}

export const headOf = (header: BlockHeader): Head => ({
  height: header.height,
  hash: blockHashOf(header),
  time: header.time,
})

/** The header of the block that follows `head` with these transactions. `time` is never below the head's. */
export function nextHeader(genesis: Genesis, head: Head, content: { transactions: readonly Bytes[]; time: Time }): BlockHeader {
  const size = sizeOf(content.transactions)
  invariant(content.time >= head.time, 'block time never goes back')
  invariant(size <= BLOCK_BYTES_MAX, 'a block within the byte limit')
  return {
    chain: chainIdOf(genesis),
    height: head.height + 1,
    previous: head.hash,
    root: rootOfTransactions(content.transactions),
    transactions: content.transactions.length,
    size,
    time: content.time,
    sandbox: genesis.sandbox,
  }
}

/** Puts the ledger's seal on a header. */
export async function seal(header: BlockHeader, signer: Signer): Promise<SealedHeader> {
  return { ...header, seal: await signer.sign(sealMessage(header)) }
}

/** RFC 6962 root over the transactions, witnesses included, in hexadecimal. */
export const rootOfTransactions = (transactions: readonly Bytes[]): string => toHex(rootOfEntries(transactions))

/** Checks that a sealed header follows `head` on the ledger of `genesis`; answers the new head. */
export function verifyHeader(genesis: Genesis, head: Head, header: SealedHeader, verifier: Verifier): Result<Head, BlockCode> {
  if (!isWellFormed(header)) return err('header_malformed')
  if (header.chain !== chainIdOf(genesis)) return err('header_chain_mismatch')
  if (header.height !== head.height + 1) return err('height_wrong')
  if (header.previous !== head.hash) return err('previous_wrong')
  if (header.time < head.time) return err('time_backwards')
  if (header.sandbox !== genesis.sandbox) return err('sandbox_mismatch')
  if (!verifySeal(genesis, header, verifier)) return err('seal_wrong')
  return ok(headOf(header))
}

/** Checks that headers follow one another; answers the last head, or the first wrong height with its code as detail. */
export function verifyHeaders(
  genesis: Genesis,
  headers: Iterable<SealedHeader>,
  options: { verifier: Verifier; from?: Head },
): Result<Head, BlockCode> {
  let head = options.from ?? genesisHead(genesis)
  for (const header of headers) {
    const next = verifyHeader(genesis, head, header, options.verifier)
    if (!next.ok) return err(next.code, `height ${head.height + 1}`)
    head = next.value
  }
  return ok(head)
}

/** Checks header, seal and that the block's bytes are those its header speaks of. */
export function verifyBlock(genesis: Genesis, head: Head, block: Block, verifier: Verifier): Result<Head, BlockCode> {
  const next = verifyHeader(genesis, head, block.header, verifier)
  if (!next.ok) return next
  if (block.header.transactions !== block.transactions.length) return err('count_wrong')
  if (block.header.size !== sizeOf(block.transactions) || block.header.size > BLOCK_BYTES_MAX) return err('size_wrong')
  return block.header.root === rootOfTransactions(block.transactions) ? next : err('root_wrong')
}

/** True if the header carries a valid signature of the genesis's sealing key. */
export function verifySeal(genesis: Genesis, header: SealedHeader, verifier: Verifier): boolean {
  if (!isHex(header.seal, 64)) return false
  return verifier.verify(fromHex(header.seal), sealMessage(header), fromHex(genesis.sealingKey))
}

/** Header and seal as they are stored and sent: 118 + 64 bytes. */
export function encodeSealedHeader(header: SealedHeader): Bytes {
  const bytes = new Uint8Array(182)
  bytes.set(encodeHeader(header))
  bytes.set(fromHex(header.seal), 118)
  return bytes
}

export function decodeSealedHeader(bytes: Bytes): Result<SealedHeader, 'header_malformed'> {
  if (bytes.length !== 182) return err('header_malformed')
  const header = decodeHeader(bytes.subarray(0, 118))
  return header.ok ? ok({ ...header.value, seal: hexOf<Signature>(bytes.subarray(118)) }) : header
}

function isWellFormed(header: SealedHeader): boolean {
  const counts = [header.height, header.transactions, header.size, header.time]
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0 && count < 2 ** 48)) return false
  if (header.transactions >= 2 ** 32 || header.size >= 2 ** 32) return false
  return isHex(header.chain, 32) && isHex(header.previous, 32) && isHex(header.root, 32) && isHex(header.seal, 64)
}

const sizeOf = (transactions: readonly Bytes[]): number => transactions.reduce((sum, bytes) => sum + bytes.length, 0)
