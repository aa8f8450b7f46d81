// Faults on the real thing, under load, with the load generator's own log as the judge: a full disk under PostgreSQL, its immediate restarts and ended
// sessions, NATS restarted and emptied, and kill -9 at every step of what follows a commit. Acknowledged means once, refused means never, unknown
// means once or never; the stream outward has no gap and nothing twice.
import 'reflect-metadata'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Block, blockHashOf, decodeGenesis, decodeSealedHeader, splitTransactions, verifyChain } from '@huitong/chain'
import {
  decodeStatuses,
  encodeEnvelope,
  ledgerBlocks,
  ledgerCheckIndex,
  ledgerGenesis,
  ledgerStatus,
  ledgerSubmit,
} from '@huitong/contracts'
import { type Bus, Streams, nativeVerifier } from '@huitong/platform'
import { type ChainId, type TxId, concat, expectOk, fromHex, sha256, toHex, utf8 } from '@huitong/primitives'
import { Client } from 'pg'
import { idOfTransaction } from './block/decoded-block.js'
import { headersIn, streamOf } from './publish/publisher.js'
import { schemaOf } from './schema.js'
import { Servers, until } from './testing/hosted.js'
import { Intents } from './testing/intents.js'
import { LedgerProcess, build } from './testing/ledger-process.js'
import { type Signed, Wallet, newKey, pay } from './testing/wallet.js'

const COINS = 240

interface House {
  readonly servers: Servers
  readonly bus: Bus
  readonly name: string
  ledger: LedgerProcess
  /** Signed before the fault. */
  readonly transfers: readonly Signed[]
  readonly intents: Intents
}

async function house(servers: Servers, environment: NodeJS.ProcessEnv = {}): Promise<House> {
  const bus = await servers.bus('client')
  const name = servers.freshName()
  let ledger = await LedgerProcess.start(servers, name)
  const { genesis } = expectOk(await bus.call(ledgerGenesis, {}, { to: name }), 'genesis')
  const wallet = new Wallet(toHex(sha256(utf8(genesis))) as ChainId)
  const [issuer, anna, bert] = [newKey(), newKey(), newKey()]
  const issue = wallet.issue(
    issuer,
    0,
    Array.from({ length: COINS }, () => pay(anna.account, 10n)),
  )
  const first = encodeEnvelope([wallet.open(issuer, anna, bert), wallet.register(issuer), issue].map(({ bytes }) => bytes))
  const statuses = expectOk(decodeStatuses(expectOk(await bus.submit(ledgerSubmit, first, { to: name }), 'reply')), 'statuses')
  expect(statuses.map(({ outcome }) => outcome)).toEqual(['committed', 'committed', 'committed'])
  if (Object.keys(environment).length > 0) {
    await ledger.kill('SIGTERM')
    ledger = await LedgerProcess.start(servers, name, environment)
  }
  // every seventh coin is promised to two: one of the two has to be refused
  const transfers = issue.coins.flatMap((coin, index) => {
    const once = wallet.transfer(anna, coin, [pay(bert.account, 10n)])
    return index % 7 === 0 ? [once, wallet.transfer(anna, coin, [pay(issuer.account, 10n)])] : [once]
  })
  return { servers, bus, name, ledger, transfers, intents: new Intents(bus, name) }
}

/** Every block as the ledger answers it, verified with all signatures; the ids of its transactions. */
async function onChain({ bus, name }: House): Promise<{ readonly ids: TxId[]; readonly hashes: string[] }> {
  const { genesis } = expectOk(await bus.call(ledgerGenesis, {}, { to: name }), 'genesis')
  const chain = toHex(sha256(utf8(genesis))) as ChainId
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
  expect(
    await verifyChain(expectOk(decodeGenesis(utf8(genesis)), 'genesis'), blocks, { verifier: nativeVerifier }),
  ).toMatchObject({ ok: true })
  return {
    ids: blocks.flatMap(({ transactions }) => transactions.map((bytes) => idOfTransaction(chain, bytes))),
    hashes: blocks.map(({ header }) => blockHashOf(header)),
  }
}

/** Hashes of the blocks on the stream, in its order, with the height of the first. */
async function onStream({ bus, name }: House): Promise<{ readonly from: number; readonly hashes: string[] }> {
  const stream = await new Streams(bus).client.streams.get(streamOf(name))
  const { state } = await stream.info()
  const headers = []
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const message = await stream.getMessage({ seq })
    if (message !== null) headers.push(...headersIn(message.data))
  }
  return { from: headers[0]?.height ?? 0, hashes: headers.map(blockHashOf) }
}

