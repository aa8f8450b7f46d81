// Holds, rulings over single coins, anchors and withdrawals: each on its evidence, and each attack without a signature.
import {
  type ApprovalStatement,
  type EscrowCondition,
  coordinateOf,
  disputeHash,
  prescribedOutputs,
  withdrawalHash,
} from '@huitong/chain'
import type { HoldForDispute, HoldForInspection, RuleLeg, WithdrawLiquidity } from '@huitong/contracts'
import { type MilestoneTerms, type OrderTerms, canonicalText, orderTermsHash } from '@huitong/protocol'
import type { AccountId, Amount, Coordinate, OrderId, Time, TxId } from '@huitong/primitives'
import {
  HOUR,
  MINUTE,
  PROVIDER,
  SILK,
  START,
  TEA,
  type World,
  people,
  signedApproval,
  signedDelivery,
  signedRuling,
  submit,
  world,
} from '../testing/world.js'

const ORDER = '44'.repeat(16) as OrderId
const at = (milliseconds: number): Time => (START + milliseconds) as Time
const SOON = at(5 * MINUTE)
const WINDOW = 20 * HOUR

function conditionOf(hub: World, change: Partial<EscrowCondition> = {}): EscrowCondition {
  return {
    kind: 'escrow',
    order: ORDER,
    milestone: 1,
    payer: people.buyer.account,
    payee: people.merchant.account,
    arbiter: hub.keyring.arbiter.account,
    fee: 10n,
    feeTo: hub.keyring.fee.account,
    deadline: at(12 * HOUR),
    default: 'refund',
    latest: at(72 * HOUR),
    paired: false,
    held: false,
    ...change,
  }
}

function fundedCoin(hub: World, change: Partial<EscrowCondition> = {}): Coordinate {
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 1_000n)
  return hub.east.lock(people.buyer, from, 1_000n, conditionOf(hub, change))
}

function termsOf(hub: World, change: Partial<MilestoneTerms> = {}): OrderTerms {
  const { fee, feeTo, payer, payee, arbiter, deadline, latest } = conditionOf(hub)
  const leg = { chain: hub.east.chain, asset: TEA, amount: 1_000n as Amount, fee, feeTo, payer, payee, arbiter, deadline, latest }
  const milestone: MilestoneTerms = {
    milestone: 1,
    merchant: 'pty_merchant',
    fundBy: at(HOUR),
    shipBy: at(2 * HOUR),
    transitMs: HOUR,
    disputeMs: 24 * HOUR,
    confirmation: { kind: 'inspection', inspectionMs: WINDOW },
    legs: { kind: 'single', leg },
    ...change,
  }
  return { order: ORDER, buyer: 'pty_buyer', agreeBy: at(HOUR), details: '99'.repeat(32), milestones: [milestone] }
}

const approval = (hash: string, account: AccountId, subject: ApprovalStatement['subject'] = 'orderTerms'): ApprovalStatement => ({
  subject,
  account,
  hash,
  validUntil: at(24 * HOUR),
})

const agreedBy = (terms: OrderTerms, ...who: (typeof people.buyer)[]) =>
  who.map((one) => signedApproval(approval(orderTermsHash(terms), one.account), one))

function inspection(
  hub: World,
  coordinate: Coordinate,
  change: Partial<HoldForInspection> = {},
  terms = termsOf(hub),
): HoldForInspection {
  const delivered = { chain: hub.east.chain, order: ORDER, milestone: 1, coin: coordinate, at: START }
  return {
    coin: { ledger: 'east', coordinate },
    delivered: signedDelivery(delivered),
    terms: canonicalText(terms),
    agreed: agreedBy(terms, people.buyer, people.merchant),
    validUntil: SOON,
    ...change,
  }
}

