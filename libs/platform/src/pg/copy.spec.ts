// Rows for a binary COPY, byte for byte as PostgreSQL's documentation of the format has them.
import { toHex, utf8 } from '@huitong/primitives'
import { CopyRows } from './copy.js'

const HEAD = '5047434f50590aff0d0a000000000000000000'

it('writes the documented format', () => {
  const rows = new CopyRows()
  expect(toHex(rows.done())).toBe(`${HEAD}ffff`)
  rows
    .row(7)
    .int8(2 ** 40 + 3)
    .words(0x7fff_ffff, 0xffff_ffff)
    .bigint(-2n)
    .int4(-5)
    .int2(6)
    .bytes(utf8('xEURx'), 1, 4)
    .none()
  const fields = [
    '000000080000010000000003',
    '000000087fffffffffffffff',
    '00000008fffffffffffffffe',
    '00000004fffffffb',
    '000000020006',
    '00000003455552',
    'ffffffff',
  ]
  expect(toHex(rows.done())).toBe(`${HEAD}0007${fields.join('')}ffff`)
  rows.clear()
  expect(rows.count).toBe(0)
  expect(toHex(rows.done())).toBe(`${HEAD}ffff`)
})

it('grows with what is written', () => {
  const rows = new CopyRows()
  const large = new Uint8Array(300_000).fill(7)
  for (let i = 0; i < 3; i++) rows.row(1).bytes(large)
  expect(rows.done()).toHaveLength(19 + 3 * (2 + 4 + 300_000) + 2)
  expect(rows.count).toBe(3)
})
