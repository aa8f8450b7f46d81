// A ledger in memory under the real rules of libs/chain: every transaction is judged by the same validator, a block is one transaction.
// For tests only. Time stands still until a test moves it.
import {
  type Condition,
  type Genesis,
  type KeySignature,
  type LedgerState as State,
  LedgerState,
  type Output,
  type Policy,
  type Transaction,
  type TransactionBody,
  Validator,
  accountIdOf,
  browserVerifier,
  coordinateOf,
  decodeTransaction,
  encodeTransaction,
  nextHeader,
  requiredSigners,
  transactionMessage,
  txIdOf,
} from '@huitong/chain'
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  type Preimage,
  type PublicKey,
  type Signature,
  type Time,
  type TxId,
  after,
  expectOk,
  hexOf,
  invariant,
  sha256,
  toHex,
  utf8,
} from '@huitong/primitives'
import { ed25519 } from '@noble/curves/ed25519.js'

/** Somebody with one key and the account it makes. The same name is the same person everywhere. */
export interface Person {
  readonly name: string
  readonly seed: Bytes
  readonly publicKey: PublicKey
  readonly policy: Policy
  readonly account: AccountId
}

export interface PersonOptions {
  readonly authorities?: readonly AccountId[]
  readonly quorum?: number
  readonly delayMs?: number
}

export function person(name: string, options: PersonOptions = {}): Person {
  const seed = sha256(utf8(`person ${name}`))
  const publicKey = hexOf<PublicKey>(ed25519.getPublicKey(seed))
  const authorities = [...(options.authorities ?? [])].sort()
  const policy = { keys: [publicKey], threshold: 1, authorities, quorum: options.quorum ?? 0, delayMs: options.delayMs ?? 0 }
  return { name, seed, publicKey, policy, account: accountIdOf(policy) }
}

export const signAs = (who: Pick<Person, 'seed'>, message: Bytes): Signature => hexOf<Signature>(ed25519.sign(message, who.seed))

/** A coin's place in history, also after it was spent. */
export interface SimCoin extends Output {
  readonly coordinate: Coordinate
  readonly transaction: TxId
  readonly index: number
  readonly height: number
  readonly at: Time
  readonly spentBy?: { readonly transaction: TxId; readonly input: number; readonly height: number }
}

export class SimLedger {
  readonly genesis: Genesis
  readonly coins = new Map<string, SimCoin>()
  readonly transactions = new Map<
    string,
    { readonly transaction: Transaction; readonly bytes: Bytes; readonly height: number; readonly at: Time }
  >()
  /** Time of the next block. */
  now: Time
  /** False: the ledger answers nobody. */
  isUp = true
  #state: State
  #validator: Validator
  #references = 0

  constructor(
    readonly name: string,
    start: Time,
  ) {
    this.now = start
    this.genesis = {
      format: 'huitong-genesis-1',
      name,
      createdAt: start,
      sandbox: true,
      sealingKey: person(`sealer of ${name}`).publicKey,
      rulebook: {
        version: 1,
        jurisdiction: 'XX',
        currencyZone: 'X',
        lockMaxMs: 90 * 24 * 3_600_000,
        feeShareMaxPpm: 50_000,
        recoveryDelayMinMs: 0,
      },
    }
    this.#state = new LedgerState(this.genesis)
    this.#validator = new Validator(this.#state)
  }

  get chain(): ChainId {
    return this.#state.chain
  }

  get state(): State {
    return this.#state
  }

  /** Time of the last block. */
  get final(): Time {
    return this.#state.head.time
  }

  /** Lets time pass and makes an empty block, so that it has passed for everybody. */
  advance(milliseconds: number): void {
    this.now = after(this.now, milliseconds)
    this.#close([])
  }

