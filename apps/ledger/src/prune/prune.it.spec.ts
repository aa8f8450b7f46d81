// Pruning over real servers: what is unspent, every proof of what is kept, every header and every search stay; what is gone is told as `pruned`;
// restarts find the state in the database alone; a kill at any step leaves a run that goes on.
import 'reflect-metadata'
import * as fs from 'node:fs'
import path from 'node:path'
import { decodeGenesis, decodeSealedHeader, verifyHeaders, verifyReceipt } from '@huitong/chain'
import { ledgerBalances, ledgerPrune, ledgerReceipt, ledgerStorage } from '@huitong/contracts'
import { nativeVerifier, rows } from '@huitong/platform'
import { type TxId, concat, expectOk, fromHex, utf8 } from '@huitong/primitives'
import type { DecodedBlock } from '../block/decoded-block.js'
import { Economy, blocksOf, dice } from '../testing/economy.js'
import { type Hosted, Servers, hostLedger, until } from '../testing/hosted.js'
import { LedgerProcess, build } from '../testing/ledger-process.js'
import { PgPruneStore } from './prune-store.pg.js'

let servers: Servers
beforeAll(async () => {
  build()
  servers = await Servers.start()
})
afterAll(async () => {
  await servers.stop()
})

/** A ledger with some history; answers what it said of itself. */
async function furnished(
  name: string,
  steps = 60,
  seed = 11,
): Promise<{ host: Hosted; economy: Economy; blocks: readonly DecodedBlock[] }> {
  const host = await hostLedger(servers, name)
  const economy = new Economy(host, dice(seed))
  await economy.begin()
  for (let i = 0; i < steps; i++) await economy.step()
  await until('the stream has the head', () => host.ledger.publisher.lag === 0)
  await host.ledger.recent.indexed()
  return { host, economy, blocks: await blocksOf(host) }
}

/** Ids of transactions that may leave: they moved coins only, and all they made was spent up to `target`. */
function prunable(blocks: readonly DecodedBlock[], target: number): Set<TxId> {
  const spent = new Set(
    blocks.slice(0, target).flatMap(({ transactions }) => transactions.flatMap(({ inputs }) => inputs.map(({ coin }) => coin))),
  )
  const old = blocks.slice(0, target).flatMap(({ transactions }) => transactions)
  return new Set(
    old
      .filter(({ operations, coins }) => operations.length === 0 && coins.every(({ coordinate }) => spent.has(coordinate)))
      .map(({ id }) => id),
  )
}

const idsOf = (blocks: readonly DecodedBlock[]): TxId[] => blocks.flatMap(({ transactions }) => transactions.map(({ id }) => id))

async function pruneTo(host: Hosted, keep: number): Promise<number> {
  const begun = expectOk(await host.ledger.pruner.begin(keep), 'prune')
  await until('the run is through', () => host.ledger.pruner.progress.height === begun.target)
  return begun.target
}

/** Everything that searches answer, to be compared before and after. */
async function searched({ ledger }: Hosted, economy: Economy, to: number): Promise<unknown> {
  const accounts = economy.people.map(({ account }) => account)
  const reads = accounts.map(async (account) => [
    await ledger.accountReads.balances({ account, height: to }),
    await ledger.accountReads.balances({ account, height: Math.floor(to / 2) }),
    await ledger.reads.statement.statement({ account, to, limit: 200 }),
  ])
  return [...(await Promise.all(reads)), await ledger.reads.journal.journal({ to, limit: 200 })]
}

