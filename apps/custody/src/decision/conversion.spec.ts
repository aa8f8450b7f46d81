// Conversions: leg B for a real leg A under a real offer, and nothing else. Each attack is a settlement process that lies.
import { coordinateOf, type HashLockCondition, type OfferStatement } from '@huitong/chain'
import type { LockConversionLeg } from '@huitong/contracts'
import { type AssetCode, type Coordinate, type HashLock, type Time, type TxId, hexOf, sha256, utf8 } from '@huitong/primitives'
import { HOUR, MINUTE, START, SILK, TEA, type World, offerOf, people, signedOffer, submit, world } from '../testing/world.js'

const HASH = hexOf<HashLock>(sha256(utf8('secret')))
const at = (milliseconds: number): Time => (START + milliseconds) as Time

function lockA(hub: World, change: Partial<HashLockCondition> & { readonly amount?: bigint } = {}): Coordinate {
  const { amount = 1_000n, ...rest } = change
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 5_000n)
  const condition: HashLockCondition = {
    kind: 'hashLock',
    hash: HASH,
    claimant: hub.liquidity,
    refundee: people.buyer.account,
    expiry: at(2 * HOUR),
    ...rest,
  }
  return hub.east.lock(people.buyer, from, amount, condition)
}

interface Asked {
  readonly offer?: Partial<OfferStatement>
  readonly signer?: typeof people.provider
  readonly terms?: Partial<LockConversionLeg['terms']>
  readonly request?: Partial<LockConversionLeg>
}

function asked(hub: World, coordinate: string, { offer, signer, terms, request }: Asked = {}): LockConversionLeg {
  return {
    conversion: `cnv_${'22'.repeat(16)}`,
    terms: {
      offer: signedOffer(offerOf(hub, offer), signer),
      quote: `qte_${'33'.repeat(16)}`,
      amountA: '1000',
      amountB: '1500',
      expiresAt: at(MINUTE),
      ...terms,
    },
    legA: { ledger: 'east', coordinate },
    ledgerB: 'west',
    claimant: people.buyer.account,
    expiryB: at(HOUR),
    validUntil: at(5 * MINUTE),
    ...request,
  }
}

