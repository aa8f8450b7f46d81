// A load generator with its own log of intents: what it sent, and what it was told. Afterwards the chain's own blocks are held against the log:
// acknowledged is there once, refused is not there, unknown is there once or not at all. Used by specs only.
import { decodeStatuses, encodeEnvelope, ledgerSubmit } from '@huitong/contracts'
import type { Bus } from '@huitong/platform'
import type { TxId } from '@huitong/primitives'
import type { Signed } from './wallet.js'

export type Fate = 'acknowledged' | 'refused' | 'unknown'

const ENVELOPE = 4
const SENDERS = 3
const DEADLINE_MS = 1_500

export class Intents {
  readonly fates = new Map<TxId, Fate>()
  #isStopped = false
  #running: Promise<void> = Promise.resolve()

  constructor(
    private readonly bus: Bus,
    private readonly name: string,
  ) {}

  /** Sends these transactions, each once, and again those whose place is odd as long as their outcome is unknown. */
  start(transactions: readonly Signed[], paceMs = 15): void {
    const envelopes: Signed[][] = []
    for (let at = 0; at < transactions.length; at += ENVELOPE) envelopes.push(transactions.slice(at, at + ENVELOPE))
    let number = 0
    const sender = async (): Promise<void> => {
      for (let next = envelopes.shift(); next !== undefined && !this.#isStopped; next = envelopes.shift()) {
        const insists = number++ % 2 === 1
        await this.#send(next)
        const isOpen = (): boolean => !this.#isStopped && next.some(({ id }) => this.fates.get(id) === 'unknown')
        if (insists) while (isOpen()) await this.#send(next)
        await new Promise((resolve) => setTimeout(resolve, paceMs))
      }
    }
    this.#running = Promise.all(Array.from({ length: SENDERS }, sender)).then(() => undefined)
  }

  count(fate: Fate): number {
    return [...this.fates.values()].filter((each) => each === fate).length
  }

  /** Ends after what is on its way; or, if `all`, after everything was sent. */
  async stop(all = false): Promise<void> {
    this.#isStopped = !all
    await this.#running
  }

  async #send(transactions: readonly Signed[]): Promise<void> {
    for (const { id } of transactions) if (!this.fates.has(id)) this.fates.set(id, 'unknown')
    const reply = await this.bus.submit(ledgerSubmit, encodeEnvelope(transactions.map(({ bytes }) => bytes)), {
      to: this.name,
      deadlineMs: DEADLINE_MS,
    })
    if (!reply.ok) {
      // nobody took it, or the answer was lost: unknown, unless it was acknowledged at an earlier try
      await new Promise((resolve) => setTimeout(resolve, 50))
      return
    }
    const statuses = decodeStatuses(reply.value)
    if (!statuses.ok) throw new Error('statuses that do not decode')
    for (const [index, status] of statuses.value.entries()) {
      const id = transactions[index]?.id
      if (id === undefined || this.fates.get(id) === 'acknowledged') continue
      if (status.outcome === 'committed' || status.outcome === 'replayed') this.fates.set(id, 'acknowledged')
      if (status.outcome === 'refused') this.fates.set(id, 'refused')
    }
  }

  /** Intents whose effects on the chain are not as many as what was said of them allows. */
  contradictions(onChain: readonly TxId[]): string[] {
    const effects = new Map<TxId, number>()
    for (const id of onChain) effects.set(id, (effects.get(id) ?? 0) + 1)
    const twice = [...effects].filter(([, count]) => count > 1).map(([id, count]) => `${id}: ${count} times on the chain`)
    const wrong = [...this.fates].flatMap(([id, fate]) => {
      const count = effects.get(id) ?? 0
      const isRight = fate === 'acknowledged' ? count === 1 : fate === 'refused' ? count === 0 : count <= 1
      return isRight ? [] : [`${id}: ${fate}, but ${count} times on the chain`]
    })
    return [...twice, ...wrong]
  }
}
