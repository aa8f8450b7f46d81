// The themes, second half: refunds as records, blocked consumers, numbers that clients send, crashes, cut-offs, recovery, refunds that must not be
// forgotten. One hub for all of them; its clock only moves forward.
import {
  type Dto,
  type RecoverySetting,
  agree,
  consent,
  fund,
  fundingOf,
  legCoin,
  openDispute,
  payoutLeg,
  revealCode,
  until,
} from '@huitong/sdk'
import { decodeBody, transactionMessage, txIdOf } from '@huitong/chain'
import { type Time, fromHex, toHex } from '@huitong/primitives'
import { systemEntropy } from '@huitong/sdk'
import { call } from './call.js'
import { type House, openHouse } from './house.js'
import { TAEL, settle } from './people.js'
import { DAY, Feed, HOUR, Shop, connect, isBalanced, milestoneOf } from './shop.js'

let house: House
let shop: Shop
beforeAll(async () => {
  house = await openHouse()
  shop = new Shop(house, await settle(house))
})
afterAll(() => house?.close())

const legOf = (order: Dto['OrderDto']): Dto['LegDto'] => payoutLeg(milestoneOf(order))

it('theme T08: refunds are records from the first day: as many as there are, each with amount, reason and state', async () => {
  const sale = await shop.funded({ inspectionMs: DAY })
  const { buyer, merchant, order } = sale
  const ledger = await shop.ledger()
  const ask = async (by: typeof buyer, amount: string, reason: string) => {
    const view = await by.hub.requestRefund(order.id, { milestone: 0, party: by.id, amount, reason })
    const asked = view.refunds.find(({ state }) => state === 'requested')
    expect(asked).toMatchObject({ amount, reason, milestone: 0 })
    return asked?.id ?? ''
  }
  const answer = (by: typeof buyer, refund: string, given: 'agree' | 'decline') =>
    by.hub.answerRefund(order.id, refund, { milestone: 0, party: by.id, answer: given })
  const payBack = async (amount: bigint) => {
    const coin = await legCoin(ledger, legOf(await buyer.hub.order(order.id)))
    await merchant.spendLock(ledger, coin, { kind: 'refund', amount })
  }
  const first = await ask(buyer, '1500', 'a scratch')
  const again = call(house.url, {
    path: `/v1/orders/${order.id}/refunds`,
    as: buyer.hub.http.options.apiKey ?? '',
    key: 'second-request',
    body: { milestone: 0, party: buyer.id, amount: '1', reason: 'and another' },
  })
  expect((await again).body).toMatchObject({ status: 409, code: 'wrong_state' })
  await expect(answer(buyer, first, 'agree')).rejects.toMatchObject({ code: 'wrong_party' })
  await answer(merchant, first, 'agree')
  await payBack(1_500n)
  await shop.reachOrder(sale, ({ refunds }) => refunds[0]?.state === 'final')
  await answer(merchant, await ask(buyer, '5000', 'I changed my mind'), 'decline')
  await answer(buyer, await ask(merchant, '2500', 'the lid was missing'), 'agree')
  await payBack(2_500n)
  const told = await shop.reachOrder(sale, ({ refunds }) => refunds[2]?.state === 'final')
  expect(told.refunds.map(({ amount, reason, state }) => [amount, reason, state])).toEqual([
    ['1500', 'a scratch', 'final'],
    ['5000', 'I changed my mind', 'declined'],
    ['2500', 'the lid was missing', 'final'],
  ])
  expect(milestoneOf(told)).toMatchObject({ state: 'FUNDED', refunded: '4000', remaining: '6000' })
  const coin = await legCoin(ledger, legOf(told))
  await buyer.spendLock(ledger, coin, { kind: 'release', amount: coin.amount })
  const end = milestoneOf(await shop.reach(sale, 'SETTLED'))
  expect([end.refunded, end.remaining, isBalanced(end)]).toEqual(['4000', '0', true])
})