describe('a pruned ledger', () => {
  it('proves what it kept as before, says pruned of the rest, and searches alike', async () => {
    const { host, economy, blocks } = await furnished(servers.freshName())
    const { ledger } = host
    const receipts = new Map<TxId, string>()
    for (const id of idsOf(blocks)) receipts.set(id, expectOk(await ledger.blockReads.receipt(id), 'receipt'))
    const height = blocks.length
    const before = await searched(host, economy, height)
    const used = await ledger.reads.storage.storage()

    const target = await pruneTo(host, 10)
    const gone = prunable(blocks, target)
    expect(gone.size).toBeGreaterThan(10)
    const genesis = expectOk(decodeGenesis(utf8(ledger.birth.text)), 'genesis')
    for (const [id, receipt] of receipts) {
      const now = await ledger.blockReads.receipt(id)
      expect(now).toMatchObject(gone.has(id) ? { ok: false, code: 'pruned' } : { ok: true, value: receipt })
      if (now.ok) expect(verifyReceipt(JSON.parse(now.value), { genesis, verifier: nativeVerifier }).ok).toBe(true)
      expect((await ledger.blockReads.transaction(id)).ok).toBe(!gone.has(id))
    }
    expect(await searched(host, economy, height)).toEqual(before)
    for (const { account } of economy.people) {
      const { coins } = expectOk(await ledger.accountReads.coins({ account, relation: 'own', limit: 200 }), 'coins')
      for (const { transaction } of coins) expect((await ledger.blockReads.receipt(transaction as TxId)).ok).toBe(true)
    }
    const headers = (await ledger.blockReads.headers(1, 500)).map(({ header, seal }) =>
      expectOk(decodeSealedHeader(concat(fromHex(header), fromHex(seal))), 'header'),
    )
    expect(verifyHeaders(genesis, headers, { verifier: nativeVerifier })).toMatchObject({
      ok: true,
      value: { height: headers.length },
    })
    const touched = blocks.find(({ transactions }) => transactions.some(({ id }) => gone.has(id)))?.height ?? 0
    expect(await ledger.blockReads.block(touched)).toMatchObject({ ok: false, code: 'pruned' })
    expect(await ledger.blockReads.range(touched, 5)).toMatchObject({ ok: false, code: 'pruned' })
    expect(expectOk(await ledger.blockReads.range(1, 500), 'blocks')).toHaveLength(touched - 1)
    for (let from = 1; from <= height;) {
      const page = expectOk(await ledger.reads.check.index({ from, limit: 50 }), 'check')
      expect(page.fault).toBeUndefined()
      from = page.to + 1
    }
    const { prunedTransactions, prunedTo } = await new Promise<typeof used>((resolve, reject) => {
      setTimeout(() => ledger.reads.storage.storage().then(resolve, reject), 5_100)
    })
    expect({ prunedTransactions, prunedTo }).toEqual({ prunedTransactions: gone.size, prunedTo: target })
    expect(await ledger.pruner.begin(1_000)).toMatchObject({ ok: true, value: { target, height: target } })
    await host.close()
    expect(host.faults).toEqual([])
  })

  it('restarts from the database alone, takes new money, and is pruned further', async () => {
    const name = servers.freshName()
    const { host, blocks } = await furnished(name)
    const target = await pruneTo(host, 5)
    const first = prunable(blocks, target)
    await host.close()
    const folder = path.join(servers.folder, 'ledgers', name)
    for (const file of fs.readdirSync(folder)) if (file.startsWith('snapshot-')) fs.rmSync(path.join(folder, file))

    const again = await hostLedger(servers, name)
    const more = new Economy(again, dice(12))
    await more.send(more.wallet.open(more.issuer, ...more.people))
    expect(again.ledger.sequencer.head.height).toBeGreaterThan(blocks.length)
    // everything that was unspent at the first run and is spent since can leave now
    const rest = new Set([...prunable(blocks, blocks.length)].filter((id) => !first.has(id)))
    await until('the stream has the head', () => again.ledger.publisher.lag === 0)
    await pruneTo(again, again.ledger.sequencer.head.height - blocks.length)
    for (const id of [...first, ...rest]) expect(await again.ledger.blockReads.receipt(id)).toMatchObject({ code: 'pruned' })
    await again.close()
    expect([...host.faults, ...again.faults]).toEqual([])
  })

  it('shows a changed byte of what it keeps, and does not start from a changed state', async () => {
    const name = servers.freshName()
    const { host } = await furnished(name, 40, 13)
    await pruneTo(host, 5)
    const { manager } = host.database
    const [victim] = await rows<{ height: string; kept: Buffer }>(
      manager,
      'select height, kept from pruned_blocks order by height limit 1',
    )
    if (victim === undefined) throw new Error('a block was pruned')
    const flip = (at: number) =>
      rows(manager, 'update pruned_blocks set kept = set_byte(kept, $2, get_byte(kept, $2) # 4) where height = $1', [
        victim.height,
        at,
      ])
    for (const at of [0, 1, 5, victim.kept.length - 1]) {
      await flip(at)
      const faults: unknown[] = []
      for (let from = 1; from <= Number(victim.height) && faults.length === 0;) {
        const page = expectOk(await host.ledger.reads.check.index({ from, limit: 50 }), 'check')
        if (page.fault !== undefined) faults.push(page.fault)
        from = page.to + 1
      }
      expect(faults).toMatchObject([{ height: Number(victim.height), table: 'pruned_blocks' }])
      await flip(at)
    }
    await expect(rows(manager, `update blocks set bytes = '' where height = (select max(height) from blocks)`)).rejects.toThrow(
      'never changed',
    )
    await host.close()
    const other = await hostLedger(servers, servers.freshName())
    const schema = `ledger_${name}`
    await rows(
      other.database.manager,
      `update ${schema}.base_state set bytes = set_byte(bytes, 60, get_byte(bytes, 60) # 1) where part = 0`,
    )
    await expect(hostLedger(servers, name)).rejects.toThrow('is whole')
    await rows(
      other.database.manager,
      `update ${schema}.base_state set bytes = set_byte(bytes, 60, get_byte(bytes, 60) # 1) where part = 0`,
    )
    await (await hostLedger(servers, name)).close()
    await other.close()
  })
})

