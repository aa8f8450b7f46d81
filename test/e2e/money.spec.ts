// Where money goes, to the unit, over real HTTP and from the command line, on one hub: taxed ledgers, orders of several merchants in parts, ways through
// several offers, and what is said when an account is missing.
import { encodeAddress } from '@huitong/chain'
import { faultsIn } from './house.js'
import { type Bank, openBank } from './money/bank.js'
import { hopTests } from './money/hops.js'
import { merchantTests } from './money/merchants.js'
import { taxTests } from './money/tax.js'

let bank: Bank

beforeAll(async () => {
  bank = await openBank()
})
afterAll(() => bank?.close())

it('a registrar that is not open yet is named to whoever needs it, with what helps', () => {
  expect(bank.tooEarly).toMatchObject({
    code: 'account_unknown',
    detail: expect.stringContaining(
      `the registrar ${encodeAddress(bank.registrar.account.id)} is not open on this ledger: it has to be opened here first`,
    ),
  })
})

// the clocks stand still until the last of an order's parts runs out of time
describe('ways through several offers', () => hopTests(() => bank))
describe('tax', () => taxTests(() => bank))
describe('an order of several merchants', () => merchantTests(() => bank))

it('no process of the hub has logged an error', () => {
  expect(faultsIn(bank.house.folder)).toEqual([])
})
