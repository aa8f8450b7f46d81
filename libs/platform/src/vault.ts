// Seals secrets at rest with AES-256-GCM under a master key. What is sealed for one purpose cannot be opened for another.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type Bytes, type Result, err, fromHex, invariant, ok, taggedHash, toHex, utf8 } from '@huitong/primitives'

/** `key_unknown`: sealed under a key we do not have. `seal_broken`: altered, or sealed for another purpose. */
export type VaultCode = 'key_unknown' | 'seal_broken'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FORM = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{38,})$/

/** Seals with the first master key; opens with any it was given, so that keys can be changed without a pause. */
export class Vault {
  readonly #keys: ReadonlyMap<string, Bytes>
  readonly #current: string

  /** @param masterKeys 32 bytes each, in hexadecimal (HUITONG_MASTER_KEY); the current one first. */
  constructor(...masterKeys: readonly [string, ...string[]]) {
    const keys = masterKeys.map(fromHex)
    invariant(
      keys.every((key) => key.length === KEY_BYTES),
      'a master key has 32 bytes',
    )
    this.#keys = new Map(keys.map((key) => [keyId(key), key]))
    this.#current = keyId(fromHex(masterKeys[0]))
  }

  /** Seals `secret` for `purpose` (`party:7/webhook`), which must be said again to open it. One line of text. */
  seal(secret: Bytes, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#current), nonce)
    cipher.setAAD(boundTo(this.#current, purpose))
    const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    return `v1.${this.#current}.${sealed.toString('base64url')}`
  }

  open(text: string, purpose: string): Result<Bytes, VaultCode> {
    const [, id, body] = FORM.exec(text) ?? []
    if (id === undefined || body === undefined) return err('seal_broken')
    if (!this.#keys.has(id)) return err('key_unknown', `sealed under key ${id}`)
    const bytes = Buffer.from(body, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', this.#key(id), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(boundTo(id, purpose))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return ok(new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])))
    } catch {
      return err('seal_broken')
    }
  }

  /** True for a text sealed under an earlier key: open it and seal it again. */
  isOutdated(text: string): boolean {
    return FORM.exec(text)?.[1] !== this.#current
  }

  #key(id: string): Bytes {
    const key = this.#keys.get(id)
    invariant(key !== undefined, 'a key of this vault')
    return key
  }
}

const keyId = (key: Bytes): string => toHex(taggedHash('huitong.vault.key.v1', key)).slice(0, 8)

const boundTo = (id: string, purpose: string): Bytes => utf8(`huitong.vault.v1\n${id}\n${purpose}`)
