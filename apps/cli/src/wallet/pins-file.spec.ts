// The first genesis seen is written down; another one under the same name is a lie, and pins that cannot be read are never taken for none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ChainId } from '@huitong/primitives'
import { PinsFile } from './pins-file.js'

const [ONE, OTHER] = ['11'.repeat(32) as ChainId, '22'.repeat(32) as ChainId]
let data: string
const said: string[] = []
const pins = (): PinsFile => new PinsFile(data, (line) => said.push(line))

beforeEach(() => {
  data = mkdtempSync(path.join(os.tmpdir(), 'huitong-pins-'))
  said.length = 0
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

test('a pin is said, kept and never replaced', () => {
  pins().set('shanxi', ONE)
  expect(said.join()).toContain(ONE)
  pins().set('shanxi', OTHER)
  expect(pins().get('shanxi')).toBe(ONE)
  expect(pins().get('lingnan')).toBeUndefined()
})

test.each(['', 'not json', '{"format":"huitong-pins-1","ledgers":{"shanxi":"short"}}', '{"format":"else","ledgers":{}}'])(
  'a file with %j is refused',
  (text) => {
    writeFileSync(pins().file, text)
    expect(() => pins().get('shanxi')).toThrow(expect.objectContaining({ code: 'pins_malformed' }))
  },
)

test('no genesis is given for a chain that is not pinned', () => {
  expect(pins().genesisOf(ONE)).toBeUndefined()
})
