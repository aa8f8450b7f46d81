// One open event stream: asks settlement for what comes after its cursor, writes it out, keeps the line alive, ends when the caller is gone,
// too slow or no longer allowed. Never holds more than one page in memory.
import { type Actor, type WireEvent, dealEvents } from '@huitong/contracts'
import { killpoint } from '@huitong/platform'
import { timestamp } from '../edge/time.js'
import type { BusPort } from '../hub/bus.js'
import type { EventDto } from './event.dto.js'

/** What a stream needs of an HTTP response. */
export interface Sink {
  write(text: string): boolean
  /** Resolves when buffered bytes have left, false if they have not after `waitMs` or the caller is gone. */
  drained(waitMs: number): Promise<boolean>
  readonly closed: AbortSignal
}

export interface StreamOptions {
  readonly bus: BusPort
  readonly sink: Sink
  /** Who asks, asked again for each page; rejects once the key has been revoked. */
  readonly actor: () => Promise<Actor>
  readonly after: number
  readonly pollMs: number
  readonly heartbeatMs: number
}

const PAGE = 200
/** A reader that takes nothing for this long is let go: it resumes from its cursor. */
const SLOW_MS = 10_000

export async function streamEvents(options: StreamOptions): Promise<void> {
  const { sink, heartbeatMs, pollMs } = options
  let cursor = options.after
  let wroteAt = performance.now()
  while (!sink.closed.aborted) {
    const events = await page(options, cursor)
    if (events === undefined || sink.closed.aborted) return
    const last = events.at(-1)
    const isQuiet = last === undefined
    const isDue = performance.now() - wroteAt >= heartbeatMs
    if (!isQuiet || isDue) {
      const text = isQuiet ? ': still here\n\n' : events.map(eventText).join('')
      wroteAt = performance.now()
      if (!sink.write(text) && !(await sink.drained(SLOW_MS))) return
      if (!isQuiet) killpoint('feed.written')
    }
    cursor = last?.cursor ?? cursor
    if (events.length < PAGE) await pause(pollMs, sink.closed)
  }
}

/** The next events, none while settlement is away, `undefined` once the caller is no longer allowed. */
async function page(options: StreamOptions, after: number): Promise<readonly WireEvent[] | undefined> {
  const actor = await options.actor().catch(() => undefined)
  if (actor === undefined) return undefined
  const answer = await options.bus.call(dealEvents, { after, limit: PAGE, actor })
  return answer.ok ? answer.value.events : []
}

export const eventView = ({ detail, ...event }: WireEvent): EventDto => ({
  ...event,
  at: timestamp(event.at),
  ...(detail === undefined ? {} : { reminder: { ...detail, awaited: [...detail.awaited], until: timestamp(detail.until) } }),
})

const eventText = (event: WireEvent): string =>
  `id: ${event.cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(eventView(event))}\n\n`

function pause(milliseconds: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      until.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    until.addEventListener('abort', done)
  })
}
