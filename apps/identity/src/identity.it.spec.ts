// Identity on a real PostgreSQL, its ledgers in memory under the real rules: parties, keys, bindings, registry, recovery end to end.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'reflect-metadata'
import { approvalMessage, bindingHash, decodeBody, encodeApproval, transactionMessage, txIdOf } from '@huitong/chain'
import type { Actor, BindAccount, WireRecovery } from '@huitong/contracts'
import { type StartedPostgres, startPostgres } from '@huitong/launcher'
import { Vault, createDatabase, nativeVerifier, openDatabase, platformMigrations, rows, verifyAudit } from '@huitong/platform'
import { type Result, type Time, expectOk, fromHex, toHex } from '@huitong/primitives'
import { type Person, SimLedger, person, seededEntropy, signAs } from '@huitong/testing'
import { AuditService } from './audit/audit.service.js'
import { HubService } from './hub/hub.service.js'
import { apiKeyRoot } from './key/api-key.js'
import { KeyService } from './key/key.service.js'
import { PartyService } from './party/party.service.js'
import { identityMigrations } from './pg/identity-tables.js'
import { RecoveryService } from './recovery/recovery.service.js'
import { RecoveryWatch } from './recovery/recovery.watch.js'
import { RegistryService } from './registry/registry.service.js'
import { SimLedgers } from './testing/sim-ledgers.js'

const START = 1_800_000_000_000 as Time
const DAY = 24 * 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'huitong-identity-'))
let postgres: StartedPostgres
let schemas = 0
let counter = 0
const idempotencyKey = () => `key ${counter++}`
const admin: Actor = { key: 'key_admin', scopes: ['admin'] }

