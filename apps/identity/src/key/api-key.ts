// The form of an API key: `ht_`, 8 hexadecimal digits to find it by, 48 that prove it. The secret half is derived, never stored.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Bytes, toHex } from '@huitong/primitives'

const FORM = /^ht_([0-9a-f]{8})_([0-9a-f]{48})$/
const SECRET_HEX = 48

export interface ParsedKey {
  readonly publicId: string
  readonly secret: string
}

export function parseApiKey(text: string): ParsedKey | undefined {
  const [, publicId, secret] = FORM.exec(text) ?? []
  return publicId === undefined || secret === undefined ? undefined : { publicId, secret }
}

export const formatApiKey = ({ publicId, secret }: ParsedKey): string => `ht_${publicId}_${secret}`

/** What is stored of a secret: SHA-256 of its text. 192 random bits need no slow hash. */
export const secretHash = (secret: string): Bytes => new Uint8Array(createHash('sha256').update(secret).digest())

/** Compares in constant time. */
export function isSecretOf(secret: string, stored: Bytes): boolean {
  const hash = secretHash(secret)
  return stored.length === hash.length && timingSafeEqual(hash, stored)
}

/**
 * The secret of key `id`: HMAC-SHA-256 under a key of its own, cut to 192 bits. So the answer to a creation can be given again to the
 * same idempotency key, and no table ever holds the secret.
 */
export function deriveSecret(root: Bytes, id: string): string {
  return createHmac('sha256', root).update(`huitong.api-key.v1\n${id}`).digest('hex').slice(0, SECRET_HEX)
}

/** The root of all API key secrets, bound to the hub's master key. */
export const apiKeyRoot = (masterKey: Bytes): Bytes =>
  new Uint8Array(createHmac('sha256', masterKey).update('huitong.api-key-root.v1').digest())

/** The half of an API key by which it is found. */
export const publicIdOf = (random: Bytes): string => toHex(random.subarray(0, 4))
