// Accounts and signed transactions for specs of settlement: one key per account, seeded so that a failure repeats.
import {
  type AssetPowers,
  type Coin,
  type Condition,
  type Output,
  type TransactionBody,
  encodeTransaction,
  transactionMessage,
  txIdOf,
} from '@huitong/chain'
import { nativeSign } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type Preimage,
  type Signature,
  after,
  hexOf,
  invariant,
  sha256,
  toHex,
  utf8,
} from '@huitong/primitives'
import type { Key } from './key.js'
import type { SimLedger } from './sim-ledger.js'

export const secretOf = (name: string): Preimage => hexOf<Preimage>(sha256(utf8(`secret of ${name}`)))

let references = 0

/** A whole transaction for a ledger, signed by these keys in signer order. */
export function signed(
  ledger: SimLedger,
  content: Partial<TransactionBody> & { readonly preimages?: readonly Preimage[] },
  ...keys: readonly Key[]
): Bytes {
  const { preimages = [], ...given } = content
  references += 1
  const body: TransactionBody = {
    validUntil: after(ledger.now(), 5 * 60_000),
    reference: toHex(sha256(utf8(`reference ${references}`))).slice(0, 16),
    inputs: [],
    outputs: [],
    operations: [],
    memo: '',
    ...given,
  }
  const message = transactionMessage(ledger.chain, txIdOf(ledger.chain, body))
  const signatures = keys.map(({ seed }) => [{ key: 0, signature: hexOf<Signature>(nativeSign(message, seed)) }])
  return encodeTransaction({ body, witnesses: { signatures, preimages } })
}

/** Opens the accounts, registers the asset by its issuer and gives each account its amount. */
export async function fund(
  ledger: SimLedger,
  funding: {
    readonly issuer: Key
    readonly asset: AssetCode
    readonly holders: readonly (readonly [Key, bigint])[]
    readonly powers?: AssetPowers
  },
): Promise<void> {
  const { issuer, asset, holders, powers = { freeze: false, clawback: false } } = funding
  for (const key of [issuer, ...holders.map(([key]) => key)]) await open(ledger, key)
  const total = holders.reduce((sum, [, amount]) => sum + amount, 0n)
  await must(
    ledger,
    signed(
      ledger,
      { operations: [{ kind: 'registerAsset', asset, scale: 2, maxSupply: 10n ** 15n, issuer: issuer.account, powers }] },
      issuer,
    ),
  )
  const sequence = ledger.state.asset(asset)?.sequence ?? 0
  const outputs = holders.filter(([, amount]) => amount > 0n).map(([{ account }, amount]) => pay(account, asset, amount))
  await must(ledger, signed(ledger, { operations: [{ kind: 'issue', asset, sequence, amount: total }], outputs }, issuer))
}

export async function open(ledger: SimLedger, key: Key): Promise<void> {
  if (ledger.state.account(key.account) !== undefined) return
  await must(ledger, signed(ledger, { operations: [{ kind: 'openAccount', policy: key.policy }] }, key))
}

/** Locks an amount of a key's coins under a condition, the change back to it. Answers the transaction's bytes. */
export function lock(
  ledger: SimLedger,
  from: Key,
  locked: {
    readonly asset: AssetCode
    readonly amount: bigint
    readonly condition: Condition
    readonly validUntil?: TransactionBody['validUntil']
  },
): Bytes {
  const { asset, amount, condition, validUntil } = locked
  const coins: Coin[] = []
  let sum = 0n
  for (const coin of ledger.coinsOf(from.account, asset)) {
    if (sum >= amount) break
    coins.push(coin)
    sum += coin.amount
  }
  invariant(sum >= amount, 'the key has enough')
  const outputs: Output[] = [{ asset, amount, condition }]
  if (sum > amount) outputs.push(pay(from.account, asset, sum - amount))
  const inputs = coins.map(({ coordinate }) => ({ coin: coordinate, path: { kind: 'own' } as const }))
  return signed(ledger, { inputs, outputs, ...(validUntil === undefined ? {} : { validUntil }) }, from)
}

export async function must(ledger: SimLedger, bytes: Bytes): Promise<void> {
  const status = await ledger.submit(bytes)
  invariant(status.outcome === 'committed', `committed, not ${JSON.stringify(status)}`)
}

export const pay = (account: AccountId, asset: AssetCode, amount: bigint): Output => ({
  asset,
  amount,
  condition: { kind: 'account', account },
})
