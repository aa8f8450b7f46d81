// Every invariant is broken once, by one row or one block, and is the one that says so.
import 'reflect-metadata'
import { installNativeHash, nativeVerifier } from '@huitong/platform'
import type { Time } from '@huitong/primitives'
import { Memory } from './memory.js'
import { reserves } from './reserves.js'
import { ORDER, PAIRED, SmallHub, coin, escrow, hashLock } from './testing/small-hub.js'
import { account, asset, pay, withByte } from './testing/small-ledger.js'

beforeAll(() => installNativeHash())

const brokenOf = (verdicts: readonly { invariant: number; verdict: string }[]): number[] =>
  verdicts.filter(({ verdict }) => verdict === 'broken').map(({ invariant }) => invariant)

it('finds nothing wrong with a sound hub, and has looked at facts of each kind', async () => {
  const { verdicts } = await new SmallHub().check()
  expect(verdicts.map(({ invariant, verdict }) => [invariant, verdict])).toEqual(
    Array.from({ length: 10 }, (_, index) => [index + 1, 'ok']),
  )
})

it('says of an empty hub that nothing was exercised', async () => {
  const hub = new SmallHub()
  hub.snapshot = async () => ({
    mark: '1',
    heads: [],
    cursors: [],
    deals: [],
    transactions: [],
    answers: [],
    strangers: new Set(),
    offers: [],
    due: [],
    deadlines: 0,
    accounts: new Map(),
    logs: [],
  })
  const { verdicts } = await hub.check()
  expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['not_exercised']))
})

/** Corrupts a hub before its first check. */
type Corruption = (hub: SmallHub) => void

const replaceBlock = (hub: SmallHub, height: number, change: (block: SmallHub['east']['blocks'][number]) => object): void => {
  const { blocks } = hub.east
  const index = blocks.findIndex((block) => block.height === height)
  const block = blocks[index]
  if (block !== undefined) blocks[index] = { ...block, ...change(block) }
}

const orderLeg = (hub: SmallHub, change: (leg: { books: object; coin: object }) => object): void => {
  hub.deals = hub.deals.map((deal) => {
    if (deal.terms.kind !== 'order' || deal.terms.order !== ORDER) return deal
    const legs = deal.terms.legs.map((leg) => ({ ...leg, ...change({ books: leg.books ?? {}, coin: leg.coin ?? {} }) }))
    return { ...deal, terms: { ...deal.terms, legs } }
  })
}

