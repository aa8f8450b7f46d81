// What stays of a block whose spent transactions have left the disk: the transactions that are kept, and for every run that is gone the root of its
// Merkle subtree. It still leads to the root in the header, so every proof of what is kept still holds, and a changed byte still shows.
import { type Receipt, decodeHeader, leafHash, merkleRoot, nodeHash, splitTransactions } from '@huitong/chain'
import { type Bytes, type Signature, concat, equalBytes, expectOk, fromHex, hexOf, invariant, toHex } from '@huitong/primitives'
import type { StoredBlock } from '../block/block-store.js'

/** A transaction, or a subtree of transactions that are gone: `hash` is its RFC 6962 root. */
export type KeptNode =
  | { readonly kind: 'transaction'; readonly bytes: Bytes }
  | { readonly kind: 'gone'; readonly count: number; readonly hash: Bytes }

/** The nodes of a block of which nothing is gone. */
export const wholeBlock = (block: StoredBlock): readonly KeptNode[] =>
  expectOk(splitTransactions(block.bytes), `block ${block.height}`).map((bytes) => ({ kind: 'transaction', bytes }))

const countOf = (nodes: readonly KeptNode[]): number =>
  nodes.reduce((sum, node) => sum + (node.kind === 'gone' ? node.count : 1), 0)

/** The same block without the transactions at these positions; subtrees that are gone whole become one node. */
export function without(nodes: readonly KeptNode[], positions: ReadonlySet<number>): readonly KeptNode[] {
  let at = 0
  const single = new Map<number, KeptNode>()
  for (const node of nodes) {
    single.set(
      at,
      node.kind === 'transaction' && positions.has(at) ? { kind: 'gone', count: 1, hash: leafHash(node.bytes) } : node,
    )
    at += node.kind === 'gone' ? node.count : 1
  }
  return merged(single, 0, at)
}

function merged(at: ReadonlyMap<number, KeptNode>, start: number, end: number): readonly KeptNode[] {
  const node = at.get(start)
  const count = node?.kind === 'gone' ? node.count : 1
  if (node !== undefined && start + count === end) return [node]
  const middle = start + splitPoint(end - start)
  const [left, right] = [merged(at, start, middle), merged(at, middle, end)]
  const [a, b] = [left[0], right[0]]
  if (left.length === 1 && right.length === 1 && a?.kind === 'gone' && b?.kind === 'gone')
    return [{ kind: 'gone', count: a.count + b.count, hash: nodeHash(a.hash, b.hash) }]
  return [...left, ...right]
}

/** The largest power of two below `size`. */
function splitPoint(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

export function rootOfNodes(nodes: readonly KeptNode[]): Bytes {
  return nodes.length === 0 ? merkleRoot([]) : rootOf(placed(nodes), 0, countOf(nodes))
}

/** Audit path of the transaction at `index`, from its sibling up; `undefined` if it is gone. */
export function receiptOf(block: StoredBlock, nodes: readonly KeptNode[], index: number): Receipt | undefined {
  const at = placed(nodes)
  const node = at.get(index)
  if (node?.kind !== 'transaction') return undefined
  const path: Bytes[] = []
  let [start, end] = [0, countOf(nodes)]
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      path.push(rootOf(at, middle, end))
      end = middle
    } else {
      path.push(rootOf(at, start, middle))
      start = middle
    }
  }
  const { chain } = expectOk(decodeHeader(block.header), `the header of block ${block.height}`)
  return {
    format: 'huitong-receipt-1',
    chain,
    transaction: toHex(node.bytes),
    index,
    path: path.reverse().map(toHex),
    header: toHex(block.header),
    seal: hexOf<Signature>(block.seal),
  }
}

/** The bytes of the transaction at `index`; `undefined` if they are gone. */
export function transactionAt(nodes: readonly KeptNode[], index: number): Bytes | undefined {
  const node = placed(nodes).get(index)
  return node?.kind === 'transaction' ? node.bytes : undefined
}

function placed(nodes: readonly KeptNode[]): ReadonlyMap<number, KeptNode> {
  const at = new Map<number, KeptNode>()
  let next = 0
  for (const node of nodes) {
    at.set(next, node)
    next += node.kind === 'gone' ? node.count : 1
  }
  return at
}

function rootOf(at: ReadonlyMap<number, KeptNode>, start: number, end: number): Bytes {
  const node = at.get(start)
  if (node !== undefined && start + (node.kind === 'gone' ? node.count : 1) === end)
    return node.kind === 'gone' ? node.hash : leafHash(node.bytes)
  invariant(end - start > 1, 'the nodes are those of a Merkle tree')
  const middle = start + splitPoint(end - start)
  return nodeHash(rootOf(at, start, middle), rootOf(at, middle, end))
}

const TRANSACTION = 0
const GONE = 1

/** Tag, then length (u32) and bytes of a transaction, or count (u32) and root of what is gone. */
export function encodeNodes(nodes: readonly KeptNode[]): Bytes {
  return concat(
    ...nodes.flatMap((node) =>
      node.kind === 'gone'
        ? [Uint8Array.of(GONE), u32(node.count), node.hash]
        : [Uint8Array.of(TRANSACTION), u32(node.bytes.length), node.bytes],
    ),
  )
}

/** The nodes that were encoded for this block; `undefined` if the bytes are not what its header's root was made of. */
export function decodeNodes(bytes: Bytes, block: StoredBlock): readonly KeptNode[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const nodes: KeptNode[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + 5 > bytes.length) return undefined
    const [tag, number] = [bytes[at], view.getUint32(at + 1)]
    const end = at + 5 + (tag === GONE ? 32 : number)
    if (end > bytes.length || (tag !== GONE && tag !== TRANSACTION)) return undefined
    const content = bytes.subarray(at + 5, end)
    nodes.push(tag === GONE ? { kind: 'gone', count: number, hash: content } : { kind: 'transaction', bytes: content })
    at = end
  }
  const header = decodeHeader(block.header)
  if (
    !header.ok ||
    countOf(nodes) !== header.value.transactions ||
    nodes.some((node) => node.kind === 'gone' && node.count === 0)
  )
    return undefined
  try {
    return equalBytes(rootOfNodes(nodes), fromHex(header.value.root)) ? nodes : undefined
  } catch {
    // counts that fit no Merkle tree
    return undefined
  }
}

function u32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
