// Reports about the past against what the raw blocks say: every page of every walk, the journal, statements and balances as of heights.
import 'reflect-metadata'
import type { WireHistory, WireJournalEntry, WireStatement } from '@huitong/contracts'
import { type Coordinate, type TxId, expectOk } from '@huitong/primitives'
import type { DecodedBlock } from '../block/decoded-block.js'
import { Economy, blocksOf, dice, kinOf } from '../testing/economy.js'
import { type Hosted, Servers, hostLedger, submit } from '../testing/hosted.js'
import { type Signed, newKey, own, pay } from '../testing/wallet.js'

let servers: Servers
let host: Hosted
let economy: Economy
let blocks: readonly DecodedBlock[]
const roll = dice(20_261_121)

beforeAll(async () => {
  servers = await Servers.start()
  host = await hostLedger(servers, servers.freshName())
  economy = new Economy(host, roll)
  await economy.begin()
  for (let i = 0; i < 120; i++) await economy.step()
  blocks = await blocksOf(host)
})
afterAll(async () => {
  await host.close()
  await servers.stop()
  expect(host.faults).toEqual([])
})

type Direction = 'backward' | 'forward'
interface Found {
  readonly ids: string[]
  readonly coins: Set<string>
  pages: number
}

/** The whole history, page by page and again from every coin at which it was cut. */
async function walk(
  start: Coordinate,
  direction: Direction,
  size: { readonly depth: number; readonly limit: number },
  onPage: (page: WireHistory) => void = () => undefined,
): Promise<Found> {
  const found: Found = { ids: [], coins: new Set(), pages: 0 }
  const asked = new Set<string>([start])
  const queue: string[] = [start]
  for (let coordinate = queue.pop(); coordinate !== undefined; coordinate = queue.pop()) {
    let after: string | undefined
    do {
      const request = { coordinate, direction, ...size, ...(after === undefined ? {} : { after }) }
      const page: WireHistory = expectOk(await host.ledger.historyReads.history(request), 'history')
      onPage(page)
      found.pages += 1
      found.ids.push(...page.transactions.map(({ id }) => id))
      for (const coin of page.coins) found.coins.add(coin.coordinate)
      queue.push(...page.open.filter((open) => !asked.has(open)))
      for (const open of page.open) asked.add(open)
      after = page.next
    } while (after !== undefined)
  }
  return found
}

const allCoins = (): Coordinate[] =>
  blocks.flatMap(({ transactions }) => transactions.flatMap(({ coins }) => coins.map(({ coordinate }) => coordinate)))

