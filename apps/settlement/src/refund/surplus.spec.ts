// Surplus and shortage: what is beyond the milestones' sum, per token, and the coin that carries it.
import { decodeCondition } from '@huitong/chain'
import { expectOk, fromHex } from '@huitong/primitives'
import { orderTerms } from '../order/order.terms.js'
import { DEFAULT_TERMS } from '../terms.js'
import { NOW, HOUR, account, asked, east, envAt, pairedMilestone, places, taken } from '../testing/order-terms.js'
import { SURPLUS_MILESTONE, shortagesOf, surplusOf } from './surplus.js'

const quotes = new Map([[1, taken()]])
const { terms } = expectOk(
  orderTerms(asked([{}, pairedMilestone, {}]), places(quotes), { env: envAt(), hub: DEFAULT_TERMS }),
  'terms',
)
const priced = {
  order: terms.order,
  milestones: terms.milestones,
  nameOf: (chain: string) => (chain === east.chain ? 'east' : 'west'),
}
const eur = (amount: string) => ({ token: { ledger: 'east', asset: 'EUR' }, amount })
const cny = (amount: string) => ({ token: { ledger: 'west', asset: 'CNY' }, amount })
/** What the buyer pays in EUR: two single coins and leg A of a pair. */
const DUE = 10_001n + 2_000n + 10_001n

it('is the rest, in a coin that counts for no leg and returns to the buyer', () => {
  const [surplus] = expectOk(surplusOf(priced, [eur((DUE + 7n).toString())]), 'a surplus')
  expect(surplus).toMatchObject({ chain: east.chain, asset: 'EUR', units: '7' })
  expect(decodeCondition(fromHex(surplus?.condition ?? ''))).toMatchObject({
    value: {
      milestone: SURPLUS_MILESTONE,
      payer: account('buyer'),
      payee: account('shop'),
      arbiter: account('arbiter'),
      fee: 0n,
      default: 'refund',
      paired: false,
      held: false,
      deadline: NOW + 3 * HOUR,
    },
  })
})

it('is nothing where the sum is tendered exactly', () => {
  expect(surplusOf(priced, [eur(DUE.toString())])).toEqual({ ok: true, value: [] })
})

it.each([
  ['less than is due', [eur((DUE - 1n).toString())], 'tendered.0'],
  ['a token that nobody pays', [eur(DUE.toString()), cny('16001')], 'tendered.1'],
  ['a token twice', [eur('30000'), eur('30001')], 'tendered.1'],
])('refuses %s', (_name, tendered, field) => {
  expect(surplusOf(priced, tendered)).toMatchObject({ code: 'terms_invalid', field })
})

it('records what the goods cost beyond the price, in the merchants’ token', () => {
  expect(shortagesOf(priced, [cny('16100'), eur('20002')])).toEqual({
    ok: true,
    value: [{ ledger: 'west', asset: 'CNY', units: '100' }],
  })
})
