// Blocks and headers: decoded from their canonical bytes, which stand beside.
import { decodeHeader, splitTransactions } from '@huitong/chain'
import type { WireBlock } from '@huitong/contracts'
import { expectOk, fromHex, toHex } from '@huitong/primitives'
import { timestamp } from '../edge/time.js'
import type { BlockDto, HeaderDto } from './block.dto.js'

export function headerView(block: WireBlock): HeaderDto {
  const header = expectOk(decodeHeader(fromHex(block.header)), 'a header that a ledger answered')
  return {
    height: block.height,
    hash: block.hash,
    header: block.header,
    seal: block.seal,
    chain: header.chain,
    previous: header.previous,
    root: header.root,
    time: timestamp(header.time),
    transactionCount: header.transactions,
    size: header.size,
    sandbox: header.sandbox,
  }
}

export function blockView(block: WireBlock): BlockDto {
  const transactions = expectOk(splitTransactions(fromHex(block.transactions)), 'a block that a ledger answered')
  return { ...headerView(block), transactions: transactions.map(toHex) }
}

/** A range as a page: `next` is the height after its last, unless that is beyond the head. */
export function rangePage<View>(
  range: { readonly blocks: readonly WireBlock[]; readonly height: number },
  view: (block: WireBlock) => View,
): { items: View[]; next?: number; height: number } {
  const last = range.blocks.at(-1)?.height
  const more = last !== undefined && last < range.height ? { next: last + 1 } : {}
  return { items: range.blocks.map(view), ...more, height: range.height }
}
