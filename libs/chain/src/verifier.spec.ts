// One signature rule, whoever verifies: outside vectors, crafted cases on every line of the rule, and the native library on both sides.
import { readFileSync } from 'node:fs'
import { type Bytes, concat, fromHex, toHex, utf8 } from '@huitong/primitives'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import sodium from 'sodium-native'
import { verifyEd25519 } from './verifier.js'

const { Point } = ed25519
const L = Point.Fn.ORDER
const P = 2n ** 255n - 19n
/** A point of order 8. */
const T8 = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
const MESSAGE = utf8('huitong')

interface Case {
  readonly name: string
  readonly signature: Bytes
  readonly message: Bytes
  readonly key: Bytes
  readonly valid: boolean
}

const little = (value: bigint): Bytes => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
const big = (bytes: Bytes): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
const challenge = (r: Bytes, key: Bytes, message: Bytes): bigint => big(sha512(concat(r, key, message))) % L

/** A signature by scalar `a` and nonce `r`, with torsion parts added to the public points and any encodings. */
function craft(
  name: string,
  valid: boolean,
  parts: { a?: bigint; r?: bigint; torsionA?: number; torsionR?: number; message?: Bytes },
): Case {
  const { a = 7n, r = 11n, torsionA = 0, torsionR = 0, message = MESSAGE } = parts
  const point = (scalar: bigint, torsion: number): Bytes =>
    Point.BASE.multiplyUnsafe(scalar)
      .add(T8.multiplyUnsafe(BigInt(torsion)))
      .toBytes()
  const key = point(a, torsionA)
  const encodedR = point(r, torsionR)
  const s = (r + challenge(encodedR, key, message) * a) % L
  return { name, signature: concat(encodedR, little(s)), message, key, valid }
}

/** Messages for which k = 0 mod 8: then the torsion part of A vanishes from k*A even without the cofactor. */
function messageWhere(remainder: (k: bigint) => boolean, torsionA: number): Bytes {
  for (let i = 0; ; i++) {
    const message = utf8(`message ${i}`)
    const { signature, key } = craft('', true, { torsionA, message })
    if (remainder(challenge(signature.subarray(0, 32), key, message))) return message
  }
}

function craftedCases(): Case[] {
  const honest = craft('honest', true, {})
  const s = big(honest.signature.subarray(32))
  const r = honest.signature.subarray(0, 32)
  const zero = little(0n)
  const cases: Case[] = [
    honest,
    { ...honest, name: 'S + L', signature: concat(r, little(s + L)), valid: false },
    { ...honest, name: 'S = L', signature: concat(r, little(L)), valid: false },
    { ...honest, name: 'high bit of S', signature: concat(r, little(s + (1n << 255n))), valid: false },
    { ...honest, name: 'short', signature: honest.signature.subarray(0, 63), valid: false },
    { ...honest, name: 'long', signature: concat(honest.signature, Uint8Array.of(0)), valid: false },
    { ...honest, name: 'other message', message: utf8('huitonG'), valid: false },
    { ...honest, name: 'short key', key: honest.key.subarray(0, 31), valid: false },
    craft('mixed-order A, cofactored only', false, { torsionA: 1, message: messageWhere((k) => k % 8n !== 0n, 1) }),
    craft('mixed-order A where k*A loses its torsion', true, { torsionA: 1, message: messageWhere((k) => k % 8n === 0n, 1) }),
    craft('mixed-order R, cofactored only', false, { torsionR: 1 }),
    craft('small-order R', false, { r: 0n, torsionR: 1 }),
    craft('identity R', false, { r: 0n }),
  ]
  for (let torsion = 0; torsion < 8; torsion++) cases.push(craft(`small-order A ${torsion}`, false, { a: 0n, torsionA: torsion }))
  // Everything of small order at once, S = 0: the signature that nobody made.
  for (const torsion of [0, 1, 2, 4]) {
    const point = T8.multiplyUnsafe(BigInt(torsion)).toBytes()
    cases.push({ name: `all small ${torsion}`, signature: concat(point, zero), message: MESSAGE, key: point, valid: false })
  }
  // Non-canonical encodings: y >= p, and negative zero.
  for (const encoding of [little(P), little(P + 1n), little(1n + (1n << 255n)), little(P - 1n + (1n << 255n)), little(P + 3n)]) {
    cases.push({
      name: `non-canonical A ${toHex(encoding)}`,
      signature: honest.signature,
      message: MESSAGE,
      key: encoding,
      valid: false,
    })
    const k = challenge(encoding, honest.key, MESSAGE)
    const signature = concat(encoding, little((k * 7n) % L))
    cases.push({ name: `non-canonical R ${toHex(encoding)}`, signature, message: MESSAGE, key: honest.key, valid: false })
  }
  return cases
}

