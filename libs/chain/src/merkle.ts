// Merkle trees with RFC 6962 hashing: a leaf is hashed under 0x00 and a node under 0x01, so that no node can pose as a leaf.
import { type Bytes, equalBytes, invariant, sha256, sha256Into } from '@huitong/primitives'

const EMPTY = new Uint8Array(0)

/** SHA-256(0x00, entry). */
export function leafHash(entry: Bytes): Bytes {
  const bytes = new Uint8Array(entry.length + 1)
  bytes.set(entry, 1)
  return sha256(bytes)
}

/** SHA-256(0x01, left, right). */
export function nodeHash(left: Bytes, right: Bytes): Bytes {
  const bytes = new Uint8Array(65)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 33)
  return sha256(bytes)
}

/** Root over leaf hashes in order; of no leaves, the hash of nothing. */
export function merkleRoot(leaves: readonly Bytes[]): Bytes {
  if (leaves.length === 0) return sha256(EMPTY)
  return rootOf(leaves, 0, leaves.length)
}

/**
 * The same root over `count` leaf hashes that lie one after another in `hashes`, which is used up: pairs are hashed level by level in place,
 * and a last one without a pair goes up as it is.
 */
export function rootOfHashes(hashes: Bytes, count: number): Bytes {
  if (count === 0) return sha256(EMPTY)
  const node = new Uint8Array(65)
  node[0] = 1
  for (let left = count; left > 1; left = (left + 1) >> 1) {
    for (let i = 0; i + 1 < left; i += 2) {
      node.set(hashes.subarray(32 * i, 32 * i + 64), 1)
      sha256Into(node, hashes, 16 * i)
    }
    if (left % 2 === 1) hashes.copyWithin(16 * (left - 1), 32 * (left - 1), 32 * left)
  }
  return hashes.slice(0, 32)
}

/** The root over entries in order, each hashed as a leaf: {@link merkleRoot} of their {@link leafHash}es, without an array for each of them. */
export function rootOfEntries(entries: readonly Bytes[]): Bytes {
  const hashes = new Uint8Array(32 * entries.length)
  let leaf = new Uint8Array(1_024)
  entries.forEach((entry, position) => {
    if (entry.length >= leaf.length) leaf = new Uint8Array(2 * entry.length)
    leaf.set(entry, 1)
    sha256Into(leaf.subarray(0, entry.length + 1), hashes, 32 * position)
  })
  return rootOfHashes(hashes, entries.length)
}

/** Audit path of leaf `index`, from the leaf's sibling up. */
export function inclusionPath(leaves: readonly Bytes[], index: number): Bytes[] {
  invariant(Number.isInteger(index) && index >= 0 && index < leaves.length, 'a leaf of the tree')
  const path: Bytes[] = []
  let start = 0
  let end = leaves.length
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      path.push(rootOf(leaves, middle, end))
      end = middle
    } else {
      path.push(rootOf(leaves, start, middle))
      start = middle
    }
  }
  return path.reverse()
}

export interface Inclusion {
  readonly leaf: Bytes
  readonly index: number
  readonly size: number
  readonly path: readonly Bytes[]
  readonly root: Bytes
}

/** True if `path` leads from `leaf` at `index` to the `root` of a tree of `size` leaves (RFC 9162, 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, path, root }: Inclusion): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || leaf.length !== 32) return false
  if (path.some((hash) => hash.length !== 32)) return false
  let node = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else hash = nodeHash(hash, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 && equalBytes(hash, root)
}

/** Proof that the tree of the first `earlier` leaves is a prefix of this one; empty if it is this one. */
export function consistencyPath(leaves: readonly Bytes[], earlier: number): Bytes[] {
  invariant(isCount(earlier) && earlier >= 1 && earlier <= leaves.length, 'an earlier size of the tree, not empty')
  const path: Bytes[] = []
  let start = 0
  let end = leaves.length
  let whole = true
  while (earlier !== end) {
    const middle = start + splitPoint(end - start)
    if (earlier <= middle) {
      path.push(rootOf(leaves, middle, end))
      end = middle
    } else {
      path.push(rootOf(leaves, start, middle))
      start = middle
      whole = false
    }
  }
  if (!whole) path.push(rootOf(leaves, start, end))
  return path.reverse()
}

export interface Consistency {
  readonly earlier: { readonly size: number; readonly root: Bytes }
  readonly later: { readonly size: number; readonly root: Bytes }
  readonly path: readonly Bytes[]
}

/** True if the later tree begins with the earlier one (RFC 9162, 2.1.4.2). The empty tree proves nothing and is refused. */
export function verifyConsistency({ earlier, later, path }: Consistency): boolean {
  if (!isCount(earlier.size) || !isCount(later.size) || earlier.size < 1 || earlier.size > later.size) return false
  if (path.some((hash) => hash.length !== 32)) return false
  if (earlier.size === later.size) return path.length === 0 && equalBytes(earlier.root, later.root)
  const rest = isPowerOfTwo(earlier.size) ? [earlier.root, ...path] : [...path]
  const first = rest.shift()
  if (path.length === 0 || first === undefined) return false
  let node = earlier.size - 1
  let last = later.size - 1
  while (node % 2 === 1) {
    node = half(node)
    last = half(last)
  }
  let old = first
  let fresh = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      old = nodeHash(sibling, old)
      fresh = nodeHash(sibling, fresh)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else fresh = nodeHash(fresh, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 && equalBytes(old, earlier.root) && equalBytes(fresh, later.root)
}

/** Root of leaves[start, end), end > start. */
function rootOf(leaves: readonly Bytes[], start: number, end: number): Bytes {
  if (end - start === 1) return leaves[start] ?? EMPTY
  const middle = start + splitPoint(end - start)
  return nodeHash(rootOf(leaves, start, middle), rootOf(leaves, middle, end))
}

/** The largest power of two below `size`. */
function splitPoint(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

const half = (value: number): number => Math.floor(value / 2)
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isPowerOfTwo = (value: number): boolean => splitPoint(value * 2) === value
