// Times at the edge: RFC 3339 in UTC with milliseconds outside, milliseconds since 1970 on the bus.
import { TIME_MAX } from '@huitong/primitives'

const PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/

/** Milliseconds of an RFC 3339 time in UTC, or `undefined`: no offsets, no leap seconds, no 30th of February. */
export function timeOf(text: string): number | undefined {
  if (!PATTERN.test(text)) return undefined
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds) || milliseconds < 0 || milliseconds > TIME_MAX) return undefined
  return new Date(milliseconds).toISOString().slice(0, 19) === text.slice(0, 19) ? milliseconds : undefined
}

/** RFC 3339 of milliseconds since 1970. */
export const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString()
