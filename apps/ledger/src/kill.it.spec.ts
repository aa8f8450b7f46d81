// The ledger process killed at each point of a commit (K9, K10), while its servers restart, and while two of it run: nothing acknowledged is lost,
// nothing happens twice, and the chain replays from its genesis.
import 'reflect-metadata'
import { type Block, decodeGenesis, decodeSealedHeader, splitTransactions, verifyChain } from '@huitong/chain'
import {
  type TransactionStatus,
  decodeStatuses,
  encodeEnvelope,
  ledgerBalances,
  ledgerBlocks,
  ledgerGenesis,
  ledgerStatus,
  ledgerSubmit,
} from '@huitong/contracts'
import { type Bus, Streams, nativeVerifier } from '@huitong/platform'
import { type ChainId, type Coordinate, concat, expectOk, fromHex, sha256, toHex, utf8 } from '@huitong/primitives'
import { headersIn, streamOf } from './publish/publisher.js'
import { LedgerProcess, build } from './testing/ledger-process.js'
import { Servers, until } from './testing/hosted.js'
import { type Key, type Signed, Wallet, newKey, pay } from './testing/wallet.js'

let servers: Servers
let bus: Bus
beforeAll(async () => {
  build()
  servers = await Servers.start()
  bus = await servers.bus('client')
})
afterAll(async () => {
  await bus.close()
  await servers.stop()
})

const COINS = 40

/** Sends until every transaction has a final outcome, as a careful client does: an unknown outcome is asked again with the same bytes. */
async function settle(name: string, transactions: readonly Signed[]): Promise<readonly TransactionStatus[]> {
  let statuses: readonly TransactionStatus[] = []
  await until(
    'every outcome is known',
    async () => {
      const reply = await bus.submit(ledgerSubmit, encodeEnvelope(transactions.map(({ bytes }) => bytes)), { to: name })
      if (!reply.ok) return false
      statuses = expectOk(decodeStatuses(reply.value), 'statuses')
      return statuses.every(({ outcome }) => outcome !== 'unknown')
    },
    40_000,
  )
  return statuses
}

async function walletOf(name: string): Promise<Wallet> {
  const { genesis } = expectOk(await bus.call(ledgerGenesis, {}, { to: name }), 'genesis')
  return new Wallet(toHex(sha256(utf8(genesis))) as ChainId)
}

/** A ledger with one holder of many coins. */
async function furnish(name: string): Promise<{ wallet: Wallet; anna: Key; bert: Key; coins: readonly Coordinate[] }> {
  const wallet = await walletOf(name)
  const [issuer, anna, bert] = [newKey(), newKey(), newKey()]
  const issue = wallet.issue(
    issuer,
    0,
    Array.from({ length: COINS }, () => pay(anna.account, 10n)),
  )
  const statuses = await settle(name, [wallet.open(issuer, anna, bert), wallet.register(issuer), issue])
  expect(statuses.every(({ outcome }) => outcome === 'committed' || outcome === 'replayed')).toBe(true)
  return { wallet, anna, bert, coins: issue.coins }
}

/** Replays the whole chain from the answers of the process, signatures included; answers its height. */
async function verified(name: string): Promise<number> {
  const { genesis } = expectOk(await bus.call(ledgerGenesis, {}, { to: name }), 'genesis')
  const blocks: Block[] = []
  for (;;) {
    const page = expectOk(await bus.call(ledgerBlocks, { from: blocks.length + 1, limit: 200 }, { to: name }), 'blocks').blocks
    if (page.length === 0) break
    for (const { header, seal, transactions } of page) {
      blocks.push({
        header: expectOk(decodeSealedHeader(concat(fromHex(header), fromHex(seal))), 'header'),
        transactions: expectOk(splitTransactions(fromHex(transactions)), 'transactions'),
      })
    }
  }
  const outcome = await verifyChain(expectOk(decodeGenesis(utf8(genesis)), 'genesis'), blocks, { verifier: nativeVerifier })
  expect(outcome.ok).toBe(true)
  return blocks.length
}

const available = async (name: string, key: Key): Promise<string | undefined> =>
  expectOk(await bus.call(ledgerBalances, { account: key.account }, { to: name }), 'balances').balances[0]?.available

