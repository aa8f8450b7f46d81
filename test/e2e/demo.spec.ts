// The main job as somebody meets it who has just cloned the repository: `huitong demo`, `audit` and `verify`, built, with an empty environment.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { decodeTransaction, txIdOf } from '@huitong/chain'
import { expectOk, fromHex } from '@huitong/primitives'
import { type House, dataFolder, faultsIn, openHouse } from './house.js'
import { type Said, huitong } from './command.js'

const STEPS = ['ancestry', 'pay', 'convert', 'swap', 'buy-with-code', 'buy-across-tokens', 'dispute', 'recovery']
/** Those that the demonstration must give something to examine; 7 and 10 are about what is open, and nothing is left open. */
const EXERCISED = [1, 2, 3, 4, 5, 6, 8, 9]

const { folder, remove } = dataFolder()
const env = { HUITONG_DATA: folder }
const file = (name: string): string => path.join(path.dirname(folder), name)
let house: House | undefined

afterAll(async () => {
  await house?.close()
  remove()
})

function expectDone(said: Said): void {
  expect(said, said.stderr).toMatchObject({ code: 0 })
  expect(said.stdout.split('\n').filter((line) => line !== '')).toHaveLength(said.lines.length)
  expect(said.lines.map((line) => line['step'] ?? 'summary')).toEqual([...STEPS, 'summary'])
  for (const line of said.lines.slice(0, -1))
    expect(line).toEqual({ step: line['step'], ok: true, ms: expect.any(Number), proofs: expect.any(Number) })
  expect(said.lines.at(-1)).toMatchObject({ summary: true, ok: true, steps: STEPS.length })
}

it('demo: starts a hub of its own, proves every step, and leaves nothing running', async () => {
  expectDone(await huitong(['demo', '--json'], env))
  expect(JSON.parse(readFileSync(path.join(folder, 'hub.json'), 'utf8'))).toMatchObject({ processes: {} })
})

it('demo again, on the hub that runs on the folder: what was founded is found', async () => {
  house = await openHouse(folder)
  expectDone(await huitong(['demo', '--json'], env))
})

it('audit: every invariant holds, and those of deals had deals to examine', async () => {
  const said = await huitong(['audit', '--json'], env)
  expect(said.lines.filter((line) => line['ok'] !== true)).toEqual([])
  expect(said, said.stderr).toMatchObject({ code: 0 })
  expect(said.lines.map((line) => line['invariant'] ?? 'summary')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'summary'])
  const idle = said.lines.filter((line) => line['verdict'] === 'not_exercised').map((line) => Number(line['invariant']))
  expect(idle.filter((invariant) => EXERCISED.includes(invariant))).toEqual([])
  expect(said.lines.at(-1)).toMatchObject({ summary: true, ok: true })
})

it('reserves: what was issued is all there, on every ledger', async () => {
  const { items } = (await house?.admin.reserves()) ?? { items: [] }
  expect(items.map(({ asset }) => asset).sort()).toEqual(['PEARL', 'POINT', 'TAEL'])
  for (const item of items) expect(item).toMatchObject({ difference: '0' })
})

it('ledger list: names every ledger', async () => {
  const said = await huitong(['ledger', 'list', '--json'], env)
  expect(said.lines.map((line) => line['ledger'] ?? 'summary')).toEqual(['shanxi', 'jiangnan', 'lingnan', 'summary'])
})

describe('verify, with nothing but two files', () => {
  let receipt: { transaction: string; seal: string }

  beforeAll(async () => {
    if (house === undefined) throw new Error('no hub to take a receipt from')
    const ledger = await house.admin.ledger('shanxi')
    const { items } = await house.admin.listLedgers()
    for (const item of items) writeFileSync(file(`${item.ledger}.genesis`), item.genesis ?? '')
    const [block] = (await ledger.blocks(3)).items
    const transaction = expectOk(decodeTransaction(fromHex(block?.transactions[0] ?? '')), 'a transaction of block 3')
    receipt = (await ledger.receipt(txIdOf(ledger.chain, transaction.body))) as typeof receipt
    writeFileSync(file('receipt.json'), JSON.stringify(receipt))
    await house.close()
    house = undefined
  })

  const verify = (name: string, ledger = 'shanxi'): Promise<Said> =>
    huitong(['verify', file(name), '--genesis', file(`${ledger}.genesis`), '--json'], {})

  it('accepts the receipt', async () => {
    const said = await verify('receipt.json')
    expect(said, said.stderr).toMatchObject({
      code: 0,
      lines: [
        { ok: true, ledger: 'shanxi', height: 3, sandbox: true },
        { summary: true, ok: true },
      ],
    })
  })

  it.each([
    ['a byte of the transaction', (): object => ({ ...receipt, transaction: flipped(receipt.transaction) }), 'inclusion_wrong'],
    ['a byte of the seal', (): object => ({ ...receipt, seal: flipped(receipt.seal) }), 'seal_wrong'],
  ])('refuses it with %s changed', async (_name, changed, code) => {
    writeFileSync(file('changed.json'), JSON.stringify(changed()))
    expect(await verify('changed.json')).toMatchObject({ code: 5, lines: [{ summary: true, ok: false, code }] })
  })

  it('refuses it against the genesis of another ledger', async () => {
    expect(await verify('receipt.json', 'jiangnan')).toMatchObject({ code: 5, lines: [{ summary: true, ok: false }] })
  })

  it('says what is wrong with a file that is not there', async () => {
    expect(await verify('nowhere.json')).toMatchObject({
      code: 2,
      lines: [{ summary: true, ok: false, code: 'file_unreadable' }],
    })
  })
})

it('no process of the hub has logged an error', () => {
  expect(faultsIn(folder)).toEqual([])
})

/** The same hexadecimal with one bit turned in its last byte but one: of a transaction, that is in its last signature. */
function flipped(hex: string): string {
  const byte = Number.parseInt(hex.slice(-4, -2), 16) ^ 1
  return hex.slice(0, -4) + byte.toString(16).padStart(2, '0') + hex.slice(-2)
}
