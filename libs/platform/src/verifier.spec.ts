// The one signature rule of the house, against vectors that others wrote and against crafted ones that tell verifiers apart.
import { readFileSync } from 'node:fs'
import { fromHex, sha256, toHex, utf8 } from '@huitong/primitives'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 as nobleSha256, sha512 } from '@noble/hashes/sha2.js'
import * as fc from 'fast-check'
import { installNativeHash, nativePublicKey, nativeSha256, nativeSign, nativeVerifier } from './verifier.js'

const { Point } = ed25519
const ORDER = Point.Fn.ORDER
/** A point of order 8; its multiples are all points of small order. */
const EIGHTH = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
const SMALL = Array.from({ length: 8 }, (_, n) => (n === 0 ? Point.ZERO : EIGHTH.multiplyUnsafe(BigInt(n))))

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string }
    readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[]
  }[]
}

it('answers every Wycheproof vector as it says', () => {
  const path = new URL('../../../test/vectors/wycheproof-ed25519.json', import.meta.url)
  const file: Wycheproof = JSON.parse(readFileSync(path, 'utf8'))
  const wrong: number[] = []
  let count = 0
  for (const { publicKey, tests } of file.testGroups) {
    for (const { tcId, msg, sig, result } of tests) {
      count += 1
      const answer = nativeVerifier.verify(fromHex(sig), fromHex(msg), fromHex(publicKey.pk))
      if (answer !== (result === 'valid')) wrong.push(tcId)
    }
  }
  expect(wrong).toEqual([])
  expect(count).toBe(151)
})

const little = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`)
const bytesOf = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0')).reverse()
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** A signature whose equation holds up to the small parts planted in key and R. */
function crafted(options: { a: bigint; r: bigint; keySmall: number; rSmall: number; message: Uint8Array; addOrder?: boolean }) {
  const { a, r, keySmall, rSmall, message } = options
  const times = (n: bigint) => (n === 0n ? Point.ZERO : Point.BASE.multiply(n))
  const publicKey = times(a)
    .add(SMALL[keySmall] ?? Point.ZERO)
    .toBytes()
  const R = times(r)
    .add(SMALL[rSmall] ?? Point.ZERO)
    .toBytes()
  const k = little(sha512(joined(R, publicKey, message))) % ORDER
  const s = (r + k * a) % ORDER
  return { publicKey, k, signature: joined(R, bytesOf(options.addOrder === true ? s + ORDER : s)) }
}

const scalar = fc.bigInt({ min: 1n, max: ORDER - 1n })
const eight = fc.integer({ min: 0, max: 7 })

it('is cofactorless: small parts in key and R are forgiven exactly when the equation itself holds', () => {
  let accepted = 0
  fc.assert(
    fc.property(scalar, scalar, eight, eight, fc.uint8Array({ maxLength: 16 }), (a, r, keySmall, rSmall, message) => {
      const { publicKey, signature, k } = crafted({ a, r, keySmall, rSmall, message })
      // S*B - k*A = R  <=>  the small parts cancel: -k*keySmall = rSmall modulo 8
      const holds = (BigInt(rSmall) + k * BigInt(keySmall)) % 8n === 0n
      if (holds) accepted += 1
      expect(nativeVerifier.verify(signature, message, publicKey)).toBe(holds)
    }),
    { numRuns: 400, examples: [[5n, 7n, 0, 0, new Uint8Array()]] },
  )
  expect(accepted).toBeGreaterThan(10)
})

it('refuses S >= L, and keys and R of small order, whatever the message', () => {
  for (let n = 0; n < 8; n++) {
    const message = utf8(`message ${n}`)
    expect(
      nativeVerifier.verify(
        crafted({ a: 3n, r: 5n, keySmall: 0, rSmall: 0, message, addOrder: true }).signature,
        message,
        crafted({ a: 3n, r: 5n, keySmall: 0, rSmall: 0, message }).publicKey,
      ),
    ).toBe(false)
    for (let m = 0; m < 8; m++) {
      const smallKey = crafted({ a: 0n, r: 5n, keySmall: n, rSmall: m, message })
      expect(nativeVerifier.verify(smallKey.signature, message, smallKey.publicKey)).toBe(false)
      const smallR = crafted({ a: 3n, r: 0n, keySmall: m, rSmall: n, message })
      expect(nativeVerifier.verify(smallR.signature, message, smallR.publicKey)).toBe(false)
    }
  }
  const neutral = joined(Uint8Array.of(1), new Uint8Array(31))
  expect(nativeVerifier.verify(joined(neutral, new Uint8Array(32)), utf8('anything'), neutral)).toBe(false)
})

it('refuses encodings that are not canonical, for keys and for R', () => {
  const P = 2n ** 255n - 19n
  const message = utf8('m')
  for (let y = P; y < 2n ** 255n; y++) {
    for (const sign of [0n, 2n ** 255n]) {
      const odd = bytesOf(y + sign)
      expect(nativeVerifier.verify(joined(odd, new Uint8Array(32)), message, nativePublicKey(new Uint8Array(32)))).toBe(false)
      expect(nativeVerifier.verify(nativeSign(message, new Uint8Array(32)), message, odd)).toBe(false)
    }
  }
})

it('signs as noble does and verifies what both sign; one flipped bit is refused', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(511),
      (seed, message, bit) => {
        const signature = nativeSign(message, seed)
        expect(toHex(signature)).toBe(toHex(ed25519.sign(message, seed)))
        const publicKey = nativePublicKey(seed)
        expect(toHex(publicKey)).toBe(toHex(ed25519.getPublicKey(seed)))
        expect(nativeVerifier.verify(signature, message, publicKey)).toBe(true)
        const flipped = Uint8Array.from(signature, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        expect(nativeVerifier.verify(flipped, message, publicKey)).toBe(false)
      },
    ),
    { numRuns: 50 },
  )
})

it('refuses wrong lengths instead of throwing, and works on views into larger buffers', () => {
  const seed = new Uint8Array(32).fill(7)
  const message = utf8('m')
  const signature = nativeSign(message, seed)
  const publicKey = nativePublicKey(seed)
  expect(nativeVerifier.verify(signature.subarray(1), message, publicKey)).toBe(false)
  expect(nativeVerifier.verify(signature, message, publicKey.subarray(1))).toBe(false)
  expect(nativeVerifier.verify(new Uint8Array(), message, new Uint8Array())).toBe(false)
  const whole = joined(utf8('xx'), signature, publicKey, message)
  expect(nativeVerifier.verify(whole.subarray(2, 66), whole.subarray(98), whole.subarray(66, 98))).toBe(true)
  expect(nativeVerifier.verify(nativeSign(new Uint8Array(), seed), new Uint8Array(), publicKey)).toBe(true)
})

it('hashes as noble does, and is not installed unless it answers the published examples', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(toHex(nativeSha256(bytes))).toBe(toHex(nobleSha256(bytes)))
    }),
    { numRuns: 100 },
  )
  expect(() => installNativeHash((_bytes, target) => void target.fill(0))).toThrow(/FIPS/)
  installNativeHash()
  expect(toHex(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
