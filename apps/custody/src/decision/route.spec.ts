// A conversion through a third token: each hop's leg answers the hop before, once, under the one hash; and what a lying settlement cannot get that way.
import { type HashLockCondition, coordinateOf } from '@huitong/chain'
import type { LockConversionLeg } from '@huitong/contracts'
import {
  type AccountId,
  type AssetCode,
  type Coordinate,
  type HashLock,
  type Time,
  type TxId,
  hexOf,
  sha256,
  utf8,
} from '@huitong/primitives'
import {
  BROKER,
  HOUR,
  MINUTE,
  SILK,
  START,
  TEA,
  type World,
  offerOf,
  people,
  signedOffer,
  submit,
  world,
} from '../testing/world.js'

const HASH = hexOf<HashLock>(sha256(utf8('secret')))
const GEM = 'GEM' as AssetCode
const at = (milliseconds: number): Time => (START + milliseconds) as Time

/** TEA in the east to SILK in the west by the provider, and SILK to GEM, back in the east, by the broker. */
async function routed() {
  const hub = await world()
  const opened = await hub.custody.openLiquidity({ provider: BROKER, owner: people.broker.account })
  if (!opened.ok) throw new Error(opened.code)
  const broker = opened.value.account as AccountId
  hub.east.fund(people.issuer, GEM, broker, 100_000n)
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 5_000n)
  const condition: HashLockCondition = {
    kind: 'hashLock',
    hash: HASH,
    claimant: hub.liquidity,
    refundee: people.buyer.account,
    expiry: at(3 * HOUR),
  }
  const legA = hub.east.lock(people.buyer, from, 1_000n, condition)
  return { hub, broker, legA }
}

const firstHop = (hub: World, legA: string, claimant: AccountId, change: Partial<LockConversionLeg> = {}): LockConversionLeg => ({
  conversion: `cnv_${'22'.repeat(16)}`,
  terms: {
    offer: signedOffer(offerOf(hub)),
    quote: `qte_${'33'.repeat(16)}`,
    amountA: '1000',
    amountB: '1500',
    expiresAt: at(MINUTE),
  },
  legA: { ledger: 'east', coordinate: legA },
  ledgerB: 'west',
  claimant,
  expiryB: at(2 * HOUR),
  validUntil: at(5 * MINUTE),
  ...change,
})

function secondHop(hub: World, broker: AccountId, leg: string, change: Partial<LockConversionLeg> = {}): LockConversionLeg {
  const offer = offerOf(hub, {
    offer: 'bb'.repeat(16),
    give: { chain: hub.east.chain, asset: GEM, account: broker },
    take: { chain: hub.west.chain, asset: SILK, account: broker },
    numerator: 2n,
    denominator: 1n,
  })
  return {
    conversion: `cnv_${'22'.repeat(16)}`,
    terms: {
      offer: signedOffer(offer, people.broker),
      quote: `qte_${'44'.repeat(16)}`,
      amountA: '1500',
      amountB: '3000',
      expiresAt: at(6 * MINUTE),
    },
    legA: { ledger: 'west', coordinate: leg },
    ledgerB: 'east',
    claimant: people.buyer.account,
    expiryB: at(HOUR),
    validUntil: at(6 * MINUTE),
    ...change,
  }
}

const coinOf = (id: string): Coordinate => coordinateOf(id as TxId, 0)

it('signs hop after hop under one hash, each out of its own provider’s account', async () => {
  const { hub, broker, legA } = await routed()
  const middle = coinOf(submit(hub, await hub.custody.lockConversionLeg(firstHop(hub, legA, broker))))
  expect(hub.west.coins.get(middle)).toMatchObject({ asset: SILK, amount: 1_500n })
  const last = coinOf(submit(hub, await hub.custody.lockConversionLeg(secondHop(hub, broker, middle))))
  expect(hub.east.coins.get(last)).toMatchObject({ asset: GEM, amount: 3_000n })
  expect(hub.east.coins.get(last)?.condition).toMatchObject({
    hash: HASH,
    claimant: people.buyer.account,
    refundee: broker,
    expiry: at(HOUR),
  })
})

it('signs no second way under the hash: not from another coin of the payer, not twice from the middle', async () => {
  const { hub, broker, legA } = await routed()
  const middle = coinOf(submit(hub, await hub.custody.lockConversionLeg(firstHop(hub, legA, broker))))
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 1_000n)
  const twin = hub.east.lock(people.buyer, from, 1_000n, {
    kind: 'hashLock',
    hash: HASH,
    claimant: hub.liquidity,
    refundee: people.buyer.account,
    expiry: at(3 * HOUR),
  })
  expect(await hub.custody.lockConversionLeg(firstHop(hub, twin, broker))).toMatchObject({ code: 'outcome_already_signed' })
  submit(hub, await hub.custody.lockConversionLeg(secondHop(hub, broker, middle)))
  const elsewhere = secondHop(hub, broker, middle, { claimant: people.mallory.account })
  expect(await hub.custody.lockConversionLeg(elsewhere)).toMatchObject({ code: 'outcome_already_signed' })
})

it.each([
  ['to the account that pays it', (hub: World) => hub.liquidity],
  ['to the hub’s fee account', (hub: World) => hub.keyring.fee.account],
])('locks nothing %s', async (_to, claimant) => {
  const { hub, legA } = await routed()
  expect(await hub.custody.lockConversionLeg(firstHop(hub, legA, claimant(hub)))).toMatchObject({ code: 'conflict_of_interest' })
})

it('locks the next hop only a margin before the one that pays for it, and gives a middle leg back only while nothing answers it', async () => {
  const { hub, broker, legA } = await routed()
  const middle = coinOf(submit(hub, await hub.custody.lockConversionLeg(firstHop(hub, legA, broker))))
  const late = secondHop(hub, broker, middle, { expiryB: at(2 * HOUR - 59_999) })
  expect(await hub.custody.lockConversionLeg(late)).toMatchObject({ code: 'too_late' })
  submit(hub, await hub.custody.lockConversionLeg(secondHop(hub, broker, middle)))
  const cancel = {
    conversion: `cnv_${'22'.repeat(16)}`,
    legA: { ledger: 'west', coordinate: middle },
    validUntil: at(5 * MINUTE),
  }
  expect(await hub.custody.cancelConversionLeg(cancel)).toMatchObject({ code: 'outcome_already_signed' })
})
