// Accounts and signed transactions for tests and measurements of a ledger. Used by specs and benchmarks only.
import { randomBytes } from 'node:crypto'
import {
  type Input,
  type Operation,
  type Output,
  type Policy,
  type TransactionBody,
  accountIdOf,
  attachWitnesses,
  coordinateOf,
  encodeBody,
  transactionMessage,
  txIdOfBytes,
} from '@huitong/chain'
import { nativePublicKey, nativeSign } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  type PublicKey,
  type Signature,
  type Time,
  type TxId,
  hexOf,
  toHex,
} from '@huitong/primitives'

export interface Key {
  readonly seed: Bytes
  readonly policy: Policy
  readonly account: AccountId
}

export interface Signed {
  readonly bytes: Bytes
  readonly id: TxId
  /** Coordinates of its outputs. */
  readonly coins: readonly Coordinate[]
}

export function newKey(seed: Bytes = new Uint8Array(randomBytes(32))): Key {
  const policy: Policy = { keys: [hexOf<PublicKey>(nativePublicKey(seed))], threshold: 1, authorities: [], quorum: 0, delayMs: 0 }
  return { seed, policy, account: accountIdOf(policy) }
}

export const EURO = 'EUR' as AssetCode

/** Makes transactions for one ledger. `now` is the ledger's time. */
export class Wallet {
  constructor(
    private readonly chain: ChainId,
    private readonly now: () => number = Date.now,
  ) {}

  /** A transaction with one signature group per key, in this order. */
  sign(content: Partial<TransactionBody>, ...keys: readonly Key[]): Signed {
    const body = encodeBody({
      validUntil: (this.now() + 3_600_000) as Time,
      reference: toHex(new Uint8Array(randomBytes(8))),
      inputs: [],
      outputs: [],
      operations: [],
      memo: '',
      ...content,
    })
    const id = txIdOfBytes(this.chain, body)
    const message = transactionMessage(this.chain, id)
    const signatures = keys.map(({ seed }) => [{ key: 0, signature: hexOf<Signature>(nativeSign(message, seed)) }])
    const bytes = attachWitnesses(body, { signatures, preimages: [] })
    return { bytes, id, coins: (content.outputs ?? []).map((_, index) => coordinateOf(id, index)) }
  }

  open(...keys: readonly Key[]): Signed {
    const operations = keys.map(({ policy }): Operation => ({ kind: 'openAccount', policy }))
    return this.sign({ operations }, ...keys)
  }

  register(issuer: Key, asset: AssetCode = EURO): Signed {
    const powers = { freeze: false, clawback: false }
    const operation: Operation = { kind: 'registerAsset', asset, scale: 2, maxSupply: 10n ** 15n, issuer: issuer.account, powers }
    return this.sign({ operations: [operation] }, issuer)
  }

  issue(issuer: Key, sequence: number, outputs: readonly Output[]): Signed {
    const amount = outputs.reduce((sum, output) => sum + output.amount, 0n)
    const asset = outputs[0]?.asset ?? EURO
    return this.sign({ operations: [{ kind: 'issue', asset, sequence, amount }], outputs }, issuer)
  }

  /** Spends a coin of `from` whole. */
  transfer(from: Key, coin: Coordinate, outputs: readonly Output[]): Signed {
    return this.sign({ inputs: [own(coin)], outputs }, from)
  }
}

export const own = (coin: Coordinate): Input => ({ coin, path: { kind: 'own' } })

export const pay = (account: AccountId, amount: bigint, asset: AssetCode = EURO): Output => ({
  asset,
  amount,
  condition: { kind: 'account', account },
})
