// Where money goes, to the unit, over real HTTP and from the command line, on one hub: taxed ledgers, orders of several merchants in parts, ways through
// several offers, and what is said when an account is missing.
import { encodeAddress } from '@huitong/chain'
import { faultsIn } from './house.js'
import { PEARL, TAEL } from './people.js'
import { the } from './money/bank.js'
// run in this order: the clocks stand still until the last of an order's parts runs out of time
import './money/hops.js'
import './money/tax.js'
import './money/merchants.js'

it('a registrar that is not open yet is named to whoever needs it, with what helps', () => {
  expect(the().tooEarly).toMatchObject({
    code: 'account_unknown',
    detail: expect.stringContaining(
      `the registrar ${encodeAddress(the().registrar.account.id)} is not open on this ledger: it has to be opened here first`,
    ),
  })
})

it('an account that a deal needs and that is not open is named too, with its part', async () => {
  const [buyer, shop] = [await the().stage.person('Far', [PEARL]), await the().stage.person('Shop', [TAEL])]
  const day = async (days: number): Promise<string> =>
    new Date((await (await the().stage.network.ledger(TAEL)).now()) + days * 24 * 3_600_000).toISOString()
  const terms = { settle: { ledger: TAEL.ledger, asset: TAEL.asset }, amount: '100', inspectionMs: 3_600_000, items: [] }
  const times = { shipBy: await day(3), deadline: await day(12), latest: await day(60) }
  const milestones = [{ merchant: shop.id, payee: shop.address, ...terms, ...times }]
  await expect(buyer.hub.createOrder({ buyer: buyer.id, payer: buyer.address, milestones })).rejects.toMatchObject({
    code: 'account_unknown',
    detail: `payer: ${buyer.address} is not open on shanxi; its owner has to open it there first`,
  })
})

it('no process of the hub has logged an error', () => {
  expect(faultsIn(the().house.folder)).toEqual([])
})
