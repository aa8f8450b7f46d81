// Cross-token milestones: leg B for a real leg A, one fate for both, and no outcome that parts them.
import { prescribedOutputs } from '@huitong/chain'
import type { FundPairedLeg, HoldForDispute, RuleLeg } from '@huitong/contracts'
import { type Coordinate, type HashLock, type OrderId, type Preimage } from '@huitong/primitives'
import {
  HOUR,
  MINUTE,
  SILK,
  TEA,
  type World,
  offerOf,
  people,
  signedOffer,
  signedRuling,
  submit,
  world,
} from '../testing/world.js'
import { isSameShare } from './rule.js'

import { CODE, at, SOON, conditionB, lockA, asked, type Legs, funded, ruling, next, dropped, rule } from '../testing/pair.js'

describe('leg B of a milestone', () => {
  it('is signed as the offer and the order say, and the ledger takes it', async () => {
    const hub = await world()
    const { b } = await funded(hub)
    expect(hub.west.coins.get(b)).toMatchObject({ asset: SILK, amount: 1_500n, condition: conditionB(hub) })
  })

  const attacks: readonly (readonly [string, string, (hub: World) => FundPairedLeg])[] = [
    ['without leg A', 'coin_not_final', (hub) => asked(hub, 'ee'.repeat(32))],
    ['for a leg A that is not paired', 'coin_mismatch', (hub) => asked(hub, lockA(hub, { paired: false }))],
    ['for a leg A under another arbiter', 'not_managed', (hub) => asked(hub, lockA(hub, { arbiter: people.mallory.account }))],
    ['for a leg A paid to somebody else', 'coin_mismatch', (hub) => asked(hub, lockA(hub, { payee: people.mallory.account }))],
    ['for a leg A of another order', 'coin_mismatch', (hub) => asked(hub, lockA(hub, { order: '45'.repeat(16) as OrderId }))],
    ['for a leg A of another milestone', 'coin_mismatch', (hub) => asked(hub, lockA(hub, { milestone: 2 }))],
    ['for a leg A whose fee eats into the price', 'limit_exceeded', (hub) => asked(hub, lockA(hub, { fee: 2n }))],
    ['for another order', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { order: '45'.repeat(16) as OrderId })],
    ['under another code', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { deliveryHash: '77'.repeat(32) as HashLock })],
    ['not paired', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { paired: false })],
    ['released by default', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { default: 'release' })],
    ['under another arbiter', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { arbiter: people.mallory.account })],
    ['with a fee for somebody else', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { feeTo: people.mallory.account })],
    ['from another payer', 'coin_mismatch', (hub) => asked(hub, lockA(hub), { payer: people.provider.account })],
    ['to an account of the hub', 'conflict_of_interest', (hub) => asked(hub, lockA(hub), { payee: hub.keyring.fee.account })],
    ['falling due with leg A', 'too_late', (hub) => asked(hub, lockA(hub), { deadline: at(12 * HOUR) })],
    ['held as long as leg A', 'too_late', (hub) => asked(hub, lockA(hub), { latest: at(48 * HOUR) })],
    ['with a condition that does not decode', 'evidence_insufficient', (hub) => asked(hub, lockA(hub), {}, { conditionB: '00' })],
    [
      'under an offer of somebody else',
      'evidence_signature_invalid',
      (hub) => {
        const request = asked(hub, lockA(hub))
        return { ...request, terms: { ...request.terms, offer: signedOffer(offerOf(hub), people.mallory) } }
      },
    ],
  ]

  it.each(attacks)('is not signed %s', async (_name, code, attack) => {
    const hub = await world()
    expect(await hub.custody.fundPairedLeg(attack(hub))).toMatchObject({ ok: false, code })
    expect(hub.book.signed).toEqual([])
    expect(hub.book.lines.map(({ action }) => action)).toEqual(['refused.fund-paired-leg'])
  })
})

