// Agreed terms outlive the keys that approved them, and nobody gets terms kept that the accounts named in them have not approved.
import { type EscrowCondition, coordinateOf } from '@huitong/chain'
import type { HoldForInspection, KeepTerms, SignedStatement } from '@huitong/contracts'
import { type MilestoneTerms, type OrderTerms, canonicalText, orderTermsHash } from '@huitong/protocol'
import type { Amount, ChainId, Coordinate, OrderId, Time, TxId } from '@huitong/primitives'
import { type Person, person } from '@huitong/testing'
import { HOUR, MINUTE, START, TEA, type World, people, signedApproval, signedDelivery, submit, world } from '../testing/world.js'

const ORDER = '44'.repeat(16) as OrderId
const at = (milliseconds: number): Time => (START + milliseconds) as Time
const WINDOW = 20 * HOUR

const escrow = (hub: World): EscrowCondition => ({
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
})

function termsOf(hub: World, inspectionMs = WINDOW, chain: ChainId = hub.east.chain): OrderTerms {
  const { fee, feeTo, payer, payee, arbiter, deadline, latest } = escrow(hub)
  const milestone: MilestoneTerms = {
    milestone: 1,
    merchant: 'pty_merchant',
    fundBy: at(HOUR),
    shipBy: at(2 * HOUR),
    transitMs: HOUR,
    disputeMs: 24 * HOUR,
    confirmation: { kind: 'inspection', inspectionMs },
    legs: {
      kind: 'single',
      leg: { chain, asset: TEA, amount: 1_000n as Amount, fee, feeTo, payer, payee, arbiter, deadline, latest },
    },
  }
  return { order: ORDER, buyer: 'pty_buyer', agreeBy: at(HOUR), details: '99'.repeat(32), milestones: [milestone] }
}

const approved = (terms: OrderTerms, account: Person, by: Person = account): SignedStatement =>
  signedApproval({ subject: 'orderTerms', account: account.account, hash: orderTermsHash(terms), validUntil: at(24 * HOUR) }, by)
const keeping = (terms: OrderTerms, agreed?: SignedStatement[]): KeepTerms => ({
  terms: canonicalText(terms),
  agreed: agreed ?? [approved(terms, people.buyer), approved(terms, people.merchant)],
})

function rotate(hub: World, who: Person): void {
  const keys = { keys: [person(`${who.name} with a new key`).publicKey], threshold: 1 }
  const sequence = hub.east.state.account(who.account)?.sequence ?? 0
  hub.east.send({ operations: [{ kind: 'rotate', account: who.account, sequence, keys }] }, [who])
}

/** The carrier delivers a coin of these terms, and settlement asks for the hold with the approvals that it has. */
function delivered(hub: World, coordinate: Coordinate, terms: OrderTerms): HoldForInspection {
  return {
    coin: { ledger: 'east', coordinate },
    delivered: signedDelivery({ chain: hub.east.chain, order: ORDER, milestone: 1, coin: coordinate, at: START }),
    ...keeping(terms),
    validUntil: at(5 * MINUTE),
  }
}

function funded(hub: World): Coordinate {
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 1_000n)
  return hub.east.lock(people.buyer, from, 1_000n, escrow(hub))
}

it('agree, keep, rotate both keys, deliver: the hold is signed', async () => {
  const hub = await world()
  const terms = termsOf(hub)
  const coin = funded(hub)
  expect(await hub.custody.keepTerms(keeping(terms))).toEqual({
    ok: true,
    value: { order: ORDER, hash: orderTermsHash(terms) },
  })
  rotate(hub, people.merchant)
  rotate(hub, people.buyer)
  const id = submit(hub, await hub.custody.holdForInspection(delivered(hub, coin, terms)))
  expect(hub.east.coins.get(coordinateOf(id as TxId, 0))?.condition).toMatchObject({ default: 'release', deadline: at(WINDOW) })
})

it.each(['buyer', 'merchant'] as const)('without keeping, a new key of the %s ends in no hold', async (name) => {
  const hub = await world()
  const coin = funded(hub)
  rotate(hub, people[name])
  expect(await hub.custody.holdForInspection(delivered(hub, coin, termsOf(hub)))).toMatchObject({
    code: 'evidence_signature_invalid',
  })
})