describe('the hold for inspection', () => {
  it('gives the buyer the agreed window and makes release the default', async () => {
    const hub = await world()
    const id = submit(hub, await hub.custody.holdForInspection(inspection(hub, fundedCoin(hub))))
    const held = conditionOf(hub, { held: true, default: 'release', deadline: at(WINDOW) })
    expect(hub.east.coins.get(coordinateOf(id as TxId, 0))?.condition).toEqual(held)
  })

  const attacks: readonly (readonly [string, string, (hub: World) => HoldForInspection])[] = [
    ['for a coin that does not exist', 'coin_not_final', (hub) => inspection(hub, 'ee'.repeat(32) as Coordinate)],
    [
      'for a coin of another arbiter',
      'not_managed',
      (hub) => inspection(hub, fundedCoin(hub, { arbiter: people.mallory.account })),
    ],
    ['for the hub’s own money', 'conflict_of_interest', (hub) => inspection(hub, fundedCoin(hub, { payee: hub.liquidity }))],
    [
      'on the word of no carrier',
      'evidence_signature_invalid',
      (hub) => {
        const coordinate = fundedCoin(hub)
        const said = { chain: hub.east.chain, order: ORDER, milestone: 1, coin: coordinate, at: START }
        return inspection(hub, coordinate, { delivered: signedDelivery(said, people.merchant) })
      },
    ],
    [
      'on a carrier’s word over another coin',
      'coin_mismatch',
      (hub) => {
        const said = { chain: hub.east.chain, order: ORDER, milestone: 1, coin: fundedCoin(hub), at: START }
        return inspection(hub, fundedCoin(hub), { delivered: signedDelivery(said) })
      },
    ],
    [
      'on a carrier’s word over another ledger',
      'coin_mismatch',
      (hub) => {
        const coordinate = fundedCoin(hub)
        const said = { chain: hub.west.chain, order: ORDER, milestone: 1, coin: coordinate, at: START }
        return inspection(hub, coordinate, { delivered: signedDelivery(said) })
      },
    ],
    [
      'on terms that only the merchant approved',
      'evidence_insufficient',
      (hub) => inspection(hub, fundedCoin(hub), { agreed: agreedBy(termsOf(hub), people.merchant, people.merchant) }),
    ],
    [
      'on an approval in the buyer’s name by somebody else',
      'evidence_signature_invalid',
      (hub) => {
        const forged = signedApproval(approval(orderTermsHash(termsOf(hub)), people.buyer.account), people.mallory)
        return inspection(hub, fundedCoin(hub), { agreed: [forged, ...agreedBy(termsOf(hub), people.merchant)] })
      },
    ],
    [
      'on other terms than were approved',
      'evidence_insufficient',
      (hub) => {
        const shorter = termsOf(hub, { confirmation: { kind: 'inspection', inspectionMs: 1 } })
        return inspection(hub, fundedCoin(hub), { terms: canonicalText(shorter) })
      },
    ],
    [
      'on terms that are not in canonical text',
      'evidence_insufficient',
      (hub) => inspection(hub, fundedCoin(hub), { terms: ` ${canonicalText(termsOf(hub))}` }),
    ],
    [
      'on terms without a window',
      'evidence_insufficient',
      (hub) =>
        inspection(hub, fundedCoin(hub), {}, termsOf(hub, { confirmation: { kind: 'code', hash: '77'.repeat(32) as never } })),
    ],
    [
      'for a coin that is not the one of the terms',
      'coin_mismatch',
      (hub) => inspection(hub, fundedCoin(hub, { latest: at(73 * HOUR) })),
    ],
    [
      'for a coin that a code opens',
      'coin_mismatch',
      (hub) => inspection(hub, fundedCoin(hub, { deliveryHash: '77'.repeat(32) as never })),
    ],
  ]

  it.each(attacks)('is not signed %s', async (_name, code, attack) => {
    const hub = await world()
    expect(await hub.custody.holdForInspection(attack(hub))).toMatchObject({ ok: false, code })
    expect(hub.book.signed).toEqual([])
    expect(hub.book.lines).toHaveLength(1)
  })

  it('is not signed again for the coin it made, nor after the deadline', async () => {
    const hub = await world()
    const coordinate = fundedCoin(hub)
    const id = submit(hub, await hub.custody.holdForInspection(inspection(hub, coordinate)))
    expect(await hub.custody.holdForInspection(inspection(hub, coordinateOf(id as TxId, 0)))).toMatchObject({
      code: 'coin_mismatch',
    })
    const late = fundedCoin(hub)
    hub.east.advance(12 * HOUR)
    const request = inspection(hub, late, { validUntil: at(12 * HOUR + MINUTE) })
    expect(await hub.custody.holdForInspection(request)).toMatchObject({ code: 'too_late' })
  })
})

