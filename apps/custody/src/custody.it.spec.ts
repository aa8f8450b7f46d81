// Custody on a real PostgreSQL: what was signed, reserved and pinned survives a restart, parallel decisions never share a coin, seeds stand sealed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'reflect-metadata'
import type { HashLockCondition } from '@huitong/chain'
import { type StartedPostgres, startPostgres } from '@huitong/launcher'
import { Vault, createDatabase, linkAudit, openDatabase, platformMigrations, rows, verifyAudit } from '@huitong/platform'
import { type Coordinate, type HashLock, type Time, type TxId, hexOf, sha256, toHex, utf8 } from '@huitong/primitives'
import { seededEntropy } from '@huitong/testing'
import type { DataSource } from 'typeorm'
import { Keyring } from './account/keyring.js'
import { PgManagedStore, PgPins } from './account/managed.pg.js'
import { custodyMigrations } from './pg/custody-tables.js'
import { PgBook } from './signed/book.pg.js'
import { HOUR, MINUTE, SILK, START, TEA, type World, offerOf, people, signedOffer, submit, world } from './testing/world.js'

const folder = mkdtempSync(join(tmpdir(), 'huitong-custody-'))
let postgres: StartedPostgres
let database: DataSource
let schemas = 0

beforeAll(async () => {
  postgres = await startPostgres({ folder })
})

beforeEach(async () => {
  schemas += 1
  const migrations = [...platformMigrations, ...custodyMigrations]
  database = await openDatabase(createDatabase({ url: postgres.url, schema: `custody_${schemas}`, migrations }))
})

afterEach(async () => {
  await database.destroy()
})

