// Pages of unspent coins: whatever part of the blocks the index holds already, the answer is the same.
import { type AccountId, type AssetCode, type Coordinate, type Time, type TxId, hexOf } from '@huitong/primitives'
import { type Condition, encodeCondition } from '@huitong/chain'
import { toHex } from '@huitong/primitives'
import fc from 'fast-check'
import type { TailBlock } from '../block/tail.js'
import { type Relation, RELATION, holdingOf } from '../index/holding.js'
import type { CoinRow } from '../index/index-queries.pg.js'
import { Unspent } from './unspent.js'

const [ANNA, BERT] = ['aa', 'bb'].map((byte) => byte.repeat(32) as AccountId) as [AccountId, AccountId]
const EURO = 'EUR' as AssetCode
const YEN = 'JPY' as AssetCode
const coordinateOf = (serial: number): Coordinate => hexOf<Coordinate>(new Uint8Array(32).fill(serial))

interface Made {
  readonly serial: number
  readonly asset: AssetCode
  readonly condition: Condition
}
/** One block: what it makes, and which earlier coins (by serial) it spends. */
interface Step {
  readonly made: readonly Made[]
  readonly spends: readonly number[]
}

const condition = fc.constantFrom<Condition>(
  { kind: 'account', account: ANNA },
  { kind: 'account', account: BERT },
  { kind: 'timeLock', account: ANNA, until: 9 as Time },
  { kind: 'multi', accounts: [ANNA, BERT], m: 2 },
)
const chains = fc
  .array(
    fc.record({
      made: fc.array(fc.tuple(fc.constantFrom(EURO, YEN), condition), { maxLength: 3 }),
      spends: fc.array(fc.nat(), { maxLength: 2 }),
    }),
    {
      maxLength: 12,
    },
  )
  .map((blocks): Step[] => {
    let serial = 0
    const open: number[] = []
    return blocks.map(({ made, spends }) => {
      const taken = spends.flatMap((at) => (open.length === 0 ? [] : open.splice(at % open.length, 1)))
      const coins = made.map(([asset, one]): Made => ({ serial: ++serial, asset, condition: one }))
      open.push(...coins.map((coin) => coin.serial))
      return { made: coins, spends: taken }
    })
  })

interface Asked {
  readonly relations: readonly Relation[]
  readonly asset: AssetCode | undefined
}

const isWanted = ({ asset, condition: held }: Made, { relations, asset: wanted }: Asked): boolean =>
  (wanted === undefined || wanted === asset) &&
  holdingOf(held).relations.some(({ account, relation }) => account === ANNA && relations.includes(relation))

const rowOf = ({ serial, asset, condition: held }: Made): CoinRow => ({
  seq: serial,
  coordinate: coordinateOf(serial),
  asset,
  amount: '5',
  condition: toHex(encodeCondition(held)),
  transaction: '',
  transactionSeq: 0,
  index: 0,
  height: 0,
})

/** `indexed` blocks are in the index, `told` of them the indexer knows of: those above are in memory. */
function reads(steps: readonly Step[], indexed: number, told: number): Unspent {
  const tail = steps.map(({ made, spends }, index): TailBlock => {
    const coins = made.map(({ serial, ...rest }) => ({ ...rest, amount: 5n, coordinate: coordinateOf(serial) }))
    const inputs = spends.map((serial) => ({ coin: coordinateOf(serial), path: { kind: 'own' } as const }))
    const transaction = { id: '' as TxId, position: 0, start: 0, bytes: new Uint8Array(), inputs, coins, operations: [] }
    const stored = { transactions: 1 } as TailBlock['stored']
    return {
      stored,
      decoded: () => ({ height: index + 1, time: 0 as Time, transactions: [transaction] }),
    } as unknown as TailBlock
  })
  const known = steps.slice(0, indexed)
  const all = known.flatMap(({ made }) => made)
  const spent = new Set(known.flatMap(({ spends }) => spends))
  return new Unspent(
    { indexed: () => Promise.reject(new Error('nobody waits')) },
    { since: (from) => tail.slice(from - 1), from: told + 1 },
    { height: told },
    {
      coin: (coordinate) => Promise.resolve(all.map(rowOf).find((row) => row.coordinate === coordinate)),
      unspent: ({ relations, asset, after, limit }) =>
        Promise.resolve(
          all
            .filter((coin) => coin.serial > after && !spent.has(coin.serial) && isWanted(coin, { relations, asset }))
            .slice(0, limit)
            .map(rowOf),
        ),
    },
  )
}

describe('unspent coins', () => {
  it('are the same on every page, however much of the chain the index holds', async () => {
    const asked = fc.record({
      relations: fc.constantFrom<readonly Relation[]>([RELATION.own, RELATION.timeLock], [RELATION.named]),
      asset: fc.constantFrom(undefined, EURO, YEN),
    })
    await fc.assert(
      fc.asyncProperty(
        chains,
        asked,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        async (steps, wanted, some, fewer, limit) => {
          const indexed = some % (steps.length + 1)
          const told = fewer % (indexed + 1)
          const spent = new Set(steps.flatMap(({ spends }) => spends))
          const right = steps
            .flatMap(({ made }) => made)
            .filter((coin) => !spent.has(coin.serial) && isWanted(coin, wanted))
            .map(({ serial }) => coordinateOf(serial))
          const unspent = reads(steps, indexed, told)
          const seen: string[] = []
          for (let after: Coordinate | undefined; ;) {
            const page = await unspent.page({ account: ANNA, ...wanted, after, limit })
            expect(page).toBeDefined()
            seen.push(...(page ?? []).map(({ coordinate }) => coordinate))
            if ((page?.length ?? 0) < limit) break
            after = seen.at(-1) as Coordinate
          }
          expect(seen).toEqual(right)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('cannot be continued after a coin that nobody knows', async () => {
    const page = { account: ANNA, relations: [RELATION.own], asset: undefined, after: coordinateOf(77), limit: 3 }
    expect(await reads([], 0, 0).page(page)).toBeUndefined()
  })
})
