// Custody on a running hub, asked by somebody who has taken over another process: with settlement's own credentials it signs nothing without
// the evidence, whatever the decision; with anybody else's it cannot even be asked.
import { encodeCondition } from '@huitong/chain'
import {
  type Command,
  custodyAccounts,
  custodyAnchorRuling,
  custodyCancelConversionLeg,
  custodyFundPairedLeg,
  custodyHoldForDispute,
  custodyHoldForInspection,
  custodyLockConversionLeg,
  custodyOpenLiquidity,
  custodyRuleLeg,
  custodyWithdraw,
} from '@huitong/contracts'
import { DataFolder } from '@huitong/launcher'
import { Bus, log } from '@huitong/platform'
import { type Preimage, hexOf, sha256, toHex, utf8 } from '@huitong/primitives'
import type { Party } from '@huitong/sdk'
import { placeOrder } from '../../apps/cli/src/demo/shop.js'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { type House, faultsIn, openHouse } from './house.js'
import { POINT, TAEL, settle } from './people.js'

const NOBODY = '11'.repeat(16)
const VALID_MS = 60_000

let house: House
let stage: Stage
let mallory: Party
let settlement: Bus
/** An open escrow coin under the hub's arbiter. */
let coin: { ledger: string; coordinate: string }
let now: number

function busOf(role: string): Promise<Bus> {
  const port = house.hub.status().find((unit) => unit.role === 'nats')?.port
  return Bus.connect({
    url: `nats://127.0.0.1:${port}`,
    role,
    user: role,
    password: new DataFolder(house.folder).secret(`nats:${role}`),
  })
}

beforeAll(async () => {
  // every refused subject would be a warning of ours
  log.configure({ level: 'silent' })
  house = await openHouse()
  stage = await settle(house)
  const buyer = await stage.person('buyer', [TAEL, POINT])
  const merchant = await stage.person('merchant', [TAEL])
  mallory = await stage.person('mallory', [TAEL])
  await stage.grant(buyer.account.id, TAEL, 1000n)
  const code = hexOf<Preimage>(sha256(utf8('code')))
  const order = await placeOrder(stage, { buyer, merchant, amount: 1000n, item: 'tea', code })
  coin = { ledger: TAEL.ledger, coordinate: order.milestones[0]?.legs[0]?.coordinate ?? '' }
  now = await (await stage.network.ledger(TAEL)).now()
  settlement = await busOf('settlement')
})

afterAll(async () => {
  log.configure({ level: 'warn' })
  await settlement?.close()
  await house?.close()
})

/** A statement that somebody signed, over something else. */
const forged = () => ({ body: '00', publicKey: mallory.account.signer.publicKey, signature: '00'.repeat(64) })
const twice = () => [forged(), forged()]
const terms = () => ({ offer: forged(), quote: `qte_${NOBODY}`, amountA: '1', amountB: '1000000', expiresAt: now + VALID_MS })
const validUntil = (): number => now + VALID_MS
const toMallory = (): string => toHex(encodeCondition({ kind: 'account', account: mallory.account.id }))

type Asked = readonly [string, Command<object, unknown, string>, () => Record<string, unknown>]