  /** Judges and commits; answers the ledger's code if it refuses. */
  submit(bytes: Bytes): { readonly ok: true; readonly id: TxId } | { readonly ok: false; readonly code: string } {
    const code = this.#validator.validate(bytes, 0, bytes.length, this.now, { kind: 'verify', verifier: browserVerifier })
    if (code !== undefined) return { ok: false, code }
    const id = hexOf<TxId>(this.#validator.id.slice())
    this.#validator.apply()
    const transaction = expectOk(decodeTransaction(bytes), 'a valid transaction')
    const height = this.#close([bytes])
    transaction.body.inputs.forEach(({ coin }, input) => {
      const spent = this.coins.get(coin)
      invariant(spent !== undefined, 'a spent coin was there')
      this.coins.set(coin, { ...spent, spentBy: { transaction: id, input, height } })
    })
    transaction.body.outputs.forEach((output, index) => {
      const coordinate = coordinateOf(id, index)
      this.coins.set(coordinate, { ...output, coordinate, transaction: id, index, height, at: this.final })
    })
    this.transactions.set(id, { transaction, bytes, height, at: this.final })
    return { ok: true, id }
  }

  /** Signs a body with everybody it needs among `signers`, and commits it; throws the ledger's code if it refuses. */
  send(
    content: Partial<Pick<TransactionBody, 'inputs' | 'outputs' | 'operations'>>,
    signers: readonly Person[],
    preimages: readonly Preimage[] = [],
  ): TxId {
    this.#references += 1
    const body: TransactionBody = {
      validUntil: after(this.now, 60_000),
      reference: this.#references.toString(16).padStart(16, '0'),
      inputs: content.inputs ?? [],
      outputs: content.outputs ?? [],
      operations: content.operations ?? [],
      memo: '',
    }
    const plan = expectOk(requiredSigners(body, this.#state), 'known signers')
    const message = transactionMessage(this.chain, txIdOf(this.chain, body))
    const signatures = plan.accounts.map((account): KeySignature[] => {
      const signer = signers.find((one) => one.account === account)
      return signer === undefined ? [] : [{ key: 0, signature: signAs(signer, message) }]
    })
    const sent = this.submit(encodeTransaction({ body, witnesses: { signatures, preimages } }))
    if (!sent.ok) throw new Error(`${this.name} refuses: ${sent.code}`)
    return sent.id
  }

  open(...people: readonly Person[]): void {
    for (const who of people) {
      if (this.#state.account(who.account) === undefined)
        this.send({ operations: [{ kind: 'openAccount', policy: who.policy }] }, [who])
    }
  }

  /** Registers the asset at first use and issues `amount` into a plain coin of `to`. */
  fund(issuer: Person, asset: AssetCode, to: AccountId, amount: Amount): Coordinate {
    this.open(issuer)
    if (this.#state.asset(asset) === undefined) {
      const powers = { freeze: false, clawback: false }
      const registration = {
        kind: 'registerAsset',
        asset,
        scale: 2,
        maxSupply: 10n ** 15n,
        issuer: issuer.account,
        powers,
      } as const
      this.send({ operations: [registration] }, [issuer])
    }
    const sequence = this.#state.asset(asset)?.sequence ?? 0
    const outputs = [{ asset, amount, condition: { kind: 'account', account: to } as const }]
    return coordinateOf(this.send({ outputs, operations: [{ kind: 'issue', asset, sequence, amount }] }, [issuer]), 0)
  }

  /** Locks all of an own plain coin under a condition, change back. Answers the new coin. */
  lock(owner: Person, from: Coordinate, amount: Amount, condition: Condition): Coordinate {
    const coin = this.coins.get(from)
    invariant(coin !== undefined, 'a coin to lock')
    const { asset } = coin
    const change = coin.amount - amount
    const back: Output[] = change > 0n ? [{ asset, amount: change, condition: coin.condition }] : []
    const inputs = [{ coin: from, path: { kind: 'own' } as const }]
    return coordinateOf(this.send({ inputs, outputs: [{ asset, amount, condition }, ...back] }, [owner]), 0)
  }

  /** Plain coins of an account. */
  ownCoins(account: AccountId, asset: AssetCode): readonly SimCoin[] {
    return [...this.coins.values()].filter(
      (coin) =>
        coin.spentBy === undefined &&
        coin.asset === asset &&
        coin.condition.kind === 'account' &&
        coin.condition.account === account,
    )
  }

  #close(transactions: readonly Bytes[]): number {
    const header = nextHeader(this.genesis, this.#state.head, { transactions, time: this.now })
    this.#state.closeBlock(header)
    return header.height
  }
}

/** A seeded stream of bytes: the same test makes the same bytes. */
export function seededEntropy(seed: string): { bytes(length: number): Bytes } {
  let counter = 0
  return {
    bytes: (length) => {
      const parts: number[] = []
      while (parts.length < length) parts.push(...sha256(utf8(`${seed} ${counter++}`)))
      return Uint8Array.from(parts.slice(0, length))
    },
  }
}

export const hexSeed = (text: string): string => toHex(sha256(utf8(text)))