describe('the history of a coin', () => {
  const sizes = [
    { depth: 100, limit: 1000 },
    { depth: 100, limit: 1 },
    { depth: 100, limit: 7 },
    { depth: 2, limit: 3 },
    { depth: 1, limit: 1 },
  ]
  it.each(['backward', 'forward'] as const)(
    'reaches %s exactly what the raw blocks connect, in pages of any size',
    async (direction) => {
      const coins = allCoins()
      let steps = 0
      for (const start of [
        ...coins.slice(0, 3),
        ...coins.slice(-3),
        ...Array.from({ length: 6 }, () => coins[roll(coins.length)]),
      ]) {
        if (start === undefined) continue
        const kin = [...kinOf(blocks, start, direction)].sort()
        steps += kin.length
        for (const size of sizes) {
          const found = await walk(start, direction, size)
          expect([...new Set(found.ids)].sort()).toEqual(kin)
          // a walk that was not cut meets each transaction once
          if (size.depth === 100) expect(found.ids).toHaveLength(kin.length)
        }
      }
      expect(steps).toBeGreaterThan(60)
    },
  )

  it('comes in the order of the chain, with the coins beside the way', async () => {
    const last = allCoins().at(-1)
    if (last === undefined) throw new Error('there are coins')
    const heights: number[] = []
    await walk(last, 'backward', { depth: 100, limit: 4 }, (page) => {
      heights.push(...page.transactions.map(({ height }) => height))
      const shown = new Set([...page.coins, ...page.siblings].map(({ coordinate }) => coordinate))
      for (const { inputs, outputs } of page.transactions) {
        expect([...inputs, ...outputs].every((coordinate) => shown.has(coordinate))).toBe(true)
      }
    })
    expect(heights.length).toBeGreaterThan(5)
    expect(heights).toEqual([...heights].sort((a, b) => b - a))
  })

  it('stays as of the height of its first page while the chain goes on', async () => {
    const [first] = allCoins()
    if (first === undefined) throw new Error('there are coins')
    const before = await walk(first, 'forward', { depth: 100, limit: 2 })
    let grown = false
    const during: string[] = []
    let after: string | undefined
    do {
      const request = {
        coordinate: first,
        direction: 'forward' as const,
        depth: 100,
        limit: 2,
        ...(after === undefined ? {} : { after }),
      }
      const page: WireHistory = expectOk(await host.ledger.historyReads.history(request), 'history')
      during.push(...page.transactions.map(({ id }) => id))
      after = page.next
      if (!grown) for (let i = 0; i < 5; i++) await economy.step()
      grown = true
    } while (after !== undefined)
    expect(during).toEqual(before.ids)
    blocks = await blocksOf(host)
  })

  it('refuses cursors that no page gave for this coin', async () => {
    const [a, b] = allCoins().slice(-2)
    if (a === undefined || b === undefined) throw new Error('there are coins')
    const ask = (after: string, coordinate: Coordinate, direction: Direction = 'backward') =>
      host.ledger.historyReads.history({ coordinate, direction, depth: 100, limit: 1, after })
    const { next } = expectOk(
      await host.ledger.historyReads.history({ coordinate: a, direction: 'backward', depth: 100, limit: 1 }),
      'page',
    )
    if (next === undefined) throw new Error('there is more than one page')
    expect((await ask(next, a)).ok).toBe(true)
    const wrong = { ok: false, code: 'cursor_unknown', field: 'after' }
    expect(await ask(next, b)).toMatchObject(wrong)
    expect(await ask(next, a, 'forward')).toMatchObject(wrong)
    for (const text of ['x', 'AQAAAAAAAAAA', `${next}AAAA`, next.slice(0, 12), 'A'.repeat(8000)])
      expect(await ask(text, a)).toMatchObject(wrong)
  })

  it('is found whole behind more transactions than a page remembers', { timeout: 120_000 }, async () => {
    const { wallet, issuer } = economy
    const anna = newKey()
    await economy.send(wallet.open(anna))
    const merge = async (coins: readonly Coordinate[]): Promise<Signed> => {
      const signed = wallet.sign({ inputs: coins.map(own), outputs: [pay(anna.account, BigInt(coins.length))] }, anna)
      await economy.send(signed)
      return signed
    }
    const moved: Coordinate[][] = []
    let issued = expectOk(await host.ledger.accountReads.asset('EUR'), 'asset').sequence
    for (let i = 0; i < 3; i++) {
      const issue = wallet.issue(
        issuer,
        issued++,
        Array.from({ length: 240 }, () => pay(anna.account, 1n)),
      )
      await economy.send(issue)
      // each unit goes through a transaction of its own
      const moves = issue.coins.map((coin) => wallet.transfer(anna, coin, [pay(anna.account, 1n)]))
      for (let at = 0; at < moves.length; at += 60) await submit(host.ledger, ...moves.slice(at, at + 60))
      moved.push(moves.flatMap(({ coins }) => coins))
    }
    const merged: Coordinate[] = []
    for (const coins of moved) merged.push(...(await merge(coins)).coins)
    const last = wallet.sign({ inputs: merged.map(own), outputs: [pay(anna.account, 720n)] }, anna)
    await economy.send(last)
    blocks = await blocksOf(host)
    const [start] = last.coins
    if (start === undefined) throw new Error('a coin was made')
    let cut = 0
    const found = await walk(start, 'backward', { depth: 100, limit: 1000 }, ({ open }) => (cut += open.length))
    expect(cut).toBeGreaterThan(20)
    expect([...new Set(found.ids)].sort()).toEqual([...kinOf(blocks, start, 'backward')].sort())
  })
})

/** All entries of the journal, in pages of `limit`. */
async function journal(range: { from?: number; to?: number }, limit: number): Promise<WireJournalEntry[]> {
  const entries: WireJournalEntry[] = []
  let after: string | undefined
  do {
    const request = { ...range, limit, ...(after === undefined ? {} : { after }) }
    const page: { entries: readonly WireJournalEntry[]; next?: string } = expectOk(
      await host.ledger.reads.journal.journal(request),
      'journal',
    )
    entries.push(...page.entries)
    after = page.next
  } while (after !== undefined)
  return entries
}

describe('the journal', () => {
  it('has every transaction once, in order, each balanced per asset', async () => {
    const to = host.ledger.sequencer.head.height
    const ids = (await blocksOf(host)).flatMap(({ transactions }) => transactions.map(({ id }) => id as string))
    for (const limit of [200, 7]) {
      const entries = await journal({ to }, limit)
      expect(entries.map(({ transaction }) => transaction)).toEqual(ids)
      for (const { postings } of entries) {
        const sum = postings.reduce((total, { amount }) => total + BigInt(amount), 0n)
        expect(sum).toBe(0n)
      }
    }
  })

  it('adds up to the supply and to everybody’s balances', async () => {
    const to = host.ledger.sequencer.head.height
    const sums = new Map<string, bigint>()
    for (const { postings } of await journal({ to }, 200)) {
      for (const { part, account, amount } of postings) {
        const key = account === undefined ? part : `${account} ${part === 'issued' ? part : 'total'}`
        sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount))
      }
    }
    const asset = expectOk(await host.ledger.accountReads.asset('EUR'), 'asset')
    expect(sums.get('issued')).toBe(-BigInt(asset.issued))
    expect(sums.get('burnt')).toBe(BigInt(asset.burnt))
    expect(asset.burnt).not.toBe('0')
    expect(sums.get('shared')).toBeGreaterThan(0n)
    for (const { account } of economy.people) {
      const { balances } = expectOk(await host.ledger.accountReads.balances({ account, height: to }), 'balances')
      expect(sums.get(`${account} total`) ?? 0n).toBe(BigInt(balances[0]?.total ?? '0'))
    }
  })

  it('covers exactly the heights asked for, and refuses what lies beyond', async () => {
    const head = host.ledger.sequencer.head.height
    const ids = (from: number, to: number): string[] =>
      blocks.slice(from - 1, to).flatMap(({ transactions }) => transactions.map(({ id }) => id as string))
    expect((await journal({ from: 5, to: 9 }, 2)).map(({ transaction }) => transaction)).toEqual(ids(5, 9))
    expect(await journal({ from: 5, to: 4 }, 2)).toEqual([])
    const ask = host.ledger.reads.journal
    expect(await ask.journal({ to: head + 1, limit: 1 })).toMatchObject({ code: 'height_unknown', field: 'to' })
    expect(await ask.journal({ from: 7, to: 5, limit: 1 })).toMatchObject({ code: 'height_unknown', field: 'from' })
    for (const after of ['4.0', '10.0', '6.999999', '999999999.1'])
      expect(await ask.journal({ from: 5, to: 9, after, limit: 1 })).toMatchObject({ code: 'cursor_unknown', field: 'after' })
  })
})