describe('the hold for a dispute', () => {
  const dispute = (
    hub: World,
    coordinate: Coordinate,
    who: typeof people.buyer,
    change: Partial<HoldForDispute> = {},
  ): HoldForDispute => ({
    coin: { ledger: 'east', coordinate },
    opened: signedApproval(approval(disputeHash({ order: ORDER, milestone: 1 }), who.account, 'dispute'), who),
    deadline: at(30 * HOUR),
    dropDeliveryHash: false,
    validUntil: SOON,
    ...change,
  })

  it.each(['buyer', 'merchant'] as const)('is signed on the word of the %s', async (name) => {
    const hub = await world()
    const coordinate = fundedCoin(hub)
    const id = submit(hub, await hub.custody.holdForDispute(dispute(hub, coordinate, people[name])))
    expect(hub.east.coins.get(coordinateOf(id as TxId, 0))?.condition).toMatchObject({
      held: true,
      deadline: at(30 * HOUR),
      default: 'refund',
    })
  })

  const attacks: readonly (readonly [string, string, (hub: World, coin: Coordinate) => HoldForDispute])[] = [
    ['on a stranger’s word', 'evidence_insufficient', (hub, coin) => dispute(hub, coin, people.mallory)],
    [
      'on nobody’s word',
      'evidence_insufficient',
      (hub, coin) => {
        const { opened: _nobody, ...rest } = dispute(hub, coin, people.buyer)
        return rest
      },
    ],
    [
      'in the buyer’s name by somebody else',
      'evidence_signature_invalid',
      (hub, coin) =>
        dispute(hub, coin, people.buyer, {
          opened: signedApproval(
            approval(disputeHash({ order: ORDER, milestone: 1 }), people.buyer.account, 'dispute'),
            people.mallory,
          ),
        }),
    ],
    [
      'over another milestone',
      'evidence_insufficient',
      (hub, coin) =>
        dispute(hub, coin, people.buyer, {
          opened: signedApproval(
            approval(disputeHash({ order: ORDER, milestone: 2 }), people.buyer.account, 'dispute'),
            people.buyer,
          ),
        }),
    ],
    [
      'on an approval of something else',
      'evidence_insufficient',
      (hub, coin) =>
        dispute(hub, coin, people.buyer, {
          opened: signedApproval(
            approval(disputeHash({ order: ORDER, milestone: 1 }), people.buyer.account, 'acceptance'),
            people.buyer,
          ),
        }),
    ],
    ['beyond the latest', 'too_late', (hub, coin) => dispute(hub, coin, people.buyer, { deadline: at(72 * HOUR + 1) })],
    ['backwards', 'too_late', (hub, coin) => dispute(hub, coin, people.buyer, { deadline: at(12 * HOUR) })],
    [
      'dropping the code besides',
      'evidence_insufficient',
      (hub, coin) => dispute(hub, coin, people.buyer, { dropDeliveryHash: true }),
    ],
    ['as if it were leg A of a pair', 'coin_mismatch', (hub, coin) => dispute(hub, coin, people.buyer, { ground: 'unpaired' })],
  ]

  it.each(attacks)('is not signed %s', async (_name, code, attack) => {
    const hub = await world()
    expect(await hub.custody.holdForDispute(attack(hub, fundedCoin(hub)))).toMatchObject({ ok: false, code })
    expect(hub.book.signed).toEqual([])
  })

  it('shuts out the inspection hold on the same coin, until it is dead', async () => {
    const hub = await world()
    const coordinate = fundedCoin(hub)
    expect(await hub.custody.holdForDispute(dispute(hub, coordinate, people.buyer))).toMatchObject({ ok: true })
    expect(await hub.custody.holdForInspection(inspection(hub, coordinate))).toMatchObject({ code: 'outcome_already_signed' })
    hub.east.advance(5 * MINUTE + 1)
    expect(await hub.custody.holdForInspection(inspection(hub, coordinate, { validUntil: at(9 * MINUTE) }))).toMatchObject({
      ok: true,
    })
  })
})

