// Locks opened with something that is not their secret: transactions that the ledger must refuse, made from the one that it would take.
import { type CoinRecord, type Output, encodeCondition } from '@huitong/chain'
import { signPush, systemEntropy } from '@huitong/sdk'
import { type Bytes, type Preimage, after, equalBytes, hexOf, lockOf, toHex } from '@huitong/primitives'
import { TAEL } from '../people.js'
import { milestoneOf } from '../shop.js'
import { type Cast, MINUTE, keyOf } from './cast.js'
import type { Request } from './request.js'

/** What | the bytes that were right, and bytes of the same with another secret | the ledger's code. */
export const SECRETS: readonly (readonly [string, (right: Bytes, other: Bytes) => Bytes, string])[] = [
  ['another secret', (_right, other) => other, 'preimage_wrong'],
  ['one bit of the secret', (right) => Uint8Array.of(...right.subarray(0, -1), (right.at(-1) ?? 0) ^ 1), 'preimage_wrong'],
  ['a secret of 31 bytes', (right) => right.subarray(0, -1), 'truncated'],
  ['a secret of 33 bytes', (right) => Uint8Array.of(...right, 0), 'trailing_bytes'],
  ['no secret', (right) => Uint8Array.of(...right.subarray(0, -33), 0), 'preimage_count'],
  [
    'two secrets',
    (right) => Uint8Array.of(...right.subarray(0, -33), 2, ...right.subarray(-32), ...right.subarray(-32)),
    'preimage_count',
  ],
]

/** A transaction that opens a lock, and the same with another secret. */
export interface Opening {
  readonly right: Bytes
  readonly other: Bytes
}

async function openingOf(cast: Cast, coin: CoinRecord, kind: 'code' | 'claim', secret: Preimage): Promise<Opening> {
  const ledger = await cast.shop.ledger()
  const sign = async (preimage: Preimage): Promise<Bytes> =>
    Uint8Array.from((await signPush(cast.bob.hub, ledger, { coin, path: { kind }, preimage })).bytes)
  return { right: await sign(secret), other: await sign(random()) }
}

const random = (): Preimage => hexOf<Preimage>(systemEntropy.bytes(32))

/** Of an escrow by its delivery code. */
export async function codeOpening(cast: Cast): Promise<Opening> {
  const leg = milestoneOf(await cast.order('paid')).legs[0]
  const { coin } = await (await cast.shop.ledger()).provenCoin((leg?.coordinate ?? '') as CoinRecord['coordinate'])
  return openingOf(cast, coin, 'code', cast.sale('paid').code)
}

/** Of a hash lock by its secret. */
export async function claimOpening(cast: Cast): Promise<Opening> {
  const ledger = await cast.shop.ledger()
  const secret = random()
  const [claimant, refundee] = [cast.bob.account.id, cast.alice.account.id]
  const expiry = after(await ledger.now(), 60 * MINUTE)
  const lock: Output = {
    asset: TAEL.asset,
    amount: 100n,
    condition: { kind: 'hashLock', hash: lockOf(secret), claimant, refundee, expiry },
  }
  const { coins } = await cast.alice.payOutputs(ledger, [lock])
  const coin = coins.find(({ condition }) => equalBytes(encodeCondition(condition), encodeCondition(lock.condition)))
  if (coin === undefined) throw new Error('the lock was made')
  return openingOf(cast, coin, 'claim', secret)
}

export const submitting = (cast: Cast, bytes: Bytes): Request => ({
  path: `/v1/ledgers/${TAEL.ledger}/transactions`,
  as: keyOf(cast.bob),
  body: { transactions: [toHex(bytes)] },
})