describe('leg A whose leg B never came', () => {
  const drop = (a: Coordinate): HoldForDispute => ({
    coin: { ledger: 'east', coordinate: a },
    ground: 'unpaired',
    deadline: at(13 * HOUR),
    dropDeliveryHash: true,
    validUntil: SOON,
  })
  const back = (a: Coordinate): RuleLeg => ({
    ground: 'unpaired',
    coin: { ledger: 'east', coordinate: a },
    toPayee: '0',
    evidence: [],
    validUntil: SOON,
  })

  it('loses its code, goes back whole, and is not answered any more', async () => {
    const hub = await world()
    const a = lockA(hub)
    const held = next(await hub.custody.holdForDispute(drop(a)), hub)
    expect(await hub.custody.fundPairedLeg(asked(hub, a))).toMatchObject({ ok: false })
    expect(await hub.custody.fundPairedLeg(asked(hub, held))).toMatchObject({ ok: false })
    expect(await hub.custody.ruleLeg({ ...back(held), toPayee: '1' })).toMatchObject({ code: 'evidence_insufficient' })
    const paid = next(await hub.custody.ruleLeg(back(held)), hub)
    expect(hub.east.coins.get(paid)).toMatchObject({ amount: 1_000n, condition: { account: people.buyer.account } })
  })

  it('is not touched while leg B may come or has come', async () => {
    const hub = await world()
    const a = lockA(hub)
    const answer = await hub.custody.fundPairedLeg(asked(hub, a))
    expect(await hub.custody.holdForDispute(drop(a))).toMatchObject({ code: 'outcome_already_signed' })
    submit(hub, answer)
    hub.west.advance(11 * MINUTE)
    expect(await hub.custody.holdForDispute(drop(a))).toMatchObject({ code: 'outcome_already_signed' })
  })

  it('is let go once leg B’s transaction is dead', async () => {
    const hub = await world()
    const a = lockA(hub)
    await hub.custody.fundPairedLeg(asked(hub, a))
    hub.west.advance(5 * MINUTE + 1)
    expect(await hub.custody.holdForDispute({ ...drop(a), validUntil: at(9 * MINUTE) })).toMatchObject({ ok: true })
  })
})

describe('a ruling over a pair', () => {
  it('drops both codes, then gives both legs the same share', async () => {
    const hub = await world()
    const legs = await funded(hub)
    const signed = signedRuling(ruling(hub, legs, { a: 400n, b: 600n }), people.opera, people.operb)
    const held = await dropped(hub, legs, signed)
    submit(hub, await hub.custody.ruleLeg(rule('b', held, 600n, signed)))
    submit(hub, await hub.custody.ruleLeg(rule('a', held, 400n, signed)))
    const merchant = hub.west.ownCoins(people.merchant.account, SILK).map(({ amount }) => amount)
    expect(merchant).toEqual([594n])
    expect(hub.east.ownCoins(people.buyer.account, TEA).map(({ amount }) => amount)).toEqual([600n])
  })

  it('may come from buyer and merchant themselves', async () => {
    const hub = await world()
    const legs = await funded(hub)
    const signed = signedRuling(ruling(hub, legs, { a: 0n, b: 0n }), people.buyer, people.merchant)
    const held = await dropped(hub, legs, signed)
    expect(await hub.custody.ruleLeg(rule('a', held, 0n, signed))).toMatchObject({ code: 'evidence_signature_invalid' })
    submit(hub, await hub.custody.ruleLeg(rule('a', held, 0n, signed, 'consent')))
    submit(hub, await hub.custody.ruleLeg(rule('b', held, 0n, signed, 'consent')))
  })

  it.each([
    ['one operator', () => [people.opera]],
    ['the same operator twice', () => [people.opera, people.opera]],
    ['an operator and somebody', () => [people.opera, people.mallory]],
    ['the provider and the merchant', () => [people.provider, people.merchant]],
    ['nobody', () => []],
  ])('is not executed when signed by %s', async (_name, who) => {
    const hub = await world()
    const legs = await funded(hub)
    const signed = signedRuling(ruling(hub, legs, { a: 1_000n, b: 1_500n }), ...who())
    for (const ground of ['ruling', 'consent'] as const) {
      expect(await hub.custody.ruleLeg(rule('b', legs, 1_500n, signed, ground))).toMatchObject({ ok: false })
      expect(
        await hub.custody.holdForDispute({
          coin: { ledger: 'west', coordinate: legs.b },
          ground: 'basis',
          basis: signed,
          deadline: at(11 * HOUR),
          dropDeliveryHash: true,
          validUntil: SOON,
        }),
      ).toMatchObject({ ok: false })
    }
    expect(hub.book.signed).toHaveLength(1)
  })

  it('is not executed with different shares, another amount, a missing pair, or the code still alive', async () => {
    const hub = await world()
    const legs = await funded(hub)
    const sign = (parts: { a: bigint; b: bigint }) => signedRuling(ruling(hub, legs, parts), people.opera, people.operb)
    const fair = sign({ a: 400n, b: 600n })
    expect(await hub.custody.ruleLeg(rule('b', legs, 600n, fair))).toMatchObject({ code: 'evidence_insufficient' })
    const held = await dropped(hub, legs, fair)
    const refused = async (request: RuleLeg) => expect(await hub.custody.ruleLeg(request)).toMatchObject({ ok: false })
    await refused(rule('b', held, 600n, sign({ a: 500n, b: 600n })))
    await refused(rule('b', held, 601n, fair))
    const { pair: _left, ...alone } = rule('b', held, 600n, fair)
    await refused(alone)
    await refused({ ...rule('b', held, 600n, fair), pair: { ledger: 'east', coordinate: legs.a } })
    await refused({ ...rule('b', held, 600n, fair), ground: 'unpaired', toPayee: '0' })
    await refused({ ...rule('b', held, 1_500n, fair), ground: 'silence' })
    expect(hub.book.signed.filter(({ kind }) => kind === 'rule-leg')).toEqual([])
  })

  it('after the code took one leg, only a full release is signed for the other', async () => {
    const hub = await world()
    const legs = await funded(hub)
    const split = signedRuling(ruling(hub, legs, { a: 0n, b: 0n }), people.opera, people.operb)
    const release = signedRuling(ruling(hub, legs, { a: 1_000n, b: 1_500n }), people.opera, people.operb)
    const coin = hub.west.coins.get(legs.b)
    const outputs = coin === undefined ? undefined : prescribedOutputs(coin, { kind: 'code' })
    if (outputs?.ok !== true) throw new Error('a coin with a code')
    hub.west.send({ inputs: [{ coin: legs.b, path: { kind: 'code' } }], outputs: outputs.value }, [], [CODE])
    const drop = await hub.custody.holdForDispute({
      coin: { ledger: 'east', coordinate: legs.a },
      ground: 'basis',
      basis: split,
      deadline: at(20 * HOUR),
      dropDeliveryHash: true,
      validUntil: SOON,
    })
    const held = { ...legs, a: next(drop, hub) }
    expect(await hub.custody.ruleLeg(rule('a', held, 0n, split))).toMatchObject({ code: 'conflict_of_interest' })
    submit(hub, await hub.custody.ruleLeg(rule('a', held, 1_000n, release)))
  })

  it('gives the second leg no other share than the first, whatever is signed later', async () => {
    const hub = await world()
    const legs = await funded(hub)
    const fair = signedRuling(ruling(hub, legs, { a: 400n, b: 600n }), people.opera, people.operb)
    const held = await dropped(hub, legs, fair)
    expect(await hub.custody.ruleLeg(rule('b', held, 600n, fair))).toMatchObject({ ok: true })
    const other = signedRuling(ruling(hub, legs, { a: 0n, b: 0n }), people.opera, people.operb)
    expect(await hub.custody.ruleLeg(rule('a', held, 0n, other))).toMatchObject({ code: 'outcome_already_signed' })
    expect(await hub.custody.ruleLeg(rule('b', held, 0n, other))).toMatchObject({ code: 'outcome_already_signed' })
  })
})

