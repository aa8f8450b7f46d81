// From transactions to blocks, receipts, replays and restarts: what a stranger can check, and that nothing forged passes.
import {
  type Block,
  type Genesis,
  type Head,
  LedgerState,
  type Receipt,
  Validator,
  browserVerifier,
  chainIdOf,
  decodeGenesis,
  decodeHeader,
  decodeSealedHeader,
  encodeGenesis,
  encodeHeader,
  encodeSealedHeader,
  genesisHead,
  headOf,
  makeReceipt,
  makeReceipts,
  nextHeader,
  readSnapshot,
  replayBlock,
  seal,
  verifyBlock,
  verifyChain,
  verifyHeaders,
  verifyReceipt,
  writeSnapshot,
} from '@huitong/chain'
import { type Bytes, type Time, expectOk, fromHex, toHex, utf8 } from '@huitong/primitives'
import { type World, at, fundedWorld, genesisWith, lock, publicKeyOf, signAs } from './ledger-table.js'

const genesis = genesisWith()
const sealer = { publicKey: publicKeyOf('sealer'), sign: (message: Bytes) => signAs('sealer', message) }
const verifier = browserVerifier

/** One block per time at which something was applied. */
async function blocksOf(world: World): Promise<Block[]> {
  const blocks: Block[] = []
  let head: Head = genesisHead(genesis)
  for (const time of new Set(world.applied.map((one) => one.time))) {
    const transactions = world.applied.filter((one) => one.time === time).map((one) => one.bytes)
    const header = await seal(nextHeader(genesis, head, { transactions, time }), sealer)
    blocks.push({ header, transactions })
    head = headOf(header)
  }
  return blocks
}

function busyWorld(): World {
  const world = fundedWorld('alice bob')
  world.conditions.set('H', {
    kind: 'hashLock',
    hash: lock('s'),
    claimant: world.id('bob'),
    refundee: world.id('alice'),
    expiry: at(1000),
  })
  world.run(`
    10 | alice     | a1 | bob 300 b1, H 200 h1, alice 500 a2 |              | ok
    10 | bob       | b1 | bob 100 b2, alice 200 a3           |              | ok
    20 | alice bob | a2, b2 | bob 600 b3                     |              | ok
    30 | alice     |    |                                    | rotate alice fresh | ok
  `)
  return world
}

const world = busyWorld()
const made = blocksOf(world)