describe('a ruling over a single coin', () => {
  function ruled(hub: World, coordinate: Coordinate, toPayee: bigint, validUntil = at(24 * HOUR)) {
    const path = { kind: 'rule', toPayee } as const
    const coin = hub.east.coins.get(coordinate)
    const outputs = coin === undefined ? undefined : prescribedOutputs(coin, path)
    if (outputs?.ok !== true) throw new Error('a coin to rule')
    const leg = { chain: hub.east.chain, coin: coordinate, path, outputs: outputs.value, validUntil }
    return { order: ORDER, outcome: 'split', reasons: '66'.repeat(32), legs: [leg] } as const
  }
  const rule = (
    coordinate: Coordinate,
    toPayee: bigint,
    evidence: RuleLeg['evidence'],
    change: Partial<RuleLeg> = {},
  ): RuleLeg => ({
    ground: 'ruling',
    coin: { ledger: 'east', coordinate },
    toPayee: toPayee.toString(),
    evidence,
    validUntil: SOON,
    ...change,
  })

  it('is executed to the unit, and its hash is anchored', async () => {
    const hub = await world()
    const coordinate = fundedCoin(hub)
    const evidence = signedRuling(ruled(hub, coordinate, 300n), people.opera, people.operb)
    submit(hub, await hub.custody.ruleLeg(rule(coordinate, 300n, evidence)))
    expect(hub.east.ownCoins(people.merchant.account, TEA).map(({ amount }) => amount)).toEqual([297n])
    const anchor = { ledger: 'west', ruling: evidence, validUntil: SOON }
    submit(hub, await hub.custody.anchorRuling(anchor))
    expect(
      await hub.custody.anchorRuling({ ...anchor, ruling: [...evidence.slice(0, 1), ...evidence.slice(0, 1)] }),
    ).toMatchObject({ code: 'evidence_signature_invalid' })
  })

  it('numbers anchors one after another, also before the first is committed', async () => {
    const hub = await world()
    const evidence = (toPayee: bigint) => signedRuling(ruled(hub, fundedCoin(hub), toPayee), people.opera, people.operb)
    const answers = [await hub.custody.anchorRuling({ ledger: 'east', ruling: evidence(1n), validUntil: SOON })]
    answers.push(await hub.custody.anchorRuling({ ledger: 'east', ruling: evidence(2n), validUntil: SOON }))
    for (const answer of answers) submit(hub, answer)
  })

  const attacks: readonly (readonly [string, string, (hub: World, coin: Coordinate) => RuleLeg])[] = [
    [
      'with another amount',
      'coin_mismatch',
      (hub, coin) => rule(coin, 301n, signedRuling(ruled(hub, coin, 300n), people.opera, people.operb)),
    ],
    [
      'over another coin',
      'coin_mismatch',
      (hub, coin) => rule(coin, 300n, signedRuling(ruled(hub, fundedCoin(hub), 300n), people.opera, people.operb)),
    ],
    [
      'of another order',
      'coin_mismatch',
      (hub, coin) =>
        rule(
          coin,
          300n,
          signedRuling({ ...ruled(hub, coin, 300n), order: '45'.repeat(16) as OrderId }, people.opera, people.operb),
        ),
    ],
    [
      'with outputs of its own',
      'evidence_insufficient',
      (hub, coin) => {
        const honest = ruled(hub, coin, 300n)
        const legs = honest.legs.map((leg) => ({ ...leg, outputs: leg.outputs.slice(1) }))
        return rule(coin, 300n, signedRuling({ ...honest, legs }, people.opera, people.operb))
      },
    ],
    [
      'that is no longer valid',
      'too_late',
      (hub, coin) => rule(coin, 300n, signedRuling(ruled(hub, coin, 300n, at(MINUTE)), people.opera, people.operb)),
    ],
    [
      'signed by one operator',
      'evidence_signature_invalid',
      (hub, coin) => rule(coin, 300n, signedRuling(ruled(hub, coin, 300n), people.opera)),
    ],
    [
      'in two parts',
      'evidence_insufficient',
      (hub, coin) =>
        rule(coin, 300n, [
          ...signedRuling(ruled(hub, coin, 300n), people.opera),
          ...signedRuling(ruled(hub, coin, 301n), people.operb),
        ]),
    ],
    ['without evidence', 'evidence_insufficient', (_hub, coin) => rule(coin, 300n, [])],
    [
      'on the ledger of another',
      'coin_not_final',
      (hub, coin) =>
        rule(coin, 300n, signedRuling(ruled(hub, coin, 300n), people.opera, people.operb), {
          coin: { ledger: 'west', coordinate: coin },
        }),
    ],
    [
      'as consent of operators',
      'evidence_signature_invalid',
      (hub, coin) => rule(coin, 300n, signedRuling(ruled(hub, coin, 300n), people.opera, people.operb), { ground: 'consent' }),
    ],
    [
      'as silence',
      'evidence_insufficient',
      (hub, coin) =>
        rule(coin, 1_000n, signedRuling(ruled(hub, coin, 1_000n), people.opera, people.operb), { ground: 'silence' }),
    ],
    ['as if leg B had not come', 'coin_mismatch', (_hub, coin) => rule(coin, 0n, [], { ground: 'unpaired' })],
    [
      'for more than ten minutes',
      'limit_exceeded',
      (hub, coin) =>
        rule(coin, 300n, signedRuling(ruled(hub, coin, 300n), people.opera, people.operb), { validUntil: at(10 * MINUTE + 1) }),
    ],
  ]

  it.each(attacks)('is not executed %s', async (_name, code, attack) => {
    const hub = await world()
    expect(await hub.custody.ruleLeg(attack(hub, fundedCoin(hub)))).toMatchObject({ ok: false, code })
    expect(hub.book.signed).toEqual([])
  })

  it('is not executed over money of the hub', async () => {
    const hub = await world()
    const coordinate = fundedCoin(hub, { payee: hub.liquidity })
    const evidence = signedRuling(ruled(hub, coordinate, 1_000n), people.opera, people.operb)
    expect(await hub.custody.ruleLeg(rule(coordinate, 1_000n, evidence))).toMatchObject({ code: 'conflict_of_interest' })
  })

  it('has one outcome; another only after the first is dead and the coin unspent', async () => {
    const hub = await world()
    const coordinate = fundedCoin(hub)
    const evidence = (toPayee: bigint) => signedRuling(ruled(hub, coordinate, toPayee), people.opera, people.operb)
    const first = await hub.custody.ruleLeg(rule(coordinate, 300n, evidence(300n)))
    const second = rule(coordinate, 0n, evidence(0n))
    expect(await hub.custody.ruleLeg(second)).toMatchObject({ code: 'outcome_already_signed' })
    expect(await hub.custody.ruleLeg(rule(coordinate, 300n, evidence(300n), { validUntil: at(6 * MINUTE) }))).toEqual(first)
    hub.east.advance(5 * MINUTE + 1)
    submit(hub, await hub.custody.ruleLeg({ ...second, validUntil: at(9 * MINUTE) }))
    expect(await hub.custody.ruleLeg(rule(coordinate, 300n, evidence(300n), { validUntil: at(8 * MINUTE) }))).toMatchObject({
      code: 'coin_spent',
    })
  })
})

