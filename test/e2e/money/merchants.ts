// One order of three merchants, by the SDK over HTTP: sent in parts, accepted in parts, paid back in parts, returned in part and never sent at all. After every
// step each coin's books add up, and in the end every account has what they say, to the unit.
import { feeOnPart } from '@huitong/chain'
import { type OrderId, type Preimage, type Time, hexOf, lockOf } from '@huitong/primitives'
import {
  type Dto,
  type Party,
  acceptOffer,
  accountOf,
  agree,
  fund,
  legCoin,
  offerSplit,
  payoutLeg,
  rejectOrder,
  revealCode,
  signDelivered,
  systemEntropy,
  until,
} from '@huitong/sdk'
import { TAEL } from '../people.js'
import { isBalanced } from '../shop.js'
import { the, held, reached } from './bank.js'

const DAY = 24 * 3_600_000
type Milestone = Dto['MilestoneDto']

let buyer: Party
let silks: Party
let tea: Party
let ink: Party
let order: Dto['OrderDto']
/** What everybody had before, by account. */
const before = new Map<string, bigint>()
const code = hexOf<Preimage>(systemEntropy.bytes(32))
const ledger = () => the().stage.network.ledger(TAEL)
const feeTo = () => ({ id: accountOf(order.milestones[0]?.feeTo ?? '') })
const at = (number: number): Milestone => {
  const found = order.milestones[number]
  if (found === undefined) throw new Error(`milestone ${number}`)
  return found
}
/** Waits until a milestone is as it should be; whatever it is, its books add up. */
const reach = async (number: number, enough: (milestone: Milestone) => boolean): Promise<Milestone> => {
  order = await reached(buyer, order.id, ({ milestones }) => milestones.some((one) => one.milestone === number && enough(one)))
  expect(order.milestones.map(isBalanced)).toEqual([true, true, true, true])
  return at(number)
}
const inState = (number: number, ...states: readonly string[]) => reach(number, ({ state }) => states.includes(state))
const spend = async (by: Party, number: number, kind: 'release' | 'refund', amount: bigint): Promise<void> => {
  await by.spendLock(await ledger(), await legCoin(await ledger(), payoutLeg(at(number))), { kind, amount })
}

beforeAll(async () => {
  const { stage } = the()
  const people = await Promise.all(['Buyer', 'Silks', 'Tea', 'Ink'].map((name) => stage.person(name, [TAEL])))
  const [one, two, three, four] = people
  if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('four people')
  ;[buyer, silks, tea, ink] = [one, two, three, four]
  await stage.grant(buyer.account.id, TAEL, 50_000n)
  const now = await (await ledger()).now()
  const day = (days: number): string => new Date(now + days * DAY).toISOString()
  const part = (merchant: Party, amount: bigint, how: object) => ({
    merchant: merchant.id,
    payee: merchant.address,
    settle: { ledger: TAEL.ledger, asset: TAEL.asset },
    amount: `${amount}`,
    shipBy: day(3),
    deadline: day(12),
    latest: day(60),
    items: [{ name: 'goods', quantity: 1, amount: `${amount}` }],
    ...how,
  })
  const inspected = { inspectionMs: DAY }
  order = await buyer.hub.createOrder({
    buyer: buyer.id,
    payer: buyer.address,
    milestones: [
      part(silks, 10_001n, inspected),
      part(tea, 7_777n, { deliveryHash: lockOf(code) }),
      part(tea, 5_003n, inspected),
      part(ink, 3_331n, inspected),
    ],
  })
  for (const account of [buyer.account, silks.account, tea.account, ink.account, feeTo()])
    before.set(account.id, await held(the(), account, TAEL))
  for (const party of [buyer, silks, tea, ink]) await agree(party, order)
  order = await buyer.hub.order(order.id)
  await fund(buyer, order)
  await reached(buyer, order.id, ({ milestones }) => milestones.every(({ state }) => state === 'FUNDED'))
  order = await buyer.hub.order(order.id)
})

it('an order of several merchants: is paid in one transaction, a coin for each part, all of it counted', async () => {
  expect(order.state).toBe('FUNDED')
  expect(order.milestones.map(({ funded }) => funded)).toEqual(['10001', '7777', '5003', '3331'])
  expect(new Set(order.milestones.flatMap(({ legs }) => legs.map(({ fundedBy }) => fundedBy))).size).toBe(1)
  expect(await held(the(), buyer.account, TAEL)).toBe(50_000n - 26_112n)
})

it('an order of several merchants: parcels go one by one, each by its own merchant', async () => {
  await silks.hub.shipOrder(order.id, { milestone: 0, tracking: 'S-1' })
  await inState(0, 'SHIPPED')
  expect(order.milestones.map(({ state }) => state)).toEqual(['SHIPPED', 'FUNDED', 'FUNDED', 'FUNDED'])
  await expect(silks.hub.shipOrder(order.id, { milestone: 1 })).rejects.toMatchObject({ code: 'forbidden' })
})