describe('receipts', () => {
  it('prove their transaction and the coins it made', async () => {
    const [, block] = await made
    if (block === undefined) throw new Error('no block')
    for (const [index, receipt] of makeReceipts(block).entries()) {
      const proven = expectOk(verifyReceipt(JSON.parse(JSON.stringify(receipt)), { genesis, verifier }), 'receipt')
      expect(proven.index).toBe(index)
      expect(proven.header).toMatchObject({ height: 2, sandbox: true })
    }
    const proven = expectOk(verifyReceipt(makeReceipt(block, 0), { genesis, chain: chainIdOf(genesis), verifier }), 'receipt')
    expect(proven.coins.map((coin) => coin.coordinate)).toEqual(['b1', 'h1', 'a2'].map((name) => world.coins.get(name)))
  })

  it('forged in any field prove nothing', async () => {
    const [first, block] = await made
    if (block === undefined || first === undefined) throw new Error('no block')
    const good = makeReceipt(block, 0)
    const other = makeReceipt(block, 1)
    const header = expectOk(decodeHeader(fromHex(good.header)), 'header')
    const flip = (hex: string): string => `${hex[0] === '0' ? '1' : '0'}${hex.slice(1)}`
    const flipEnd = (hex: string): string => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`
    const forgeries: [unknown, string][] = [
      [undefined, 'receipt_malformed'],
      [{ ...good, format: 'huitong-receipt-2' }, 'receipt_malformed'],
      [{ ...good, extra: 1 }, 'receipt_malformed'],
      [{ ...good, path: [1] }, 'receipt_malformed'],
      [{ ...good, chain: flip(good.chain) }, 'chain_mismatch'],
      [{ ...good, header: good.header.slice(2) }, 'header_malformed'],
      [
        { ...good, header: toHex(encodeHeader({ ...header, chain: flip(header.chain) as Receipt['chain'] })) },
        'header_chain_mismatch',
      ],
      [{ ...good, header: toHex(encodeHeader({ ...header, sandbox: false })) }, 'sandbox_mismatch'],
      [{ ...good, header: toHex(encodeHeader({ ...header, height: 9 })) }, 'seal_wrong'],
      [{ ...good, header: toHex(encodeHeader({ ...header, time: (header.time + 1) as Time })) }, 'seal_wrong'],
      [{ ...good, header: toHex(encodeHeader({ ...header, transactions: 3 })) }, 'seal_wrong'],
      [{ ...good, header: toHex(encodeHeader({ ...header, root: flip(header.root) })) }, 'seal_wrong'],
      [{ ...good, seal: flip(good.seal) }, 'seal_wrong'],
      [{ ...good, seal: makeReceipt(first, 0).seal }, 'seal_wrong'],
      [{ ...good, transaction: good.transaction.slice(2) }, 'transaction_malformed'],
      [{ ...good, transaction: `${good.transaction}00` }, 'transaction_malformed'],
      [{ ...good, transaction: flipEnd(good.transaction.slice(0, -2)) + good.transaction.slice(-2) }, 'inclusion_wrong'],
      [{ ...good, transaction: other.transaction }, 'inclusion_wrong'],
      [{ ...good, index: 1 }, 'inclusion_wrong'],
      [{ ...good, index: 2 }, 'inclusion_wrong'],
      [{ ...good, index: -1 }, 'inclusion_wrong'],
      [{ ...good, path: [] }, 'inclusion_wrong'],
      [{ ...good, path: good.path.map(flip) }, 'inclusion_wrong'],
    ]
    for (const [receipt, code] of forgeries)
      expect(verifyReceipt(receipt, { genesis, verifier })).toMatchObject({ ok: false, code })
    const foreign: Genesis = { ...genesis, name: 'another' }
    expect(verifyReceipt(good, { genesis: foreign, chain: chainIdOf(genesis), verifier })).toMatchObject({
      code: 'genesis_mismatch',
    })
    expect(verifyReceipt(good, { genesis: foreign, verifier })).toMatchObject({ code: 'chain_mismatch' })
  })
})

describe('blocks', () => {
  it('follow one another, sealed', async () => {
    const blocks = await made
    const headers = blocks.map((block) => block.header)
    expect(expectOk(verifyHeaders(genesis, headers, { verifier }), 'headers').height).toBe(blocks.length)
    expect(decodeSealedHeader(encodeSealedHeader(headers[0] ?? expect.fail()))).toEqual({ ok: true, value: headers[0] })
    expect(verifyHeaders(genesis, headers.slice(1), { verifier })).toMatchObject({ code: 'height_wrong', detail: 'height 1' })
  })

  it('are refused with the code of the first thing that is wrong', async () => {
    const [first, second] = await made
    if (first === undefined || second === undefined) throw new Error('no block')
    const head = headOf(first.header)
    const resealed = async (change: Partial<Block['header']>): Promise<Block> => ({
      ...second,
      header: await seal({ ...second.header, ...change }, sealer),
    })
    const wrong: [Block, string][] = [
      [
        await resealed({ height: 2.5 }).catch(() => ({ ...second, header: { ...second.header, height: 2.5 } })),
        'header_malformed',
      ],
      [await resealed({ chain: first.header.root as Receipt['chain'] }), 'header_chain_mismatch'],
      [await resealed({ height: 3 }), 'height_wrong'],
      [await resealed({ previous: first.header.previous }), 'previous_wrong'],
      [await resealed({ time: (first.header.time - 1) as Time }), 'time_backwards'],
      [await resealed({ sandbox: false }), 'sandbox_mismatch'],
      [{ ...second, header: { ...second.header, seal: first.header.seal } }, 'seal_wrong'],
      [await resealed({ transactions: 3 }), 'count_wrong'],
      [await resealed({ size: 1 }), 'size_wrong'],
      [await resealed({ root: first.header.root }), 'root_wrong'],
      [{ ...second, transactions: second.transactions.toReversed() }, 'root_wrong'],
    ]
    for (const [block, code] of wrong) expect(verifyBlock(genesis, head, block, verifier)).toMatchObject({ ok: false, code })
    expect(verifyBlock(genesis, head, second, verifier).ok).toBe(true)
  })
})

describe('replay and restart', () => {
  const coinsOf = (state: LedgerState): string[] =>
    [...state.allCoins()].map((coin) => `${coin.coordinate} ${coin.amount} ${coin.condition.kind}`).sort()

  it('leads from the genesis to the same coins', async () => {
    const outcome = await verifyChain(genesis, await made, { verifier })
    if (!outcome.ok) throw new Error(outcome.code)
    expect(coinsOf(outcome.state)).toEqual(coinsOf(world.state))
    expect(outcome.state.account(world.id('alice'))).toEqual(world.state.account(world.id('alice')))
  })

  it('names the first wrong block and transaction, even under a valid seal', async () => {
    const [first, second] = await made
    if (first === undefined || second === undefined) throw new Error('no block')
    const [spend = new Uint8Array()] = second.transactions
    const transactions = [spend, spend]
    const header = await seal(nextHeader(genesis, headOf(first.header), { transactions, time: second.header.time }), sealer)
    const outcome = await verifyChain(genesis, [first, { header, transactions }], { verifier })
    expect(outcome).toEqual({ ok: false, height: 2, transaction: 1, code: 'already_committed' })
  })

  it('goes on from a snapshot as if there had been no restart', async () => {
    const blocks = await made
    const half = new Validator(new LedgerState(genesis, 1))
    for (const block of blocks.slice(0, 2)) expect(replayBlock(half, block, { verifier })).toBeUndefined()
    const bytes = writeSnapshot(half.state)
    const restored = expectOk(readSnapshot(bytes, genesis, 2), 'snapshot')
    expect(coinsOf(restored)).toEqual(coinsOf(half.state))
    const outcome = await verifyChain(genesis, blocks.slice(2), { verifier, state: restored })
    expect(outcome.ok && coinsOf(outcome.state)).toEqual(coinsOf(world.state))
    const again = expectOk(readSnapshot(bytes, genesis), 'snapshot')
    const [committed = new Uint8Array()] = blocks[1]?.transactions ?? []
    const validator = new Validator(again)
    expect(validator.validate(committed, 0, committed.length, at(10), { kind: 'verify', verifier })).toBe('already_committed')
  })

  it('does not read a damaged or foreign snapshot', () => {
    const bytes = writeSnapshot(world.state)
    const damaged = bytes.slice()
    damaged[200] = (damaged[200] ?? 0) ^ 1
    expect(readSnapshot(damaged, genesis)).toMatchObject({ code: 'snapshot_corrupt' })
    expect(readSnapshot(bytes.subarray(0, 100), genesis)).toMatchObject({ code: 'snapshot_corrupt' })
    expect(readSnapshot(bytes, { ...genesis, name: 'another' })).toMatchObject({ code: 'snapshot_of_other_chain' })
  })
})

describe('the genesis document', () => {
  it('is read back only in its own spelling', () => {
    const text = new TextDecoder().decode(encodeGenesis(genesis))
    expect(decodeGenesis(utf8(text))).toEqual({ ok: true, value: genesis })
    const others = [
      text.replace('{', '{ '),
      text.replace('"sandbox":true', '"sandbox":true,"more":1'),
      text.replace('"sandbox":true', '"sandbox":1'),
      text.replace('"name":"table"', '"name":"t\\u0061ble"'),
      text.replace('huitong-genesis-1', 'huitong-genesis-2'),
      `${text}\n`,
      '[]',
      '',
    ]
    for (const other of others) expect(decodeGenesis(utf8(other))).toMatchObject({ code: 'genesis_malformed' })
  })
})