beforeAll(async () => {
  postgres = await startPostgres({ folder })
})
afterAll(async () => {
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function identity() {
  schemas += 1
  const migrations = [...platformMigrations, ...identityMigrations]
  const database = await openDatabase(createDatabase({ url: postgres.url, schema: `identity_${schemas}`, migrations }))
  const east = new SimLedger('east', START)
  const west = new SimLedger('west', START)
  const ledgers = new SimLedgers([east, west])
  const entropy = seededEntropy('identity')
  let now = START
  const clock = { now: () => now }
  const hub = new HubService(database, entropy, { sandbox: true, ledgers: ledgers.names })
  const keys = new KeyService({ database, clock, entropy, root: apiKeyRoot(new Uint8Array(32)) })
  const vault = new Vault('ab'.repeat(32))
  const verifier = nativeVerifier
  const parties = new PartyService({ database, clock, entropy, verifier, vault, ledgers, hub, keys })
  const registry = new RegistryService(database, clock, keys)
  const watch = new RecoveryWatch(database, ledgers, clock, entropy)
  const recoveries = new RecoveryService({ database, clock, entropy, verifier, ledgers, wake: () => undefined })
  const audit = new AuditService(database)
  const advance = (milliseconds: number) => {
    now = (now + milliseconds) as Time
  }
  return { database, east, west, hub, keys, parties, registry, recoveries, watch, audit, advance }
}
type Identity = Awaited<ReturnType<typeof identity>>

let one: Identity
beforeEach(async () => {
  one = await identity()
})
afterEach(async () => {
  one.watch.onApplicationShutdown()
  expect(await verifyAudit(one.database.manager)).toMatchObject({ ok: true })
  await one.database.destroy()
})

const value = <T>(answer: Result<T, string>): T => expectOk(answer, 'an answer')
const newParty = async (displayName: string) =>
  value(
    await one.parties.create({
      idempotencyKey: idempotencyKey(),
      kind: 'natural',
      displayName,
      legalName: `Legal ${displayName}`,
      email: 'a@example.org',
      actor: admin,
    }),
  )
const actorOf = (party: string): Actor => ({ key: 'key_of_party', party, scopes: ['read', 'pay', 'parties'] })

async function binding(party: string, ledger: SimLedger, who: Person, signer: Person = who): Promise<BindAccount> {
  const hash = bindingHash({ party, chain: ledger.chain, account: who.account })
  const approval = { subject: 'bind', account: who.account, hash, validUntil: (START + DAY) as Time } as const
  const signature = signAs(signer, approvalMessage(await one.hub.id(), approval))
  const proof = { body: toHex(encodeApproval(approval)), publicKey: signer.publicKey, signature }
  return { idempotencyKey: idempotencyKey(), party, ledger: ledger.name, account: who.account, proof, actor: actorOf(party) }
}

describe('API keys', () => {
  it('the bootstrap key is written once, for its owner alone, and opens everything', async () => {
    const data = mkdtempSync(join(tmpdir(), 'huitong-data-'))
    await one.keys.bootstrap(data)
    const apiKey = readFileSync(join(data, 'admin.key'), 'utf8').trim()
    expect(statSync(join(data, 'admin.key')).mode & 0o777).toBe(0o600)
    await one.keys.bootstrap(data)
    expect(readFileSync(join(data, 'admin.key'), 'utf8').trim()).toBe(apiKey)
    expect(await one.keys.authenticate({ apiKey })).toMatchObject({ ok: true, value: { scopes: ['admin'] } })
    rmSync(data, { recursive: true })
  })

  it('are told once and again to the same idempotency key, stored as a hash only, and stop when revoked or expired', async () => {
    const request = {
      idempotencyKey: 'k',
      label: 'shop',
      scopes: ['read', 'orders'] as const,
      expiresAt: START + 1_000,
      actor: admin,
    }
    const made = value(await one.keys.create({ ...request, scopes: [...request.scopes] }))
    expect(made.secret).toMatch(/^ht_[0-9a-f]{8}_[0-9a-f]{48}$/)
    expect(await one.keys.create({ ...request, scopes: [...request.scopes] })).toEqual({ ok: true, value: made, replayed: true })
    const apiKey = made.secret ?? ''
    expect(await one.keys.authenticate({ apiKey })).toMatchObject({ ok: true, value: { key: made.id } })
    expect(await one.keys.authenticate({ apiKey: `${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}` })).toMatchObject({
      code: 'key_unknown',
    })
    const everything = await Promise.all(
      ['api_key', 'idempotency', 'audit_log'].map((table) => rows(one.database.manager, `select * from ${table}`)),
    )
    expect(JSON.stringify(everything)).not.toContain(apiKey.slice(12))
    one.advance(1_000)
    expect(await one.keys.authenticate({ apiKey })).toMatchObject({ code: 'key_expired' })
    value(await one.keys.revoke({ id: made.id, actor: admin }))
    expect(await one.keys.authenticate({ apiKey })).toMatchObject({ code: 'key_revoked' })
  })

  it('a party makes keys for itself, never above its own', async () => {
    const [alice, bob] = [await newParty('Alice'), await newParty('Bob')]
    const ask = (scopes: Actor['scopes'], party: string) =>
      one.keys.create({ idempotencyKey: idempotencyKey(), label: 'x', scopes, party, actor: actorOf(alice.id) })
    expect(await ask(['read'], alice.id)).toMatchObject({ ok: true })
    expect(await ask(['read'], bob.id)).toMatchObject({ code: 'forbidden' })
    expect(await ask(['admin'], alice.id)).toMatchObject({ code: 'scope_forbidden' })
    expect(await ask(['trade'], alice.id)).toMatchObject({ code: 'scope_forbidden' })
    expect(await one.keys.revoke({ id: bob.apiKey?.id ?? '', actor: actorOf(alice.id) })).toMatchObject({ code: 'forbidden' })
  })
})

describe('parties', () => {
  it('are made by people on duty only, once per key, with a key of their own', async () => {
    const request = { idempotencyKey: 'p', kind: 'legal', displayName: 'Tea House', actor: admin } as const
    const party = value(await one.parties.create(request))
    expect(await one.parties.create(request)).toEqual({ ok: true, value: party, replayed: true })
    expect(await one.keys.authenticate({ apiKey: party.apiKey?.secret ?? '' })).toMatchObject({ value: { party: party.id } })
    expect(await one.parties.create({ ...request, idempotencyKey: 'q', actor: actorOf(party.id) })).toMatchObject({
      code: 'forbidden',
    })
  })

  it('personal data is sealed, read by its person, and gone for good when erased', async () => {
    const alice = await newParty('Alice')
    const [stored] = await rows<{ personal_data: Uint8Array }>(one.database.manager, 'select personal_data from party')
    expect(Buffer.from(stored?.personal_data ?? []).toString()).not.toContain('Legal')
    const ask = { id: alice.id, actor: actorOf(alice.id) }
    expect(await one.parties.person(ask)).toEqual({ ok: true, value: { legalName: 'Legal Alice', email: 'a@example.org' } })
    expect(await one.parties.person({ ...ask, actor: actorOf((await newParty('Bob')).id) })).toMatchObject({ code: 'forbidden' })
    value(await one.parties.erase(ask))
    expect(await one.parties.person(ask)).toEqual({ ok: true, value: {} })
    const log = value(await one.audit.page({ after: 0, limit: 200 }))
    expect(log.entries.map(({ action }) => action)).toContain('person.erased')
    expect(JSON.stringify(log)).not.toContain('Legal')
  })
})

describe('bindings', () => {
  const alice = person('alice')

  it('are made by a signature of the account’s current key', async () => {
    one.east.open(alice)
    const party = await newParty('Alice')
    const request = await binding(party.id, one.east, alice)
    expect(await one.parties.bind(request)).toMatchObject({ value: { accounts: [{ ledger: 'east', account: alice.account }] } })
    expect(await one.parties.partyOfAccount({ ledger: 'east', account: alice.account })).toEqual({
      ok: true,
      value: { party: party.id },
    })
    expect(await one.parties.partyOfAccount({ ledger: 'west', account: alice.account })).toMatchObject({
      code: 'account_unbound',
    })
  })

  it.each([
    ['by somebody else’s key', 'proof_invalid', async (party: string) => binding(party, one.east, alice, person('mallory'))],
    [
      'for another ledger',
      'proof_invalid',
      async (party: string) => ({ ...(await binding(party, one.west, alice)), ledger: 'east' }),
    ],
    [
      'for another party',
      'proof_invalid',
      async (party: string) => {
        const other = await newParty('Other')
        return { ...(await binding(other.id, one.east, alice)), party, actor: actorOf(party) }
      },
    ],
    [
      'by another party',
      'forbidden',
      async (party: string) => ({ ...(await binding(party, one.east, alice)), actor: actorOf((await newParty('Other')).id) }),
    ],
    ['of an account that is not open', 'account_unknown', async (party: string) => binding(party, one.west, alice)],
    [
      'on a ledger that is not ours',
      'ledger_unknown',
      async (party: string) => ({ ...(await binding(party, one.east, alice)), ledger: 'north' }),
    ],
  ])('are refused %s', async (_name, code, attack) => {
    one.east.open(alice)
    const party = await newParty('Alice')
    expect(await one.parties.bind(await attack(party.id))).toMatchObject({ ok: false, code })
    expect(await one.parties.partyOfAccount({ ledger: 'east', account: alice.account })).toMatchObject({ ok: false })
  })

  it('belong to one party, and a ledger that is away decides nothing', async () => {
    one.east.open(alice)
    one.west.open(alice)
    const [first, second] = [await newParty('Alice'), await newParty('Bob')]
    one.east.isUp = false
    const request = await binding(first.id, one.east, alice)
    expect(await one.parties.bind(request)).toMatchObject({ code: 'unavailable' })
    one.east.isUp = true
    expect(await one.parties.bind(request)).toMatchObject({ ok: true })
    expect(await one.parties.bind(await binding(second.id, one.west, alice))).toMatchObject({ code: 'account_bound_elsewhere' })
  })
})

it('carriers and operators are registered by an admin, with strong keys, each key once', async () => {
  const carrier = person('carrier')
  const ask = (publicKey: string, actor = admin) =>
    one.registry.registerCarrier({ idempotencyKey: idempotencyKey(), name: 'Post', publicKey, actor })
  expect(await ask('00'.repeat(32))).toMatchObject({ code: 'public_key_weak' })
  expect(await ask(carrier.publicKey, { ...admin, scopes: ['operator'] })).toMatchObject({ code: 'forbidden' })
  const registered = value(await ask(carrier.publicKey))
  expect(await ask(carrier.publicKey)).toMatchObject({ ok: false })
  expect(await one.registry.carrierOfKey({ publicKey: carrier.publicKey })).toEqual({ ok: true, value: registered })
  const operator = value(
    await one.registry.registerOperator({ idempotencyKey: 'o', name: 'Ops', publicKey: person('ops').publicKey, actor: admin }),
  )
  expect(await one.keys.authenticate({ apiKey: operator.apiKey?.secret ?? '' })).toMatchObject({
    value: { operator: operator.id },
  })
})

describe('recovery', () => {
  const banks = ['bank', 'notary', 'post'].map((name) => person(name))
  const holder = person('holder', { authorities: banks.map(({ account }) => account), quorum: 2, delayMs: DAY })
  const fresh = person('holder with a new key')

  const approve = (recovery: WireRecovery, authority: Person, signer = authority) =>
    one.recoveries.approve({
      idempotencyKey: idempotencyKey(),
      id: recovery.id,
      authority: authority.account,
      signatures: recovery.legs.map(({ ledger, body }) => {
        const { chain } = ledger === 'east' ? one.east : one.west
        const read = value(decodeBody(fromHex(body)))
        return { ledger, key: 0, signature: signAs(signer, transactionMessage(chain, txIdOf(chain, read))) }
      }),
      actor: admin,
    })
  const look = async (id: string) => value(await one.recoveries.recovery({ id, actor: admin }))
  /** One round of the watch over the one case. */
  const round = async (id: string): Promise<WireRecovery> => {
    const { caseById } = await import('./recovery/recovery.store.js')
    const found = await caseById(one.database.manager, id)
    if (found !== undefined) await one.watch.visit(found)
    one.watch.onApplicationShutdown()
    return look(id)
  }

  async function opened(): Promise<WireRecovery> {
    for (const ledger of [one.east, one.west]) ledger.open(...banks, holder)
    const party = await newParty('Holder')
    for (const ledger of [one.east, one.west]) value(await one.parties.bind(await binding(party.id, ledger, holder)))
    const keys = { keys: [fresh.publicKey], threshold: 1 }
    return value(
      await one.recoveries.open({
        idempotencyKey: idempotencyKey(),
        party: party.id,
        account: holder.account,
        keys,
        actor: admin,
      }),
    )
  }

  it('goes from two authorities to new keys on every ledger', async () => {
    const recovery = await opened()
    expect(recovery).toMatchObject({
      state: 'OPENED',
      legs: [
        { ledger: 'east', state: 'collecting' },
        { ledger: 'west', state: 'collecting' },
      ],
    })
    const [bank = holder, notary = holder] = banks
    expect(value(await approve(recovery, bank)).state).toBe('OPENED')
    expect(value(await approve(recovery, notary)).state).toBe('APPROVED')
    one.west.isUp = false
    await round(recovery.id)
    expect(await round(recovery.id)).toMatchObject({ state: 'APPROVED', legs: [{ state: 'proposed' }, { state: 'lagging' }] })
    one.west.isUp = true
    await round(recovery.id)
    expect(await round(recovery.id)).toMatchObject({ state: 'PROPOSED', legs: [{ state: 'proposed' }, { state: 'proposed' }] })
    for (const ledger of [one.east, one.west]) ledger.advance(DAY - 1)
    expect((await round(recovery.id)).state).toBe('PROPOSED')
    for (const ledger of [one.east, one.west]) ledger.advance(1)
    await round(recovery.id)
    expect(await round(recovery.id)).toMatchObject({ state: 'FINALISED' })
    for (const ledger of [one.east, one.west])
      expect(ledger.state.account(holder.account)?.current.keys).toEqual([fresh.publicKey])
  })

  it('stops when the old key objects on any ledger', async () => {
    const recovery = await opened()
    for (const bank of banks.slice(0, 2)) value(await approve(recovery, bank))
    await round(recovery.id)
    await round(recovery.id)
    const sequence = one.east.state.account(holder.account)?.sequence ?? 0
    one.east.send({ operations: [{ kind: 'cancelRecovery', account: holder.account, sequence }] }, [holder])
    expect(await round(recovery.id)).toMatchObject({ state: 'CANCELLED', legs: [{ state: 'cancelled' }, { state: 'proposed' }] })
  })

  it('takes no signature of others, and one case at a time', async () => {
    const recovery = await opened()
    const [bank = holder] = banks
    expect(await approve(recovery, bank, person('mallory'))).toMatchObject({ code: 'signature_invalid' })
    expect(await approve(recovery, person('mallory'))).toMatchObject({ code: 'not_an_authority' })
    value(await approve(recovery, bank))
    expect(value(await approve(recovery, bank)).state).toBe('OPENED')
    const again = {
      idempotencyKey: idempotencyKey(),
      party: recovery.party,
      account: recovery.account,
      keys: { keys: [fresh.publicKey], threshold: 1 },
      actor: admin,
    }
    expect(await one.recoveries.open(again)).toMatchObject({ code: 'recovery_open' })
    const stranger = actorOf((await newParty('Bob')).id)
    expect(await one.recoveries.recovery({ id: recovery.id, actor: stranger })).toMatchObject({ code: 'forbidden' })
    expect(await one.recoveries.open({ ...again, idempotencyKey: idempotencyKey(), actor: stranger })).toMatchObject({
      code: 'forbidden',
    })
  })

  it('makes a new proposal when the old one can no longer be included', async () => {
    const recovery = await opened()
    const [bank = holder] = banks
    value(await approve(recovery, bank))
    one.west.advance(DAY + 1)
    const renewed = await round(recovery.id)
    expect(renewed.legs[0]?.body).toBe(recovery.legs[0]?.body)
    expect(renewed.legs[1]?.body).not.toBe(recovery.legs[1]?.body)
    expect(renewed.legs[1]?.approvals).toEqual([])
  })
})
