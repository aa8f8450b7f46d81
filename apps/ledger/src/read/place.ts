// Places in the list of a ledger's transactions, as pages of journal and statement give them to their readers: `height.count`, where count
// transactions of that block are behind the reader.
import { type Result, err, ok } from '@huitong/primitives'

/** What the index says of the end of a block. */
export interface BlockEnds {
  blockEnd(height: number): Promise<{ readonly time: number; readonly last: number } | undefined>
}

/** Everything up to the transaction numbered `seq` is behind; `time` is that of block `height`. */
export interface Place {
  readonly height: number
  readonly seq: number
  readonly time: number
}

/** First and last height of a report. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** The end of a block; before the first block lies nothing, at no time. */
export async function endOf(blocks: BlockEnds, height: number): Promise<Place | undefined> {
  if (height === 0) return { height, seq: 0, time: 0 }
  const end = await blocks.blockEnd(height)
  return end === undefined ? undefined : { height, seq: end.last, time: end.time }
}

/** Where a report that goes on behind `after` (or begins) stands. */
export async function placeOf(
  blocks: BlockEnds,
  { from, to }: Range,
  after: string | undefined,
): Promise<Result<Place, 'cursor_unknown' | 'height_unknown'>> {
  if (after === undefined) {
    const before = await endOf(blocks, from - 1)
    return before === undefined ? err('height_unknown', undefined, 'from') : ok(before)
  }
  const [height = 0, count = 0] = after.split('.').map(Number)
  if (height < from || height > to) return err('cursor_unknown', undefined, 'after')
  const [before, end] = [await endOf(blocks, height - 1), await endOf(blocks, height)]
  if (before === undefined || end === undefined || before.seq + count > end.seq) return err('cursor_unknown', undefined, 'after')
  return ok({ height, seq: before.seq + count, time: end.time })
}

/** Checks the heights that a reader asked for against the last durable one. */
export function rangeOf(
  asked: { readonly from?: number | undefined; readonly to?: number | undefined },
  durable: number,
): Result<Range, 'height_unknown'> {
  const { from = 1, to = durable } = asked
  if (to > durable) return err('height_unknown', undefined, 'to')
  return from > to + 1 ? err('height_unknown', undefined, 'from') : ok({ from, to })
}
