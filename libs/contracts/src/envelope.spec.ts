// Envelopes and statuses survive their way over the bus byte for byte, and nothing malformed is taken for one.
import { type TxId, hexOf } from '@huitong/primitives'
import * as fc from 'fast-check'
import {
  ENVELOPE_TRANSACTIONS_MAX,
  type TransactionStatus,
  decodeEnvelope,
  decodeProven,
  decodeStatuses,
  encodeEnvelope,
  encodeCommitted,
  encodeProven,
  encodeStatuses,
} from './envelope.js'

const bytes = fc.uint8Array({ maxLength: 300 })
// the border: 32 bytes in hexadecimal, not all zero, which stands for "no id"
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((raw) => `01${Buffer.from(raw).toString('hex').slice(2)}` as TxId)
const height = fc.integer({ min: 1, max: 2 ** 48 - 1 })
const index = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const code = fc.stringMatching(/^[a-z][a-z_]{0,30}$/)
const detail = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
const status: fc.Arbitrary<TransactionStatus> = fc.oneof(
  fc.record({ outcome: fc.constantFrom('committed', 'replayed'), id, height, index }),
  fc.record({ outcome: fc.constant('refused'), id: fc.option(id, { nil: undefined }), code }),
  fc.record({ outcome: fc.constant('refused'), id, code, detail }),
  fc.record({ outcome: fc.constant('unknown'), id }),
)

it('writes committed statuses from arrays as from objects', () => {
  const heights = Float64Array.of(1, 2 ** 40 + 5, 7)
  const positions = Uint32Array.of(0, 2 ** 32 - 1, 3)
  const ids = new Uint8Array(96).map((_, at) => at * 7)
  const statuses = Array.from(heights, (height, i) => ({
    outcome: 'committed' as const,
    id: hexOf<TxId>(ids.subarray(32 * i, 32 * i + 32)),
    height,
    index: positions[i] ?? 0,
  }))
  expect(encodeCommitted(ids, heights, positions)).toEqual(encodeStatuses(statuses))
})

describe('an envelope', () => {
  it('comes back with the same transactions', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 20 }), (transactions) => {
        expect(decodeEnvelope(encodeEnvelope(transactions))).toEqual({ ok: true, value: transactions })
      }),
    )
  })

  it('is only what encoding makes: cut, lengthened or random bytes are refused, and nothing throws', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), fc.nat(), bytes, (transactions, cut, noise) => {
        const whole = encodeEnvelope(transactions)
        expect(decodeEnvelope(whole.subarray(0, cut % whole.length))).toMatchObject({ ok: false })
        expect(decodeEnvelope(Uint8Array.of(...whole, 0))).toMatchObject({ ok: false })
        const decoded = decodeEnvelope(noise)
        if (decoded.ok) expect(encodeEnvelope(decoded.value)).toEqual(noise)
      }),
    )
  })

  it('holds 1 to 1024 transactions', () => {
    expect(() => encodeEnvelope([])).toThrow(RangeError)
    expect(() => encodeEnvelope(Array.from({ length: ENVELOPE_TRANSACTIONS_MAX + 1 }, () => new Uint8Array()))).toThrow(
      RangeError,
    )
    expect(decodeEnvelope(Uint8Array.of(0, 0))).toMatchObject({ code: 'envelope_malformed' })
  })
})

describe('statuses', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(status, { maxLength: 20 }), (statuses) => {
        expect(decodeStatuses(encodeStatuses(statuses))).toEqual({ ok: true, value: statuses })
      }),
    )
  })

  it('are only what encoding makes', () => {
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(255), (statuses, at, value) => {
        const whole = encodeStatuses(statuses)
        expect(decodeStatuses(whole.subarray(0, at % whole.length))).toMatchObject({ ok: false })
        const changed = whole.slice()
        changed[at % whole.length] = value
        const decoded = decodeStatuses(changed)
        if (decoded.ok) expect(encodeStatuses(decoded.value)).toEqual(changed)
      }),
    )
  })

  it('cut a long detail between characters', () => {
    const long = [{ outcome: 'refused', id: undefined, code: 'late', detail: '汇通'.repeat(400) }] as const
    const decoded = decodeStatuses(encodeStatuses(long))
    expect(decoded).toMatchObject({ ok: true, value: [{ detail: expect.stringMatching(/^(汇通)+汇?$/) }] })
  })
})

describe('statuses with receipts', () => {
  const proven = fc.array(
    fc.record({ status, receipt: fc.option(fc.string({ minLength: 1, maxLength: 80 }), { nil: undefined }) }),
    {
      minLength: 1,
      maxLength: 10,
    },
  )
  const encoded = (items: readonly { readonly status: TransactionStatus; readonly receipt: string | undefined }[]): Uint8Array =>
    encodeProven(
      encodeStatuses(items.map((item) => item.status)),
      items.map((item) => item.receipt),
    )

  it('come back as they were', () => {
    fc.assert(
      fc.property(proven, (items) => {
        const expected = items.map(({ status: one, receipt }) =>
          receipt === undefined ? { status: one } : { status: one, receipt },
        )
        expect(decodeProven(encoded(items))).toEqual({ ok: true, value: expected })
      }),
    )
  })

  it('are refused when cut or lengthened, and nothing throws', () => {
    fc.assert(
      fc.property(proven, fc.nat(), bytes, (items, cut, noise) => {
        const whole = encoded(items)
        expect(decodeProven(whole.subarray(0, cut % whole.length))).toMatchObject({ ok: false })
        expect(decodeProven(Uint8Array.of(...whole, 0))).toMatchObject({ ok: false })
        decodeProven(noise)
      }),
    )
  })

  it('leave out what has no room', () => {
    const [one, two] = ['x'.repeat(600_000), 'y'.repeat(200_000)]
    const unknown = { outcome: 'unknown', id: hexOf<TxId>(new Uint8Array(32).fill(1)) } as const
    const whole = encodeProven(encodeStatuses([unknown, unknown, unknown]), [one, two, 'z'])
    expect(whole.length).toBeLessThan(1_000_000)
    expect(decodeProven(whole)).toMatchObject({ ok: true, value: [{ receipt: one }, { status: unknown }, { receipt: 'z' }] })
  })
})
