// Branded identifiers: values that look alike but must never be exchanged. A brand is put on at the border, once, after a check.
import { type Bytes, fromHex, isHex, toHex } from './bytes.js'
import { sha256 } from './hash.js'
import { type Result, err, ok } from './result.js'

declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** SHA-256 of a genesis document, 32 bytes in lowercase hexadecimal. Hashed into every signature. */
export type ChainId = Brand<string, 'ChainId'>
/** SHA-256 of a transaction's body without its witnesses, 32 bytes in hexadecimal. */
export type TxId = Brand<string, 'TxId'>
/** Identity of a coin: SHA-256 of transaction id and output index, 32 bytes in hexadecimal; stands for the coin's whole history. */
export type Coordinate = Brand<string, 'Coordinate'>
export type BlockHash = Brand<string, 'BlockHash'>
/** Hash of an account's first policy, 32 bytes in hexadecimal; its text form is a bech32m address. */
export type AccountId = Brand<string, 'AccountId'>
/** An Ed25519 public key, 32 bytes in hexadecimal. */
export type PublicKey = Brand<string, 'PublicKey'>
/** An Ed25519 signature, 64 bytes in hexadecimal. */
export type Signature = Brand<string, 'Signature'>
/** SHA-256 of a preimage, 32 bytes in hexadecimal. */
export type HashLock = Brand<string, 'HashLock'>
/** The 32 secret bytes behind a {@link HashLock}, in hexadecimal. Never logged. */
export type Preimage = Brand<string, 'Preimage'>
/** Code of an asset, unique on its ledger: 1 to 8 characters of A-Z and 0-9, the first a letter. */
export type AssetCode = Brand<string, 'AssetCode'>
/** An order's id as the ledger knows it: 16 bytes (a uuid) in hexadecimal. */
export type OrderId = Brand<string, 'OrderId'>
/** A point in time: milliseconds since 1970-01-01T00:00:00Z, an integer below 2^48. */
export type Time = Brand<number, 'Time'>

export const TIME_MAX = 2 ** 48 - 1

/** Puts a brand on a hexadecimal string of `length` bytes, or answers `undefined`. */
export function brandHex<T extends string>(text: unknown, length: number): T | undefined {
  return isHex(text, length) ? (text as T) : undefined
}

/** Puts a brand on raw bytes that the caller knows to be of the right kind (a hash it computed, a field it decoded). */
export const hexOf = <T extends string>(bytes: Bytes): T => toHex(bytes) as T

export function parseAssetCode(text: unknown): Result<AssetCode, 'asset_code_malformed'> {
  return typeof text === 'string' && /^[A-Z][A-Z0-9]{0,7}$/.test(text) ? ok(text as AssetCode) : err('asset_code_malformed')
}

export function parseTime(value: unknown): Result<Time, 'time_malformed'> {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= TIME_MAX
    ? ok(value as Time)
    : err('time_malformed')
}

/** The time `milliseconds` after `time`. */
export const after = (time: Time, milliseconds: number): Time => (time + milliseconds) as Time

/** The hash lock that `preimage` opens: SHA-256 of its 32 raw bytes. */
export const lockOf = (preimage: Preimage): HashLock => hexOf<HashLock>(sha256(fromHex(preimage)))
