// Kept forms of blocks: whatever is left out, the root stays, receipts of the rest verify, and a changed byte shows.
import { decodeHeader, encodeHeader, leafHash, rootOfTransactions, verifyInclusion } from '@huitong/chain'
import { type BlockHash, type ChainId, type Time, concat, expectOk, fromHex } from '@huitong/primitives'
import * as fc from 'fast-check'
import type { StoredBlock } from '../block/block-store.js'
import { type KeptNode, decodeNodes, encodeNodes, receiptOf, rootOfNodes, transactionAt, without } from './kept-block.js'

const CHAIN = '11'.repeat(32) as ChainId
const HASH = '22'.repeat(32) as BlockHash

function blockOf(transactions: readonly Uint8Array[]): StoredBlock {
  const bytes = concat(...transactions)
  const time = 5 as Time
  const root = rootOfTransactions(transactions)
  const header = {
    chain: CHAIN,
    height: 3,
    previous: HASH,
    root,
    transactions: transactions.length,
    size: bytes.length,
    time,
    sandbox: true,
  }
  return {
    height: 3,
    hash: HASH,
    time,
    transactions: transactions.length,
    header: encodeHeader(header),
    seal: new Uint8Array(64),
    bytes,
  }
}

const whole = (transactions: readonly Uint8Array[]): KeptNode[] => transactions.map((bytes) => ({ kind: 'transaction', bytes }))
const blocks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 40 })
const cases = fc.tuple(blocks, fc.array(fc.nat(39)), fc.array(fc.nat(39)))

it('keeps root and receipts whatever is left out, in one run or in two', () => {
  fc.assert(
    fc.property(cases, ([transactions, first, second]) => {
      const block = blockOf(transactions)
      const { root, transactions: size } = expectOk(decodeHeader(block.header), 'header')
      const nodes = without(without(whole(transactions), new Set(first)), new Set(second))
      const gone = new Set([...first, ...second])
      expect(rootOfNodes(nodes)).toEqual(fromHex(root))
      expect(without(whole(transactions), gone)).toEqual(nodes)
      expect(decodeNodes(encodeNodes(nodes), block)).toEqual(nodes)
      transactions.forEach((bytes, index) => {
        expect(transactionAt(nodes, index)).toEqual(gone.has(index) ? undefined : bytes)
        const receipt = receiptOf(block, nodes, index)
        if (receipt === undefined) return expect(gone.has(index)).toBe(true)
        const path = receipt.path.map(fromHex)
        expect(verifyInclusion({ leaf: leafHash(bytes), index, size, path, root: fromHex(root) })).toBe(true)
      })
    }),
    { numRuns: 150, seed: 7 },
  )
})

it('is one hash where everything is gone', () => {
  const transactions = Array.from({ length: 37 }, (_, index) => Uint8Array.of(index))
  const nodes = without(whole(transactions), new Set(transactions.keys()))
  expect(nodes).toHaveLength(1)
  expect(encodeNodes(nodes)).toHaveLength(37)
})

it('is refused with any byte changed, or any end cut off', () => {
  fc.assert(
    fc.property(cases, fc.nat(), fc.nat(7), ([transactions, gone], at, bit) => {
      const block = blockOf(transactions)
      const kept = encodeNodes(without(whole(transactions), new Set(gone)))
      const bytes = Uint8Array.from(kept)
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit)
      expect(decodeNodes(bytes, block)).toBeUndefined()
      expect(decodeNodes(kept.subarray(0, at % kept.length), block)).toBeUndefined()
    }),
    { numRuns: 300, seed: 7 },
  )
})