describe.each(['ledger.block.assembled', 'ledger.block.committing', 'ledger.block.committed'])('killed at %s', (point) => {
  it('comes back without a loss and without a second effect', async () => {
    const name = servers.freshName()
    let ledger = await LedgerProcess.start(servers, name)
    const { wallet, anna, bert, coins } = await furnish(name)
    await ledger.kill('SIGTERM')
    expect(ledger.ended).toEqual({ code: 0, signal: null })

    ledger = await LedgerProcess.start(servers, name, { HUITONG_KILLPOINTS: `${point}:2` })
    const transfers = coins.map((coin) => wallet.transfer(anna, coin, [pay(bert.account, 10n)]))
    const acknowledged: TransactionStatus[] = []
    for (const transfer of transfers) {
      const reply = await bus.submit(ledgerSubmit, encodeEnvelope([transfer.bytes]), { to: name, deadlineMs: 1_000 })
      if (!reply.ok) break
      acknowledged.push(...expectOk(decodeStatuses(reply.value), 'statuses'))
    }
    await until('the kill point was reached', () => ledger.ended !== undefined)
    expect(ledger.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(acknowledged).toHaveLength(1)

    ledger = await LedgerProcess.start(servers, name)
    const statuses = await settle(name, transfers)
    expect(statuses[0]).toEqual({ ...acknowledged[0], outcome: 'replayed' })
    // the second one was on its way: in the chain only if its commit had been made
    if (point === 'ledger.block.assembled') expect(statuses[1]?.outcome).toBe('committed')
    if (point === 'ledger.block.committed') expect(statuses[1]?.outcome).toBe('replayed')
    expect(await available(name, bert)).toBe(String(10 * COINS))
    expect(await available(name, anna)).toBeUndefined()
    await verified(name)
    await ledger.kill('SIGTERM')
    expect(ledger.log).not.toContain('"level":"error"')
  })
})

describe('while its servers restart', () => {
  it('loses nothing and does nothing twice over kill -9 of PostgreSQL and of NATS', async () => {
    const name = servers.freshName()
    const ledger = await LedgerProcess.start(servers, name)
    const { wallet, anna, bert, coins } = await furnish(name)
    const transfers = coins.map((coin) => wallet.transfer(anna, coin, [pay(bert.account, 10n)]))
    const outcomes: Promise<readonly TransactionStatus[]>[] = []
    const disturb = async (): Promise<void> => {
      await servers.postgres.kill9()
      await servers.postgres.restart()
      await servers.nats.kill9()
      await servers.nats.restart()
    }
    const disturbed = disturb()
    for (let i = 0; i < transfers.length; i += 4) {
      outcomes.push(settle(name, transfers.slice(i, i + 4)))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const statuses = (await Promise.all(outcomes)).flat()
    await disturbed
    await until('the ledger answers again', async () => (await bus.call(ledgerStatus, {}, { to: name })).ok)
    expect(statuses.every(({ outcome }) => outcome === 'committed' || outcome === 'replayed')).toBe(true)
    expect(await available(name, bert)).toBe(String(10 * COINS))
    await verified(name)
    expect(ledger.ended).toBeUndefined()
    await ledger.kill('SIGTERM')
  })

  it('fills the stream again after NATS lost everything, without a gap to the head', async () => {
    const name = servers.freshName()
    const ledger = await LedgerProcess.start(servers, name)
    const { wallet, anna, bert, coins } = await furnish(name)
    await servers.wipeNats()
    const [coin] = coins
    if (coin === undefined) throw new Error('a coin was issued')
    await settle(name, [wallet.transfer(anna, coin, [pay(bert.account, 10n)])])
    const streams = new Streams(bus)
    const heightOnStream = async (): Promise<number> => {
      const last = await streams.last(streamOf(name)).catch(() => undefined)
      return last === undefined ? 0 : (headersIn(last.data).at(-1)?.height ?? 0)
    }
    const { height } = expectOk(await bus.call(ledgerStatus, {}, { to: name }), 'status')
    await until('the stream has the head', async () => (await heightOnStream()) === height)
    const stream = await streams.client.streams.get(streamOf(name))
    const heights: number[] = []
    for (let seq = 1; seq <= (await stream.info()).state.last_seq; seq++)
      heights.push(...headersIn((await stream.getMessage({ seq }))?.data ?? new Uint8Array()).map((header) => header.height))
    expect(heights).toEqual(Array.from({ length: height }, (_, index) => index + 1))
    await ledger.kill('SIGTERM')
  })

  it('ends when a second process takes the ledger over', async () => {
    const name = servers.freshName()
    const first = await LedgerProcess.start(servers, name)
    const { wallet, anna, bert, coins } = await furnish(name)
    const second = await LedgerProcess.start(servers, name)
    const statuses = await settle(
      name,
      coins.slice(0, 8).map((coin) => wallet.transfer(anna, coin, [pay(bert.account, 10n)])),
    )
    expect(statuses.every(({ outcome }) => outcome === 'committed' || outcome === 'replayed')).toBe(true)
    // the first learns it with its next commit: send until it has
    for (const coin of coins.slice(8)) {
      if (first.ended !== undefined) break
      await settle(name, [wallet.transfer(anna, coin, [pay(bert.account, 10n)])])
    }
    await until('the first has ended', () => first.ended !== undefined)
    expect(first.log).toContain('WriterFenced')
    await verified(name)
    await second.kill('SIGTERM')
  })
})
