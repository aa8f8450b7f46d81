// What a wallet does with the legs of a pair in specs: reads the condition it is to lock, locks it, claims it.
import { type HashLockCondition, type SpendPath, decodeCondition, prescribedOutputs } from '@huitong/chain'
import type { Answer, TransactionStatus, WireLeg } from '@huitong/contracts'
import { type AssetCode, type Coordinate, type Preimage, expectOk, fromHex, invariant } from '@huitong/primitives'
import type { SimLedger } from './sim-ledger.js'
import { type Key } from './key.js'
import { lock, must, signed } from './wallet.js'

export function conditionOf(leg: WireLeg): HashLockCondition {
  const condition = expectOk(decodeCondition(fromHex(leg.condition ?? '')), 'a leg with a condition')
  invariant(condition.kind === 'hashLock', 'a hash lock')
  return condition
}

/** Locks a leg as agreed, or with another field or amount. */
export async function lockLeg(
  ledger: SimLedger,
  from: Key,
  locked: { readonly leg: WireLeg; readonly change?: Partial<HashLockCondition>; readonly amount?: bigint },
): Promise<void> {
  const { leg, change, amount } = locked
  const condition = { ...conditionOf(leg), ...change }
  await must(ledger, lock(ledger, from, { asset: leg.asset as AssetCode, amount: amount ?? BigInt(leg.amount), condition }))
}

export async function claim(ledger: SimLedger, leg: WireLeg, secret: Preimage): Promise<void> {
  const coin = ledger.state.coin((leg.coordinate ?? '') as Coordinate)
  invariant(coin !== undefined, 'an unspent coin')
  const path = { kind: 'claim' } as const
  const outputs = expectOk(prescribedOutputs(coin, path), 'outputs')
  await must(ledger, signed(ledger, { inputs: [{ coin: coin.coordinate, path }], outputs, preimages: [secret] }))
}

/** Spends a lock by a path that pays as the lock prescribes; answers what the ledger says. Keys sign where the path needs them. */
export async function spend(
  ledger: SimLedger,
  leg: Pick<WireLeg, 'coordinate'>,
  path: SpendPath,
  means: { readonly secret?: Preimage; readonly keys?: readonly Key[] } = {},
): Promise<TransactionStatus> {
  const known = ledger.coins.get((leg.coordinate ?? '') as Coordinate)
  invariant(known !== undefined, 'a coin that was once there')
  const outputs = expectOk(prescribedOutputs(known, path), 'outputs')
  const preimages = means.secret === undefined ? [] : [means.secret]
  const inputs = [{ coin: known.coordinate, path }]
  return ledger.submit(signed(ledger, { inputs, outputs, preimages }, ...(means.keys ?? [])))
}

export function value<T>(answer: Answer<T, string>): T {
  if (!answer.ok) throw new Error(`${answer.code} ${answer.detail ?? ''} ${answer.field ?? ''}`)
  return answer.value
}
