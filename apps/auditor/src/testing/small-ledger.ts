// A ledger for the auditor's own tests, sealed block by block with the real codec. Nothing is validated: a test writes what no ledger would accept.
import {
  type Genesis,
  type Head,
  type Operation,
  type Output,
  type SpendPath,
  chainIdOf,
  coordinateOf,
  encodeGenesis,
  encodeHeader,
  encodeTransaction,
  genesisHead,
  headOf,
  nextHeader,
  sealMessage,
  txIdOf,
} from '@huitong/chain'
import { nativePublicKey, nativeSign } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  type Time,
  type TxId,
  concat,
  fromHex,
  hexOf,
  sha256,
  toHex,
  utf8,
} from '@huitong/primitives'
import type { RawBlock } from '../replay/ledger-replay.js'

/** An account id by name. */
export const account = (name: string): AccountId => hexOf<AccountId>(sha256(utf8(name)))
// the border: names that tests choose
export const asset = (code: string): AssetCode => code as AssetCode

export interface Made {
  readonly id: TxId
  readonly bytes: Bytes
  readonly coins: readonly Coordinate[]
}

export interface Content {
  readonly inputs?: readonly { readonly coin: Coordinate; readonly path?: SpendPath }[]
  readonly outputs?: readonly Output[]
  readonly operations?: readonly Operation[]
}

export class SmallLedger {
  readonly blocks: RawBlock[] = []
  readonly genesis: Genesis
  readonly genesisText: string
  readonly chain: ChainId
  head: Head
  #references = 0

  constructor(
    readonly name: string,
    private readonly seed: Bytes = sha256(utf8(name)),
  ) {
    this.genesis = {
      format: 'huitong-genesis-1',
      name,
      createdAt: 1_000_000 as Time,
      sandbox: true,
      sealingKey: hexOf(nativePublicKey(seed)),
      rulebook: {
        version: 1,
        jurisdiction: 'ZZ',
        currencyZone: 'XXX',
        lockMaxMs: 10 ** 10,
        feeShareMaxPpm: 50_000,
        recoveryDelayMinMs: 0,
      },
    }
    this.genesisText = new TextDecoder().decode(encodeGenesis(this.genesis))
    this.chain = chainIdOf(this.genesis)
    this.head = genesisHead(this.genesis)
  }

  make(content: Content): Made {
    this.#references += 1
    const body = {
      validUntil: 2_000_000 as Time,
      reference: this.#references.toString(16).padStart(16, '0'),
      inputs: (content.inputs ?? []).map(({ coin, path }) => ({ coin, path: path ?? { kind: 'own' as const } })),
      outputs: content.outputs ?? [],
      operations: content.operations ?? [],
      memo: '',
    }
    const id = txIdOf(this.chain, body)
    const bytes = encodeTransaction({ body, witnesses: { signatures: [], preimages: [] } })
    return { id, bytes, coins: body.outputs.map((_, index) => coordinateOf(id, index)) }
  }

  /** Seals a block of these transactions. */
  seal(...made: readonly Made[]): void {
    const transactions = made.map(({ bytes }) => bytes)
    const header = nextHeader(this.genesis, this.head, { transactions, time: (this.head.time + 1_000) as Time })
    this.head = headOf(header)
    this.blocks.push({
      height: header.height,
      hash: this.head.hash,
      header: encodeHeader(header),
      seal: nativeSign(sealMessage(header), this.seed),
      bytes: concat(...transactions),
    })
  }

  /** Makes a transaction and seals it in a block of its own. */
  commit(content: Content): Made {
    const made = this.make(content)
    this.seal(made)
    return made
  }

  issue(code: string, amount: bigint, to: string): Made {
    const operations: Operation[] = [{ kind: 'issue', asset: asset(code), sequence: this.blocks.length, amount }]
    return this.commit({ operations, outputs: [pay(code, amount, to)] })
  }
}

export const pay = (code: string, amount: bigint, to: string): Output => ({
  asset: asset(code),
  amount,
  condition: { kind: 'account', account: account(to) },
})

/** The bytes of a block with one of them changed. */
export function withByte(bytes: Bytes, at: number): Bytes {
  const copy = fromHex(toHex(bytes))
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
