// A merchant's order book through the hub, as one of our own making with the awkward cases of real ones: killed half-way, begun again, and
// reconciled to the last unit.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { huitong } from './command.js'
import { BARE, CLI, type House, ROOT, openHouse } from './house.js'

const BOOK = path.join(ROOT, 'test', 'fixtures', 'orders')
const WORDS = ['replay', '--json', '--orders', path.join(BOOK, 'orders.csv'), '--items', path.join(BOOK, 'items.csv')]

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house?.close())

/** True once the replay has signed enough payments that orders are under way: some are paid, none of the late ones has come to its end. */
function isUnderWay(): boolean {
  const folder = path.join(house.folder, 'replay')
  const [name] = existsSync(folder) ? readdirSync(folder) : []
  const journal = path.join(folder, name ?? '', 'journal-1.jsonl')
  return name !== undefined && existsSync(journal) && readFileSync(journal, 'utf8').split('\n').length > 12
}

it('is killed while orders are under way, and leaves no summary', async () => {
  const child = spawn(process.execPath, [CLI, ...WORDS], { env: { ...BARE, HUITONG_DATA: house.folder }, stdio: 'ignore' })
  const ended = new Promise<string | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)))
  await expect.poll(isUnderWay, { timeout: 60_000, interval: 20 }).toBe(true)
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
})

it('goes on where it was: every order proven, every token accounted for to the last unit', async () => {
  const said = await huitong(WORDS, { HUITONG_DATA: house.folder })
  expect(said, said.stderr).toMatchObject({ code: 0 })
  const summary = said.lines.at(-1)
  expect(summary).toMatchObject({
    summary: true,
    ok: true,
    orders: 20,
    unpaid: 1,
    surplus: 1,
    shortage: 1,
    splitAssumed: 1,
    faults: {},
  })
  const reconciliation = summary?.['reconciliation']
  expect(reconciliation).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ledger: 'shanxi', asset: 'TAEL', difference: '0' }),
      expect.objectContaining({ ledger: 'jiangnan', asset: 'POINT', difference: '0' }),
    ]),
  )
})

it('and the audit finds every invariant exercised and unbroken', async () => {
  const said = await huitong(['audit', '--json', '--exercised'], { HUITONG_DATA: house.folder })
  expect(said.lines.filter((line) => line['ok'] !== true)).toEqual([])
  expect(said, said.stderr).toMatchObject({ code: 0 })
})
