// The open-addressing table against an ordinary map, under insertions, removals and colliding keys.
import { sha256, toHex, utf8 } from '@huitong/primitives'
import * as fc from 'fast-check'
import { KeyTable } from './table.js'

/** Few distinct first words, so that many keys share their hash. */
const keyOf = (n: number): Uint8Array => {
  const key = sha256(utf8(`${n}`))
  key.fill(n % 3, 0, 8)
  return key
}

describe('key table', () => {
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