const CASES: readonly (readonly [name: string, broken: readonly number[], detail: RegExp, corrupt: Corruption])[] = [
  [
    'money out of nothing beside real money',
    [1],
    /1000 EUR issued - 0 burnt, but coins of 1001/,
    ({ east, made }) => {
      east.commit({ inputs: [{ coin: coin(made.lockA, 3) }], outputs: [pay('EUR', 400n, 'alice')] })
    },
  ],
  [
    'money that is gone',
    [1],
    /coins of 999/,
    ({ east, made }) => {
      east.commit({ inputs: [{ coin: coin(made.lockA, 3) }], outputs: [pay('EUR', 398n, 'alice')] })
    },
  ],
  [
    'an output of an asset that nobody put in or issued',
    [1, 2],
    /its USD come from nowhere/,
    ({ east, made }) => {
      east.commit({ inputs: [{ coin: coin(made.lockA, 3) }], outputs: [pay('EUR', 399n, 'alice'), pay('USD', 1n, 'alice')] })
    },
  ],
  [
    'an input that never was',
    [1, 2],
    /was never made/,
    ({ east, made }) => {
      const lost = east.make({ outputs: [pay('EUR', 5n, 'alice')] })
      east.commit({ inputs: [{ coin: coin(made.lockA, 3) }, { coin: coin(lost) }], outputs: [pay('EUR', 404n, 'alice')] })
    },
  ],
  [
    'a coin spent twice, in different blocks',
    [1, 2, 3],
    /spent a second time/,
    ({ east, made }) => {
      east.commit({ inputs: [{ coin: coin(made.alice) }], outputs: [pay('EUR', 1_000n, 'mallory')] })
    },
  ],
  [
    'a lock spent twice',
    [1, 2, 3],
    /spent a second time/,
    ({ east, made }) => {
      east.commit({ inputs: [{ coin: coin(made.lockA), path: { kind: 'claim' } }], outputs: [pay('EUR', 200n, 'pool')] })
    },
  ],
  [
    'a height twice',
    [3],
    /follows block 1/,
    ({ east }) => {
      const first = east.blocks[0]
      if (first !== undefined) east.blocks.splice(1, 0, { ...first, bytes: new Uint8Array() })
    },
  ],
  [
    'a hash in the table that is not the header’s',
    [3],
    /its hash is not that of its header/,
    (hub) => {
      replaceBlock(hub, 2, () => ({ hash: '11'.repeat(32) }))
    },
  ],
  [
    'a seal by somebody else',
    [3],
    /its seal is wrong/,
    (hub) => {
      replaceBlock(hub, 2, ({ seal }) => ({ seal: withByte(seal, 5) }))
    },
  ],
  [
    'a header changed after it was sealed',
    [3],
    /its seal is wrong/,
    (hub) => {
      replaceBlock(hub, 2, ({ header }) => ({ header: withByte(header, 116) }))
    },
  ],
  [
    'a witness changed after the block was sealed',
    [3],
    /Merkle root/,
    (hub) => {
      replaceBlock(hub, 1, ({ bytes }) => ({ bytes: Uint8Array.from([...bytes.subarray(0, -1), 1, ...new Uint8Array(32)]) }))
    },
  ],
  [
    'bytes that are no transactions',
    [3],
    /cannot be read/,
    (hub) => {
      hub.east.seal({ ...hub.east.make({}), bytes: Uint8Array.of(7, 7, 7) })
    },
  ],
  [
    'a ledger that lost its last block',
    [3],
    /lead to another end/,
    (hub) => {
      hub.east.seal()
      hub.east.blocks.pop()
      const { snapshot } = hub
      hub.snapshot = async (request) => {
        const read = await snapshot.call(hub, request)
        return {
          ...read,
          heads: read.heads.map((head) => (head.name === 'east' ? { ...head, height: hub.east.head.height } : head)),
        }
      }
    },
  ],
  [
    'an escrow coin of ours that no order counts',
    [4],
    /for an order that does not count it/,
    ({ east, made }) => {
      const condition = escrow(ORDER, 'alice', 'shop', 0n)
      east.commit({ inputs: [{ coin: coin(made.lockA, 3) }], outputs: [{ asset: asset('EUR'), amount: 399n, condition }] })
    },
  ],
  [
    'an order that counts more than its coin holds',
    [4],
    /counts 201/,
    (hub) => {
      orderLeg(hub, ({ coin: stands }) => ({ coin: { ...stands, amount: 201n } }))
    },
  ],
  [
    'an order that counts a coin which is spent',
    [4, 6],
    /which is not in escrow there/,
    ({ east, made }) => {
      east.commit({
        inputs: [{ coin: coin(made.rest, 2), path: { kind: 'refund', amount: 200n } }],
        outputs: [pay('EUR', 200n, 'alice')],
      })
    },
  ],
  [
    'a conversion with one leg claimed and the other gone back',
    [5],
    /leg A is returned, leg B is paid/,
    (hub) => {
      const fresh = { a: hub.deals[0]?.terms, id: 'ff'.repeat(16) }
      if (fresh.a?.kind !== 'pair') return
      const { east, west, made } = hub
      const lockA = east.commit({
        inputs: [{ coin: coin(made.lockA, 3) }],
        outputs: [{ asset: asset('EUR'), amount: 399n, condition: hashLock('pool', 'alice', 1_850_000) }],
      })
      east.commit({ inputs: [{ coin: coin(lockA), path: { kind: 'expire' } }], outputs: [pay('EUR', 399n, 'alice')] })
      void west
      const { a } = fresh
      hub.deals.push({
        id: fresh.id,
        noun: 'conversion',
        stateName: 'SETTLED',
        version: 1,
        history: { rows: 1, last: 1, state: 'SETTLED' },
        terms: { ...a, a: { ...a.a, amount: 399n, expiry: 1_850_000 } },
      })
    },
  ],
  [
    'a cross-token order with one leg released and the other refunded',
    [4, 5, 6],
    /leg A is returned, leg B is paid/,
    (hub) => {
      const { east, west, made } = hub
      east.commit({ inputs: [{ coin: coin(made.escrow, 2), path: { kind: 'default' } }], outputs: [pay('EUR', 100n, 'alice')] })
      west.commit({
        inputs: [{ coin: coin(made.lockB, 1), path: { kind: 'code' } }],
        outputs: [pay('CNY', 44n, 'shop'), pay('CNY', 1n, 'fees')],
      })
    },
  ],
  [
    'a claim that pays somebody else',
    [5],
    /does not pay who its claim must pay/,
    ({ west, made }) => {
      const lock = west.commit({
        inputs: [{ coin: coin(made.lockB, 2) }],
        outputs: [{ asset: asset('CNY'), amount: 365n, condition: hashLock('shop', 'pool', 1_999_999) }],
      })
      west.commit({ inputs: [{ coin: coin(lock), path: { kind: 'claim' } }], outputs: [pay('CNY', 365n, 'mallory')] })
    },
  ],
  [
    'an escrow release that pays the wrong fee',
    [6],
    /does not go where release sends it/,
    (hub) => {
      const { east, made } = hub
      hub.behind = 1
      east.commit({
        inputs: [{ coin: coin(made.rest, 2), path: { kind: 'release', amount: 200n } }],
        outputs: [pay('EUR', 199n, 'shop'), pay('EUR', 1n, 'fees')],
      })
    },
  ],
  [
    'books that do not add up',
    [6],
    /does not add up/,
    (hub) => {
      orderLeg(hub, ({ books }) => ({ books: { ...books, released: 101n } }))
    },
  ],
  [
    'books that add up, but are not what the ledger has',
    [6],
    /the ledger funded 301, released 100/,
    (hub) => {
      orderLeg(hub, ({ books }) => ({ books: { ...books, released: 90n, refunded: 10n } }))
    },
  ],
  [
    'an offer with more reserved than its quotes say',
    [7],
    /11 reserved/,
    (hub) => {
      hub.offers = hub.offers.map((offer) => ({ ...offer, reserved: 11n }))
    },
  ],
  [
    'an audit entry that was changed',
    [8],
    /entry 2 does not follow 1 or was changed/,
    (hub) => {
      hub.audit = hub.audit.map((entry) => (entry.seq === 2n ? { ...entry, expected: '12'.repeat(32) } : entry))
    },
  ],
  [
    'an audit entry that is missing',
    [8],
    /entry 3 does not follow 1/,
    (hub) => {
      hub.audit = hub.audit.filter(({ seq }) => seq !== 2n)
    },
  ],
  [
    'a deal with a step that is not in its history',
    [9],
    /its history has 2 steps/,
    (hub) => {
      hub.deals = hub.deals.map((deal) => ({ ...deal, history: { ...deal.history, rows: 2 } }))
    },
  ],
  [
    'an acknowledged command without its deal',
    [9],
    /which does not exist/,
    (hub) => {
      hub.answers = hub.answers.map((answer) => ({ ...answer, exists: false }))
    },
  ],
  [
    'one deal made by two commands',
    [9],
    /was made by two commands/,
    (hub) => {
      hub.answers.push(...hub.answers.map((answer) => ({ ...answer, key: 'k2' })))
    },
  ],
  [
    'a final transaction that is not on its ledger',
    [9],
    /is final in the books and 0 times on west/,
    (hub) => {
      hub.transactions.push({ key: 'signature 3', ledger: 'west', id: 'dd'.repeat(32), state: 'final', effect: 'other' })
    },
  ],
  [
    'a dead transaction that is on its ledger',
    [9],
    /is dead in the books and 1 times on east/,
    (hub) => {
      hub.transactions = hub.transactions.map((one) => (one.key === 'push 1' ? { ...one, state: 'dead' } : one))
    },
  ],
  [
    'an effect with two transactions',
    [9],
    /lock B has 2 transactions on west/,
    (hub) => {
      hub.transactions.push({ key: 'signature 4', ledger: 'west', id: hub.made.claimB.id, state: 'open', effect: 'lock B' })
    },
  ],
]

