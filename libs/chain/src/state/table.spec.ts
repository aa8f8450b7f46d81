// The open-addressing table against an ordinary map, under insertions, removals and colliding keys.
import { concat, sha256, toHex, utf8 } from '@huitong/primitives'
import * as fc from 'fast-check'
import { KeyTable } from './table.js'

/** Few distinct first words, so that many keys share their hash. */
const keyOf = (n: number): Uint8Array => {
  const key = sha256(utf8(`${n}`))
  key.fill(n % 3, 0, 8)
  return key
}

function takerOf(bytes: Uint8Array): (size: number) => Uint8Array | undefined {
  let at = 0
  return (size) => (at + size > bytes.length ? undefined : bytes.subarray(at, (at += size)))
}

describe('key table', () => {
  it('comes back from a dump of any size, and from no part of one', () => {
    for (const size of [0, 1, 64, 65, 1_000, 16_384, 16_385, 40_000]) {
      const table = new KeyTable(1, { words: 1, shardBits: 4 })
      for (let n = 0; n < size; n++) {
        const key = new Uint8Array(32)
        new DataView(key.buffer).setUint32(4, n * 7)
        table.setWord(table.insert(key, 0), 0, n)
      }
      const bytes = concat(...table.dump())
      const again = new KeyTable(2, { words: 1, shardBits: 4 })
      expect(again.load(takerOf(bytes))).toBe(true)
      expect(again.count).toBe(size)
      for (let row = 0; row < size; row += 97) expect([again.find(table.keyOf(row), 0), again.wordOf(row, 0)]).toEqual([row, row])
      if (size > 0) expect(new KeyTable(2, { words: 1 }).load(takerOf(bytes.subarray(0, -1)))).toBe(false)
    }
  })

  it('holds exactly what a map holds', () => {
    const step = fc.record({ add: fc.boolean(), n: fc.nat(60) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.integer(), fc.nat(3), (steps, seed, shardBits) => {
        const table = new KeyTable(seed, { words: 2, shardBits })
        const model = new Map<number, number>()
        for (const { add, n } of steps) {
          const row = table.find(keyOf(n), 0)
          expect(row).toBe(model.get(n) ?? -1)
          if (add && row < 0) {
            const fresh = table.insert(keyOf(n), 0)
            expect(table.wordOf(fresh, 1)).toBe(0)
            table.setWord(fresh, 1, 2 ** 32 - 1 - n)
            model.set(n, fresh)
          }
          if (!add && row >= 0) {
            table.remove(row)
            model.delete(n)
          }
        }
        expect(table.count).toBe(model.size)
        const again = new KeyTable(seed + 1, { words: 2, shardBits: 1 })
        expect(again.load(takerOf(concat(...table.dump())))).toBe(true)
        expect(again.dump()).toEqual(table.dump())
        for (const [n, row] of model) expect(again.find(keyOf(n), 0)).toBe(row)
        expect(again.find(keyOf(61), 0)).toBe(-1)
        expect([...table.liveRows()]).toEqual([...model.values()].sort((a, b) => a - b))
        for (const [n, row] of model) {
          expect(table.find(keyOf(n), 0)).toBe(row)
          expect(table.isLive(row)).toBe(true)
          expect(table.wordOf(row, 1)).toBe(2 ** 32 - 1 - n)
          expect(toHex(table.keyOf(row))).toBe(toHex(keyOf(n)))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('finds a key anywhere in foreign bytes', () => {
    const table = new KeyTable(7)
    const bytes = new Uint8Array(99)
    bytes.set(keyOf(5), 61)
    const row = table.insert(keyOf(5), 0)
    expect(table.find(bytes, 61)).toBe(row)
    expect(table.find(bytes, 60)).toBe(-1)
  })
})