/** The judgement: waits until all is well again, and holds log, chain, stream and search tables against each other. */
async function judge(built: House, atLeast: { readonly acknowledged: number }): Promise<void> {
  const { bus, name, intents } = built
  await intents.stop(true)
  await until(
    'the ledger answers and has caught up',
    async () => {
      const status = await bus.call(ledgerStatus, {}, { to: name })
      return status.ok && status.value.indexLag === 0
    },
    60_000,
  )
  const { ids, hashes } = await onChain(built)
  expect(intents.contradictions(ids)).toEqual([])
  expect(intents.count('acknowledged')).toBeGreaterThanOrEqual(atLeast.acknowledged)
  // who insisted knows every outcome; and a coin promised twice was paid once
  expect(ids.length).toBeLessThanOrEqual(3 + COINS)
  await until(
    'the stream has the head',
    // an emptied server may not have the stream again yet
    async () => (await onStream(built).catch(() => undefined))?.hashes.at(-1) === (await onChain(built)).hashes.at(-1),
    30_000,
  )
  const stream = await onStream(built)
  const all = (await onChain(built)).hashes
  expect(stream.hashes).toEqual(all.slice(stream.from - 1))
  expect(all.slice(0, hashes.length)).toEqual(hashes)
  for (let from = 1, height = 1; from <= height;) {
    const page = expectOk(await bus.call(ledgerCheckIndex, { from, limit: 500 }, { to: name }), 'check')
    expect(page.fault).toBeUndefined()
    height = page.height
    from = page.to + 1
  }
  const { acknowledged, refused, unknown } = {
    acknowledged: intents.count('acknowledged'),
    refused: intents.count('refused'),
    unknown: intents.count('unknown'),
  }
  console.info(
    `${acknowledged} acknowledged, ${refused} refused, ${unknown} unknown; ${all.length} blocks, ${stream.hashes.length} on the stream`,
  )
  await built.ledger.kill('SIGTERM')
  await bus.close()
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('with servers that fail', () => {
  let servers: Servers
  beforeAll(async () => {
    build()
    servers = await Servers.start()
  })
  afterAll(() => servers.stop())

  it.each([
    { point: 'ledger.block.assembled', at: 3 },
    { point: 'ledger.block.committing', at: 3 },
    { point: 'ledger.block.committed', at: 3 },
    // few transactions wait a quarter of a second for the index: the second write after a start has some of the load's
    { point: 'ledger.index.adding', at: 2, paceMs: 60 },
    { point: 'ledger.index.added', at: 2, paceMs: 60 },
    { point: 'ledger.publish.sending', at: 3 },
    { point: 'ledger.publish.sent', at: 3 },
  ])('kill -9 at $point, again and again, loses nothing and doubles nothing', async ({ point, at, paceMs }) => {
    const armed = { HUITONG_KILLPOINTS: `${point}:${at}` }
    const built = await house(servers, armed)
    built.intents.start(paceMs === undefined ? built.transfers.slice(0, 100) : built.transfers, paceMs)
    let kills = 0
    for (; kills < 2; kills++) {
      await until('the kill point was reached', () => built.ledger.ended !== undefined)
      expect(built.ledger.ended).toMatchObject({ signal: 'SIGKILL' })
      built.ledger = await LedgerProcess.start(servers, built.name, kills === 1 ? {} : armed)
    }
    await judge(built, { acknowledged: 30 })
    expect(built.ledger.log).not.toContain('"level":"error"')
  })

  it('PostgreSQL restarted in immediate mode and its sessions ended, again and again', async () => {
    const built = await house(servers)
    built.intents.start(built.transfers, 40)
    for (let round = 0; round < 4; round++) {
      await sleep(300)
      await endSessions(servers, built.name)
      await sleep(300)
      // immediate mode: no checkpoint, recovery by the log at the next start
      process.kill(servers.postgres.pid, 'SIGQUIT')
      await servers.postgres.restart()
    }
    await judge(built, { acknowledged: 100 })
    expect(built.ledger.ended).toMatchObject({ code: 0 })
  })

  it('NATS restarted and emptied, again and again', async () => {
    const built = await house(servers)
    built.intents.start(built.transfers, 40)
    for (let round = 0; round < 2; round++) {
      await sleep(300)
      await servers.nats.kill9()
      await servers.nats.restart()
      await sleep(500)
      await servers.wipeNats()
    }
    await judge(built, { acknowledged: 100 })
    expect(built.ledger.ended).toMatchObject({ code: 0 })
  })
})

async function endSessions(servers: Servers, name: string): Promise<void> {
  const client = new Client({ connectionString: servers.postgres.url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1 or pid <> pg_backend_pid()`,
    [`${schemaOf(name)}%`],
  )
  await client.end()
}

/** A disk of its own for PostgreSQL. Where nothing may be mounted, PostgreSQL is made to say that its disk is full. */
class SmallDisk {
  private constructor(
    readonly servers: Servers,
    private readonly mounted: string | undefined,
  ) {}

  static async start(): Promise<SmallDisk> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-full-'))
    fs.chmodSync(folder, 0o711)
    const pg = path.join(folder, 'pg')
    fs.mkdirSync(pg, { mode: 0o700 })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', pg], { stdio: 'pipe' })
    } catch (error) {
      console.warn(
        `NO DISK CAN BE FILLED HERE: mounting is refused (${String(error)}). PostgreSQL only says 53100 by a trigger instead.`,
      )
      fs.rmdirSync(pg)
      return new SmallDisk(await Servers.start(folder), undefined)
    }
    return new SmallDisk(await Servers.start(folder), pg)
  }

  async fill(name: string): Promise<void> {
    if (this.mounted === undefined) return this.#say(name, true)
    const ballast = fs.openSync(path.join(this.mounted, 'ballast'), 'w')
    try {
      for (const size of [1 << 20, 1 << 12]) {
        const zeros = new Uint8Array(size)
        // until nothing more fits
        while (written(ballast, zeros) === size);
      }
    } finally {
      fs.closeSync(ballast)
    }
  }

  async free(name: string): Promise<void> {
    if (this.mounted === undefined) return this.#say(name, false)
    fs.rmSync(path.join(this.mounted, 'ballast'), { force: true })
    // a full disk under its log ends the server: then it is started again, as the supervisor does
    if (!(await this.#answers())) await this.servers.postgres.restart()
  }

  async stop(): Promise<void> {
    await this.servers.stop().catch(() => undefined)
    if (this.mounted !== undefined && fs.existsSync(this.mounted)) execFileSync('umount', ['-l', this.mounted])
    fs.rmSync(this.servers.folder, { recursive: true, force: true })
  }

  async #say(name: string, isFull: boolean): Promise<void> {
    const blocks = `${schemaOf(name)}.blocks`
    await this.#query(
      isFull
        ? `create or replace function full_disk() returns trigger language plpgsql as $$ begin raise exception 'full' using errcode = '53100'; end $$;
           create trigger full_disk before insert on ${blocks} for each row execute function full_disk()`
        : `drop trigger full_disk on ${blocks}`,
    )
  }

  async #answers(): Promise<boolean> {
    return this.#query('select 1').then(
      () => true,
      () => false,
    )
  }

  async #query(sql: string): Promise<void> {
    const client = new Client({ connectionString: this.servers.postgres.url })
    client.on('error', () => undefined)
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
}

function written(file: number, bytes: Uint8Array): number {
  try {
    return fs.writeSync(file, bytes)
  } catch {
    return 0
  }
}

describe('with a disk that is full', () => {
  let disk: SmallDisk
  beforeAll(async () => {
    build()
    disk = await SmallDisk.start()
  })
  afterAll(() => disk.stop())

  it('acknowledges nothing that it cannot keep, and goes on when there is room', async () => {
    const built = await house(disk.servers)
    built.intents.start(built.transfers, 40)
    await sleep(500)
    for (let round = 0; round < 2; round++) {
      await disk.fill(built.name)
      const before = built.intents.count('acknowledged')
      await sleep(4_000)
      const meanwhile = built.intents.count('acknowledged') - before
      await disk.free(built.name)
      await sleep(500)
      console.info(`${meanwhile} acknowledged while the disk was full`)
      // a ledger that gave up is started again, as its supervisor does
      if (built.ledger.ended !== undefined) built.ledger = await LedgerProcess.start(disk.servers, built.name)
    }
    await judge(built, { acknowledged: 100 })
  })
})
