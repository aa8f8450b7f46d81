// Messages between processes: lost, late, twice, out of order, answered to nobody. A request that got no answer in time is unknown, as on the real bus.
import type { Bus } from '@huitong/platform'
import type { Answer, BusCode, BytesCommand, Command } from '@huitong/contracts'
import { type Bytes, type Result, err, ok } from '@huitong/primitives'
import type { Faults } from './faults.js'
import type { Life, Scheduler } from './scheduler.js'

/** A process that answers; absent while it is down. */
export interface Host {
  readonly life: Life
  /** Answers a command of the bus by its subject. */
  readonly answer: (subject: string, body: unknown) => unknown
}

export interface Asking<T> {
  readonly from: Life
  readonly to: string
  readonly deadlineMs: number
  /** What the asked process does: evaluated there, once for each time the message arrives. */
  readonly work: (host: Host) => Promise<T> | T
}

/** What one end sees of a question that has not been answered. */
type Reply<T> = Result<T, 'timeout' | 'unavailable'>

export class Network {
  readonly #hosts = new Map<string, Host>()
  /** Told of broken invariants in whoever was asked. */
  failed: (error: unknown) => void = () => undefined

  constructor(
    readonly scheduler: Scheduler,
    readonly faults: Faults,
  ) {}

  serve(name: string, host: Host): void {
    this.#hosts.set(name, host)
    host.life.ending.push(() => {
      if (this.#hosts.get(name) === host) this.#hosts.delete(name)
    })
  }

  /** Asks once. `timeout`: it may have happened, now or later; `unavailable`: it has not. */
  async ask<T>(asking: Asking<T>): Promise<Reply<T>> {
    const { scheduler, faults } = this
    const { from, to, deadlineMs } = asking
    await scheduler.step(from, `send ${to}`, 0.05)
    const route = `${from.name}>${to}`
    return new Promise<Reply<T>>((answered) => {
      let isOpen = true
      const settle = (reply: Reply<T>): void => {
        if (!isOpen) return
        isOpen = false
        offDeadline()
        answered(reply)
      }
      const offDeadline = scheduler.in(deadlineMs, from, () => settle(err('timeout')))
      const { isLost, isTwice, delayMs } = faults.message(route)
      if (isLost) return
      const arrive = (after: number): void => {
        scheduler.in(after, scheduler.world, () => this.#arrive(asking, settle))
      }
      arrive(delayMs)
      if (isTwice) arrive(delayMs + scheduler.random.unit() * 3_000)
    })
  }

  #arrive<T>(asking: Asking<T>, settle: (reply: Reply<T>) => void): void {
    const { scheduler, faults } = this
    const { from, to, work } = asking
    const back = `${to}>${from.name}`
    const host = this.#hosts.get(to)
    const reply = (answer: Reply<T>): void => {
      if (faults.answerIsLost(back)) return
      scheduler.in(faults.message(back).delayMs, from, () => {
        // the asker wakes: it may end at this very moment
        if (scheduler.crashes(from, `heard ${to}`)) return
        settle(answer)
      })
    }
    if (host === undefined || !host.life.isAlive) return reply(err('unavailable'))
    void (async () => {
      try {
        const value = await work(host)
        if (host.life.isAlive) reply(ok(value))
      } catch (error) {
        scheduler.trace.note(scheduler.now, `${to} failed: ${error instanceof Error ? error.message : String(error)}`)
        if (!(error instanceof Error) || error.name === 'InvariantViolation' || error instanceof TypeError) this.failed(error)
        reply(err('timeout'))
      }
    })()
  }
}

/** The bus of one life of a process. */
export function busOf(network: Network, life: Life): Bus {
  const call = async <Request extends object, Value, Code extends string>(
    command: Command<Request, Value, Code>,
    body: Request,
    options: { readonly to?: string; readonly deadlineMs?: number } = {},
  ): Promise<Answer<Value, Code | BusCode>> => {
    // a body travels as JSON
    const text = JSON.stringify(body)
    const reply = await network.ask({
      from: life,
      to: options.to ?? serviceOf(command.subject),
      deadlineMs: options.deadlineMs ?? command.deadlineMs,
      work: async (host) => JSON.stringify(await host.answer(command.subject, JSON.parse(text))),
    })
    // the border: the host answers this command's contract
    return reply.ok ? (JSON.parse(reply.value) as Answer<Value, Code>) : reply
  }
  const submit = async (
    command: BytesCommand,
    bytes: Bytes,
    options: { readonly to?: string } = {},
  ): Promise<Result<Bytes, BusCode>> => {
    const work = async (host: Host): Promise<Bytes> => (await host.answer(command.subject, bytes.slice())) as Bytes
    return network.ask({ from: life, to: options.to ?? serviceOf(command.subject), deadlineMs: command.deadlineMs, work })
  }
  // the border: what our code uses of the bus
  return { call, submit, isConnected: true, onReconnect: () => () => undefined } as unknown as Bus
}

const serviceOf = (subject: string): string => subject.slice(0, subject.indexOf('.'))
