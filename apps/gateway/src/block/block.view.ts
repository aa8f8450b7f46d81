// Blocks and headers: decoded from their canonical bytes, which stand beside. Damaged ones are passed on as they are: whoever verifies names them.
import { decodeHeader, splitDamaged } from '@huitong/chain'
import type { WireBlock } from '@huitong/contracts'
import { fromHex, toHex } from '@huitong/primitives'
import { timestamp } from '../edge/time.js'
import { Problem } from '../problem/problem.js'
import type { BlockDto, HeaderDto } from './block.dto.js'

export function headerView(block: WireBlock): HeaderDto {
  const decoded = decodeHeader(fromHex(block.header))
  if (!decoded.ok) throw new Problem('block_damaged', `block ${block.height}`)
  const header = decoded.value
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

export const blockView = (block: WireBlock): BlockDto => ({
  ...headerView(block),
  transactions: splitDamaged(fromHex(block.transactions)).map(toHex),
})

/** A range as a page: `next` is the height after its last, unless that is beyond the head. */
export function rangePage<View>(
  range: { readonly blocks: readonly WireBlock[]; readonly height: number },
  view: (block: WireBlock) => View,
): { items: View[]; next?: number; height: number } {
  const damaged = range.blocks.findIndex(({ header }) => !decodeHeader(fromHex(header)).ok)
  // a page ends before a damaged block; one that would begin with it says so
  const blocks = damaged > 0 ? range.blocks.slice(0, damaged) : range.blocks
  const last = blocks.at(-1)?.height
  const more = last !== undefined && last < range.height ? { next: last + 1 } : {}
  return { items: blocks.map(view), ...more, height: range.height }
}
