// A sanity check of speed: signed transfers through the bus in envelopes of 64, durable and then searchable. The figures are printed; the bench measures them properly.
import 'reflect-metadata'
import {
  type LedgerStatus,
  decodeStatuses,
  encodeEnvelope,
  ledgerBalances,
  ledgerGenesis,
  ledgerStatus,
  ledgerSubmit,
} from '@huitong/contracts'
import type { Bus } from '@huitong/platform'
import { type ChainId, expectOk, sha256, toHex, utf8 } from '@huitong/primitives'
import { LedgerProcess, build } from './testing/ledger-process.js'
import { Servers, until } from './testing/hosted.js'
import { type Key, type Signed, Wallet, newKey, pay } from './testing/wallet.js'

const TRANSFERS = Number(process.env['TRANSFERS'] ?? 8_192)
const ENVELOPE = 64
const IN_FLIGHT = 16

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

async function send(name: string, transactions: readonly Signed[]): Promise<void> {
  const reply = await bus.submit(ledgerSubmit, encodeEnvelope(transactions.map(({ bytes }) => bytes)), { to: name })
  const statuses = expectOk(decodeStatuses(expectOk(reply, 'reply')), 'statuses')
  const wrong = statuses.find(({ outcome }) => outcome !== 'committed')
  if (wrong !== undefined) throw new Error(JSON.stringify(wrong))
}

/** Sends envelopes, so many at a time; answers the seconds it took until the last was durable. */
async function pour(name: string, transactions: readonly Signed[]): Promise<number> {
  const envelopes: Signed[][] = []
  for (let i = 0; i < transactions.length; i += ENVELOPE) envelopes.push(transactions.slice(i, i + ENVELOPE))
  const started = performance.now()
  const sender = async (): Promise<void> => {
    for (let next = envelopes.shift(); next !== undefined; next = envelopes.shift()) await send(name, next)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender))
  return (performance.now() - started) / 1_000
}

async function status(name: string): Promise<LedgerStatus> {
  return expectOk(await bus.call(ledgerStatus, {}, { to: name }), 'status')
}

it(`commits and indexes ${TRANSFERS} signed transfers over the bus`, async () => {
  const name = servers.freshName()
  const ledger = await LedgerProcess.start(servers, name)
  const { genesis } = expectOk(await bus.call(ledgerGenesis, {}, { to: name }), 'genesis')
  const wallet = new Wallet(toHex(sha256(utf8(genesis))) as ChainId)
  const issuer = newKey()
  const owners: Key[] = Array.from({ length: 16 }, () => newKey())
  await send(name, [wallet.open(issuer), wallet.register(issuer), ...owners.map((owner) => wallet.open(owner))])
  const issues: Signed[] = []
  for (let i = 0; i < TRANSFERS; i += 256) {
    const outputs = Array.from({ length: 255 }, (_, k) => pay(owners[k % 16]?.account ?? issuer.account, 10n))
    issues.push(wallet.issue(issuer, issues.length, outputs))
  }
  for (const issue of issues) await send(name, [issue])
  const transfers = issues.flatMap(({ coins }) =>
    coins.map((coin, k) =>
      wallet.transfer(owners[k % 16] ?? issuer, coin, [pay(owners[(k + 1) % 16]?.account ?? issuer.account, 10n)]),
    ),
  )
  const before = await status(name)
  const seconds = await pour(name, transfers)
  const after = await status(name)
  const indexing = performance.now()
  await until('the index is level', async () => (await status(name)).indexLag === 0, 60_000)
  const lag = Math.round(performance.now() - indexing)
  process.stdout.write(
    `${transfers.length} transfers in ${seconds.toFixed(2)} s: ${Math.round(transfers.length / seconds)}/s durable, ` +
      `${after.height - before.height} blocks, p50 ${after.finalityP50Ms} ms, p99 ${after.finalityP99Ms} ms, ` +
      `index ${after.indexLag} blocks behind at the end, level ${lag} ms later\n`,
  )
  let total = 0n
  for (const { account } of owners) {
    const { balances } = expectOk(await bus.call(ledgerBalances, { account }, { to: name }), 'balances')
    total += BigInt(balances[0]?.total ?? '0')
  }
  expect(total).toBe(10n * BigInt(transfers.length))
  expect(transfers.length / seconds).toBeGreaterThan(500)
  await ledger.kill('SIGTERM')
  expect(ledger.ended).toEqual({ code: 0, signal: null })
})