afterAll(async () => {
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const hashOf = (text: string): HashLock => hexOf<HashLock>(sha256(utf8(text)))
const at = (milliseconds: number): Time => (START + milliseconds) as Time

function lockA(hub: World, hash: HashLock): Coordinate {
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 1_000n)
  const condition: HashLockCondition = {
    kind: 'hashLock',
    hash,
    claimant: hub.liquidity,
    refundee: people.buyer.account,
    expiry: at(2 * HOUR),
  }
  return hub.east.lock(people.buyer, from, 1_000n, condition)
}

const asked = (hub: World, coordinate: string) => ({
  conversion: `cnv_${'22'.repeat(16)}`,
  terms: {
    offer: signedOffer(offerOf(hub)),
    quote: `qte_${'33'.repeat(16)}`,
    amountA: '1000',
    amountB: '1500',
    expiresAt: at(MINUTE),
  },
  legA: { ledger: 'east', coordinate },
  ledgerB: 'west',
  claimant: people.buyer.account,
  expiryB: at(HOUR),
  validUntil: at(5 * MINUTE),
})

const hubOnPg = () => world({ book: new PgBook(database), store: new PgManagedStore(database) })

it('signs side by side without using a coin or an offer twice, and writes one audit chain', async () => {
  const hub = await hubOnPg()
  for (let i = 0; i < 7; i++) hub.west.fund(people.issuer, SILK, hub.liquidity, 2_000n)
  const legs = Array.from({ length: 8 }, (_, index) => lockA(hub, hashOf(`${index}`)))
  const answers = await Promise.all([...legs, ...legs].map((leg) => hub.custody.lockConversionLeg(asked(hub, leg))))
  const bytes = new Set(answers.flatMap((answer) => (answer.ok ? [answer.value.transaction] : [])))
  expect(bytes.size).toBe(8)
  for (const answer of answers.slice(0, 8)) submit(hub, answer)
  expect(await hub.custody.lockConversionLeg({ ...asked(hub, legs[0] ?? ''), claimant: people.mallory.account })).toMatchObject({
    code: 'outcome_already_signed',
  })
  await linkAudit(database.manager)
  const log = await rows<{ action: string }>(database.manager, 'select action from audit_log order by seq')
  expect(log.map(({ action }) => action)).toEqual([
    ...Array.from({ length: 8 }, () => 'signed.lock-conversion-leg'),
    'refused.lock-conversion-leg',
  ])
  expect(await verifyAudit(database.manager)).toMatchObject({ ok: true })
})

it('answers the same bytes after a restart, and frees the coins of what died', async () => {
  const book = new PgBook(database)
  const hub = await hubOnPg()
  const leg = lockA(hub, hashOf('a'))
  const first = await hub.custody.lockConversionLeg(asked(hub, leg))
  const [signed] = await book.due('west', at(HOUR))
  expect(signed).toMatchObject({ kind: 'lock-conversion-leg', state: 'live', hash: hashOf('a') })
  expect(signed?.bytes).toBe(first.ok ? first.value.transaction : '')
  expect(await book.byDigest(signed?.digest ?? '')).toEqual(signed)
  const coins = hub.west.ownCoins(hub.liquidity, SILK).map(({ coordinate }) => coordinate)
  expect((await book.reserved('west', coins)).size).toBe(1)
  hub.west.advance(5 * MINUTE + 1)
  await hub.settler.settle('west')
  expect((await book.reserved('west', coins)).size).toBe(0)
  expect(await book.givenUnder(signed?.offer?.key ?? '')).toBe(0n)
})

it('keeps its keys sealed, opens them again after a restart, and only under its master key', async () => {
  const master = 'cd'.repeat(32)
  const entropy = seededEntropy('seal')
  const keyring = new Keyring(new PgManagedStore(database), new Vault(master), entropy)
  await keyring.start()
  const again = new Keyring(new PgManagedStore(database), new Vault(master), entropy)
  await again.start()
  expect(again.accounts).toEqual(keyring.accounts)
  expect(again.accounts).toHaveLength(2)
  const message = utf8('message')
  expect(await again.sign(again.arbiter.account, message)).toBe(await keyring.sign(keyring.arbiter.account, message))
  const sealed = await rows<{ sealed_seed: string }>(database.manager, 'select sealed_seed from managed_account')
  const seed = seededEntropy('seal').bytes(32)
  expect(sealed.every(({ sealed_seed }) => !sealed_seed.includes(toHex(seed)) && sealed_seed.startsWith('v1.'))).toBe(true)
  const thief = new Keyring(new PgManagedStore(database), new Vault('ef'.repeat(32)), entropy)
  await thief.start()
  await expect(thief.sign(thief.arbiter.account, message)).rejects.toThrow(/master key/)
})

it('counts a leg that came back whole no longer, once', async () => {
  const book = new PgBook(database)
  const hub = await hubOnPg()
  const answer = await hub.custody.lockConversionLeg(asked(hub, lockA(hub, hashOf('back'))))
  const id = submit(hub, answer)
  const [signed] = await book.due('west', at(HOUR))
  const key = signed?.offer?.key ?? ''
  hub.west.advance(HOUR)
  await hub.settler.settle('west')
  expect([await book.givenUnder(key), (await book.legsOut(key, 5)).map(({ transaction }) => transaction)]).toEqual([1_500n, [id]])
  await book.noteLeg(signed?.id ?? '', 'out')
  expect([await book.givenUnder(key), (await book.legsOut(key, 5)).length]).toEqual([1_500n, 1])
  for (const fate of ['returned', 'spent', 'returned'] as const) {
    await book.noteLeg(signed?.id ?? '', fate)
    expect([await book.givenUnder(key), (await book.legsOut(key, 5)).length]).toEqual([0n, 0])
  }
})

it('keeps agreed terms once, for good', async () => {
  const order = '44'.repeat(16)
  const hash = '55'.repeat(32)
  const kept = { order, hash, text: '{"order":"…"}', approvals: [{ body: '00', publicKey: 'aa', signature: 'bb' }], at: START }
  await new PgBook(database).write((page) => page.keepTerms(kept))
  const again = new PgBook(database)
  expect([await again.hasTerms(order, hash), await again.hasTerms(order, '56'.repeat(32))]).toEqual([true, false])
  await expect(again.write((page) => page.keepTerms({ ...kept, text: 'other' }))).rejects.toThrow(/kept_terms/)
})

it('knows what an inspection holds for a milestone, and forgets it with what died', async () => {
  const book = new PgBook(database)
  const hub = await hubOnPg()
  await hub.custody.lockConversionLeg(asked(hub, lockA(hub, hashOf('any'))))
  const [any] = await book.due('west', at(HOUR))
  if (any === undefined) throw new Error('something signed')
  const { offer: _offer, hash: _hash, ...plain } = any
  const held = { order: '44'.repeat(16), milestone: 2, amount: 500n, madeAt: START }
  const key = '66'.repeat(32)
  const ids = { id: '00000000-0000-7000-8000-000000000001', transaction: hexOf<TxId>(sha256(utf8('held'))) }
  const signed = { ...plain, ...ids, kind: 'hold-for-inspection', subject: { ledger: 'east', key, slot: 'spend' }, held } as const
  await book.write((page) => page.add({ signed, reserve: [] }))
  expect(await new PgBook(database).standing(signed.subject)).toEqual(signed)
  expect(await book.heldFor(held)).toEqual([{ coordinate: key, amount: 500n, madeAt: START }])
  expect(await book.heldFor({ ...held, milestone: 1 })).toEqual([])
  await book.settle(signed.id, 'dead')
  expect(await book.heldFor(held)).toEqual([])
})

it('pins what it saw first', async () => {
  const pins = new PgPins(database)
  expect(await pins.pin('operator', 'opr_1', 'key one')).toBe('key one')
  expect(await pins.pin('operator', 'opr_1', 'key two')).toBe('key one')
})