it('theme T09: one consumer that does not listen delays nobody; what it missed is replayed from its cursor, in order', async () => {
  const known = await shop.pair()
  const deaf = new AbortController()
  // open, and never read: its socket fills up
  const blocked = await Promise.all([1, 2, 3].map(() => connect(house, known.buyer, deaf.signal)))
  const live = await Feed.open(house, known.merchant)
  const sale = await shop.funded({}, known)
  await revealCode(known.merchant, milestoneOf(sale.order), sale.code)
  const started = performance.now()
  await shop.reach(sale, 'SETTLED')
  await live.until(({ subject, type }) => subject === sale.order.id && type === 'order.settled')
  expect(performance.now() - started).toBeLessThan(10_000)
  const types = live.of(sale.order.id).map(({ type, version }) => [version, type])
  expect(types.map(([version]) => version)).toEqual(types.map((_, index) => index + 1))
  // the same again from any cursor: nothing lost, nothing twice, nothing out of order
  const [cut] = live.of(sale.order.id).slice(1, 2)
  const replay = await Feed.open(house, known.merchant, cut?.cursor ?? 0)
  await replay.until(({ subject, type }) => subject === sale.order.id && type === 'order.settled')
  expect(replay.of(sale.order.id).map(({ version, type }) => [version, type])).toEqual(types.slice(2))
  const cursors = replay.heard.map(({ cursor }) => cursor)
  expect(cursors).toEqual(cursors.toSorted((one, two) => one - two))
  expect(new Set(cursors).size).toBe(cursors.length)
  // and it never hears of deals that are not its own
  const stranger = await Feed.open(house, (await shop.pair()).buyer)
  const other = await shop.agreed({}, known)
  await live.until(({ subject }) => subject === other.order.id)
  expect(stranger.heard).toEqual([])
  for (const feed of [live, replay, stranger]) feed.close()
  deaf.abort()
  await Promise.allSettled(blocked.map((response) => response.body?.cancel()))
})

it('theme T10: numbers and addresses that a client sends are judged here: dates, amounts, sums, addresses, expiries', async () => {
  const { buyer, merchant, code } = await shop.drafted()
  const now = await shop.now()
  const iso = (from: number): string => new Date(now + from).toISOString()
  const good = await shop.terms(merchant, code)
  const as = buyer.hub.http.options.apiKey ?? ''
  const order = (change: object, more: object = {}) => {
    const body = { buyer: buyer.id, payer: buyer.address, milestones: [{ ...good, ...change }], ...more }
    return call(house.url, { path: '/v1/orders', as, key: toHex(systemEntropy.bytes(8)), body })
  }
  const huge = '9223372036854775808'
  const cases: readonly (readonly [string, object, object, string])[] = [
    ['shipping is due already', { shipBy: iso(-1) }, {}, 'terms_invalid'],
    ['the deadline has passed', { deadline: iso(-DAY), shipBy: iso(-2 * DAY) }, {}, 'terms_invalid'],
    ['the deadline leaves no time for the way', { deadline: good.shipBy }, {}, 'terms_invalid'],
    ['no time for a dispute', { latest: good.deadline }, {}, 'terms_invalid'],
    ['the lock is longer than the ledger allows', { latest: iso(50 * 366 * DAY) }, {}, 'terms_invalid'],
    ['an amount of nothing', { amount: '0' }, {}, 'malformed'],
    ['a negative amount', { amount: '-1' }, {}, 'malformed'],
    ['an amount that no ledger holds', { amount: huge }, {}, 'amount_out_of_range'],
    ['an amount as a number', { amount: 5 }, {}, 'malformed'],
    [
      'an address with a wrong checksum',
      { payee: `${merchant.address.slice(0, -1)}${merchant.address.endsWith('q') ? 'p' : 'q'}` },
      {},
      'malformed',
    ],
    ['an account of somebody else', { payee: buyer.address }, {}, 'account_unbound'],
    ['oneself as merchant', { merchant: buyer.id, payee: buyer.address }, {}, 'self_trade'],
    ['a payer that is not the buyer’s', {}, { payer: merchant.address }, 'account_unbound'],
    ['less tendered than is due', {}, { tendered: [{ token: good.settle, amount: '1' }] }, 'terms_invalid'],
    ['code and inspection at once', { inspectionMs: DAY }, {}, 'terms_invalid'],
  ]
  const answers = await Promise.all(cases.map(([, change, more]) => order(change, more)))
  expect(answers.map(({ body }, index) => [cases[index]?.[0], body['code']])).toEqual(
    cases.map(([name, , , expected]) => [name, expected]),
  )
  expect(answers.every(({ status, type }) => status >= 400 && status < 500 && type.startsWith('application/problem+json'))).toBe(
    true,
  )
  // a statement that has lapsed agrees to nothing, and what a refund asks for is held against what is there
  const sale = await shop.agreed()
  await expect(agree(sale.buyer, sale.order, { validUntil: (now - HOUR) as Time, key: 'lapsed' })).rejects.toMatchObject({
    code: 'signature_invalid',
  })
  await fund(sale.buyer, sale.order)
  await shop.reach(sale, 'FUNDED')
  const more = { milestone: 0, party: sale.buyer.id, amount: '10001', reason: 'more than there is' }
  await expect(sale.buyer.hub.requestRefund(sale.order.id, more)).rejects.toMatchObject({ code: 'amount_out_of_range' })
  // a quote's life is the hub's to say
  const quote = {
    payer: sale.buyer.id,
    give: good.settle,
    take: { ledger: 'jiangnan', asset: 'POINT' },
    fixed: 'send',
    amount: '100',
  }
  const own = await call(house.url, {
    path: '/v1/quotes',
    as: sale.buyer.hub.http.options.apiKey ?? '',
    key: 'own-expiry',
    body: { ...quote, expiresAt: iso(DAY) },
  })
  expect(own.body).toMatchObject({ status: 400, code: 'field_unknown' })
})

