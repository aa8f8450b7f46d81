// Merkle trees against outside vectors, and against themselves for every small size.
import { readFileSync } from 'node:fs'
import { type Bytes, concat, toHex, utf8 } from '@huitong/primitives'
import {
  consistencyPath,
  inclusionPath,
  leafHash,
  merkleRoot,
  rootOfEntries,
  rootOfHashes,
  verifyConsistency,
  verifyInclusion,
} from './merkle.js'

interface InclusionVector {
  leafIdx: number
  treeSize: number
  root: string
  leafHash: string
  proof: string[] | null
  wantErr: boolean
  name: string
}
interface ConsistencyVector {
  size1: number
  size2: number
  root1: string
  root2: string
  proof: string[] | null
  wantErr: boolean
  name: string
}

const bytes = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'base64'))
const load = <T>(name: string): T[] =>
  JSON.parse(readFileSync(new URL(`../../../test/vectors/rfc6962-${name}.json`, import.meta.url), 'utf8'))
const leaves = (count: number): Bytes[] => Array.from({ length: count }, (_, i) => leafHash(utf8(`leaf ${i}`)))

it('has the same root hashed level by level in place', () => {
  for (let size = 0; size < 70; size++) {
    const spare = new Uint8Array(64).fill(9)
    expect(toHex(rootOfHashes(concat(...leaves(size), spare), size))).toBe(toHex(merkleRoot(leaves(size))))
  }
})

it('has the same root over entries of any length', () => {
  const lengths = [0, 3, 1_023, 1_024, 5, 2_047, 2_048, 10, 65_535, 1]
  const entries = lengths.map((length, i) => new Uint8Array(length).fill(i + 1))
  for (let count = 0; count <= entries.length; count++) {
    const some = entries.slice(0, count)
    expect(toHex(rootOfEntries(some))).toBe(toHex(merkleRoot(some.map(leafHash))))
  }
})

describe('RFC 6962 vectors', () => {
  it('inclusion', () => {
    const vectors = load<InclusionVector>('inclusion')
    expect(vectors.length).toBeGreaterThan(50)
    const wrong = vectors.filter((vector) => {
      const path = (vector.proof ?? []).map(bytes)
      const claim = { leaf: bytes(vector.leafHash), index: vector.leafIdx, size: vector.treeSize, root: bytes(vector.root), path }
      return verifyInclusion(claim) === vector.wantErr
    })
    expect(wrong.map((vector) => vector.name)).toEqual([])
  })

  it('consistency', () => {
    const vectors = load<ConsistencyVector>('consistency')
    expect(vectors.length).toBeGreaterThan(50)
    const wrong = vectors.filter(({ size1, size2, root1, root2, proof, wantErr }) => {
      const earlier = { size: size1, root: bytes(root1) }
      const later = { size: size2, root: bytes(root2) }
      return verifyConsistency({ earlier, later, path: (proof ?? []).map(bytes) }) === wantErr
    })
    expect(wrong.map((vector) => vector.name)).toEqual([])
  })
})

describe('trees of every size to 40', () => {
  it('prove each leaf, and nothing else', () => {
    for (let size = 1; size <= 40; size++) {
      const tree = leaves(size)
      const root = merkleRoot(tree)
      for (let index = 0; index < size; index++) {
        const path = inclusionPath(tree, index)
        const leaf = tree[index] ?? new Uint8Array()
        expect(verifyInclusion({ leaf, index, size, path, root })).toBe(true)
        expect(verifyInclusion({ leaf: leafHash(utf8('x')), index, size, path, root })).toBe(false)
        if (size > 1) expect(verifyInclusion({ leaf, index: (index + 1) % size, size, path, root })).toBe(false)
        expect(verifyInclusion({ leaf, index, size, path: [...path, leaf], root })).toBe(false)
      }
    }
  })

  it('prove that each earlier tree is a prefix', () => {
    for (let size = 1; size <= 40; size++) {
      const tree = leaves(size)
      const later = { size, root: merkleRoot(tree) }
      for (let earlier = 1; earlier <= size; earlier++) {
        const path = consistencyPath(tree, earlier)
        const before = { size: earlier, root: merkleRoot(tree.slice(0, earlier)) }
        expect(verifyConsistency({ earlier: before, later, path })).toBe(true)
        expect(verifyConsistency({ earlier: { ...before, root: leafHash(utf8('x')) }, later, path })).toBe(false)
      }
    }
  })

  it('have the hash of nothing as the root of nothing', () => {
    expect(toHex(merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
