// Stored blocks with all checked that needs no state: header, seal, root, count and size. Read and checked in a thread (check-thread.ts) while
// another one judges their transactions; this file never does.
import {
  type Block,
  type Genesis,
  type SealedHeader,
  decodeSealedHeader,
  headOf,
  splitTransactions,
  verifyBlock,
} from '@huitong/chain'
import { nativeVerifier } from '@huitong/platform/verifier'
import { concat, expectOk, invariant } from '@huitong/primitives'
import type { BlockStore, StoredBlock } from '../block/block-store.js'

/** Blocks that follow one another, in a form that crosses between threads without being copied. */
export interface CheckedPage {
  readonly headers: readonly SealedHeader[]
  /** The transactions of all of them, one after another. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where in `bytes` each transaction ends. */
  readonly ends: Uint32Array<ArrayBuffer>
}

/** Which blocks to check: those above the height `after` up to the height `to`. */
export interface CheckRange {
  readonly genesis: Genesis
  readonly after: number
  readonly to: number
}

const PAGE_BLOCKS = 1_000
const PAGE_BYTES = 2 * 2 ** 20

/** Pages of blocks that follow the stored block at `after`. Throws at the first that is missing or does not follow. */
export async function* checkedPages(
  store: Pick<BlockStore, 'range' | 'headers'>,
  { genesis, after, to }: CheckRange,
): AsyncGenerator<CheckedPage> {
  const [first] = await store.headers(after, 1)
  invariant(first?.height === after, `block ${after} is stored`)
  let head = headOf(sealedHeaderOf(first))
  while (head.height < to) {
    const stored = (await store.range(head.height + 1, PAGE_BLOCKS, PAGE_BYTES)).filter(({ height }) => height <= to)
    invariant(stored.length > 0, `block ${head.height + 1} is stored`)
    const blocks = stored.map(blockOf)
    for (const [position, block] of blocks.entries()) {
      head = expectOk(verifyBlock(genesis, head, block, nativeVerifier), `stored block ${block.header.height}`)
      invariant(head.hash === stored[position]?.hash, `stored block ${head.height} has the hash it is stored under`)
    }
    yield pageOf(blocks)
  }
}

/** The blocks of a page, their transactions as windows on its bytes. */
export function* blocksOf({ headers, bytes, ends }: CheckedPage): Generator<Block> {
  let first = 0
  let start = 0
  for (const header of headers) {
    const transactions = Array.from(ends.subarray(first, first + header.transactions), (end) => {
      const transaction = bytes.subarray(start, end)
      start = end
      return transaction
    })
    first += header.transactions
    yield { header, transactions }
  }
}

/** A stored block as the rules know it. Throws if it cannot be read. */
export const blockOf = (stored: StoredBlock): Block => ({
  header: sealedHeaderOf(stored),
  transactions: expectOk(splitTransactions(stored.bytes), `stored block ${stored.height}`),
})

const sealedHeaderOf = ({ height, header, seal }: StoredBlock): SealedHeader =>
  expectOk(decodeSealedHeader(concat(header, seal)), `stored block ${height}`)

function pageOf(blocks: readonly Block[]): CheckedPage {
  const transactions = blocks.flatMap((block) => block.transactions)
  const bytes = new Uint8Array(blocks.reduce((size, { header }) => size + header.size, 0))
  const ends = new Uint32Array(transactions.length)
  let at = 0
  for (const [position, transaction] of transactions.entries()) {
    bytes.set(transaction, at)
    at += transaction.length
    ends[position] = at
  }
  return { headers: blocks.map(({ header }) => header), bytes, ends }
}
