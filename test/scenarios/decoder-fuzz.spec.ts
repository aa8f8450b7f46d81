// Bytes that nobody would write, by the hundred thousand: whatever comes, a code or one transaction that encodes to the same bytes, and at once.
// HUITONG_FUZZ_INPUTS asks for more of them, HUITONG_FUZZ_SEED for others; the same two numbers are the same run.
import { DECODE_CODES, type DecodeCode, Outline, decodeBody, decodeTransaction, encodeTransaction, txIdOf } from '@huitong/chain'
import { type Bytes, type ChainId, concat, equalBytes, toHex } from '@huitong/primitives'
import * as fc from 'fast-check'
import { Unreadable } from '../../apps/auditor/src/chain/byte-reader.js'
import { readTransaction } from '../../apps/auditor/src/chain/transaction.js'
import * as arbitrary from '../../libs/chain/src/testing/arbitraries.js'

const INPUTS = Number(process.env['HUITONG_FUZZ_INPUTS'] ?? 200_000)
const SEED = Number(process.env['HUITONG_FUZZ_SEED'] ?? 20_261_121)
const CHAIN = '5a'.repeat(32) as ChainId
/** Values at which fields turn. */
const EDGES = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 254, 255]

/** Mulberry32: a run is its seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

class Fuzzer {
  private readonly random = randomOf(SEED)
  private readonly outline = new Outline()
  private readonly transactions = fc.sample(arbitrary.transaction, { numRuns: 300, seed: SEED })
  private readonly encoded = [
    ...this.transactions.map((transaction) => encodeTransaction(transaction)),
    ...Array.from({ length: 700 }, () => this.recombined()),
  ]

  next(): Bytes {
    const kind = this.random(32)
    if (kind < 5) return this.noise()
    if (kind < 11) return this.flipped(this.sample())
    if (kind < 13) return this.resized(this.sample())
    if (kind < 17) return this.spliced()
    if (kind < 18) return this.random(4) > 0 ? this.sample() : this.stretched(this.sample())
    return kind < 27 ? this.atJoint(this.sample()) : this.atJoint(this.atJoint(this.sample()))
  }

  private sample(): Bytes {
    return (this.encoded[this.random(this.encoded.length)] ?? new Uint8Array()).slice()
  }

  private bytes(size: number): Bytes {
    return Uint8Array.from({ length: size }, () =>
      this.random(4) === 0 ? (EDGES[this.random(EDGES.length)] ?? 0) : this.random(256),
    )
  }

  /** Random bytes, mostly behind a head that looks right. */
  private noise(): Bytes {
    if (this.random(2_000) === 0) return new Uint8Array(65_536 + this.random(3))
    const bytes = this.bytes(this.random(260))
    if (bytes.length > 20 && this.random(4) > 0) bytes.set([1, 0, Math.min(255, 20 + this.random(bytes.length))])
    return bytes
  }

  private flipped(bytes: Bytes): Bytes {
    for (let left = 1 + this.random(4); left > 0; left--) {
      const at = this.random(bytes.length)
      bytes[at] = this.random(2) === 0 ? (bytes[at] ?? 0) ^ (1 << this.random(8)) : (EDGES[this.random(EDGES.length)] ?? 0)
    }
    return bytes
  }

  private resized(bytes: Bytes): Bytes {
    return this.random(2) === 0 ? bytes.subarray(0, this.random(bytes.length)) : concat(bytes, this.bytes(1 + this.random(70)))
  }

  /** The beginning of one and the end of another, with the body length of what came out, or not. */
  private spliced(): Bytes {
    const [a, b] = [this.sample(), this.sample()]
    const bytes = concat(a.subarray(0, this.random(a.length)), b.subarray(this.random(b.length)))
    if (bytes.length > 3 && this.random(2) === 0) bytes.set([bytes.length >> 8, bytes.length & 255], 1)
    return bytes
  }

  /** Parts of several transactions, put together properly. */
  private recombined(): Bytes {
    const pick = () => this.transactions[this.random(this.transactions.length)] ?? expect.fail()
    const body = {
      ...pick().body,
      inputs: pick().body.inputs,
      outputs: pick().body.outputs,
      operations: pick().body.operations,
    }
    return encodeTransaction({ body, witnesses: pick().witnesses })
  }

  /** A turn of value exactly where a count, tag, length or flag stands. */
  private atJoint(bytes: Bytes): Bytes {
    const { outline } = this
    if (outline.scan(bytes, 0, bytes.length) !== undefined) return bytes
    const joints = [0, 1, 2, 17, 18, 19, outline.outputsEnd, outline.bodyEnd - 1, outline.bodyEnd, outline.preimagesAt - 1]
    for (let i = 0; i < outline.inputCount; i++) joints.push((outline.coinAt[i] ?? 0) + 32, (outline.coinAt[i] ?? 0) + 33)
    for (let i = 0; i < outline.outputCount; i++) {
      const [asset, fields] = [outline.assetAt[i] ?? 0, outline.conditionAt[i] ?? 0]
      joints.push(asset, asset + 8, asset + 9, fields, fields + 1, (outline.conditionEnd[i] ?? 0) - 1)
    }
    for (let i = 0; i < outline.groupCount; i++) joints.push((outline.groupAt[i] ?? 0) - 1, outline.groupAt[i] ?? 0)
    const at = Math.min(bytes.length - 1, joints[this.random(joints.length)] ?? 0)
    bytes[at] = this.random(3) === 0 ? this.random(256) : (EDGES[this.random(EDGES.length)] ?? 0)
    return bytes
  }

  /** A memo beyond measure, or one signature group over and over. */
  private stretched(bytes: Bytes): Bytes {
    const { outline } = this
    if (outline.scan(bytes, 0, bytes.length) !== undefined) return bytes
    const { bodyEnd } = outline
    if (this.random(2) === 0) {
      const grown = concat(bytes.subarray(0, bodyEnd), new Uint8Array(513 + this.random(3)), bytes.subarray(bodyEnd))
      const size = bodyEnd + grown.length - bytes.length
      grown.set([size >> 8, size & 255], 1)
      return grown
    }
    const group = concat(Uint8Array.of(2, 0), new Uint8Array(64), Uint8Array.of(1), new Uint8Array(64))
    const groups = Array.from({ length: 31 + this.random(4) }, () => group)
    return concat(bytes.subarray(0, bodyEnd), Uint8Array.of(groups.length), ...groups, Uint8Array.of(0))
  }
}

