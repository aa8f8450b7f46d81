// A passphrase's lock around a wallet's secrets: scrypt makes the key, AES-256-GCM seals and authenticates, also what stands open beside it.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { type Bytes, type Result, err, ok, utf8 } from '@huitong/primitives'

/** As stored: parameters and parts in hexadecimal. */
export interface SealedBox {
  readonly kdf: 'scrypt'
  readonly n: number
  readonly r: number
  readonly p: number
  readonly salt: string
  readonly nonce: string
  readonly tag: string
  readonly data: string
}

/** A key with the parameters it was made by, so that one command pays for the derivation once. */
export interface BoxKey {
  readonly key: Bytes
  readonly n: number
  readonly salt: string
}

/** 64 MiB and about a fifth of a second: slow for a guesser, bearable for a holder. */
const N = 2 ** 16
const R = 8
const P = 1
/** Parameters of a file are its writer's word: outside these bounds they are refused, not tried. */
const N_MIN = 2 ** 14
const N_MAX = 2 ** 20

export function newBoxKey(passphrase: string): BoxKey {
  const salt = randomBytes(16).toString('hex')
  return { key: derive(passphrase, salt, N), n: N, salt }
}

/** The key of an existing box. `box_malformed` if its parameters are none that this code writes. */
export function boxKeyOf(passphrase: string, box: SealedBox): Result<BoxKey, 'box_malformed'> {
  const sane = box.r === R && box.p === P && box.n >= N_MIN && box.n <= N_MAX && Number.isInteger(Math.log2(box.n))
  if (!sane || !/^[0-9a-f]{32}$/.test(box.salt)) return err('box_malformed')
  return ok({ key: derive(passphrase, box.salt, box.n), n: box.n, salt: box.salt })
}

/** Seals `secret`; `open` is authenticated with it, so that neither can be changed or exchanged alone. */
export function sealBox(key: BoxKey, secret: string, open: string): SealedBox {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce)
  cipher.setAAD(utf8(open))
  const data = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return {
    kdf: 'scrypt',
    n: key.n,
    r: R,
    p: P,
    salt: key.salt,
    nonce: nonce.toString('hex'),
    tag: cipher.getAuthTag().toString('hex'),
    data: data.toString('hex'),
  }
}

/** The secret, or `box_closed`: the passphrase is another, or a byte of the box or of what stands open beside it was changed. */
export function openBox(key: BoxKey, box: SealedBox, open: string): Result<string, 'box_closed'> {
  const [nonce, tag] = [Buffer.from(box.nonce, 'hex'), Buffer.from(box.tag, 'hex')]
  if (nonce.length !== 12 || tag.length !== 16) return err('box_closed')
  const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: 16 })
  decipher.setAAD(utf8(open))
  decipher.setAuthTag(tag)
  try {
    return ok(Buffer.concat([decipher.update(Buffer.from(box.data, 'hex')), decipher.final()]).toString('utf8'))
  } catch {
    return err('box_closed')
  }
}

/** Words typed on two systems may differ in Unicode form; the passphrase is the same. */
const derive = (passphrase: string, salt: string, n: number): Bytes =>
  scryptSync(passphrase.normalize('NFKC'), Buffer.from(salt, 'hex'), 32, { N: n, r: R, p: P, maxmem: 256 * n * R })