/** What | the command | a request that has everything but the evidence. */
const DECISIONS: readonly Asked[] = [
  [
    'leg B of a conversion',
    custodyLockConversionLeg,
    () => ({
      conversion: `cnv_${NOBODY}`,
      terms: terms(),
      legA: coin,
      ledgerB: TAEL.ledger,
      claimant: mallory.account.id,
      expiryB: now + VALID_MS,
      validUntil: validUntil(),
    }),
  ],
  [
    'the cancel of leg A',
    custodyCancelConversionLeg,
    () => ({ conversion: `cnv_${NOBODY}`, legA: coin, validUntil: validUntil() }),
  ],
  [
    'leg B of a milestone',
    custodyFundPairedLeg,
    () => ({
      order: `ord_${NOBODY}`,
      milestone: 0,
      terms: terms(),
      legA: coin,
      ledgerB: TAEL.ledger,
      conditionB: toMallory(),
      validUntil: validUntil(),
    }),
  ],
  [
    'a hold for inspection',
    custodyHoldForInspection,
    () => ({ coin, delivered: forged(), terms: '{}', agreed: twice(), validUntil: validUntil() }),
  ],
  [
    'a hold for a dispute',
    custodyHoldForDispute,
    () => ({ coin, opened: forged(), deadline: now + 20 * 24 * 3_600_000, dropDeliveryHash: false, validUntil: validUntil() }),
  ],
  [
    'a hold that drops the code',
    custodyHoldForDispute,
    () => ({
      coin,
      ground: 'basis',
      basis: twice(),
      deadline: now + 20 * 24 * 3_600_000,
      dropDeliveryHash: true,
      validUntil: validUntil(),
    }),
  ],
  [
    'a hold of an unpaired leg',
    custodyHoldForDispute,
    () => ({ coin, ground: 'unpaired', deadline: now + 20 * 24 * 3_600_000, dropDeliveryHash: true, validUntil: validUntil() }),
  ],
  ...(['ruling', 'consent', 'silence', 'unpaired'] as const).map((ground): Asked => [
    `a split by ${ground}`,
    custodyRuleLeg,
    () => ({ ground, coin, toPayee: '0', evidence: twice(), terms: '{}', validUntil: validUntil() }),
  ]),
  ['a ruling’s anchor', custodyAnchorRuling, () => ({ ledger: TAEL.ledger, ruling: twice(), validUntil: validUntil() })],
  [
    'a withdrawal',
    custodyWithdraw,
    () => ({ provider: stage.network.provider.id, ledger: TAEL.ledger, asset: TAEL.asset, amount: '1000', approval: forged() }),
  ],
  [
    'another owner of the provider’s liquidity',
    custodyOpenLiquidity,
    () => ({ provider: stage.network.provider.id, owner: mallory.account.id }),
  ],
]

/** Decisions about another kind of coin than the one that stands in escrow here: custody reads the coin itself. */
const LOCKED_OTHERWISE = new Set([
  'leg B of a conversion',
  'the cancel of leg A',
  'a hold for inspection',
  'a hold of an unpaired leg',
  'a split by unpaired',
])

it('answers settlement at all', async () => {
  const answer = await settlement.call(custodyAccounts, {})
  expect(answer).toMatchObject({ ok: true })
})

describe('with settlement’s credentials, without evidence, custody does not sign', () => {
  for (const [name, command, request] of DECISIONS)
    it(name, async () => {
      const answer = await settlement.call(command, request(), { deadlineMs: 30_000 })
      // custody's own judgement: not a fault, not an absence, not a slip in the form of the request
      expect(answer).toMatchObject({ ok: false, code: LOCKED_OTHERWISE.has(name) ? 'coin_mismatch' : 'evidence_insufficient' })
    })
})

describe('with the credentials of', () => {
  const others = ['gateway', 'identity', 'auditor', 'ledger-shanxi', 'ledger-jiangnan']
  it.each(others)('%s custody cannot be asked', async (role) => {
    const bus = await busOf(role)
    try {
      for (const command of [custodyAccounts, ...DECISIONS.map(([, asked]) => asked)])
        expect(await bus.call(command, {}, { deadlineMs: 5_000 })).toMatchObject({ ok: false, code: 'unavailable' })
    } finally {
      await bus.close()
    }
  })
})

it('the escrow has not moved, nor the liquidity', async () => {
  const ledger = await stage.network.ledger(TAEL)
  const { spent } = await ledger.provenCoin(coin.coordinate as Parameters<typeof ledger.provenCoin>[0])
  expect(spent).toBeUndefined()
  expect(await ledger.balances(mallory.account.id)).toEqual([])
  expect(faultsIn(house.folder)).toEqual([])
})
