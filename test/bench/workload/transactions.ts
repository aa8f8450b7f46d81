// Transactions of a workload as bytes: the setup by the product's own encoder, transfers by patching one encoded transfer, which is then the
// very encoding of the patched content (all fields that change have fixed places and lengths).
import {
  type Operation,
  type Output,
  type TransactionBody,
  attachWitnesses,
  encodeBody,
  transactionMessage,
  txIdOfBytes,
} from '@huitong/chain'
import {
  AMOUNT_MAX,
  type AccountId,
  type AssetCode,
  type ChainId,
  type Coordinate,
  OPERATIONS_MAX,
  type Signature,
  type Time,
  type TxId,
  fromHex,
  hexOf,
  invariant,
} from '@huitong/primitives'
import { sha256, sodium } from './native.js'
import { COIN_AMOUNT, GIVEN, type Plan, VALID_MS } from './plan.js'
import { type Key, walletOf } from './wallets.js'

// the border: a literal in the form of an asset code
export const ASSET = 'BEN' as AssetCode
/** Outputs of one issuance. */
export const COINS_PER_ISSUE = 255

export interface Signed {
  readonly bytes: Uint8Array
  readonly id: TxId
}

export class Scribe {
  #references = 0
  constructor(
    readonly chain: ChainId,
    private readonly plan: Plan,
  ) {}

  sign(content: Partial<TransactionBody>, ...keys: readonly Key[]): Signed {
    const body = encodeBody({
      // the border: a number computed from times
      validUntil: (this.plan.base + VALID_MS) as Time,
      reference: (this.#references++).toString(16).padStart(16, '0'),
      inputs: [],
      outputs: [],
      operations: [],
      memo: '',
      ...content,
    })
    const id = txIdOfBytes(this.chain, body)
    const message = Buffer.from(transactionMessage(this.chain, id))
    const signatures = keys.map(({ secretKey }) => {
      const signature = Buffer.alloc(64)
      sodium.crypto_sign_detached(signature, message, secretKey)
      return [{ key: 0, signature: hexOf<Signature>(signature) }]
    })
    return { bytes: attachWitnesses(body, { signatures, preimages: [] }), id }
  }

  /** Opens all accounts, as few transactions as the limits allow. */
  *open(keys: readonly Key[]): Generator<Signed> {
    for (let at = 0; at < keys.length; at += OPERATIONS_MAX) {
      const some = keys.slice(at, at + OPERATIONS_MAX)
      yield this.sign({ operations: some.map(({ policy }): Operation => ({ kind: 'openAccount', policy })) }, ...some)
    }
  }

  register(issuer: Key): Signed {
    const powers = { freeze: false, clawback: false }
    const operation: Operation = {
      kind: 'registerAsset',
      asset: ASSET,
      scale: 2,
      maxSupply: AMOUNT_MAX,
      issuer: issuer.account,
      powers,
    }
    return this.sign({ operations: [operation] }, issuer)
  }

  issue(issuer: Key, sequence: number, owners: readonly AccountId[]): Signed {
    const outputs = owners.map((account) => pay(account, COIN_AMOUNT))
    const amount = COIN_AMOUNT * BigInt(owners.length)
    return this.sign({ operations: [{ kind: 'issue', asset: ASSET, sequence, amount }], outputs }, issuer)
  }
}

const pay = (account: AccountId, amount: bigint): Output => ({ asset: ASSET, amount, condition: { kind: 'account', account } })

/** Coordinate of output `index` of the transaction with this id. */
export function coordinateOf(id: Buffer, index: number): Buffer {
  const bytes = Buffer.allocUnsafe(36)
  id.copy(bytes)
  bytes.writeUInt32BE(index, 32)
  return sha256(bytes)
}

/** A digest of one of each of a workload's transactions: another encoding gives another digest. */
export function encodingOf(plan: Plan): string {
  // the border: any 32 bytes in the form of a chain's id
  const chain = '0'.repeat(64) as ChainId
  const scribe = new Scribe(chain, plan)
  const issuer = walletOf(plan.seed, -1)
  const setup = [...scribe.open([issuer]), scribe.register(issuer), scribe.issue(issuer, 0, [issuer.account])]
  const form = new TransferForm(chain, plan)
  const message = form.signed(form.template, 0).message
  return sha256(Buffer.concat([...setup.map(({ bytes }) => bytes), form.template, message])).toString('hex')
}

/** One transfer whose coin, receiver, owner, reference and signature are written into their places. */
export class TransferForm {
  readonly template: Buffer
  readonly #at: {
    readonly coin: number
    readonly to: number
    readonly back: number
    readonly reference: number
    readonly signature: number
  }
  readonly #body: Buffer
  readonly #message: Buffer

