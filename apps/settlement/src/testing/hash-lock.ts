// What a wallet does with the legs of a pair in specs: reads the condition it is to lock, locks it, claims it.
import { type HashLockCondition, decodeCondition, prescribedOutputs } from '@huitong/chain'
import type { Answer, WireLeg } from '@huitong/contracts'
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

export function value<T>(answer: Answer<T, string>): T {
  if (!answer.ok) throw new Error(`${answer.code} ${answer.detail ?? ''} ${answer.field ?? ''}`)
  return answer.value
}