it('theme T11: a crash at any step is taken up where it was: settlement, custody and a ledger die with orders in every state', async () => {
  const [drafted, agreed, funded, door, inspected, contested] = await Promise.all([
    shop.drafted(),
    shop.agreed(),
    shop.funded({ inspectionMs: DAY }),
    shop.funded(),
    shop.inspected(),
    shop.funded({ inspectionMs: DAY }),
  ])
  for (const role of ['settlement', 'custody', 'ledger-shanxi']) {
    const restarts = shop.restartsOf(role)
    const dying = house.hub.kill(role)
    // work that goes on while the process is away: asked for again until it is answered
    if (role === 'settlement')
      await Promise.all([insist(() => agree(drafted.buyer, drafted.order)), insist(() => fund(agreed.buyer, agreed.order))])
    if (role === 'custody')
      await insist(() => openDispute(contested.buyer, contested.order, { milestone: 0, claim: 'while custody is away' }))
    if (role === 'ledger-shanxi') await insist(() => revealCode(door.merchant, milestoneOf(door.order), door.code))
    await dying
    await shop.ready(role, restarts + 1)
  }
  await agree(drafted.merchant, drafted.order)
  await shop.reachOrder(drafted, ({ state }) => state === 'AGREED')
  await shop.reach(agreed, 'FUNDED')
  await shop.reach(door, 'SETTLED')
  await shop.reach(contested, 'DISPUTED')
  const ledger = await shop.ledger()
  const coin = await legCoin(ledger, legOf(funded.order))
  await funded.buyer.spendLock(ledger, coin, { kind: 'release', amount: coin.amount })
  await shop.reach(funded, 'SETTLED')
  for (const side of [inspected.buyer, inspected.merchant])
    await consent(side, inspected.order, { milestone: 0, toMerchant: 4_000n })
  expect(milestoneOf(await shop.reach(inspected, 'SETTLED'))).toMatchObject({ refunded: '6000' })
  for (const reserve of (await house.admin.reserves()).items) expect(reserve).toMatchObject({ difference: '0' })
})

