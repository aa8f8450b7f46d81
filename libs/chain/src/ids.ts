// Identities made by hashing: chain, transaction, coordinate, account; and the account's address for people.
import { bech32m } from '@scure/base'
import {
  type AccountId,
  type Bytes,
  type ChainId,
  type Coordinate,
  type Result,
  type TxId,
  concat,
  err,
  fromHex,
  hexOf,
  invariant,
  isHex,
  ok,
  sha256,
  taggedHash,
} from '@huitong/primitives'
import { encodeGenesis } from './codec/genesis.js'
import { writePolicy } from './codec/policy.js'
import { encodeBody } from './codec/transaction.js'
import { Writer } from './codec/writer.js'
import type { Genesis, Policy, TransactionBody } from './model.js'

const ADDRESS_PREFIX = 'ht'

/** SHA-256 of the genesis document's canonical bytes. */
export function chainIdOf(genesis: Genesis): ChainId {
  const known = chains.get(genesis)
  if (known !== undefined) return known
  const chain = hexOf<ChainId>(sha256(encodeGenesis(genesis)))
  chains.set(genesis, chain)
  return chain
}

/** Asked with every block by whoever follows a ledger; a genesis never changes. */
const chains = new WeakMap<Genesis, ChainId>()

/** SHA-256(chain id, body): a transaction has another id on every ledger (docs/decisions/0001). */
export const txIdOf = (chain: ChainId, body: TransactionBody): TxId => txIdOfBytes(chain, encodeBody(body))

export const txIdOfBytes = (chain: ChainId, encodedBody: Bytes): TxId => hexOf<TxId>(sha256(concat(fromHex(chain), encodedBody)))

/** SHA-256(transaction id, index as four big-endian bytes). */
export function coordinateOf(transaction: TxId, index: number): Coordinate {
  const bytes = new Uint8Array(36)
  bytes.set(fromHex(transaction))
  new DataView(bytes.buffer).setUint32(32, index)
  return hexOf<Coordinate>(sha256(bytes))
}

/** The account that `policy` opens: the tagged hash of its canonical bytes, the same on every ledger. */
export function accountIdOf(policy: Policy): AccountId {
  const writer = new Writer()
  writePolicy(writer, policy)
  return hexOf<AccountId>(taggedHash('huitong/account', writer.done()))
}

/** An account's address as people exchange it: bech32m with the prefix `ht`. */
export function encodeAddress(account: AccountId): string {
  invariant(isHex(account, 32), 'an account id of 32 bytes')
  return bech32m.encode(ADDRESS_PREFIX, bech32m.toWords(fromHex(account)))
}

/** Reads an address; its checksum catches up to four wrong characters. */
export function parseAddress(text: unknown): Result<AccountId, 'address_malformed'> {
  if (typeof text !== 'string') return err('address_malformed')
  const decoded = bech32m.decodeUnsafe(text)
  if (decoded === undefined || decoded.prefix !== ADDRESS_PREFIX) return err('address_malformed')
  const bytes = bech32m.fromWordsUnsafe(decoded.words)
  return bytes instanceof Uint8Array && bytes.length === 32 ? ok(hexOf<AccountId>(bytes)) : err('address_malformed')
}
