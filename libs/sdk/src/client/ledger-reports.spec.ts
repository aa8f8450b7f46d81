// Journal and statement over pages that are right, and over pages of a hub that errs or lies.
import { encodeAddress } from '@huitong/chain'
import type { AccountId } from '@huitong/primitives'
import { journalEntries, readStatement } from './ledger-reports.js'

const TIME = '2026-01-01T00:00:00.000Z'
const ADDRESS = encodeAddress('11'.repeat(32) as AccountId)

interface Asked {
  readonly path: string
  readonly query: Readonly<Record<string, string | number | undefined>>
}

/** Answers page after page, and keeps what was asked. */
function hub(...pages: readonly object[]) {
  const asked: Asked[] = []
  const get = <T>(path: string, query: Asked['query']): Promise<T> => {
    asked.push({ path, query })
    // the border of the test: pages are written by hand
    return Promise.resolve(pages[asked.length - 1] as T)
  }
  return { get, asked }
}

const entry = (transaction: string, ...amounts: readonly string[]) => ({
  transaction,
  height: 1,
  index: 0,
  time: TIME,
  postings: amounts.map((amount) => ({ part: 'available', account: ADDRESS, asset: 'EUR', amount })),
})

async function entriesOf(...pages: readonly object[]) {
  const { get, asked } = hub(...pages)
  const found = []
  for await (const each of journalEntries(get, { from: 3 })) found.push(each)
  return { found, asked }
}

describe('the journal', () => {
  it('goes on behind each page, within the bounds that the first page told', async () => {
    const { found, asked } = await entriesOf(
      { from: 3, to: 9, entries: [entry('a', '5', '-5')], next: '4.1' },
      { from: 3, to: 9, entries: [entry('b')] },
    )
    expect(found.map(({ transaction }) => transaction)).toEqual(['a', 'b'])
    expect(found[0]?.postings.map(({ amount }) => amount)).toEqual([5n, -5n])
    expect(asked.map(({ query }) => query)).toEqual([
      { from: 3, after: undefined, limit: 200 },
      { from: 3, to: 9, after: '4.1', limit: 200 },
    ])
  })

  it('refuses an entry that does not sum to zero', async () => {
    await expect(entriesOf({ from: 3, to: 9, entries: [entry('a', '5', '-4')] })).rejects.toThrow('journal_unbalanced')
  })
})

const balance = (available: string, locked: string) => ({
  asset: 'EUR',
  available,
  locked,
  total: String(BigInt(available) + BigInt(locked)),
})
const change = (available: string, availableAfter: string) => ({
  height: 4,
  time: TIME,
  changes: [{ asset: 'EUR', available, locked: '0', availableAfter, lockedAfter: '2' }],
})
const first = {
  from: 3,
  to: 9,
  opening: [balance('5', '2')],
  entries: [change('3', '8')],
  closing: [balance('8', '2')],
  next: '4.1',
}
const second = { from: 3, to: 9, opening: [balance('8', '2')], entries: [change('-8', '0')], closing: [balance('0', '2')] }

describe('a statement', () => {
  it('adds its pages up to one', async () => {
    const { get, asked } = hub(first, second)
    const found = await readStatement(get, ADDRESS, { since: Date.parse(TIME) })
    expect(found).toMatchObject({
      from: 3,
      to: 9,
      opening: [{ available: 5n, total: 7n }],
      closing: [{ available: 0n, locked: 2n }],
    })
    expect(found.entries.map(({ changes }) => changes[0]?.availableAfter)).toEqual([8n, 0n])
    expect(asked[0]).toMatchObject({ path: `/accounts/${ADDRESS}/statement`, query: { since: TIME } })
    expect(asked[1]?.query).toMatchObject({ from: 3, to: 9, after: '4.1' })
  })

  it.each([
    ['a balance after a change that is not the sum', { ...first, entries: [change('3', '9')] }, second],
    ['a closing that is not the last balance', first, { ...second, closing: [balance('1', '2')] }],
    [
      'a closing with a balance from nowhere',
      first,
      { ...second, closing: [balance('0', '2'), { ...balance('1', '0'), asset: 'USD' }] },
    ],
    ['a page that opens otherwise than the one before closed', first, { ...second, opening: [balance('7', '2')] }],
  ])('refuses %s', async (_what, one, two) => {
    const { get } = hub(one, two)
    await expect(readStatement(get, ADDRESS, {})).rejects.toThrow('statement_wrong')
  })
})
