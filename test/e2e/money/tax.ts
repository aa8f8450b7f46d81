// A ledger that taxes what changes hands: payments, conversions and orders on it pay the tax beside the money, once, when it is paid or locked; whoever
// pays is told before signing, and quotes say it.
import type { Output } from '@huitong/chain'
import { type Preimage, hexOf, lockOf } from '@huitong/primitives'
import {
  type Dto,
  type Party,
  accountCondition,
  accountOf,
  agree,
  convert,
  draftPayment,
  drafted,
  fund,
  revealCode,
  systemEntropy,
} from '@huitong/sdk'
import { PEARL, POINT, TAEL, type TokenOf } from '../people.js'
import { milestoneOf } from '../shop.js'
import { the, gained, reached, taxOf } from './bank.js'

const DAY = 24 * 3_600_000

let alice: Party
let bob: Party
const ledger = () => the().stage.network.ledger(POINT)
const managed = () => ({ id: accountOf(the().stage.network.liquidity.account) })

beforeAll(async () => {
  const { stage } = the()
  alice = await stage.person('Alice', [TAEL, POINT, PEARL])
  bob = await stage.person('Bob', [TAEL, POINT])
  await stage.grant(alice.account.id, TAEL, 100_000n)
  await stage.grant(alice.account.id, POINT, 100_000n)
})

it('tax: a payment: the tax stands beside it, and who pays is told before anything is signed', async () => {
  const { treasury } = the()
  const told: (readonly Output[])[] = []
  const to = { account: bob.account.id, asset: POINT.asset, amount: 1_001n }
  const work = async () => alice.pay(await ledger(), to, { taxed: (tax) => void told.push(tax) })
  const { by } = await gained(
    the(),
    [
      [alice.account, POINT],
      [bob.account, POINT],
      [treasury, POINT],
    ],
    work,
  )
  expect(by).toEqual([-1_051n, 1_001n, 50n])
  expect(told).toEqual([[{ asset: POINT.asset, amount: 50n, condition: accountCondition(treasury.id) }]])
  // who does not agree has signed nothing
  const refuses = (): never => {
    throw new Error('too dear')
  }
  const work2 = async () => expect(alice.pay(await ledger(), to, { taxed: refuses })).rejects.toThrow('too dear')
  expect((await gained(the(), [[alice.account, POINT]], work2)).by).toEqual([0n])
})

it('tax: what goes home to the issuer is not taxed, and a coin that is named pays its tax from the same coins', async () => {
  const { treasury, stage } = the()
  const issuer = stage.network.issuer(POINT).account
  const home = async () => alice.pay(await ledger(), { account: issuer.id, asset: POINT.asset, amount: 1_000n })
  expect(
    (
      await gained(
        the(),
        [
          [alice.account, POINT],
          [treasury, POINT],
        ],
        home,
      )
    ).by,
  ).toEqual([-1_000n, 0n])
  const exactly = async () => {
    const coins = (await (await ledger()).coins(alice.account.id, { asset: POINT.asset })).slice(0, 1)
    return alice.payExactly(await ledger(), coins, { account: bob.account.id, asset: POINT.asset, amount: 200n })
  }
  expect(
    (
      await gained(
        the(),
        [
          [alice.account, POINT],
          [bob.account, POINT],
          [treasury, POINT],
        ],
        exactly,
      )
    ).by,
  ).toEqual([-210n, 200n, 10n])
})

it('tax: without it the ledger refuses, naming rulebook, parameter and what is due', async () => {
  const outputs = [{ asset: POINT.asset, amount: 1_000n, condition: accountCondition(bob.account.id) }]
  const coins = await (await ledger()).coins(alice.account.id)
  const body = drafted(draftPayment(alice.account.id, coins, outputs, await alice.frame(await ledger(), {})))
  const sent = alice.sign(await ledger(), body).then(async (signed) => (await ledger()).commit(signed))
  await expect(sent).rejects.toMatchObject({
    code: 'tax_missing',
    detail: expect.stringContaining('rulebook 1: assets.POINT.tax: 50000'),
  })
})

const quoted = (give: TokenOf, take: TokenOf, rest: Partial<Dto['CreateQuoteDto']> = {}): Promise<Dto['QuoteDto']> =>
  alice.hub.createQuote({
    payer: alice.id,
    give: { ledger: give.ledger, asset: give.asset },
    take: { ledger: take.ledger, asset: take.asset },
    fixed: 'send',
    amount: '1010',
    ...rest,
  })
const rulesOf = ({ compliance }: Dto['QuoteDto']) =>
  compliance.filter(({ parameter }) => parameter.endsWith('.tax')).map(({ ledger: on, verdict }) => `${on} ${verdict}`)
const converted = (name: string, quote: Dto['QuoteDto']) => convert(alice, quote, { name, secrets: the().stage.secrets })

it('tax: a conversion of what is taxed: the quote has a line for it, and the payer pays it', async () => {
  const { treasury } = the()
  const quote = await quoted(POINT, TAEL)
  expect(quote.fees).toEqual([{ for: 'tax', ledger: POINT.ledger, asset: POINT.asset, amount: '50', to: treasury.address }])
  expect(rulesOf(quote)).toEqual(['jiangnan pass'])
  const watched = [
    [alice.account, POINT],
    [alice.account, TAEL],
    [treasury, POINT],
    [managed(), POINT],
  ] as const
  const { by, result } = await gained(the(), watched, () => converted('from-points', quote))
  expect(result.conversion.state).toBe('SETTLED')
  expect(by).toEqual([-1_060n, BigInt(quote.take.amount), 50n, 1_010n])
})

