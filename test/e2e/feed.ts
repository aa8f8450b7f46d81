// A reader of the change feed that comes back after every interruption with the cursor of what it has received, as a browser does.
import type { House } from './house.js'

const PAUSE_MS = 100
/** Without anything new for this long, the feed has told everything. */
const QUIET_MS = 2_000

export class Feed {
  /** How often the stream was opened. */
  connections = 0
  private readonly cursors: number[] = []
  private last: number | undefined
  private heardAt = performance.now()
  private isClosing = false
  private readonly stopped = new AbortController()
  private reading: Promise<void> = Promise.resolve()

  constructor(private readonly house: House) {}

  /** Resolves once the first event has come: the reader then stands at the end of what there is. */
  async open(): Promise<void> {
    this.reading = this.read()
    await this.quiet()
    this.cursors.length = 0
  }

  /** Cursors received since {@link open}, once nothing new comes. */
  async close(): Promise<readonly number[]> {
    await this.quiet()
    this.isClosing = true
    this.stopped.abort()
    await this.reading
    return this.cursors
  }

  private async quiet(): Promise<void> {
    while (performance.now() - this.heardAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }

  private async read(): Promise<void> {
    while (!this.isClosing) {
      await this.once().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  private async once(): Promise<void> {
    const { house, last, stopped } = this
    const headers = { authorization: `Bearer ${house.adminKey}`, ...(last === undefined ? {} : { 'last-event-id': `${last}` }) }
    const response = await fetch(`${house.url}/v1/events`, { headers, signal: stopped.signal })
    if (!response.ok || response.body === null) return
    this.connections += 1
    let text = ''
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part
      // an event counts when it is whole
      const end = text.lastIndexOf('\n\n')
      for (const event of text.slice(0, Math.max(0, end)).split('\n\n')) this.take(event)
      if (end >= 0) text = text.slice(end + 2)
    }
  }

  private take(event: string): void {
    const id = /^id: (\d+)$/m.exec(event)?.[1]
    if (id === undefined) return
    this.last = Number(id)
    this.cursors.push(this.last)
    this.heardAt = performance.now()
  }
}