it('theme T12: at a cut-off every entry is in exactly one window, and each window is the sum of its entries', async () => {
  const { buyer, merchant } = await shop.pair()
  const ledger = await shop.ledger()
  // payments race with the moments at which windows end: orders for money, windows for books
  const racing = await Promise.all([1, 2, 3, 4].map(() => shop.agreed({ amount: 50n }, { buyer, merchant })))
  const fundBy = Date.parse(milestoneOf(racing[0]?.order ?? never()).fundBy)
  await shop.advance({ to: fundBy - 15_000 })
  const outputs = racing.map(({ order }) => fundingOf(buyer, order, TAEL.ledger)[0] ?? never())
  const coins = await ledger.coins(buyer.account.id)
  const one = await buyer.payOutputs(
    ledger,
    outputs.map((output) => ({ ...output, condition: { kind: 'account', account: buyer.account.id } as const })),
    { coins },
  )
  const pay = (index: number) => {
    const coin = one.coins[index]
    const send = { coins: coin === undefined ? [] : [coin] }
    return buyer.payOutputs(ledger, [outputs[index] ?? never()], send)
  }
  const cuts: number[] = [await shop.now()]
  const payments = [0, 1].map(pay)
  await shop.advance({ to: fundBy })
  cuts.push(fundBy)
  await Promise.all([...payments, ...[2, 3].map(pay)])
  await shop.advance({ by: HOUR })
  cuts.push(await shop.now())
  await shop.stage.pay(buyer, merchant, TAEL, 1n)
  for (const sale of racing) {
    const view = await shop.reachOrder(sale, (seen) => milestoneOf(seen).state === 'FUNDED' || seen.refunds.length === 1)
    const isIn = milestoneOf(view).state === 'FUNDED'
    // in time by its block, and its leg; or late by its block, and its payer's: never both, never neither
    const made = await ledger.provenCoin((isIn ? legOf(view).coordinate : (view.refunds[0]?.coordinate ?? '')) as never)
    expect([view.refunds.length, made.made < Date.parse(milestoneOf(view).fundBy)]).toEqual(isIn ? [0, true] : [1, false])
  }
  const statement = (query: string) =>
    call(house.url, { path: `/v1/ledgers/${TAEL.ledger}/accounts/${buyer.address}/statement?asset=TAEL&limit=200${query}` })
  const window = async (query: string) => {
    const { body } = await statement(query)
    const { opening, closing, entries } = body as unknown as Dto['StatementDto']
    const sum = entries
      .flatMap(({ changes }) => changes)
      .reduce((total, change) => total + BigInt(change.available) + BigInt(change.locked), 0n)
    const total = (side: Dto['BalanceDto'][]): bigint => side.reduce((all, balance) => all + BigInt(balance.total), 0n)
    expect(total(opening) + sum).toBe(total(closing))
    return { opening: total(opening), closing: total(closing), ids: entries.flatMap(({ transaction }) => transaction ?? []) }
  }
  const text = cuts.toSorted((one, two) => one - two).map((cut) => new Date(cut).toISOString())
  const windows = [
    await window(`&until=${text[0]}`),
    ...(await Promise.all(text.slice(1).map((until, index) => window(`&since=${text[index]}&until=${until}`)))),
    await window(`&since=${text.at(-1)}`),
  ]
  for (const [index, next] of windows.slice(1).entries()) expect(next.opening).toBe(windows[index]?.closing)
  const whole = await window('')
  const ids = windows.flatMap(({ ids }) => ids)
  expect([...ids].toSorted()).toEqual([...whole.ids].toSorted())
  expect(new Set(ids).size).toBe(ids.length)
})

