// Bad input to swaps, conversions and quotes: for each, the documented code, and not a row of settlement changed by it.
import * as contracts from '@huitong/contracts'
import { type AccountId, lockOf } from '@huitong/primitives'
import { lockLeg, spend, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { SimServers, actorOf, partyId } from '../../apps/settlement/src/testing/sim-hub.js'
import { secretOf } from '../../apps/settlement/src/testing/wallet.js'
import { EUR, House, desk } from './house.js'

let servers: SimServers
let house: House
beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
afterEach(() => house.close())

/** What must not move: deals with their versions, hashes, quotes and inventories, steps. */
async function standing(): Promise<unknown> {
  return Promise.all([
    house.sql('select id, version, state_name from deal order by id'),
    house.sql('select hash, deal from hash_lock order by hash'),
    house.sql('select id, state, deal from quote order by id'),
    house.sql('select id, reserved::text, used::text, paused from offer order by id'),
    house.sql('select count(*)::text as steps from deal_transition'),
  ])
}

it('is refused with its documented code and changes nothing', async () => {
  house = await House.open(servers)
  const { hub, ann, bob, east } = house
  const offer = await house.offered()
  const proposed = value(await house.propose('proposed'))
  const agreed = await house.agreed('agreed')
  const locked = await house.bothLocked('locked')
  const taken = value(await house.quoting('100'))
  value(await house.converting(taken, 'taken'))
  const open = value(await house.quoting('100'))
  const eve = { party: partyId('eve'), key: bob.key }
  const accounts = { giveAccount: bob.key.account, takeAccount: bob.key.account }
  const accept = (id: string, by = bob.party) =>
    hub.bus.call(contracts.acceptSwap, { idempotencyKey: house.key('bad'), actor: actorOf(by), id, ...accounts })
  const converting = (change: Partial<contracts.CreateConversion>) =>
    hub.bus.call(contracts.createConversion, {
      idempotencyKey: house.key('bad'),
      actor: actorOf(ann.party),
      quote: open.id,
      hash: lockOf(secretOf(house.key('bad'))),
      giveAccount: ann.key.account,
      takeAccount: ann.key.account,
      ...change,
    })
  const keyed = { idempotencyKey: 'kept', actor: actorOf(ann.party), id: proposed.id }
  const rows: readonly (readonly [string, string, () => Promise<contracts.Answer<unknown, string>>])[] = [
    ['accepting by the proposer', 'forbidden', () => accept(proposed.id, ann.party)],
    ['accepting by a stranger', 'swap_unknown', () => accept(proposed.id, eve.party)],
    ['cancelling what is locked', 'wrong_state', () => house.cancel(locked.id)],
    ['accepting what is locked', 'wrong_state', () => accept(locked.id)],
    ['cancelling by a stranger', 'swap_unknown', () => house.cancel(agreed.id, eve)],
    ['a swap with oneself', 'self_trade', () => house.propose('x', { counterparty: ann.party })],
    ['a swap with nobody', 'party_unknown', () => house.propose('x', { counterparty: eve.party })],
    ['a swap in another’s name', 'forbidden', () => house.propose('x', { actor: actorOf(bob.party) })],
    ['a hash of another deal', 'hash_reused', () => house.propose('locked')],
    ['a hash that is too short', 'malformed', () => house.propose('x', { hash: 'ab'.repeat(31) })],
    ['another hash function', 'malformed', () => house.propose('x', { hashFunction: 'keccak-256' as 'sha-256' })],
    ['an amount of nothing', 'malformed', () => house.propose('x', { giveAmount: '0' })],
    ['an amount with a point', 'malformed', () => house.propose('x', { takeAmount: '1.5' })],
    ['an amount beyond 2^63-1', 'malformed|amount_out_of_range', () => house.propose('x', { giveAmount: '9223372036854775808' })],
    ['an asset that is not there', 'asset_unknown', () => house.propose('x', { give: { ledger: east.name, asset: 'NONE' } })],
    ['a ledger that is not there', 'ledger_unknown', () => house.propose('x', { give: { ledger: 'nowhere', asset: EUR } })],
    ['an account of another', 'account_unbound', () => house.propose('x', { giveAccount: bob.key.account })],
    ['a taken quote', 'quote_used', () => converting({ quote: taken.id })],
    ['another’s quote', 'quote_unknown', () => converting({ actor: actorOf(bob.party) })],
    ['a quote that is not there', 'quote_unknown', () => converting({ quote: `qte_${'0'.repeat(32)}` })],
    ['a conversion under a used hash', 'hash_reused', () => converting({ hash: lockOf(secretOf('locked')) })],
    ['a quote over the own offer', 'self_trade', () => house.quoting('100', { payer: desk.party })],
    ['a quote of nothing', 'malformed', () => house.quoting('0')],
    ['a quote for more than there is', 'amount_out_of_range', () => house.quoting('5001')],
    ['a quote of a token for itself', 'no_offer', () => house.quoting('100', { take: { ledger: east.name, asset: EUR } })],
    ['a quote with four hops', 'malformed', () => house.quoting('100', { maxHops: 4 })],
    [
      'an offer by somebody else’s key',
      'offer_signature_invalid',
      () => house.offering(offer.liquidity as AccountId, {}, { ...desk, key: ann.key }),
    ],
    [
      'pausing another’s offer',
      'forbidden',
      () =>
        hub.bus.call(contracts.setOfferState, {
          idempotencyKey: house.key('bad'),
          actor: actorOf(ann.party),
          id: offer.id,
          state: 'paused',
        }),
    ],
  ]
  const before = await standing()
  for (const [what, code, call] of rows) {
    const answer = await call()
    const got = answer.ok ? 'ok' : answer.code
    expect(`${what}: ${code.split('|').includes(got) ? 'as documented' : got}`).toBe(`${what}: as documented`)
  }
  expect(await standing()).toEqual(before)
  // a replayed key answers what it answered and does nothing again; with another body it is refused
  expect(await hub.bus.call(contracts.cancelSwap, keyed)).toMatchObject({ ok: true, value: { state: 'CANCELLED' } })
  const once = await standing()
  expect(await hub.bus.call(contracts.cancelSwap, keyed)).toMatchObject({
    ok: true,
    replayed: true,
    value: { state: 'CANCELLED' },
  })
  expect(await hub.bus.call(contracts.cancelSwap, { ...keyed, id: agreed.id })).toMatchObject({ code: 'idempotency_key_reused' })
  // a wrong secret on the ledger opens nothing, in the right path or the wrong
  const wrong = { secret: secretOf('another') }
  expect(await spend(house.west, locked.legB, { kind: 'claim' }, wrong)).toMatchObject({
    outcome: 'refused',
    code: 'preimage_wrong',
  })
  expect(await spend(house.west, locked.legB, { kind: 'expire' })).toMatchObject({ outcome: 'refused', code: 'too_early' })
  expect(await spend(house.west, locked.legB, { kind: 'cancel' }, { keys: [bob.key] })).toMatchObject({ outcome: 'refused' })
  expect(await standing()).toEqual(once)
  // and an expired quote is no quote
  await house.hub.advance(36_000)
  expect(await converting({})).toMatchObject({ code: 'quote_expired' })
  await lockLeg(east, ann.key, { leg: agreed.legA })
  await house.reach(agreed.id, 'A_LOCKED')
})
