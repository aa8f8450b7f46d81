// Opens event streams, as many as the edge allows, and closes them when the process stops.
import type { Actor } from '@huitong/contracts'
import { faultFields, log } from '@huitong/platform'
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common'
import type { Request, Response } from 'express'
import { presentedKey } from '../access/access.guard.js'
import { Authenticator } from '../access/authenticator.js'
import { actorOf } from '../access/caller.js'
import { BUS, type BusPort } from '../hub/bus.js'
import { LIMITS, type Limits } from '../limits/limits.js'
import { Problem } from '../problem/problem.js'
import type { EventQuery } from './event.dto.js'
import { type Sink, streamEvents } from './event.stream.js'

/** Streams of one API key. */
const PER_KEY_MAX = 20

@Injectable()
export class EventService implements BeforeApplicationShutdown {
  readonly #open = new Map<Response, string>()

  constructor(
    @Inject(BUS) private readonly bus: BusPort,
    @Inject(LIMITS) private readonly limits: Limits,
    private readonly authenticator: Authenticator,
  ) {}

  /** Answers with a stream of events and stays until one side leaves. */
  stream(request: Request, response: Response, query: EventQuery, actor: Actor): void {
    const apiKey = presentedKey(request)
    if (apiKey === undefined) throw new Problem('authentication_missing')
    const after = cursorOf(request, query)
    const mine = [...this.#open.values()].filter((key) => key === actor.key).length
    if (this.#open.size >= this.limits.streams || mine >= PER_KEY_MAX)
      throw new Problem('streams_exhausted', undefined, undefined, 10)
    this.#open.set(response, actor.key)
    const sink = open(response)
    const again = async (): Promise<Actor> => actorOf(await this.authenticator.principal(apiKey))
    const { pollMs, heartbeatMs } = this.limits
    void streamEvents({ bus: this.bus, sink, actor: again, after, pollMs, heartbeatMs })
      .catch((error: unknown) => log.error('gateway.stream.failed', faultFields(error)))
      .finally(() => {
        this.#open.delete(response)
        response.end()
      })
  }

  get streams(): number {
    return this.#open.size
  }

  /** Before the server closes: it waits for every answer to end, and these end by nobody else. */
  beforeApplicationShutdown(): void {
    for (const response of this.#open.keys()) response.destroy()
  }
}

function cursorOf(request: Request, query: EventQuery): number {
  const header = request.headers['last-event-id']
  if (header === undefined) return query.after ?? 0
  if (typeof header !== 'string' || !/^[0-9]{1,15}$/.test(header))
    throw new Problem('malformed', 'Last-Event-ID must be the id of an event', 'Last-Event-ID')
  return Number(header)
}

function open(response: Response): Sink {
  const closed = new AbortController()
  response.on('close', () => closed.abort())
  response.on('error', () => closed.abort())
  response.status(200)
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('X-Accel-Buffering', 'no')
  response.socket?.setKeepAlive(true)
  response.flushHeaders()
  response.write('retry: 1000\n\n')
  return { write: (text) => response.write(text), drained: (waitMs) => drained(response, waitMs), closed: closed.signal }
}

function drained(response: Response, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isDrained: boolean): void => {
      clearTimeout(timer)
      response.off('drain', yes)
      response.off('close', no)
      resolve(isDrained)
    }
    const yes = (): void => finish(true)
    const no = (): void => finish(false)
    const timer = setTimeout(no, waitMs)
    response.once('drain', yes)
    response.once('close', no)
  })
}