it('tax: a conversion into what is taxed: the provider’s lock pays it, to the unit, out of the managed account', async () => {
  const { treasury } = the()
  const quote = await quoted(TAEL, POINT)
  expect([quote.fees, rulesOf(quote)]).toEqual([[], ['jiangnan pass']])
  const take = BigInt(quote.take.amount)
  const watched = [
    [alice.account, TAEL],
    [alice.account, POINT],
    [treasury, POINT],
    [managed(), POINT],
  ] as const
  const { by } = await gained(the(), watched, () => converted('into-points', quote))
  expect(by).toEqual([-1_010n, take, taxOf(take), -take - taxOf(take)])
})

it('tax: what the managed account could not pay the tax on is not quoted', async () => {
  const balance = (await (await ledger()).balances(managed().id)).find(({ asset }) => asset === POINT.asset)?.available ?? 0n
  // as much as it has, but for the tax
  await expect(quoted(TAEL, POINT, { fixed: 'receive', amount: `${balance}` })).rejects.toMatchObject({
    code: 'amount_out_of_range',
  })
  const most = (balance * 1_000_000n) / 1_050_000n - 10_000n
  expect((await quoted(TAEL, POINT, { fixed: 'receive', amount: `${most}` })).take.amount).toBe(`${most}`)
})

/** Bob sells for points, paid in points or in taels. */
async function sold(amount: bigint, payIn: TokenOf): Promise<{ readonly order: Dto['OrderDto']; readonly code: Preimage }> {
  const code = hexOf<Preimage>(systemEntropy.bytes(32))
  const quote = payIn === POINT ? undefined : await quoted(payIn, POINT, { fixed: 'receive', amount: `${amount}` })
  const at = async (days: number): Promise<string> => new Date((await (await ledger()).now()) + days * DAY).toISOString()
  const draft = await alice.hub.createOrder({
    buyer: alice.id,
    payer: alice.address,
    milestones: [
      {
        merchant: bob.id,
        payee: bob.address,
        settle: { ledger: POINT.ledger, asset: POINT.asset },
        amount: `${amount}`,
        deliveryHash: lockOf(code),
        shipBy: await at(2),
        deadline: await at(12),
        latest: await at(90),
        items: [],
        ...(quote === undefined ? {} : { quote: quote.id }),
      },
    ],
  })
  await agree(alice, draft)
  const order = await agree(bob, draft)
  await fund(alice, order)
  return { order: await reached(alice, order.id, (view) => milestoneOf(view).state === 'FUNDED'), code }
}

it('tax: an order: the tax is paid once, into escrow, and the money leaves it untaxed', async () => {
  const { treasury } = the()
  const watched = [
    [alice.account, POINT],
    [treasury, POINT],
    [bob.account, POINT],
  ] as const
  const paid = await gained(the(), watched.slice(0, 2), () => sold(4_000n, POINT))
  expect(paid.by).toEqual([-4_200n, 200n])
  const { order, code } = paid.result
  const fee = BigInt(milestoneOf(order).fee)
  const released = await gained(the(), watched, async () => {
    await revealCode(bob, milestoneOf(order), code)
    await reached(alice, order.id, (view) => milestoneOf(view).state === 'SETTLED')
  })
  expect(released.by).toEqual([0n, 0n, 4_000n - fee])
})

it('tax: an order paid in another token: the provider’s escrow on the taxed ledger pays it', async () => {
  const { treasury } = the()
  const { by, result } = await gained(
    the(),
    [
      [treasury, POINT],
      [alice.account, POINT],
    ],
    () => sold(3_000n, TAEL),
  )
  expect(by).toEqual([150n, 0n])
  const { order, code } = result
  const released = await gained(
    the(),
    [
      [bob.account, POINT],
      [treasury, POINT],
    ],
    async () => {
      await revealCode(bob, milestoneOf(order), code)
      await reached(alice, order.id, (view) => milestoneOf(view).state === 'SETTLED')
    },
  )
  expect(released.by).toEqual([3_000n - BigInt(milestoneOf(order).fee), 0n])
})

it('tax: another rulebook, another tax: the next payment and the next quote follow the one in force', async () => {
  const { treasury, registrar } = the()
  const assets = [{ asset: POINT.asset, tier: 0, limits: [], counterparties: [], tax: { ppm: 100_000, to: treasury.id } }]
  await registrar.setRulebook(await ledger(), { lockMaxMs: 366 * DAY, feeShareMaxPpm: 50_000, recoveryDelayMinMs: 0, assets })
  const to = { account: bob.account.id, asset: POINT.asset, amount: 1_000n }
  const { by } = await gained(
    the(),
    [
      [alice.account, POINT],
      [treasury, POINT],
    ],
    async () => alice.pay(await ledger(), to),
  )
  expect(by).toEqual([-1_100n, 100n])
  await expect.poll(async () => (await quoted(POINT, TAEL)).fees[0]?.amount, { timeout: 10_000 }).toBe('101')
})
