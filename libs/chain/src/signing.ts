// What is put under a signature: tag, version, ledger (or hub) id, digest. Wallets never sign raw bytes that somebody gave them.
import {
  type Bytes,
  type ChainId,
  type PublicKey,
  type Signature,
  type TxId,
  type Verifier,
  concat,
  fromHex,
  sha256,
  utf8,
} from '@huitong/primitives'

/** One tag per kind of signed thing, so that no signature can be carried from one kind to another. */
export const SIGNED_KINDS = ['transaction', 'block', 'login', 'offer', 'delivered', 'ruling', 'approval'] as const
export type SignedKind = (typeof SIGNED_KINDS)[number]

const SIGNING_VERSION = 1

/** Holds one key and signs messages made by this library. Keys live in wallets and in custody, never here. */
export interface Signer {
  readonly publicKey: PublicKey
  sign(message: Bytes): Signature | Promise<Signature>
}

/** `huitong/<kind>` in ASCII, version byte, 32 bytes of ledger or hub id, 32 bytes of digest. */
export function signingMessage(kind: SignedKind, scope: string, digest: Bytes): Bytes {
  return concat(utf8(`huitong/${kind}`), Uint8Array.of(SIGNING_VERSION), fromHex(scope), digest)
}

/** The message of a transaction's signatures: its id is the digest. */
export const transactionMessage = (chain: ChainId, id: TxId): Bytes => signingMessage('transaction', chain, fromHex(id))

/** The message under a statement's signature: the digest is the SHA-256 of its canonical body. */
export const bodyMessage = (kind: SignedKind, scope: string, body: Bytes): Bytes => signingMessage(kind, scope, sha256(body))

/** Checks a signature given in hexadecimal. */
export function verifySigned(verifier: Verifier, message: Bytes, signed: { signature: Signature; by: PublicKey }): boolean {
  return verifier.verify(fromHex(signed.signature), message, fromHex(signed.by))
}