it('an order of several merchants: one part is accepted in part, paid back in part as both agreed, and accepted for the rest', async () => {
  const fee = BigInt(at(0).fee)
  await spend(buyer, 0, 'release', 4_000n)
  const first = feeOnPart({ amount: 10_001n, fee }, 4_000n)
  expect(await reach(0, ({ remaining }) => remaining === '6001')).toMatchObject({
    state: 'SHIPPED',
    released: `${4_000n - first}`,
    fees: `${first}`,
  })
  const asked = await buyer.hub.requestRefund(order.id, {
    milestone: 0,
    party: buyer.id,
    amount: '1333',
    reason: 'one was torn',
  })
  const refund = asked.refunds[0]?.id ?? ''
  await silks.hub.answerRefund(order.id, refund, { milestone: 0, party: silks.id, answer: 'agree' })
  await spend(silks, 0, 'refund', 1_333n)
  const second = await reach(0, ({ refunded }) => refunded === '1333')
  order = await reached(buyer, order.id, ({ refunds }) => refunds[0]?.state === 'final')
  expect([second.remaining, order.refunds[0]?.amount]).toEqual(['4668', '1333'])
  const left = fee - first - feeOnPart({ amount: 6_001n, fee: fee - first }, 1_333n)
  await spend(buyer, 0, 'release', 4_668n)
  expect(await inState(0, 'SETTLED')).toMatchObject({
    released: `${4_000n - first + 4_668n - left}`,
    refunded: '1333',
    fees: `${first + left}`,
    remaining: '0',
  })
})

it('an order of several merchants: another is paid by the code at the door', async () => {
  await tea.hub.shipOrder(order.id, { milestone: 1 })
  await revealCode(tea, at(1), code)
  const fee = BigInt(at(1).fee)
  expect(await inState(1, 'SETTLED')).toMatchObject({ released: `${7_777n - fee}`, fees: `${fee}`, refunded: '0' })
})

it('an order of several merchants: a third comes, goes back in part, and is divided as both signed', async () => {
  const { coordinate: coin } = await legCoin(await ledger(), payoutLeg(at(2)))
  const chain = (await ledger()).chain
  const said = { chain, order: order.order as OrderId, milestone: 2, coin, at: await (await ledger()).now() }
  const delivered = await signDelivered(the().stage.network.carrier.signer, said)
  await tea.hub.shipOrder(order.id, { milestone: 2 })
  await tea.hub.deliveredOrder(order.id, { milestone: 2, delivered })
  await inState(2, 'INSPECTION')
  const { id } = await rejectOrder(buyer, order, { milestone: 2, claim: 'half of it is stale' })
  const opened = () => buyer.hub.dispute(id)
  const isOpen = ({ state }: Dto['DisputeDto']): boolean => state !== 'REQUESTED'
  await until(buyer.hub.http, `${id} to open`, opened, isOpen, { deadlineMs: 60_000, intervalMs: 20 })
  await tea.hub.stepReturn(id, { party: tea.id, step: 'authorise' })
  await buyer.hub.stepReturn(id, { party: buyer.id, step: 'ship', tracking: 'R-1' })
  await tea.hub.stepReturn(id, { party: tea.id, step: 'receive' })
  const offered = await offerSplit(tea, id, { toMerchant: 2_501n })
  await acceptOffer(buyer, offered, offered.offers.at(-1)?.id ?? '')
  const fee = feeOnPart({ amount: 5_003n, fee: BigInt(at(2).fee) }, 2_501n)
  expect(await inState(2, 'SETTLED', 'REFUNDED')).toMatchObject({
    released: `${2_501n - fee}`,
    refunded: '2502',
    fees: `${fee}`,
    remaining: '0',
  })
})

it('an order of several merchants: the last is never sent: its money comes home by itself when the deadline has passed', async () => {
  await the().house.admin.advanceClock((Date.parse(at(3).deadline) + 60_000) as Time)
  expect(await inState(3, 'REFUNDED')).toMatchObject({ released: '0', refunded: '3331', fees: '0', remaining: '0' })
})

it('an order of several merchants: in the end everybody has what the books say, and nothing is left over', async () => {
  const sum = (of: readonly Milestone[], what: 'funded' | 'released' | 'refunded' | 'fees'): bigint =>
    of.reduce((total, one) => total + BigInt(one[what]), 0n)
  const all = order.milestones
  const mine = ({ id }: Party): readonly Milestone[] => all.filter(({ merchant }) => merchant === id)
  const expected = new Map([
    [buyer.account.id, sum(all, 'refunded') - sum(all, 'funded')],
    [silks.account.id, sum(mine(silks), 'released')],
    [tea.account.id, sum(mine(tea), 'released')],
    [ink.account.id, 0n],
    [feeTo().id, sum(all, 'fees')],
  ])
  const found = new Map<string, bigint>()
  for (const [id, had] of before) found.set(id, (await held(the(), { id: id as typeof buyer.account.id }, TAEL)) - had)
  expect(found).toEqual(expected)
  expect([...found.values()].reduce((total, one) => total + one, 0n)).toBe(0n)
  expect(order).toMatchObject({ state: 'SETTLED', exceptions: [{ kind: 'shipment_late' }] })
})