type Asked = { account: string; from?: number; to?: number; since?: number; until?: number; asset?: string }
async function statement(asked: Asked, limit: number): Promise<WireStatement[]> {
  const pages: WireStatement[] = []
  let after: string | undefined
  do {
    const request = { ...asked, limit, ...(after === undefined ? {} : { after }) }
    const page: WireStatement = expectOk(await host.ledger.reads.statement.statement(request), 'statement')
    pages.push(page)
    after = page.next
  } while (after !== undefined)
  return pages
}

describe('a statement', () => {
  it('opens and closes with the balances of its heights, in pages of any size, with every balance on the way right', async () => {
    const head = host.ledger.sequencer.head.height
    let opened = 0
    for (const { account } of economy.people) {
      for (const [from, to] of [
        [1, head],
        [1 + roll(60), head - roll(40)],
        [40, 40],
      ] as const) {
        const whole = await statement({ account, from, to }, 200)
        const balances = async (height: number) =>
          expectOk(await host.ledger.accountReads.balances({ account, height }), 'balances').balances
        for (const limit of [200, 1, 3]) {
          const pages = await statement({ account, from, to }, limit)
          expect(pages.flatMap(({ entries }) => entries)).toEqual(whole.flatMap(({ entries }) => entries))
          pages.slice(1).forEach((page, index) => expect(page.opening).toEqual(pages[index]?.closing))
          expect(pages[0]?.opening).toEqual(await balances(from - 1))
          expect(pages.at(-1)?.closing).toEqual(await balances(to))
        }
        const entries = whole.flatMap((page) => page.entries)
        opened += entries.filter(({ transaction }) => transaction === undefined).length
        // the last entry of a height leaves what the ledger says for that height
        for (const [index, { height, changes }] of entries.entries()) {
          if (entries[index + 1]?.height === height) continue
          const [there] = await balances(height)
          expect({ available: changes[0]?.availableAfter, locked: changes[0]?.lockedAfter }).toEqual({
            available: there?.available ?? '0',
            locked: there?.locked ?? '0',
          })
        }
      }
    }
    expect(opened).toBeGreaterThan(3)
  })

  it('takes times for heights', async () => {
    const [{ account } = newKey()] = economy.people
    const [since, until] = [blocks[29]?.time ?? 0, blocks[79]?.time ?? 0]
    const from = 1 + blocks.findIndex(({ time }) => time >= since)
    const to = blocks.findIndex(({ time }) => time >= until)
    const [byTime] = await statement({ account, since, until }, 200)
    expect(byTime).toEqual((await statement({ account, from, to }, 200))[0])
    const later = (blocks.at(-1)?.time ?? 0) + 1_000_000_000
    expect((await statement({ account, since: later }, 10))[0]).toMatchObject({ entries: [] })
  })

  it('refuses what it cannot say', async () => {
    const [{ account } = newKey()] = economy.people
    const head = host.ledger.sequencer.head.height
    const ask = (more: object) => host.ledger.reads.statement.statement({ account, limit: 5, ...more })
    expect(await ask({ account: newKey().account })).toMatchObject({ code: 'account_unknown' })
    expect(await ask({ to: head + 1 })).toMatchObject({ code: 'height_unknown', field: 'to' })
    expect(await ask({ from: 3, to: 1 })).toMatchObject({ code: 'height_unknown', field: 'from' })
    expect(await ask({ from: 3, to: 8, after: '2.1' })).toMatchObject({ code: 'cursor_unknown' })
    expect(await ask({ after: '5.77' })).toMatchObject({ code: 'cursor_unknown' })
  })
})

it('a block that holds no such transaction has no operations to ask for', async () => {
  const id = blocks[0]?.transactions[0]?.id
  expect(await host.ledger.blockReads.operations(id as TxId)).toMatchObject([{ kind: 'openAccount' }, {}, {}, {}, {}])
})
