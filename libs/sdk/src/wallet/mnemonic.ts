// Words a person can write down, and the keys that grow from them. Nothing here leaves the device.
import { type Bytes, type Entropy, type PublicKey, type Result, type Signature, err, hexOf, ok } from '@huitong/primitives'
import type { Signer } from '@huitong/chain'
import { ed25519 } from '@noble/curves/ed25519.js'
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39'
import { wordlist as english } from '@scure/bip39/wordlists/english.js'
import { wordlist as chinese } from '@scure/bip39/wordlists/simplified-chinese.js'
import { HDKey } from 'micro-key-producer/slip10.js'

export type Language = 'en' | 'zh'
const WORDS: Readonly<Record<Language, readonly string[]>> = { en: english, zh: chinese }

/** 24 words (256 bits) by BIP-39. */
export const newMnemonic = (entropy: Entropy, language: Language = 'en'): string =>
  entropyToMnemonic(entropy.bytes(32), [...WORDS[language]])

/** The 64-byte seed of a mnemonic in either language; `mnemonic_invalid` if a word or the checksum is wrong. */
export function seedOf(mnemonic: string, passphrase = ''): Result<Bytes, 'mnemonic_invalid'> {
  const valid = Object.values(WORDS).some((words) => validateMnemonic(mnemonic, [...words]))
  return valid ? ok(mnemonicToSeedSync(mnemonic, passphrase)) : err('mnemonic_invalid')
}

/**
 * The key at `m/44'/7583'/account'/index'` of a seed (SLIP-0010, Ed25519, hardened only).
 * One account number per purpose, one index per key of an account; a rotation takes the next index.
 */
export const deriveSigner = (seed: Bytes, account: number, index = 0): Signer => signerOf(deriveSecret(seed, account, index))

/** The raw 32-byte secret of that key, for a signer of another make. */
export const deriveSecret = (seed: Bytes, account: number, index = 0): Bytes =>
  HDKey.fromMasterSeed(seed).derive(`m/44'/7583'/${account}'/${index}'`).privateKey

/** A signer from a raw 32-byte Ed25519 secret. */
export function signerOf(secret: Bytes): Signer {
  return {
    publicKey: hexOf<PublicKey>(ed25519.getPublicKey(secret)),
    sign: (message: Bytes) => hexOf<Signature>(ed25519.sign(message, secret)),
  }
}