describe.each(['ledger.prune.based', 'ledger.prune.batch', 'ledger.prune.pruned'])('killed at %s', (point) => {
  it('comes back whole and ends the run', async () => {
    const name = servers.freshName()
    const { host, economy, blocks } = await furnished(name, 40, 17)
    const balances = await Promise.all(
      economy.people.map(({ account }) => host.ledger.accountReads.balances({ account, height: blocks.length })),
    )
    await host.close()
    const bus = await servers.bus('client')
    const killed = await LedgerProcess.start(servers, name, { HUITONG_KILLPOINTS: point })
    await until('the stream has the head', async () => {
      const reply = await bus.call(ledgerPrune, { keep: 5 }, { to: name, deadlineMs: 2_000 })
      return killed.ended !== undefined || reply.ok
    })
    await until('the kill point was reached', () => killed.ended !== undefined)
    expect(killed.ended).toMatchObject({ signal: 'SIGKILL' })

    const ledger = await LedgerProcess.start(servers, name)
    const storage = async () => expectOk(await bus.call(ledgerStorage, {}, { to: name }), 'storage')
    // before the run had begun, somebody has to ask again; after that it goes on by itself
    if ((await storage()).pruneTarget === 0)
      await until('it is pruned', async () => (await bus.call(ledgerPrune, { keep: 5 }, { to: name })).ok)
    await until('the run is through', async () => {
      const { prunedTo, pruneTarget } = await storage()
      return pruneTarget > 0 && prunedTo === pruneTarget
    })
    const { pruneTarget } = await storage()
    const gone = prunable(blocks, Math.min(pruneTarget, blocks.length))
    expect(gone.size).toBeGreaterThan(3)
    for (const id of idsOf(blocks)) {
      const receipt = await bus.call(ledgerReceipt, { id }, { to: name })
      expect(receipt.ok).toBe(!gone.has(id))
    }
    for (const [index, { account }] of economy.people.entries())
      expect(await bus.call(ledgerBalances, { account, height: blocks.length }, { to: name })).toEqual(balances[index])
    await ledger.kill('SIGTERM')
    expect(ledger.log).not.toContain('"level":"error"')
    await bus.close()
  })
})

it('fences a run of a writer that was replaced', async () => {
  const { host, blocks } = await furnished(servers.freshName(), 10, 19)
  await pruneTo(host, blocks.length - 4)
  const store = new PgPruneStore(host.database)
  const { height } = await store.progress()
  expect(await store.prune([], { from: height, to: height + 1, epoch: 0 })).toBe(false)
  expect(await store.begin(height + 1, 0)).toBe(false)
  expect((await store.progress()).height).toBe(height)
  await host.close()
})
