// The threads answer exactly as the platform's verifier does, also on crafted signatures, and keep the order in which items came.
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { SignatureBatch, TRANSACTION_MESSAGE_BYTES } from '@huitong/chain'
import { nativePublicKey, nativeSign, nativeVerifier } from '@huitong/platform'
import { type Bytes, fromHex } from '@huitong/primitives'
import { Pending } from './pending.js'
import { SignaturePool } from './signature-pool.js'

interface Check {
  readonly key: Bytes
  readonly message: Bytes
  readonly signature: Bytes
}

const seed = new Uint8Array(32).fill(3)
const IDENTITY = fromHex(`01${'00'.repeat(31)}`)
const ORDER = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

function good(): Check {
  const message = new Uint8Array(randomBytes(TRANSACTION_MESSAGE_BYTES))
  return { key: nativePublicKey(seed), message, signature: nativeSign(message, seed) }
}
function changed(check: Check, field: keyof Check, at: number): Check {
  const bytes = check[field].slice()
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return { ...check, [field]: bytes }
}
/** S + L: the same point, another encoding. */
function malleated(check: Check): Check {
  const signature = check.signature.slice()
  let carry = 0
  for (let i = 0; i < 32; i++) {
    carry += (signature[32 + i] ?? 0) + (ORDER[i] ?? 0)
    signature[32 + i] = carry & 255
    carry >>= 8
  }
  return { ...check, signature }
}
const crafted = (): Check[] => [
  good(),
  changed(good(), 'signature', 5),
  changed(good(), 'signature', 40),
  changed(good(), 'message', 0),
  changed(good(), 'key', 9),
  malleated(good()),
  // a key of small order signs anything for verifiers that do not look
  { ...good(), key: IDENTITY, signature: Uint8Array.of(...IDENTITY, ...new Uint8Array(32)) },
  { ...good(), key: fromHex(`ee${'ff'.repeat(30)}7f`), signature: Uint8Array.of(...IDENTITY, ...new Uint8Array(32)) },
  { ...good(), key: new Uint8Array(32).fill(0xff) },
]

interface Checked {
  readonly order: readonly number[]
  readonly answers: readonly boolean[]
}

/** Has envelopes of these sizes checked, all at once or one after another. */
function checkedBy(checks: readonly Check[], sizes: readonly number[], how: 'together' | 'in turn'): Promise<Checked> {
  const places = new Map<number, { readonly batch: SignatureBatch; readonly row: number }>()
  const numbers = new Map<Pending, number>()
  const order: number[] = []
  const answers: boolean[] = []
  return new Promise((resolve, reject) => {
    let sent = 0
    const left = [...sizes]
    const pushNext = (): void => {
      const size = left.shift()
      if (size === undefined) return
      const pending = new Pending(new Uint8Array(), new Uint32Array(size), { settled: () => undefined, done: () => undefined })
      numbers.set(pending, sent)
      sent += size
      pool.push(pending)
    }
    const pool = new SignaturePool({
      threads: 2,
      onFault: reject,
      collect: (pending, i, batch) => {
        const item = (numbers.get(pending) ?? 0) + i
        const check = checks[item]
        if (check === undefined) throw new Error('an item that was pushed')
        places.set(item, { batch, row: batch.count })
        const { key, message, signature } = check
        batch.add({ key, keyRow: item, message, bytes: signature, signatureAt: 0 })
      },
      checked: (runs) => {
        for (const { pending, next, to, used } of runs) {
          for (let i = next; i < to; i++) {
            const item = (numbers.get(pending) ?? 0) + i
            const place = places.get(item)
            order.push(item)
            answers.push(place !== undefined && place.batch.keyRows[place.row] === item && place.batch.valid[place.row] === 1)
            used(1)
          }
        }
        if (order.length === checks.length) pool.stop().then(() => resolve({ order, answers }), reject)
        else if (order.length === sent) pushNext()
      },
    })
    if (how === 'in turn') pushNext()
    else while (left.length > 0) pushNext()
  })
}

describe('the signature threads', () => {
  it.each([
    // envelopes of all sizes, also larger than a batch
    { how: 'together', sizes: [1, 2, 400, 30, 647] },
    // idle threads share what comes: no answer may be used before both have given theirs
    { how: 'in turn', sizes: [1, 2, 3, 4, 5, 6, 7, 8, 64, 255, 256, 257, 212] },
  ] as const)('agree with the platform’s verifier and hand items on in their order ($how)', async ({ how, sizes }) => {
    const checks = Array.from({ length: 120 }, crafted).flat()
    const { order, answers } = await checkedBy(checks, sizes, how)
    expect(order).toEqual(checks.map((_, item) => item))
    expect(answers).toEqual(checks.map(({ key, message, signature }) => nativeVerifier.verify(signature, message, key)))
    expect(new Set(answers.slice(0, 9))).toEqual(new Set([true, false]))
  })
})
