// Where a walk through a coin's history goes on: the transactions that are still to be taken, packed into text. Holds no secret: whoever makes one
// up reads what everybody may read.
import type { Coordinate } from '@huitong/primitives'

export interface Pending {
  /** Number of the transaction. */
  readonly seq: number
  /** Transactions between it and the coin that the walk began at, itself included. */
  readonly depth: number
}
export interface Frontier {
  /** The walk sees the chain as of the end of this block. */
  readonly height: number
  readonly pending: readonly Pending[]
}
type Direction = 'backward' | 'forward'

const VERSION = 1
/** Bytes of the coordinate that a cursor repeats, so that it is not used with another coin by mistake. */
const MARK = 6

/** `pending` comes in the order of the walk: backward the newest first, forward the oldest first. */
export function encodeCursor(start: Coordinate, direction: Direction, { height, pending }: Frontier): string {
  const bytes = [VERSION, direction === 'backward' ? 0 : 1, ...Buffer.from(start, 'hex').subarray(0, MARK)]
  put(bytes, height)
  let before: number | undefined
  for (const { seq, depth } of pending) {
    put(bytes, before === undefined ? seq : Math.abs(seq - before))
    put(bytes, depth)
    before = seq
  }
  return Buffer.from(bytes).toString('base64url')
}

/** The frontier in a cursor that was made for this walk; `undefined` for any other text. */
export function decodeCursor(text: string, start: Coordinate, direction: Direction): Frontier | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const mark = Buffer.from(start, 'hex').subarray(0, MARK)
  if (bytes.toString('base64url') !== text) return undefined
  if (bytes[0] !== VERSION || bytes[1] !== (direction === 'backward' ? 0 : 1)) return undefined
  if (!bytes.subarray(2, 2 + MARK).equals(mark)) return undefined
  const numbers = numbersIn(bytes.subarray(2 + MARK))
  const [height, ...rest] = numbers ?? []
  if (height === undefined || rest.length === 0 || rest.length % 2 !== 0) return undefined
  const pending: Pending[] = []
  let seq: number | undefined
  for (let i = 0; i < rest.length; i += 2) {
    const [step = 0, depth = 0] = [rest[i], rest[i + 1]]
    seq = seq === undefined ? step : direction === 'backward' ? seq - step : seq + step
    if (seq < 1 || !Number.isSafeInteger(seq) || depth < 1 || (step === 0 && i > 0)) return undefined
    pending.push({ seq, depth })
  }
  return { height, pending }
}

/** Seven bits at a time, the lowest first. */
function put(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}

function numbersIn(bytes: Uint8Array): number[] | undefined {
  const numbers: number[] = []
  let value = 0
  let scale = 1
  for (const byte of bytes) {
    value += (byte % 128) * scale
    if (value > 2 ** 48) return undefined
    if (byte >= 128) {
      scale *= 128
      continue
    }
    numbers.push(value)
    value = 0
    scale = 1
  }
  return scale === 1 ? numbers : undefined
}
