// Cases 24 to 29 of hash locks: what issuers, registrars and lost keys can do to a coin that is locked. A swap that began is finished all the same.
import { type Operation, accountIdOf, decodeTransaction, encodeTransaction } from '@huitong/chain'
import { ledgerAsset } from '@huitong/contracts'
import { type AccountId, type Coordinate, type Time, invariant } from '@huitong/primitives'
import { claim, conditionOf, spend, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { type Key, keyOf } from '../../apps/settlement/src/testing/key.js'
import { SimServers } from '../../apps/settlement/src/testing/sim-hub.js'
import type { SimLedger } from '../../apps/settlement/src/testing/sim-ledger.js'
import { lock, must, pay, secretOf, signed } from '../../apps/settlement/src/testing/wallet.js'
import { EUR, House, eastBank } from './house.js'

const POWERS = { freeze: true, clawback: true } as const

let servers: SimServers
let house: House
beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
afterEach(() => house.close())

const eurSequence = (ledger: SimLedger): number => ledger.state.asset(EUR)?.sequence ?? 0
const bankDoes = (ledger: SimLedger, operation: Operation) => must(ledger, signed(ledger, { operations: [operation] }, eastBank))
/** Can `who` move what it has of EUR? */
function moving(ledger: SimLedger, who: Key, to: AccountId, seed = who) {
  const [coin] = ledger.coinsOf(who.account, EUR)
  invariant(coin !== undefined, 'money to move')
  const inputs = [{ coin: coin.coordinate, path: { kind: 'own' } as const }]
  return ledger.submit(signed(ledger, { inputs, outputs: [pay(to, EUR, coin.amount)] }, seed))
}

/** Every operation there is, and what it does to an account. The compiler keeps it whole. */
const WORDS: Readonly<
  Record<Operation['kind'], 'nothing' | 'opens one' | 'new keys' | 'stops signatures' | 'closes an account'>
> = {
  registerAsset: 'nothing',
  issue: 'nothing',
  burn: 'nothing',
  openAccount: 'opens one',
  rotate: 'new keys',
  proposeRecovery: 'stops signatures',
  changeRecovery: 'nothing',
  cancelRecovery: 'nothing',
  finaliseRecovery: 'new keys',
  anchor: 'nothing',
  freeze: 'stops signatures',
  unfreeze: 'nothing',
  clawback: 'nothing',
  setRulebook: 'nothing',
  setTier: 'nothing',
}

/** A transaction whose only operation is of a kind given by its number: the byte in which a freeze differs from its opposite. */
function withKind(kind: number): Uint8Array {
  const bytesOf = (word: 'freeze' | 'unfreeze'): Uint8Array => {
    const operations = [{ kind: word, asset: EUR, sequence: 0 }]
    const body = { validUntil: 1 as Time, reference: '00'.repeat(8), inputs: [], outputs: [], operations, memo: '' }
    return encodeTransaction({ body, witnesses: { signatures: [], preimages: [] } })
  }
  const bytes = bytesOf('freeze')
  const at = bytes.findIndex((byte, index) => byte !== bytesOf('unfreeze')[index])
  bytes[at] = kind
  return bytes
}

it('hash lock case 24: a party frozen between lock and claim is paid into its frozen account, and the paired leg never goes back', async () => {
  house = await House.open(servers, { powers: POWERS })
  const { east, west, ann, bob } = house
  const swap = await house.bothLocked('frozen')
  await bankDoes(east, { kind: 'freeze', asset: EUR, sequence: eurSequence(east), account: bob.key.account })
  await claim(west, swap.legB, secretOf('frozen'))
  await house.reach(swap.id, 'COMPLETED')
  expect([house.cny(ann), house.eur(bob), house.eur(ann)]).toEqual([8_000n, 1_000n, 9_000n])
  expect(await moving(east, bob.key, ann.key.account)).toMatchObject({ outcome: 'refused', code: 'account_frozen' })
  expect(await spend(east, swap.legA, { kind: 'expire' })).toMatchObject({ outcome: 'refused', code: 'coin_unknown' })
  await bankDoes(east, { kind: 'unfreeze', asset: EUR, sequence: eurSequence(east), account: bob.key.account })
  expect(await moving(east, bob.key, bob.key.account)).toMatchObject({ outcome: 'committed' })
})

it('hash lock case 25: an issuer cannot claw back a locked coin, only what has landed; everybody sees that power before the trade', async () => {
  house = await House.open(servers, { powers: POWERS })
  const { hub, east, west, bob } = house
  const asset = value(await hub.bus.call(ledgerAsset, { asset: EUR }, { to: east.name }))
  expect(asset.powers).toEqual(POWERS)
  const swap = await house.bothLocked('clawed')
  const claw = (coin: string) =>
    east.submit(
      signed(
        east,
        {
          inputs: [{ coin: coin as Coordinate, path: { kind: 'clawback' } }],
          outputs: [pay(eastBank.account, EUR, 1_000n)],
          operations: [{ kind: 'clawback', asset: EUR, sequence: eurSequence(east) }],
        },
        eastBank,
      ),
    )
  expect(await claw(swap.legA.coordinate ?? '')).toMatchObject({ outcome: 'refused', code: 'path_not_of_condition' })
  await claim(west, swap.legB, secretOf('clawed'))
  await house.reach(swap.id, 'COMPLETED')
  expect(house.eur(bob)).toBe(1_000n)
  const [landed] = east.coinsOf(bob.key.account, EUR)
  expect(await claw(landed?.coordinate ?? '')).toMatchObject({ outcome: 'committed' })
  expect((await house.swap(swap.id)).state).toBe('COMPLETED')
})

it('hash lock case 26: a refund reaches its owner’s account although owner and asset are frozen, and waits there for the same owner', async () => {
  house = await House.open(servers, { powers: POWERS })
  const { east, ann, bob } = house
  const swap = await house.aLocked('stripped')
  await bankDoes(east, { kind: 'freeze', asset: EUR, sequence: eurSequence(east), account: ann.key.account })
  await bankDoes(east, { kind: 'freeze', asset: EUR, sequence: eurSequence(east) })
  await house.expire(east, swap.legA)
  await house.reach(swap.id, 'A_REFUNDED')
  expect(house.eur(ann)).toBe(10_000n)
  expect(await moving(east, ann.key, bob.key.account)).toMatchObject({ outcome: 'refused', code: 'asset_frozen' })
  await bankDoes(east, { kind: 'unfreeze', asset: EUR, sequence: eurSequence(east) })
  expect(await moving(east, ann.key, bob.key.account)).toMatchObject({ outcome: 'refused', code: 'account_frozen' })
  await bankDoes(east, { kind: 'unfreeze', asset: EUR, sequence: eurSequence(east), account: ann.key.account })
  expect(await moving(east, ann.key, ann.key.account)).toMatchObject({ outcome: 'committed' })
})

it('hash lock case 27: a key lost mid-swap costs nothing: the claim pays the account, and its recovered key opens it', async () => {
  const guards = [keyOf('court'), keyOf('notary')].sort((one, two) => (one.account < two.account ? -1 : 1))
  const policy = { ...keyOf('bob').policy, authorities: guards.map(({ account }) => account), quorum: 2, delayMs: 60_000 }
  const bobsKey: Key = { ...keyOf('bob'), policy, account: accountIdOf(policy) }
  house = await House.open(servers, { bob: bobsKey, guests: guards })
  const { hub, east, west, ann, bob } = house
  const swap = await house.bothLocked('lost')
  const fresh = keyOf('bob again')
  const record = () => east.state.account(bob.key.account)
  const sequence = () => record()?.sequence ?? 0
  const keys = { keys: fresh.policy.keys, threshold: 1 }
  const propose: Operation = { kind: 'proposeRecovery', account: bob.key.account, sequence: sequence(), keys }
  await must(east, signed(east, { operations: [propose] }, ...guards))
  // the recovery is pending when the claim comes in: nothing may go out of the account, everything may come in
  await claim(west, swap.legB, secretOf('lost'))
  await house.reach(swap.id, 'COMPLETED')
  expect(house.eur(bob)).toBe(1_000n)
  expect(await moving(east, bob.key, ann.key.account)).toMatchObject({ outcome: 'refused', code: 'account_recovering' })
  await hub.advance(60_000)
  await must(east, signed(east, { operations: [{ kind: 'finaliseRecovery', account: bob.key.account, sequence: sequence() }] }))
  expect(await moving(east, bob.key, ann.key.account)).toMatchObject({ outcome: 'refused', code: 'signature_wrong' })
  expect(await moving(east, bob.key, bob.key.account, fresh)).toMatchObject({ outcome: 'committed' })
  expect((await house.swap(swap.id)).legA.condition).toBe(swap.legA.condition)
})

it('hash lock case 28: an account that a lock pays cannot be closed or merged, and new keys leave it where it is', async () => {
  house = await House.open(servers)
  const { east, west, ann, bob } = house
  const swap = await house.bothLocked('moved out')
  const fresh = keyOf('bob moved')
  const sequence = east.state.account(bob.key.account)?.sequence ?? 0
  const rotate: Operation = {
    kind: 'rotate',
    account: bob.key.account,
    sequence,
    keys: { keys: fresh.policy.keys, threshold: 1 },
  }
  const rotation = signed(east, { operations: [rotate] }, bob.key)
  // the language of the ledger has no word for closing: every other kind of operation does not decode
  const known = Array.from({ length: 256 }, (_, kind) => withKind(kind)).filter((bytes) => {
    const decoded = decodeTransaction(bytes)
    return decoded.ok || decoded.code !== 'operation_unknown'
  })
  expect(known).toHaveLength(Object.keys(WORDS).length)
  expect(Object.entries(WORDS).filter(([, does]) => does === 'closes an account')).toEqual([])
  await must(east, rotation)
  expect(
    await east.submit(signed(east, { operations: [{ kind: 'openAccount', policy: bob.key.policy }] }, bob.key)),
  ).toMatchObject({
    outcome: 'refused',
    code: 'account_exists',
  })
  await claim(west, swap.legB, secretOf('moved out'))
  await house.reach(swap.id, 'COMPLETED')
  expect([house.eur(bob), house.cny(ann)]).toEqual([1_000n, 8_000n])
  expect(await moving(east, bob.key, ann.key.account)).toMatchObject({ outcome: 'refused', code: 'signature_wrong' })
  expect(await moving(east, bob.key, bob.key.account, fresh)).toMatchObject({ outcome: 'committed' })
})

it('hash lock case 29: a rulebook changed while coins are locked binds the next lock and takes nothing from these', async () => {
  house = await House.open(servers, { registrars: true })
  const { east, west, ann, bob } = house
  const swap = await house.bothLocked('other rules')
  const { version, recoveryDelayMinMs } = east.genesis.rulebook
  const change = { kind: 'setRulebook', version: version + 1, lockMaxMs: 1_000, feeShareMaxPpm: 0, recoveryDelayMinMs } as const
  await must(east, signed(east, { operations: [change] }, eastBank))
  const condition = conditionOf(swap.legA)
  const again = await east.submit(lock(east, ann.key, { asset: EUR, amount: 1n, condition }))
  expect(again).toMatchObject({ outcome: 'refused', code: 'lock_too_long' })
  await claim(west, swap.legB, secretOf('other rules'))
  await house.reach(swap.id, 'COMPLETED')
  expect([house.eur(bob), house.cny(ann)]).toEqual([1_000n, 8_000n])
})
