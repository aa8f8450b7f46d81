// kill -9 of one process after another while orders are under way: the supervisor brings it back, every order comes to its end, every step that
// was acknowledged has happened once, and no unit is missing. What a client was not told is unknown to it, and has happened once or never.
import { type Dto, type Party, type SignedTransaction, signTransaction, systemEntropy } from '@huitong/sdk'
import { type Time, toHex } from '@huitong/primitives'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { call } from './call.js'
import { type House, openHouse } from './house.js'
import { Journal } from './journal.js'
import { POINT, TAEL, settle } from './people.js'
import { type Paid, finish, milestoneOf, pay } from './purchase.js'

const ROLES = ['gateway', 'ledger-shanxi', 'settlement', 'custody', 'identity', 'nats', 'postgres'] as const
const BUYERS = 24
/** Every third order is paid in another token than the merchant's: two ledgers, two legs, a provider's signature. */
const isAcross = (buyer: number): boolean => buyer % 3 === 0
const IN_FLIGHT = 20
const FINISH_MS = 60_000
const PRICE = 50_00n
/** Payments sent without insisting, beside the orders. */
const PAYMENTS = 30
const PACE_MS = 100

let house: House
let stage: Stage
let buyers: Party[]
let merchant: Party
let payer: Party
const journal = new Journal()
const settled: Dto['OrderDto'][] = []
const payments = new Map<string, SignedTransaction>()

beforeAll(async () => {
  house = await openHouse()
  stage = await settle(house)
  merchant = await stage.person('merchant', [TAEL])
  payer = await stage.person('payer', [TAEL])
  buyers = await Promise.all(
    Array.from({ length: BUYERS }, (_, index) => stage.person(`buyer ${index}`, isAcross(index) ? [TAEL, POINT] : [TAEL])),
  )
  for (const [index, { account }] of buyers.entries())
    await stage.grant(account.id, isAcross(index) ? POINT : TAEL, 2n * PRICE * BigInt(ROLES.length))
})

afterAll(() => house?.close())

/** Payments of the payer to itself, each of a coin of its own, signed beforehand. */
async function preparePayments(role: string): Promise<readonly string[]> {
  const ledger = await stage.network.ledger(TAEL)
  const condition = { kind: 'account', account: payer.account.id } as const
  const outputs = Array.from({ length: PAYMENTS }, () => ({ asset: TAEL.asset, amount: 1n, condition }))
  const { coins } = await stage.network.issuer(TAEL).issue(ledger, TAEL.asset, outputs)
  const validUntil = ((await ledger.now()) + 10 * 60_000) as Time
  const names: string[] = []
  for (const [index, coin] of coins.entries()) {
    const name = `payment ${role} ${index}`
    const output = { asset: TAEL.asset, amount: 1n, condition: { kind: 'account', account: merchant.account.id } as const }
    const body = {
      validUntil,
      reference: toHex(systemEntropy.bytes(8)),
      inputs: [{ coin: coin.coordinate, path: { kind: 'own' } as const }],
      outputs: [output],
      operations: [],
      memo: '',
    }
    payments.set(name, await signTransaction(ledger.chain, body, { accounts: [payer.account] }))
    names.push(name)
  }
  return names
}

/** Sends each once, one after another while the process is away, and believes what it is told. */
async function sendOnce(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await new Promise((resolve) => setTimeout(resolve, PACE_MS))
    await journal.once(name, async () => {
      const body = { transactions: [toHex(payments.get(name)?.bytes ?? new Uint8Array())] }
      const path = `/v1/ledgers/${TAEL.ledger}/transactions`
      const answer = await call(house.url, { path, as: payer.hub.http.options.apiKey, key: name.replaceAll(' ', '-'), body })
      if (answer.status >= 400) return answer.status < 500 || answer.status === 503 ? 'refused' : 'unknown'
      const [item] = answer.body['items'] as { outcome: 'committed' | 'replayed' | 'refused' | 'unknown' }[]
      return item?.outcome === 'refused' ? 'refused' : item?.outcome === 'unknown' ? 'unknown' : 'acknowledged'
    })
  }
}

