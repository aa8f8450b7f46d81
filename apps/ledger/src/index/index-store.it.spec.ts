// The index tables, filled while the ledger writes and again from the raw blocks alone: both ways must make the very same rows.
import 'reflect-metadata'
import { rows } from '@huitong/platform'
import { type Preimage, type Time, lockOf } from '@huitong/primitives'
import { type Hosted, Servers, hostLedger, submit, until } from '../testing/hosted.js'
import { EURO, Wallet, newKey, own, pay } from '../testing/wallet.js'

let servers: Servers
beforeAll(async () => {
  servers = await Servers.start()
})
afterAll(async () => {
  await servers.stop()
})

const TABLES = {
  indexed_blocks: 'height',
  transactions: 'seq',
  coins: 'seq',
  spends: 'transaction, input',
  relations: 'account, relation, coin',
  postings: 'transaction, account, asset, part',
  recovery_ends: 'due, transaction',
  recovery_delays: 'account',
  index_cursor: 'height',
} as const

async function dump({ database, ledger }: Hosted): Promise<Record<string, object[]>> {
  await until('the index is level', () => ledger.indexer.lag === 0)
  const found: Record<string, object[]> = {}
  for (const [table, order] of Object.entries(TABLES)) {
    found[table] = await rows(database.manager, `select * from ${table} order by ${order}`)
  }
  return found
}

it('holds the same rows whether the writer noted what is spent or the tables are asked for it', async () => {
  const name = servers.freshName()
  const host = await hostLedger(servers, name)
  const { ledger } = host
  const wallet = new Wallet(ledger.birth.chain, () => ledger.status().now)
  const [issuer, anna, bert] = [newKey(), newKey(), newKey()]
  const issue = wallet.issue(issuer, 0, [pay(anna.account, 2n ** 49n), pay(bert.account, 1n)])
  const now = ledger.status().now
  const secret = '07'.repeat(32) as Preimage
  const lock = {
    kind: 'hashLock',
    hash: lockOf(secret),
    claimant: bert.account,
    refundee: anna.account,
    expiry: (now + 600_000) as Time,
  } as const
  const [coin] = issue.coins
  if (coin === undefined) throw new Error('a coin was issued')
  const locking = wallet.transfer(anna, coin, [
    { asset: EURO, amount: 5n, condition: lock },
    { asset: EURO, amount: 7n, condition: { kind: 'timeLock', until: (now + 60_000) as Time, account: bert.account } },
    { asset: EURO, amount: 9n, condition: { kind: 'multi', m: 1, accounts: [anna.account, bert.account].toSorted() } },
    pay(bert.account, 2n ** 48n),
    pay(anna.account, 2n ** 48n - 21n),
  ])
  const [locked, , shared, , change] = locking.coins
  if (locked === undefined || shared === undefined || change === undefined) throw new Error('coins were made')
  // one envelope: later transactions spend what earlier ones of the same block made
  const body = { inputs: [{ coin: locked, path: { kind: 'claim' } as const }], outputs: [pay(bert.account, 5n)] }
  const claim = wallet.sign(body)
  const bytes = new Uint8Array([...claim.bytes.subarray(0, -1), 1, ...Buffer.from(secret, 'hex')])
  const signers = [anna, bert].toSorted((a, b) => (a.account < b.account ? -1 : 1))
  const both = wallet.sign({ inputs: [own(shared), own(change)], outputs: [pay(bert.account, 2n ** 48n - 12n)] }, ...signers)
  const statuses = await submit(
    ledger,
    wallet.open(issuer, anna, bert),
    wallet.register(issuer),
    issue,
    locking,
    { ...claim, bytes },
    both,
  )
  expect(statuses.map((status) => ('code' in status ? status.code : status.outcome))).toEqual(Array(6).fill('committed'))

  const noted = await dump(host)
  expect(noted['spends']).toHaveLength(4)
  expect(noted['postings']?.length).toBeGreaterThan(6)
  await host.database.query(`truncate ${Object.keys(TABLES).join(', ')}`)
  await host.database.query('insert into index_cursor (height, transactions, coins) values (0, 0, 0)')
  await host.close()
  const again = await hostLedger(servers, name)
  const asked = await dump(again)
  for (const table of Object.keys(TABLES)) expect({ [table]: asked[table] }).toEqual({ [table]: noted[table] })
  await again.close()
})