describe('a withdrawal', () => {
  function withdrawal(hub: World, who: typeof people.provider, change: Partial<WithdrawLiquidity> = {}): WithdrawLiquidity {
    const hash = withdrawalHash({ provider: PROVIDER, chain: hub.west.chain, asset: SILK, amount: 700n })
    const signed = signedApproval(approval(hash, people.provider.account, 'withdraw'), who)
    return { provider: PROVIDER, ledger: 'west', asset: SILK, amount: '700', approval: signed, ...change }
  }

  it('goes to the provider’s own account, once', async () => {
    const hub = await world()
    const request = withdrawal(hub, people.provider)
    const answer = await hub.custody.withdraw(request)
    submit(hub, answer)
    expect(hub.west.ownCoins(people.provider.account, SILK).map(({ amount }) => amount)).toEqual([700n])
    hub.west.advance(30 * MINUTE)
    expect(await hub.custody.withdraw(request)).toEqual(answer)
    expect(hub.book.signed).toHaveLength(1)
  })

  it.each([
    ['on a stranger’s word', 'evidence_signature_invalid', (hub: World) => withdrawal(hub, people.mallory)],
    ['of another amount', 'evidence_insufficient', (hub: World) => withdrawal(hub, people.provider, { amount: '701' })],
    ['from another ledger', 'evidence_insufficient', (hub: World) => withdrawal(hub, people.provider, { ledger: 'east' })],
    [
      'for another provider',
      'not_managed',
      (hub: World) => withdrawal(hub, people.provider, { provider: `pty_${'12'.repeat(16)}` }),
    ],
  ] as const)('is not signed %s', async (_name, code, attack) => {
    const hub = await world()
    expect(await hub.custody.withdraw(attack(hub))).toMatchObject({ ok: false, code })
    expect(hub.book.signed).toEqual([])
  })

  it('liquidity is opened for a provider’s own account only', async () => {
    const hub = await world()
    const other = `pty_${'12'.repeat(16)}`
    expect(await hub.custody.openLiquidity({ provider: other, owner: people.mallory.account })).toMatchObject({
      code: 'evidence_insufficient',
    })
    expect(await hub.custody.openLiquidity({ provider: PROVIDER, owner: people.mallory.account })).toMatchObject({
      code: 'evidence_insufficient',
    })
    expect(await hub.custody.accounts()).toMatchObject({
      ok: true,
      value: { accounts: [{}, {}, { provider: PROVIDER, ledgers: ['east', 'west'] }] },
    })
  })
})
