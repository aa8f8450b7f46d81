// A ledger in memory under the real rules of libs/chain: every transaction is judged by the same validator, blocks are sealed and chained as a
// ledger process would. For tests only. Time stands still until a test moves it.
import {
  type Block,
  type Condition,
  type Genesis,
  type KeySignature,
  type LedgerState as State,
  LedgerState,
  type Output,
  type Transaction,
  type TransactionBody,
  Validator,
  browserVerifier,
  coordinateOf,
  decodeTransaction,
  encodeTransaction,
  nextHeader,
  requiredSigners,
  sealMessage,
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
  type Signature,
  type Time,
  type TxId,
  type Verifier,
  after,
  expectOk,
  hexOf,
  invariant,
} from '@huitong/primitives'
import { type Person, person, signAs } from './person.js'

/** A coin's place in history, also after it was spent. */
export interface SimCoin extends Output {
  readonly coordinate: Coordinate
  readonly transaction: TxId
  readonly index: number
  readonly height: number
  readonly at: Time
  readonly spentBy?: { readonly transaction: TxId; readonly input: number; readonly height: number }
}

export interface SimTransaction {
  readonly transaction: Transaction
  readonly bytes: Bytes
  readonly height: number
  readonly at: Time
}

/** How signatures are made and checked; a simulation of thousands of ledgers brings cheaper ones. */
export interface SimCryptography {
  readonly verifier: Verifier
  readonly sign: (who: Pick<Person, 'seed' | 'publicKey'>, message: Bytes) => Signature
}

const REAL: SimCryptography = { verifier: browserVerifier, sign: signAs }

export interface SimLedgerOptions {
  readonly cryptography?: SimCryptography
  /** Signs its blocks; somebody of its own if absent. */
  readonly sealer?: Pick<Person, 'seed' | 'publicKey'>
  /** What differs from a rulebook that allows everything but fees above five per cent. */
  readonly rulebook?: Partial<Genesis['rulebook']>
}

export type Admitted =
  { readonly ok: true; readonly id: TxId } | { readonly ok: false; readonly id: TxId | undefined; readonly code: string }

export class SimLedger {
  readonly genesis: Genesis
  readonly coins = new Map<string, SimCoin>()
  readonly transactions = new Map<string, SimTransaction>()
  readonly blocks: Block[] = []
  /** Time of the next block. */
  now: Time
  /** False: the ledger answers nobody. */
  isUp = true
  /** Called after each block, as the ledger process publishes to its stream. */
  onBlock: (block: Block) => void = () => undefined
  #state: State
  #validator: Validator
  #references = 0
  readonly #sealer: Pick<Person, 'seed' | 'publicKey'>
  readonly #cryptography: SimCryptography
  /** Judged and applied, not in a block yet. */
  #open: { readonly id: TxId; readonly bytes: Bytes }[] = []

  constructor(
    readonly name: string,
    start: Time,
    options: SimLedgerOptions = {},
  ) {
    this.now = start
    this.#cryptography = options.cryptography ?? REAL
    this.#sealer = options.sealer ?? person(`sealer of ${name}`)
    this.genesis = {
      format: 'huitong-genesis-1',
      name,
      createdAt: start,
      sandbox: true,
      sealingKey: this.#sealer.publicKey,
      rulebook: {
        version: 1,
        jurisdiction: 'XX',
        currencyZone: 'X',
        lockMaxMs: 90 * 24 * 3_600_000,
        feeShareMaxPpm: 50_000,
        recoveryDelayMinMs: 0,
        ...options.rulebook,
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

  /** Transactions that wait for their block. */
  get waiting(): number {
    return this.#open.length
  }

  /** Lets time pass and makes an empty block, so that it has passed for everybody. */
  advance(milliseconds: number): void {
    this.now = after(this.now, milliseconds)
    this.close()
  }

  /** Judges and commits in a block of its own; answers the ledger's code if it refuses. */
  submit(bytes: Bytes): Admitted {
    const admitted = this.admit(bytes)
    if (admitted.ok) this.close()
    return admitted
  }

  /** Judges a transaction for the next block and keeps it for that; {@link close} makes the block. */
  admit(bytes: Bytes): Admitted {
    const signatures = { kind: 'verify', verifier: this.#cryptography.verifier } as const
    const decoded = decodeTransaction(bytes)
    if (!decoded.ok) return { ok: false, id: undefined, code: decoded.code }
    const code = this.#validator.validate(bytes, 0, bytes.length, this.now, signatures)
    const id = hexOf<TxId>(this.#validator.id.slice())
    if (code !== undefined) return { ok: false, id, code }
    this.#validator.apply()
    this.#open.push({ id, bytes })
    return { ok: true, id }
  }

  /** Closes a block over everything admitted since the last one; empty if nothing was. Answers its height. */
  close(): number {
    const content = this.#open
    this.#open = []
    const transactions = content.map(({ bytes }) => bytes)
    const header = nextHeader(this.genesis, this.#state.head, { transactions, time: this.now })
    this.#state.closeBlock(header)
    const block = { header: { ...header, seal: this.#cryptography.sign(this.#sealer, sealMessage(header)) }, transactions }
    this.blocks.push(block)
    for (const { id, bytes } of content) this.#index(id, bytes, header.height)
    this.onBlock(block)
    return header.height
  }

  /** Signs a body with everybody it needs among `signers`, and commits it; throws the ledger's code if it refuses. */
  send(
    content: Partial<Pick<TransactionBody, 'inputs' | 'outputs' | 'operations' | 'validUntil'>>,
    signers: readonly Person[],
    preimages: readonly Preimage[] = [],
  ): TxId {
    const sent = this.submit(this.signed(content, signers, preimages))
    if (!sent.ok) throw new Error(`${this.name} refuses: ${sent.code}`)
    return sent.id
  }

  /** A whole transaction, signed by those of `signers` that it needs. */
  signed(
    content: Partial<Pick<TransactionBody, 'inputs' | 'outputs' | 'operations' | 'validUntil'>>,
    signers: readonly Person[],
    preimages: readonly Preimage[] = [],
  ): Bytes {
    this.#references += 1
    const body: TransactionBody = {
      validUntil: content.validUntil ?? after(this.now, 60_000),
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
      return signer === undefined ? [] : [{ key: 0, signature: this.#cryptography.sign(signer, message) }]
    })
    return encodeTransaction({ body, witnesses: { signatures, preimages } })
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

  #index(id: TxId, bytes: Bytes, height: number): void {
    const transaction = expectOk(decodeTransaction(bytes), 'a valid transaction')
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
  }
}
