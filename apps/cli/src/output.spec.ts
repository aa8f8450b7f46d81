// Tables stand in line also where a character is two columns wide; machines get one object per line.
import { PassThrough } from 'node:stream'
import { Output, renderTable } from './output.js'

const COLUMNS = [
  { key: 'name', title: 'name' },
  { key: 'amount', title: 'amount', align: 'right' },
  { key: 'note', title: '注' },
] as const

test('Chinese text counts two columns a character', () => {
  const table = renderTable(COLUMNS, [
    { name: '日升昌', amount: '1250.00', note: 'a' },
    { name: 'Lin', amount: '7.5', note: '好' },
    { name: 'Mei 美', amount: null, note: undefined },
  ])
  expect(table.split('\n')).toEqual([
    'name     amount  注',
    '──────  ───────  ──',
    '日升昌  1250.00  a',
    'Lin         7.5  好',
    'Mei 美',
  ])
})

test('machines get one object per line, the summary last, and no sentence for people', () => {
  const stream = new PassThrough()
  const output = new Output(true, stream)
  output.say('for people')
  output.emit({ amount: '1' }, 'one')
  output.table(COLUMNS, [{ name: '日升昌' }])
  output.summary({ ok: true })
  const lines = String(stream.read()).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([{ amount: '1' }, { name: '日升昌' }, { summary: true, ok: true }])
})