  constructor(chain: ChainId, plan: Plan) {
    const mark = (byte: number, length: number): string => byte.toString(16).repeat(length)
    // the borders: marks in the form of ids
    const [to, back] = [mark(0xa1, 32) as AccountId, mark(0xa2, 32) as AccountId]
    const outputs = plan.shape === 'move' ? [pay(to, COIN_AMOUNT)] : [pay(to, GIVEN), pay(back, COIN_AMOUNT - GIVEN)]
    const body = encodeBody({
      validUntil: (plan.base + VALID_MS) as Time,
      reference: mark(0xa4, 8),
      inputs: [{ coin: mark(0xa3, 32) as Coordinate, path: { kind: 'own' } }],
      outputs,
      operations: [],
      memo: '',
    })
    const signatures = [[{ key: 0, signature: mark(0xa5, 64) as Signature }]]
    this.template = Buffer.from(attachWitnesses(body, { signatures, preimages: [] }))
    const place = (byte: number, length: number): number => this.template.indexOf(Buffer.alloc(length, byte))
    this.#at = {
      coin: place(0xa3, 32),
      to: place(0xa1, 32),
      back: place(0xa2, 32),
      reference: place(0xa4, 8),
      signature: place(0xa5, 64),
    }
    invariant(this.#at.coin > 0 && this.#at.to > 0 && this.#at.reference > 0 && this.#at.signature > 0, 'all places are found')
    this.#body = Buffer.concat([fromHex(chain), body])
    this.#message = Buffer.from(transactionMessage(chain, hexOf<TxId>(Buffer.alloc(32))))
  }

  get bytes(): number {
    return this.template.length
  }

  /** Writes an unsigned transfer to target[at...] and answers its id. */
  write(target: Buffer, at: number, content: { coin: Buffer; to: Buffer; back: Buffer; reference: number }): Buffer {
    this.template.copy(target, at)
    content.coin.copy(target, at + this.#at.coin)
    content.to.copy(target, at + this.#at.to)
    if (this.#at.back > 0) content.back.copy(target, at + this.#at.back)
    target.writeUInt32BE(1, at + this.#at.reference)
    target.writeUInt32BE(content.reference, at + this.#at.reference + 4)
    return this.idOf(target, at)
  }

  /** Signs the transfer at target[at...] in place. */
  sign(target: Buffer, at: number, secretKey: Buffer): void {
    this.idOf(target, at).copy(this.#message, this.#message.length - 32)
    const signature = target.subarray(at + this.#at.signature, at + this.#at.signature + 64)
    sodium.crypto_sign_detached(signature, this.#message, secretKey)
  }

  idOf(target: Buffer, at: number): Buffer {
    target.copy(this.#body, 32, at, at + this.#body.length - 32)
    return sha256(this.#body)
  }

  /** The message that the signature at target[at...] is over, and that signature: views that the next call overwrites. */
  signed(target: Buffer, at: number): { readonly message: Buffer; readonly signature: Buffer } {
    this.idOf(target, at).copy(this.#message, this.#message.length - 32)
    return { message: this.#message, signature: target.subarray(at + this.#at.signature, at + this.#at.signature + 64) }
  }
}