/** What the auditor's own reader makes of the bytes: the id, or nothing. */
function auditorsId(bytes: Bytes): string | undefined {
  try {
    const read = readTransaction(CHAIN, bytes)
    return read.bytes.length === bytes.length ? read.id : undefined
  } catch (cause) {
    if (cause instanceof Unreadable) return undefined
    throw cause
  }
}

it(`answers ${INPUTS} inputs: a code, or a transaction whose bytes are these and no others`, { timeout: 10_000 + INPUTS }, () => {
  const fuzzer = new Fuzzer()
  const outline = new Outline()
  const met = new Map<DecodeCode | 'accepted', number>()
  let slowest = 0
  const began = performance.now()
  for (let i = 0; i < INPUTS; i++) {
    const bytes = fuzzer.next()
    const from = performance.now()
    const decoded = decodeTransaction(bytes)
    const scanned = outline.scan(bytes, 0, bytes.length)
    slowest = Math.max(slowest, performance.now() - from)
    const code = decoded.ok ? 'accepted' : decoded.code
    met.set(code, (met.get(code) ?? 0) + 1)
    const isSame = scanned === (decoded.ok ? undefined : decoded.code)
    const isCanonical = !decoded.ok || equalBytes(encodeTransaction(decoded.value), bytes)
    const isSeen = !decoded.ok || i % 4 > 0 || auditorsId(bytes) === txIdOf(CHAIN, decoded.value.body)
    if (!isSame || !isCanonical || !isSeen) expect.fail(`input ${i} of seed ${SEED}: ${code}, ${scanned}, ${toHex(bytes)}`)
    if (i % 16 === 0) decodeBody(bytes)
  }
  const seconds = (performance.now() - began) / 1000
  const counts = [...met].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`)
  console.info(
    `decoder: ${INPUTS} inputs of seed ${SEED} in ${seconds.toFixed(1)} s, slowest ${slowest.toFixed(1)} ms: ${counts.join(', ')}`,
  )
  if (INPUTS >= 100_000) expect([...met.keys()].sort()).toEqual(['accepted', ...Object.keys(DECODE_CODES)].sort())
  // One pause of the collector or of a busy machine is no hang; a decoder that loops would be seconds.
  expect(slowest).toBeLessThan(2_000)
})
