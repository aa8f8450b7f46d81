// Statements read back exactly, and only from the bytes that encoding makes.
import type { AccountId, AssetCode, ChainId, Coordinate, OrderId, Time } from '@huitong/primitives'
import { decodeApproval, decodeDelivered, decodeOffer, decodeRuling } from './statement-reading.js'
import {
  type ApprovalStatement,
  type OfferStatement,
  type RulingStatement,
  encodeApproval,
  encodeDelivered,
  encodeOffer,
  encodeRuling,
} from './statements.js'

const chain = '11'.repeat(32) as ChainId
const account = '22'.repeat(32) as AccountId
const order = '33'.repeat(16) as OrderId
const coin = '44'.repeat(32) as Coordinate
const asset = 'TEA' as AssetCode

const offer: OfferStatement = {
  offer: '55'.repeat(16),
  give: { chain, asset, account },
  take: { chain, asset: 'SILK' as AssetCode, account },
  numerator: 3n,
  denominator: 7n,
  min: 1n,
  max: 1_000n,
  inventory: 100_000n,
  expiry: 1_700_000_000_000 as Time,
}
const ruling: RulingStatement = {
  order,
  outcome: 'split',
  reasons: '66'.repeat(32),
  legs: [
    {
      chain,
      coin,
      path: { kind: 'rule', toPayee: 5n },
      outputs: [{ asset, amount: 5n, condition: { kind: 'account', account } }],
      validUntil: 9 as Time,
    },
  ],
}
const approval: ApprovalStatement = { subject: 'withdraw', account, hash: '77'.repeat(32), validUntil: 12 as Time }
const delivered = { chain, order, milestone: 7, coin, at: 8 as Time }

it.each([
  ['offer', offer, encodeOffer(offer), decodeOffer],
  ['ruling', ruling, encodeRuling(ruling), decodeRuling],
  ['approval', approval, encodeApproval(approval), decodeApproval],
  ['delivered', delivered, encodeDelivered(delivered), decodeDelivered],
] as const)('%s: reads what was written, and nothing cut, longer or of another version', (_name, statement, bytes, decode) => {
  expect(decode(bytes)).toEqual({ ok: true, value: statement })
  expect(decode(bytes.subarray(0, bytes.length - 1)).ok).toBe(false)
  expect(decode(Uint8Array.of(...bytes, 0)).ok).toBe(false)
  expect(decode(Uint8Array.of(2, ...bytes.subarray(1))).ok).toBe(false)
})

it('knows no subject or outcome outside of the lists', () => {
  const bytes = encodeApproval(approval)
  bytes[1] = 99
  expect(decodeApproval(bytes).ok).toBe(false)
})