function wycheproof(): Case[] {
  const file: {
    testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[]
  } = JSON.parse(readFileSync(new URL('../../../test/vectors/wycheproof-ed25519.json', import.meta.url), 'utf8'))
  return file.testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, msg, sig, result }) => ({
      name: `wycheproof ${tcId}`,
      signature: fromHex(sig),
      message: fromHex(msg),
      key: fromHex(publicKey.pk),
      valid: result === 'valid',
    })),
  )
}

function native({ signature, message, key }: Case): boolean {
  if (signature.length !== 64 || key.length !== 32) return false
  return sodium.crypto_sign_verify_detached(Buffer.from(signature), Buffer.from(message), Buffer.from(key))
}

const verify = (one: Case): boolean => verifyEd25519(one.signature, one.message, one.key)

/** Everything that a careless decoder takes for a point: the eight of small order, y >= p, and zero with a sign. */
function weakEncodings(): Map<string, Bytes> {
  const found = new Map<string, Bytes>()
  const add = (name: string, bytes: Bytes): void => {
    if (![...found.values()].some((one) => toHex(one) === toHex(bytes))) found.set(name, bytes)
  }
  for (let torsion = 0; torsion < 8; torsion++) add(`small order ${torsion}`, T8.multiplyUnsafe(BigInt(torsion)).toBytes())
  for (const sign of [0n, 1n << 255n]) {
    for (let above = 0n; above < 19n; above++) add(`y = p + ${above}, sign ${sign >> 255n}`, little(P + above + sign))
    for (const y of [0n, 1n, P - 1n]) add(`y = ${y === P - 1n ? 'p - 1' : y}, sign ${sign >> 255n}`, little(y + sign))
  }
  return found
}

/** Every key with every R and every S of interest, over one message. */
function* crossed(): Generator<Case> {
  const weak = weakEncodings()
  const honest = craft('honest', true, {})
  const mixed = [1, 2, 4, 5].map((torsion): [string, Bytes] => [`mixed ${torsion}`, craft('', true, { torsionA: torsion }).key])
  const keys = new Map([...weak, ['honest', honest.key], ...mixed])
  const rs = new Map([...weak, ['honest', honest.signature.subarray(0, 32)]])
  for (const torsion of [1, 4]) rs.set(`mixed ${torsion}`, craft('', true, { torsionR: torsion }).signature.subarray(0, 32))
  for (const [keyName, key] of keys) {
    for (const [rName, r] of rs) {
      const k = challenge(r, key, MESSAGE)
      const fitting = (11n + k * 7n) % L
      for (const [sName, s] of [
        ['0', 0n],
        ['k a', (k * 7n) % L],
        ['r + k a', fitting],
        ['L', L],
        ['r + k a + L', fitting + L],
      ] as const) {
        const isWeak = weak.has(keyName) || weak.has(rName) || s >= L
        const name = `A ${keyName}, R ${rName}, S ${sName}`
        yield { name, signature: concat(r, little(s)), message: MESSAGE, key, valid: !isWeak }
      }
    }
  }
}

describe('the browser verifier', () => {
  it('agrees with Wycheproof', () => {
    const cases = wycheproof()
    expect(cases.filter((one) => one.valid)).toHaveLength(88)
    expect(cases.filter((one) => !one.valid)).toHaveLength(63)
    expect(cases.filter((one) => verify(one) !== one.valid).map((one) => one.name)).toEqual([])
  })

  it.each(craftedCases())('answers rightly: $name', (one) => expect(verify(one)).toBe(one.valid))

  it('differs from a cofactored verifier exactly where it should', () => {
    const split = craftedCases().filter((one) => one.name.includes('cofactored only'))
    expect(split).toHaveLength(2)
    for (const one of split) expect(ed25519.verify(one.signature, one.message, one.key)).toBe(true)
  })

  it('and the native one refuse alike every weak key, weak R and large S, in all combinations', () => {
    let tried = 0
    let accepted = 0
    const wrong: string[] = []
    for (const one of crossed()) {
      tried++
      const answer = verify(one)
      if (answer) accepted++
      // Here `valid` says only that nothing weak is in it.
      if (answer !== native(one) || (answer && !one.valid)) wrong.push(one.name)
    }
    expect(wrong).toEqual([])
    expect(tried).toBeGreaterThan(10_000)
    // The honest one, and those whose torsion happens to vanish: the table is not refused as a whole.
    expect(accepted).toBeGreaterThan(0)
    console.info(`signature rule: ${tried} combinations of edge cases, ${accepted} accepted by both, the rest refused by both`)
  })

  it('agrees with the native library on vectors, crafted cases and combinations', () => {
    const mixed: Case[] = []
    for (let i = 0; i < 120; i++) {
      const torsionA = (i * 3) % 8
      const torsionR = i % 3 === 0 ? i % 8 : 0
      mixed.push(craft(`mixed ${i}`, true, { a: BigInt(i % 10), r: BigInt(i % 7), torsionA, torsionR, message: utf8(`m${i}`) }))
    }
    const differing = [...wycheproof(), ...craftedCases(), ...mixed].filter((one) => verify(one) !== native(one))
    expect(differing.map((one) => one.name)).toEqual([])
  })
})