describe('leg B of a conversion', () => {
  it('is signed as the offer says, and the ledger takes it', async () => {
    const hub = await world()
    const answer = await hub.custody.lockConversionLeg(asked(hub, lockA(hub)))
    const id = submit(hub, answer)
    const coin = hub.west.coins.get(coordinateOf(id as TxId, 0))
    expect(coin).toMatchObject({ asset: SILK, amount: 1_500n })
    const refundee = hub.liquidity
    expect(coin?.condition).toEqual({ kind: 'hashLock', hash: HASH, claimant: people.buyer.account, refundee, expiry: at(HOUR) })
    expect(hub.book.lines.map(({ action }) => action)).toEqual(['signed.lock-conversion-leg'])
  })

  it('pays the tax that the ledger’s rulebook in force asks beside it: to the unit, to the account that it names', async () => {
    const hub = await world()
    const to = people.carrier.account
    hub.west.state.rulebook = {
      ...hub.west.state.rulebook,
      assets: [{ asset: SILK, tier: 0, limits: [], counterparties: [], tax: { ppm: 33_333, to } }],
    }
    const id = submit(hub, await hub.custody.lockConversionLeg(asked(hub, lockA(hub)))) as TxId
    expect(hub.west.ownCoins(to, SILK).map(({ amount }) => amount)).toEqual([49n])
    expect(hub.west.coins.get(coordinateOf(id, 0))).toMatchObject({ asset: SILK, amount: 1_500n })
    const change = hub.west.ownCoins(hub.liquidity, SILK).reduce((sum, { amount }) => sum + amount, 0n)
    expect(change).toBe(100_000n - 1_500n - 49n)
  })

  it('answers the same bytes to the same request, before and after it is committed', async () => {
    const hub = await world()
    const request = asked(hub, lockA(hub))
    const first = await hub.custody.lockConversionLeg(request)
    expect(await hub.custody.lockConversionLeg(request)).toEqual(first)
    submit(hub, first)
    expect(await hub.custody.lockConversionLeg(request)).toEqual(first)
    hub.west.advance(11 * MINUTE)
    await hub.settler.settle('west')
    expect(await hub.custody.lockConversionLeg(request)).toEqual(first)
    expect(hub.book.signed).toHaveLength(1)
  })

  const attacks: readonly (readonly [string, string, (hub: World) => LockConversionLeg])[] = [
    ['without leg A', 'coin_not_final', (hub) => asked(hub, 'ee'.repeat(32))],
    [
      'with leg A on the wrong ledger',
      'coin_not_final',
      (hub) => asked(hub, 'ee'.repeat(32), { request: { legA: { ledger: 'west', coordinate: lockA(hub) } } }),
    ],
    ['with leg A paid to somebody else', 'coin_mismatch', (hub) => asked(hub, lockA(hub, { claimant: people.mallory.account }))],
    [
      'with a plain coin for leg A',
      'coin_mismatch',
      (hub) => asked(hub, hub.east.fund(people.issuer, TEA, hub.liquidity, 1_000n)),
    ],
    ['with leg A too small', 'coin_mismatch', (hub) => asked(hub, lockA(hub, { amount: 999n }))],
    [
      'with an offer signed by somebody else',
      'evidence_signature_invalid',
      (hub) => asked(hub, lockA(hub), { signer: people.mallory }),
    ],
    [
      'with an offer that was changed after it was signed',
      'evidence_signature_invalid',
      (hub) => {
        const request = asked(hub, lockA(hub))
        const cheaper = signedOffer(offerOf(hub, { numerator: 9n }))
        return { ...request, terms: { ...request.terms, amountB: '4500', offer: { ...request.terms.offer, body: cheaper.body } } }
      },
    ],
    [
      'with an offer of accounts we do not manage',
      'not_managed',
      (hub) =>
        asked(hub, lockA(hub), { offer: { give: { chain: hub.west.chain, asset: SILK, account: people.mallory.account } } }),
    ],
    [
      'with an offer that is paid elsewhere',
      'evidence_insufficient',
      (hub) =>
        asked(hub, lockA(hub), { offer: { take: { chain: hub.east.chain, asset: TEA, account: people.mallory.account } } }),
    ],
    [
      'with an offer for another ledger',
      'evidence_insufficient',
      (hub) => asked(hub, lockA(hub), { offer: { give: { chain: hub.east.chain, asset: SILK, account: hub.liquidity } } }),
    ],
    [
      'with an offer for another token',
      'coin_mismatch',
      (hub) =>
        asked(hub, lockA(hub), {
          offer: { take: { chain: hub.east.chain, asset: 'RICE' as AssetCode, account: hub.liquidity } },
        }),
    ],
    ['at a better rate than offered', 'limit_exceeded', (hub) => asked(hub, lockA(hub), { terms: { amountB: '1501' } })],
    ['above the offer’s bounds', 'limit_exceeded', (hub) => asked(hub, lockA(hub), { offer: { max: 999n } })],
    ['below the offer’s bounds', 'limit_exceeded', (hub) => asked(hub, lockA(hub), { offer: { min: 1_001n } })],
    ['above the inventory', 'limit_exceeded', (hub) => asked(hub, lockA(hub), { offer: { inventory: 1_499n } })],
    ['after the quote expired', 'too_late', (hub) => asked(hub, lockA(hub), { terms: { expiresAt: START } })],
    ['after the offer expired', 'too_late', (hub) => asked(hub, lockA(hub), { offer: { expiry: START } })],
    ['expiring as late as leg A', 'too_late', (hub) => asked(hub, lockA(hub), { request: { expiryB: at(2 * HOUR - 59_999) } })],
    [
      'valid for longer than ten minutes',
      'limit_exceeded',
      (hub) => asked(hub, lockA(hub), { request: { validUntil: at(10 * MINUTE + 1) } }),
    ],
    ['valid no more', 'too_late', (hub) => asked(hub, lockA(hub), { request: { validUntil: START - 1 } })],
    [
      'to an account of the hub',
      'conflict_of_interest',
      (hub) => asked(hub, lockA(hub), { request: { claimant: hub.keyring.fee.account } }),
    ],
    ['to nobody', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { request: { claimant: 'cd'.repeat(32) } })],
    [
      'out of an account with too little',
      'liquidity_short',
      (hub) =>
        asked(hub, lockA(hub, { amount: 5_000n }), {
          offer: { numerator: 60n, inventory: 150_001n },
          terms: { amountA: '5000', amountB: '100001' },
        }),
    ],
  ]

  it.each(attacks)('is not signed %s', async (_name, code, attack) => {
    const hub = await world()
    expect(await hub.custody.lockConversionLeg(attack(hub))).toMatchObject({ ok: false, code })
    expect(hub.book.signed).toEqual([])
    expect(hub.book.lines.map(({ action }) => action)).toEqual(['refused.lock-conversion-leg'])
  })

  it('is not signed a second time for one leg A, with other terms or another hash’s deal', async () => {
    const hub = await world()
    const legA = lockA(hub)
    expect(await hub.custody.lockConversionLeg(asked(hub, legA))).toMatchObject({ ok: true })
    const other = asked(hub, legA, { request: { claimant: people.mallory.account } })
    expect(await hub.custody.lockConversionLeg(other)).toMatchObject({ ok: false, code: 'outcome_already_signed' })
    const sameHash = asked(hub, lockA(hub))
    expect(await hub.custody.lockConversionLeg(sameHash)).toMatchObject({ ok: false, code: 'outcome_already_signed' })
    expect(hub.book.signed).toHaveLength(1)
  })

  it('counts what it gave under an offer, also when the offer is signed again', async () => {
    const hub = await world()
    const hash = (text: string) => hexOf<HashLock>(sha256(utf8(text)))
    const small = { offer: { inventory: 3_000n } }
    expect(await hub.custody.lockConversionLeg(asked(hub, lockA(hub, { hash: hash('1') }), small))).toMatchObject({ ok: true })
    expect(await hub.custody.lockConversionLeg(asked(hub, lockA(hub, { hash: hash('2') }), small))).toMatchObject({
      ok: false,
      code: 'liquidity_busy',
    })
    hub.west.fund(people.issuer, SILK, hub.liquidity, 10_000n)
    expect(await hub.custody.lockConversionLeg(asked(hub, lockA(hub, { hash: hash('2') }), small))).toMatchObject({ ok: true })
    hub.west.fund(people.issuer, SILK, hub.liquidity, 10_000n)
    const third = asked(hub, lockA(hub, { hash: hash('3') }), { offer: { inventory: 3_100n } })
    expect(await hub.custody.lockConversionLeg(third)).toMatchObject({ ok: false, code: 'limit_exceeded' })
  })

  it('never spends one coin twice, however many are asked for at once', async () => {
    const hub = await world()
    for (let i = 0; i < 4; i++) hub.west.fund(people.issuer, SILK, hub.liquidity, 2_000n)
    const legs = ['1', '2', '3', '4'].map((text) => lockA(hub, { hash: hexOf<HashLock>(sha256(utf8(text))) }))
    const answers = await Promise.all(legs.map((leg) => hub.custody.lockConversionLeg(asked(hub, leg))))
    for (const answer of answers) submit(hub, answer)
    expect(hub.west.ownCoins(hub.liquidity, SILK).reduce((sum, { amount }) => sum + amount, 0n)).toBe(102_000n)
  })
})

