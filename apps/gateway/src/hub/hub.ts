// The services behind the edge: asks by command, turns a refusal into a problem. Every code that a command may answer must stand in the
// problem table, or its call does not compile.
import { type Command, identityHub } from '@huitong/contracts'
import { Inject, Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import type { ProblemCode } from '../problem/codes.js'
import { Problem } from '../problem/problem.js'
import { BUS, type BusPort } from './bus.js'

interface AskOptions {
  /** The write that the answer belongs to: learns whether it was replayed. */
  readonly write?: Write
  readonly to?: string
  /** What a code of the command is called at the edge, where the table has the word for something else. */
  readonly rename?: Readonly<Record<string, ProblemCode>>
}

/** How long the names of the ledgers are believed, in milliseconds. */
const NAMES_MS = 5_000

@Injectable()
export class Hub {
  #names: readonly string[] = []
  #namesAt = Number.NEGATIVE_INFINITY

  constructor(@Inject(BUS) readonly bus: BusPort) {}

  /** The value of a command's good answer; throws {@link Problem} for any other. */
  async ask<R extends object, V, C extends ProblemCode>(
    command: Command<R, V, C>,
    body: NoInfer<R>,
    options: AskOptions = {},
  ): Promise<V> {
    const answer = await this.bus.call(command, body, options.to === undefined ? {} : { to: options.to })
    if (answer.replayed === true && options.write !== undefined) options.write.replayed = true
    if (answer.ok) return answer.value
    throw new Problem(options.rename?.[answer.code] ?? answer.code, answer.detail, answer.field)
  }

  /** The same of a ledger, which must be one of the hub's. */
  async askLedger<R extends object, V, C extends ProblemCode>(
    ledger: string,
    command: Command<R, V, C>,
    body: NoInfer<R>,
  ): Promise<V> {
    await this.requireLedger(ledger)
    return this.ask(command, body, { to: ledger })
  }

  async requireLedger(ledger: string): Promise<void> {
    const names = await this.ledgers()
    if (!names.includes(ledger)) throw new Problem('ledger_unknown', undefined, 'ledger')
  }

  /** Names of the hub's ledgers; the last known ones while identity is away. */
  async ledgers(): Promise<readonly string[]> {
    if (performance.now() - this.#namesAt < NAMES_MS) return this.#names
    const answer = await this.bus.call(identityHub, {})
    if (answer.ok) {
      this.#names = answer.value.ledgers
      this.#namesAt = performance.now()
    } else if (this.#names.length === 0) throw new Problem(answer.code, answer.detail)
    return this.#names
  }
}