describe('a leg whose twin the code took', () => {
  const SPLIT = { a: 0n, b: 0n }
  function reveal(sim: World['east'], coordinate: Coordinate, code: Preimage = CODE): void {
    const coin = sim.coins.get(coordinate)
    const outputs = coin === undefined ? undefined : prescribedOutputs(coin, { kind: 'code' })
    if (outputs?.ok !== true) throw new Error('a coin with a code')
    sim.send({ inputs: [{ coin: coordinate, path: { kind: 'code' } }], outputs: outputs.value }, [], [code])
  }
  /** One leg is held for a ruling that is never executed; its hash is dropped, unless it shall stay. */
  async function droppedOn(hub: World, side: 'a' | 'b', legs: Legs, dropDeliveryHash = true): Promise<Legs> {
    const drop = await hub.custody.holdForDispute({
      coin: side === 'a' ? { ledger: 'east', coordinate: legs.a } : { ledger: 'west', coordinate: legs.b },
      ground: 'basis',
      basis: signedRuling(ruling(hub, legs, SPLIT), people.opera, people.operb),
      deadline: at(side === 'a' ? 20 * HOUR : 18 * HOUR),
      dropDeliveryHash,
      validUntil: SOON,
    })
    return { ...legs, [side]: next(drop, hub) }
  }
  const released = (side: 'a' | 'b', legs: Legs): RuleLeg => rule(side, legs, side === 'a' ? 1_000n : 1_500n, [], 'code_spent')

  it.each(['a', 'b'] as const)('is released whole on what the ledgers show: leg %s', async (side) => {
    const hub = await world()
    const legs = await funded(hub)
    const held = await droppedOn(hub, side, legs)
    if (side === 'a') reveal(hub.west, held.b)
    else reveal(hub.east, held.a)
    submit(hub, await hub.custody.ruleLeg(released(side, held)))
    const [sim, asset, payee, amount] =
      side === 'a'
        ? ([hub.east, TEA, hub.liquidity, 1_000n] as const)
        : ([hub.west, SILK, people.merchant.account, 1_485n] as const)
    expect(sim.ownCoins(payee, asset).map((coin) => coin.amount)).toEqual([amount])
  })

  it('also where holds left the hashes and both coins have other coordinates', async () => {
    const hub = await world()
    const held = await droppedOn(hub, 'b', await droppedOn(hub, 'a', await funded(hub), false), false)
    reveal(hub.west, held.b)
    submit(hub, await hub.custody.ruleLeg(released('a', held)))
  })

  const attacks: readonly (readonly [string, string, (hub: World, legs: Legs) => Promise<RuleLeg>])[] = [
    ['while the other leg is not spent', 'evidence_insufficient', async (_hub, legs) => released('a', legs)],
    [
      'in part',
      'evidence_insufficient',
      async (hub, legs) => {
        // without its hash the ledger itself would take any share
        const held = await droppedOn(hub, 'a', legs)
        reveal(hub.west, held.b)
        return rule('a', held, 999n, [], 'code_spent')
      },
    ],
    [
      'back',
      'evidence_insufficient',
      async (hub, legs) => {
        // without its hash the ledger itself would take any share
        const held = await droppedOn(hub, 'a', legs)
        reveal(hub.west, held.b)
        return rule('a', held, 0n, [], 'code_spent')
      },
    ],
    [
      'without naming the other leg',
      'evidence_insufficient',
      async (hub, legs) => {
        reveal(hub.west, legs.b)
        const { pair: _left, ...alone } = released('a', legs)
        return alone
      },
    ],
    [
      'when a hold, and not the code, spent the other leg',
      'evidence_insufficient',
      async (hub, legs) => {
        await droppedOn(hub, 'b', legs)
        return released('a', legs)
      },
    ],
    [
      'when the other leg went back by default',
      'evidence_insufficient',
      async (hub, legs) => {
        hub.west.advance(11 * HOUR)
        const coin = hub.west.coins.get(legs.b)
        const outputs = coin === undefined ? undefined : prescribedOutputs(coin, { kind: 'default' })
        if (outputs?.ok !== true) throw new Error('a coin with a default')
        hub.west.send({ inputs: [{ coin: legs.b, path: { kind: 'default' } }], outputs: outputs.value }, [])
        return released('a', legs)
      },
    ],
    [
      'for a spend of another order under the same code',
      'coin_mismatch',
      async (hub, legs) => {
        const from = hub.west.fund(people.issuer, SILK, people.mallory.account, 5n)
        const fake = conditionB(hub, { payer: people.mallory.account, fee: 0n, order: '45'.repeat(16) as OrderId })
        const coordinate = hub.west.lock(people.mallory, from, 5n, fake)
        reveal(hub.west, coordinate)
        return { ...released('a', legs), pair: { ledger: 'west', coordinate } }
      },
    ],
    [
      'for a spend of somebody’s coin that calls itself the same milestone',
      'coin_mismatch',
      async (hub, legs) => {
        const from = hub.west.fund(people.issuer, SILK, people.mallory.account, 5n)
        const coordinate = hub.west.lock(people.mallory, from, 5n, conditionB(hub, { payer: people.mallory.account, fee: 0n }))
        reveal(hub.west, coordinate)
        return { ...released('a', legs), pair: { ledger: 'west', coordinate } }
      },
    ],
    [
      'for a leg A that custody never paired',
      'evidence_insufficient',
      async (hub, legs) => {
        reveal(hub.west, legs.b)
        return released('a', { ...legs, a: lockA(hub) })
      },
    ],
    [
      'with itself as the other leg',
      'coin_mismatch',
      async (_hub, legs) => ({ ...released('a', legs), pair: { ledger: 'east', coordinate: legs.a } }),
    ],
    [
      'while the other ledger does not answer',
      'ledger_unavailable',
      async (hub, legs) => {
        reveal(hub.west, legs.b)
        hub.west.isUp = false
        return released('a', legs)
      },
    ],
  ]

  it.each(attacks)('is not released %s', async (_name, code, attack) => {
    const hub = await world()
    const request = await attack(hub, await funded(hub))
    expect(await hub.custody.ruleLeg(request)).toMatchObject({ ok: false, code })
    expect(hub.book.signed.filter(({ kind }) => kind === 'rule-leg')).toEqual([])
  })
})

it.each([
  [{ a: 1_000n, b: 1_500n }, true],
  [{ a: 0n, b: 0n }, true],
  [{ a: 333n, b: 500n }, true],
  [{ a: 334n, b: 500n }, true],
  [{ a: 336n, b: 500n }, false],
  [{ a: 1_000n, b: 0n }, false],
])('equal shares up to rounding: %o is %s', (parts, isSame) => {
  const split = (toPayee: bigint, amount: bigint) => ({ root: '', toPayee, amount })
  expect(isSameShare(split(parts.a, 1_000n), split(parts.b, 1_500n))).toBe(isSame)
})