describe('the cancel of leg A', () => {
  const cancel = (coordinate: string, validUntil = at(5 * MINUTE)) => ({
    conversion: `cnv_${'22'.repeat(16)}`,
    legA: { ledger: 'east', coordinate },
    validUntil,
  })

  it('is signed where no leg B was, and pays the payer', async () => {
    const hub = await world()
    const id = submit(hub, await hub.custody.cancelConversionLeg(cancel(lockA(hub))))
    expect(hub.east.coins.get(coordinateOf(id as TxId, 0))).toMatchObject({
      amount: 1_000n,
      condition: { account: people.buyer.account },
    })
  })

  it('excludes leg B from then on', async () => {
    const hub = await world()
    const legA = lockA(hub)
    expect(await hub.custody.cancelConversionLeg(cancel(legA))).toMatchObject({ ok: true })
    expect(await hub.custody.lockConversionLeg(asked(hub, legA))).toMatchObject({ ok: false, code: 'outcome_already_signed' })
  })

  it('is not signed while leg B may come, and is once leg B is dead; its coins are free again', async () => {
    const hub = await world()
    const legA = lockA(hub)
    const lock = await hub.custody.lockConversionLeg(asked(hub, legA))
    expect(await hub.custody.cancelConversionLeg(cancel(legA))).toMatchObject({ ok: false, code: 'outcome_already_signed' })
    hub.west.advance(5 * MINUTE)
    expect(await hub.custody.cancelConversionLeg(cancel(legA, at(5 * MINUTE - 1)))).toMatchObject({
      code: 'outcome_already_signed',
    })
    hub.west.advance(1)
    submit(hub, await hub.custody.cancelConversionLeg(cancel(legA, at(5 * MINUTE - 2))))
    expect(() => submit(hub, lock)).toThrow(/valid_until_passed/)
    expect(hub.book.signed.map(({ state }) => state)).toEqual(['dead', 'live'])
  })

  it('is never signed once leg B is final', async () => {
    const hub = await world()
    const legA = lockA(hub)
    submit(hub, await hub.custody.lockConversionLeg(asked(hub, legA)))
    hub.west.advance(20 * MINUTE)
    expect(await hub.custody.cancelConversionLeg(cancel(legA))).toMatchObject({ ok: false, code: 'outcome_already_signed' })
  })

  it('is not signed while the ledger of leg B does not answer', async () => {
    const hub = await world()
    const legA = lockA(hub)
    await hub.custody.lockConversionLeg(asked(hub, legA))
    hub.west.advance(20 * MINUTE)
    hub.west.isUp = false
    expect(await hub.custody.cancelConversionLeg(cancel(legA))).toMatchObject({ ok: false, code: 'outcome_already_signed' })
  })

  it('is not signed for a lock that pays none of our accounts', async () => {
    const hub = await world()
    const legA = lockA(hub, { claimant: people.mallory.account })
    expect(await hub.custody.cancelConversionLeg(cancel(legA))).toMatchObject({ ok: false, code: 'not_managed' })
    expect(hub.book.signed).toEqual([])
  })
})