it('theme T13: a recovery is slow, told, and can be cancelled; its delay changes only after the delay', async () => {
  const ledger = await shop.ledger()
  const notaries = await Promise.all(['north', 'south'].map((name) => shop.stage.person(`notary ${name}`, [TAEL])))
  const recovery: RecoverySetting = { authorities: notaries.map(({ account }) => account.id), quorum: 2, delayMs: 3 * DAY }
  const name = 'holder T13'
  const { party: holder } = await shop.stage.network.enrolment.party(name, { ledgers: [TAEL.ledger], recovery })
  await shop.stage.grant(holder.account.id, TAEL, 100n)
  const thief = shop.stage.network.enrolment.signer(name, 1)
  const propose = async (): Promise<string> => {
    const keys = { keys: [thief.publicKey], threshold: 1 }
    const opened = await house.admin.openRecovery({ party: holder.id, account: holder.address, keys })
    for (const notary of notaries) {
      const signatures = []
      for (const leg of opened.legs) {
        const body = decodeBody(fromHex(leg.body))
        if (!body.ok) return never()
        for (const { key, signature } of await notary.account.sign(
          transactionMessage(ledger.chain, txIdOf(ledger.chain, body.value)),
        ))
          signatures.push({ ledger: leg.ledger, key, signature })
      }
      await notary.hub.approveRecovery(opened.id, { authority: notary.address, signatures })
    }
    await reachRecovery(opened.id, 'PROPOSED')
    return opened.id
  }
  const reachRecovery = (id: string, state: string) =>
    until(
      house.admin.http,
      `${id} to be ${state}`,
      () => house.admin.recovery(id),
      (view) => view.state === state,
    )
  const mine = async () => (await ledger.account(holder.account.id)) ?? never()
  // told: the holder's own key reads the case, and the ledger shows until when it can be cancelled
  const first = await propose()
  expect((await holder.hub.recovery(first)).state).toBe('PROPOSED')
  const pending = (await mine()).recovery
  expect((pending?.end ?? 0) - (await shop.now())).toBeGreaterThan(2 * DAY)
  // slow: not even the new keys move anything before its end, and the old ones only cancel
  const stolen = holder.withAccount(shop.stage.accountWith(name, holder.account, 1))
  const steal = (by: typeof holder) =>
    by.pay(ledger, { account: shop.stage.network.provider.account.id, asset: TAEL.asset, amount: 1n })
  await expect(steal(stolen)).rejects.toThrow()
  await expect(steal(holder)).rejects.toThrow()
  await holder.operate(ledger, [{ kind: 'cancelRecovery', account: holder.account.id, sequence: (await mine()).sequence }])
  await reachRecovery(first, 'CANCELLED')
  await shop.advance({ by: 4 * DAY })
  expect((await mine()).current.keys).toEqual(holder.account.current.keys)
  await steal(holder)
  // whoever has the key for a moment cannot shorten the delay for the moment after
  const terms = { authorities: recovery.authorities.toSorted(), quorum: 2, delayMs: HOUR }
  await holder.operate(ledger, [{ kind: 'changeRecovery', account: holder.account.id, sequence: (await mine()).sequence, terms }])
  const view = async () =>
    (await call(house.url, { path: `/v1/ledgers/${TAEL.ledger}/accounts/${holder.address}` }))
      .body as unknown as Dto['AccountDto']
  const waiting = await view()
  expect(waiting.change).toMatchObject({ terms: { quorum: 2, delayMs: HOUR } })
  expect(Date.parse(waiting.change?.from ?? '') - (await shop.now())).toBeGreaterThan(3 * DAY - HOUR)
  expect(waiting.terms).toBeUndefined()
  await shop.advance({ by: 2 * DAY })
  expect((await view()).change).toBeDefined()
  await shop.advance({ by: DAY + HOUR })
  await shop.stage.grant(holder.account.id, TAEL, 1n)
  expect(await view()).toMatchObject({ terms: { quorum: 2, delayMs: HOUR } })
})

it('theme T14: a refund that fails is tried until it is final', async () => {
  const sale = await shop.agreed()
  const { buyer, order } = sale
  const ledger = await shop.ledger()
  const start = await shop.total(buyer)
  const [due] = fundingOf(buyer, order, TAEL.ledger)
  if (due === undefined) return never()
  await buyer.payOutputs(ledger, [{ ...due, amount: due.amount - 5n }])
  await shop.reachOrder(sale, ({ refunds }) => refunds[0]?.state === 'pending')
  // it falls due while the ledger that must pay it dies, and dies again
  const restarts = shop.restartsOf('ledger-shanxi')
  await shop.advance({ to: milestoneOf(order).deadline })
  const dying = house.hub.kill('ledger-shanxi')
  await dying
  await shop.ready('ledger-shanxi', restarts + 1)
  await house.hub.kill('ledger-shanxi')
  await shop.ready('ledger-shanxi', restarts + 2)
  await shop.advance({ by: HOUR })
  const end = await shop.reachOrder(sale, ({ refunds }) => refunds[0]?.state === 'final')
  expect(end.refunds).toMatchObject([
    { amount: `${due.amount - 5n}`, state: 'final', transaction: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ])
  expect(end.state).toBe('EXPIRED')
  expect(await shop.total(buyer)).toBe(start)
  for (const reserve of (await house.admin.reserves()).items) expect(reserve).toMatchObject({ difference: '0' })
  const { items } = await house.admin.invariants(true)
  expect(items.filter(({ verdict }) => verdict === 'broken')).toEqual([])
})

/** The same step again until it is answered: what was not answered is unknown, and the SDK's steps are the same each time. */
async function insist<T>(step: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      return await step()
    } catch (cause) {
      if (performance.now() > deadline) throw cause
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}

function never(): never {
  throw new Error('this cannot be')
}