async function round(role: (typeof ROLES)[number]): Promise<void> {
  const names = await preparePayments(role)
  const paid: Paid[] = await Promise.all(
    buyers.map((buyer, index) =>
      pay(journal, {
        name: `${role} ${index}`.replaceAll(' ', '-'),
        buyer,
        merchant,
        amount: PRICE,
        ...(isAcross(index) ? { payIn: POINT } : {}),
      }),
    ),
  )
  const restarts = unit(role)?.restarts ?? 0
  const done = new Set<string>()
  let shipped = (): void => undefined
  const first = new Promise<void>((resolve) => (shipped = resolve))
  const ends = paid.map(async (one) => {
    const end = await finish(journal, one, shipped)
    done.add(end.id)
    return end
  })
  const all = Promise.all(ends)
  await Promise.race([first, all])
  const killed = performance.now()
  const inFlight = paid.length - done.size
  await house.hub.kill(role)
  await Promise.all([sendOnce(names), all.then((orders) => settled.push(...orders))])
  const took = performance.now() - killed
  expect(inFlight).toBeGreaterThanOrEqual(IN_FLIGHT)
  await expect.poll(() => unit(role), { timeout: 60_000 }).toMatchObject({ state: 'ready', restarts: restarts + 1 })
  expect(took).toBeLessThan(FINISH_MS)
}

const unit = (role: string) => house.hub.status().find((each) => each.role === role)

it.each(ROLES)('%s is killed with twenty orders in flight: all of them finish within a minute', round)

it('every order has settled once, for exactly what was agreed', async () => {
  expect(settled).toHaveLength(BUYERS * ROLES.length)
  const fee = settled.map(milestoneOf).reduce((sum, milestone) => sum + BigInt(milestone.fee), 0n)
  for (const order of settled) {
    const { legs: _, ...books } = milestoneOf(await house.admin.order(order.id))
    expect(books).toMatchObject({ state: 'SETTLED', funded: `${PRICE}`, refunded: '0', remaining: '0', fees: books.fee })
    expect(order.refunds).toEqual([])
  }
  const ledger = await stage.network.ledger(TAEL)
  const [balance] = await ledger.balances(merchant.account.id)
  const byPayments = BigInt([...(await effectsOfPayments()).values()].reduce((sum, count) => sum + count, 0))
  expect(balance?.total).toBe(PRICE * BigInt(settled.length) - fee + byPayments)
  for (const [index, buyer] of buyers.entries()) {
    if (isAcross(index)) continue
    expect((await ledger.balances(buyer.account.id))[0]?.total).toBe(PRICE * BigInt(ROLES.length))
  }
})

it('every order that was acknowledged exists once, and none besides', async () => {
  const effects = new Map<string, number>()
  let after: string | undefined
  do {
    const page: Dto['OrderPageDto'] = await house.admin.http.send({
      method: 'GET',
      path: '/v1/orders',
      query: { limit: 200, after },
    })
    for (const { reference } of page.items) effects.set(`order ${reference}`, (effects.get(`order ${reference}`) ?? 0) + 1)
    after = page.next
  } while (after !== undefined)
  expect(effects.size).toBe(settled.length)
  expect(journal.contradictions(effects, 'order ')).toEqual([])
})

it('what was sent once and acknowledged has happened, what was refused has not', async () => {
  const effects = await effectsOfPayments()
  expect(payments.size).toBe(PAYMENTS * ROLES.length)
  expect(journal.contradictions(effects, 'payment ')).toEqual([])
  expect(journal.count('acknowledged', 'payment ')).toBeGreaterThan(0)
  expect(journal.count('unknown', 'payment ') + journal.count('refused', 'payment ')).toBeGreaterThan(0)
})

/** How often each payment stands on the ledger: by its receipt, once or never. */
async function effectsOfPayments(): Promise<Map<string, number>> {
  const effects = new Map<string, number>()
  for (const [name, { id }] of payments) {
    const { status } = await call(house.url, { path: `/v1/ledgers/${TAEL.ledger}/transactions/${id}/receipt` })
    effects.set(name, status === 200 ? 1 : 0)
  }
  return effects
}

it('no unit is missing, and every invariant holds', async () => {
  for (const reserve of (await house.admin.reserves()).items) expect(reserve).toMatchObject({ difference: '0' })
  const { items } = await house.admin.invariants(true)
  expect(items.filter(({ verdict }) => verdict === 'broken')).toEqual([])
})