it('kept terms stand for themselves alone: other terms of the order need their own approvals', async () => {
  const hub = await world()
  const coin = funded(hub)
  await hub.custody.keepTerms(keeping(termsOf(hub)))
  const shorter = termsOf(hub, 1)
  rotate(hub, people.merchant)
  const request = { ...delivered(hub, coin, shorter), agreed: keeping(termsOf(hub)).agreed }
  expect(await hub.custody.holdForInspection(request)).toMatchObject({ code: 'evidence_insufficient' })
  expect(await hub.custody.keepTerms({ ...keeping(shorter), agreed: keeping(termsOf(hub)).agreed })).toMatchObject({ ok: false })
  expect(hub.book.terms).toHaveLength(1)
})

it('keeping again answers the same and changes nothing, also when the keys have changed since', async () => {
  const hub = await world()
  const terms = termsOf(hub)
  const first = await hub.custody.keepTerms(keeping(terms))
  rotate(hub, people.buyer)
  expect(await hub.custody.keepTerms(keeping(terms))).toEqual(first)
  expect(await hub.custody.keepTerms(keeping(terms, [approved(terms, people.mallory), approved(terms, people.mallory)]))).toEqual(
    first,
  )
  expect(hub.book.terms).toMatchObject([{ hash: orderTermsHash(terms), approvals: keeping(terms).agreed }])
  expect(hub.book.lines.map(({ action }) => action)).toEqual(['kept.terms'])
})

const attacks: readonly (readonly [string, string, (hub: World) => KeepTerms])[] = [
  [
    'whose approvals are over another hash',
    'evidence_insufficient',
    (hub) => ({ ...keeping(termsOf(hub, 1)), agreed: keeping(termsOf(hub)).agreed }),
  ],
  [
    'that strangers approved',
    'evidence_insufficient',
    (hub) => keeping(termsOf(hub), [approved(termsOf(hub), people.mallory), approved(termsOf(hub), people.provider)]),
  ],
  [
    'that the merchant approved twice',
    'evidence_insufficient',
    (hub) => keeping(termsOf(hub), [approved(termsOf(hub), people.merchant), approved(termsOf(hub), people.merchant)]),
  ],
  [
    'approved in the buyer’s name by somebody else',
    'evidence_signature_invalid',
    (hub) =>
      keeping(termsOf(hub), [approved(termsOf(hub), people.buyer, people.mallory), approved(termsOf(hub), people.merchant)]),
  ],
  [
    'approved with a key that is no longer the merchant’s',
    'evidence_signature_invalid',
    (hub) => {
      rotate(hub, people.merchant)
      return keeping(termsOf(hub))
    },
  ],
  [
    'of a milestone whose merchant has not approved, beside one whose merchant has',
    'evidence_insufficient',
    (hub) => {
      const [one] = termsOf(hub).milestones
      if (one?.legs.kind !== 'single') throw new Error('a single coin')
      const leg = { ...one.legs.leg, payee: people.provider.account }
      const terms = { ...termsOf(hub), milestones: [one, { ...one, milestone: 2, legs: { kind: 'single', leg } as const }] }
      return keeping(terms)
    },
  ],
  ['of a ledger that is not ours', 'coin_mismatch', (hub) => keeping(termsOf(hub, WINDOW, 'ab'.repeat(32) as ChainId))],
  [
    'in another spelling',
    'evidence_insufficient',
    (hub) => ({ ...keeping(termsOf(hub)), terms: ` ${canonicalText(termsOf(hub))}` }),
  ],
  ['without milestones', 'evidence_insufficient', (hub) => keeping({ ...termsOf(hub), milestones: [] })],
]

it.each(attacks)('terms are not kept %s', async (_name, code, attack) => {
  const hub = await world()
  expect(await hub.custody.keepTerms(attack(hub))).toMatchObject({ ok: false, code })
  expect(hub.book.terms).toEqual([])
  expect(hub.book.lines.map(({ action }) => action)).toEqual(['refused.keep-terms'])
})

it('nothing is decided while a ledger is away', async () => {
  const hub = await world()
  hub.east.isUp = false
  expect(await hub.custody.keepTerms(keeping(termsOf(hub)))).toMatchObject({ code: 'ledger_unavailable' })
  expect(hub.book.lines).toEqual([])
})