it.each(CASES)('%s breaks %j', async (_name, broken, detail, corrupt) => {
  const hub = new SmallHub()
  corrupt(hub)
  const { verdicts } = await hub.check()
  expect(brokenOf(verdicts)).toEqual(broken)
  expect(verdicts.map((one) => one.detail ?? '').join('\n')).toMatch(detail)
})

describe('from check to check', () => {
  it('goes on where it ended, and sees what comes', async () => {
    const hub = new SmallHub()
    const first = await hub.check()
    hub.deals = []
    hub.east.commit({ inputs: [{ coin: coin(hub.made.lockA, 3) }], outputs: [pay('EUR', 399n, 'bob')] })
    const second = await hub.check()
    expect(brokenOf(second.verdicts)).toEqual([])
    expect(second.verdicts[2]?.checked).toBe((first.verdicts[2]?.checked ?? 0) + 2)
    hub.east.commit({ inputs: [{ coin: coin(hub.made.lockA, 3) }], outputs: [pay('EUR', 399n, 'bob')] })
    expect(brokenOf((await hub.check()).verdicts)).toEqual([1, 2, 3])
    // and does not forget
    expect(brokenOf((await hub.check()).verdicts)).toEqual([1, 2, 3])
  })

  it('compares orders at the height that settlement has read, not at the ledger’s end', async () => {
    const hub = new SmallHub()
    const { east, made } = hub
    east.commit({
      inputs: [{ coin: coin(made.rest, 2), path: { kind: 'refund', amount: 200n } }],
      outputs: [pay('EUR', 200n, 'alice')],
    })
    hub.behind = 1
    hub.west.seal()
    expect(brokenOf((await hub.check()).verdicts)).toEqual([])
    hub.behind = 0
    expect(brokenOf((await hub.check()).verdicts)).toEqual([4, 6])
  })

  it('tells a coin that is not there even when the blocks cannot be searched for it', async () => {
    const hub = new SmallHub()
    hub.east.commit({ inputs: [{ coin: coin(hub.made.alice) }], outputs: [pay('EUR', 1_000n, 'mallory')] })
    hub.wasSpent = async () => Promise.reject(new Error('canceling statement due to statement timeout'))
    const { verdicts } = await hub.check()
    expect(verdicts[1]).toMatchObject({ verdict: 'broken', detail: expect.stringMatching(/is not there|come from nowhere/) })
  })

  it('lists coins of strangers and extras, and does not count them', async () => {
    const hub = new SmallHub()
    const { east, made } = hub
    const foreign = { ...escrow(PAIRED, 'alice', 'shop', 0n), arbiter: account('somebody') }
    const split = east.commit({
      inputs: [{ coin: coin(made.lockA, 3) }],
      outputs: [
        { asset: asset('EUR'), amount: 99n, condition: escrow(ORDER, 'alice', 'shop', 0n) },
        { asset: asset('EUR'), amount: 300n, condition: foreign },
      ],
    })
    hub.strangers.add(`${east.chain}/${coin(split)}`)
    expect(brokenOf((await hub.check()).verdicts)).toEqual([])
  })

  it('sees an audit log that was cut off or rewritten behind what it has read', async () => {
    const hub = new SmallHub()
    await hub.check()
    hub.audit = hub.audit.map((entry) => ({
      ...entry,
      hash: entry.hash.replace(/^./, 'x'),
      expected: entry.hash.replace(/^./, 'x'),
    }))
    expect(brokenOf((await hub.check()).verdicts)).toEqual([8])
  })

  it('calls a deadline missed when a block has passed without anybody acting on it', async () => {
    const hub = new SmallHub()
    hub.due = [{ deal: 'd', chain: hub.east.chain, at: 1_001_000 as Time }]
    expect(brokenOf((await hub.check()).verdicts)).toEqual([])
    expect(brokenOf((await hub.check()).verdicts)).toEqual([])
    hub.east.seal()
    expect(brokenOf((await hub.check()).verdicts)).toEqual([10])
  })
})

describe('reserves', () => {
  it('adds up to what was issued, by where it stands', async () => {
    const hub = new SmallHub()
    const { snapshot } = await hub.check()
    expect(reserves(hub.memory, snapshot.accounts)).toEqual([
      {
        ledger: 'east',
        asset: 'EUR',
        issued: 1_000n,
        holders: 499n,
        escrow: 300n,
        hashLocks: 0n,
        fees: 1n,
        liquidity: 200n,
        difference: 0n,
      },
      {
        ledger: 'west',
        asset: 'CNY',
        issued: 500n,
        holders: 90n,
        escrow: 45n,
        hashLocks: 0n,
        fees: 0n,
        liquidity: 365n,
        difference: 0n,
      },
    ])
    expect(reserves(new Memory(nativeVerifier), new Map())).toEqual([])
  })
})
