// The hold for inspection over a leg of several coins: the carrier's word over one of them holds the others, and no coin that is owed back.
import { type EscrowCondition } from '@huitong/chain'
import { type MilestoneTerms, type OrderTerms, canonicalText, orderTermsHash } from '@huitong/protocol'
import type { Amount, Coordinate, OrderId, Time } from '@huitong/primitives'
import { HOUR, MINUTE, START, TEA, type World, people, signedApproval, signedDelivery, world } from '../testing/world.js'

const ORDER = '44'.repeat(16) as OrderId
const at = (milliseconds: number): Time => (START + milliseconds) as Time

const conditionOf = (hub: World, fee: bigint, change: Partial<EscrowCondition> = {}): EscrowCondition => ({
  kind: 'escrow',
  order: ORDER,
  milestone: 0,
  payer: people.buyer.account,
  payee: people.merchant.account,
  arbiter: hub.keyring.arbiter.account,
  fee,
  feeTo: hub.keyring.fee.account,
  deadline: at(12 * HOUR),
  default: 'refund',
  latest: at(72 * HOUR),
  paired: false,
  held: false,
  ...change,
})
const part = (hub: World, amount: bigint, fee: bigint, change: Partial<EscrowCondition> = {}): Coordinate =>
  hub.east.lock(
    people.buyer,
    hub.east.fund(people.issuer, TEA, people.buyer.account, amount),
    amount,
    conditionOf(hub, fee, change),
  )

function termsOf(hub: World, payment?: MilestoneTerms['payment']): OrderTerms {
  const { feeTo, payer, payee, arbiter, deadline, latest } = conditionOf(hub, 10n)
  const leg = {
    chain: hub.east.chain,
    asset: TEA,
    amount: 1_000n as Amount,
    fee: 10n,
    feeTo,
    payer,
    payee,
    arbiter,
    deadline,
    latest,
  }
  const milestone: MilestoneTerms = {
    milestone: 0,
    merchant: 'pty_merchant',
    fundBy: at(HOUR),
    shipBy: at(2 * HOUR),
    transitMs: HOUR,
    disputeMs: 24 * HOUR,
    confirmation: { kind: 'inspection', inspectionMs: 20 * HOUR },
    legs: { kind: 'single', leg },
    ...(payment === undefined ? {} : { payment }),
  }
  return { order: ORDER, buyer: 'pty_buyer', agreeBy: at(HOUR), details: '99'.repeat(32), milestones: [milestone] }
}

function hold(hub: World, coins: { readonly named: Coordinate; readonly held: Coordinate }, payment?: MilestoneTerms['payment']) {
  const terms = termsOf(hub, payment)
  const agreed = [people.buyer, people.merchant].map((one) =>
    signedApproval({ subject: 'orderTerms', account: one.account, hash: orderTermsHash(terms), validUntil: at(24 * HOUR) }, one),
  )
  return hub.custody.holdForInspection({
    coin: { ledger: 'east', coordinate: coins.held },
    delivered: signedDelivery({ chain: hub.east.chain, order: ORDER, milestone: 0, coin: coins.named, at: START }),
    terms: canonicalText(terms),
    agreed,
    validUntil: at(5 * MINUTE),
  })
}

it('holds every coin of a sum that is not more than the amount', async () => {
  const hub = await world()
  const [first, second] = [part(hub, 400n, 10n), part(hub, 600n, 0n)]
  expect(await hold(hub, { named: first, held: first }, { under: 'top-up' })).toMatchObject({ ok: true })
  expect(await hold(hub, { named: first, held: second }, { under: 'top-up' })).toMatchObject({ ok: true })
})

it('holds no third half: two by two none is too much, together they are', async () => {
  const hub = await world()
  const [first, second, third] = [part(hub, 500n, 5n), part(hub, 500n, 5n), part(hub, 500n, 5n)]
  expect(await hold(hub, { named: first, held: first }, { under: 'top-up' })).toMatchObject({ ok: true })
  expect(await hold(hub, { named: first, held: second }, { under: 'top-up' })).toMatchObject({ ok: true })
  for (const named of [first, third])
    expect(await hold(hub, { named, held: third }, { under: 'top-up' })).toMatchObject({ ok: false, code: 'coin_mismatch' })
})

it('where more is accepted the last coin may go over the amount, and no other comes after it', async () => {
  const hub = await world()
  const over = { under: 'top-up', over: 'accept' } as const
  const first = part(hub, 400n, 4n)
  const last = part(hub, 700n, 6n)
  hub.east.advance(MINUTE)
  const beyond = part(hub, 10n, 0n)
  expect(await hold(hub, { named: first, held: first }, over)).toMatchObject({ ok: true })
  expect(await hold(hub, { named: first, held: last }, over)).toMatchObject({ ok: true })
  expect(await hold(hub, { named: first, held: beyond }, over)).toMatchObject({ ok: false, code: 'coin_mismatch' })
})

it('holds one coin of the amount and not another beside it, whatever a second word of the carrier says', async () => {
  const hub = await world()
  const [leg, owedBack] = [part(hub, 1_000n, 10n), part(hub, 1_000n, 10n)]
  expect(await hold(hub, { named: leg, held: leg })).toMatchObject({ ok: true })
  expect(await hold(hub, { named: owedBack, held: owedBack })).toMatchObject({ ok: false, code: 'coin_mismatch' })
})

it.each<[string, bigint, Partial<EscrowCondition>, MilestoneTerms['payment']]>([
  ['where the terms let no coins add up', 600n, {}, undefined],
  ['where they accept less but add nothing up', 600n, {}, { under: 'accept' }],
  ['that would be more than the amount with it', 601n, {}, { under: 'top-up' }],
  ['of another milestone', 600n, { milestone: 1 }, { under: 'top-up' }],
  ['under other terms', 600n, { latest: at(71 * HOUR) }, { under: 'top-up' }],
])('does not hold on a word over a coin %s', async (_name, amount, change, payment) => {
  const hub = await world()
  const named = part(hub, 400n, 10n, change)
  const held = part(hub, amount, 0n)
  expect(await hold(hub, { named, held }, payment)).toMatchObject({ ok: false, code: 'coin_mismatch' })
})
