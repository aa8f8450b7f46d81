// Requests that wait for their answers. When the process that was asked has begun anew, or the server has, no answer will come: whoever waits is
// let go soon, to ask again, since money may be under way. What is let go is of unknown outcome, as at the deadline; it is never called undone.
import { setTimeout as later } from 'node:timers'

/** An answer sent in the last moment may still be on its way; after the server's restart its other end has to connect again first. */
const GRACE_MS = { begun: 250, reconnected: 1_000 } as const

interface Waiting {
  readonly service: string
  readonly letGo: (why: string) => void
}

/** What a request that was let go resolves to. */
export interface LetGo {
  readonly why: string
}

export class Asked {
  readonly #waiting = new Set<Waiting>()

  /** The answer, or why none will come. */
  async answer<T>(subject: string, answering: Promise<T>): Promise<T | LetGo> {
    let letGo: Waiting['letGo'] = () => undefined
    const lost = new Promise<LetGo>((resolve) => {
      letGo = (why) => resolve({ why })
    })
    const waiting = { service: serviceOf(subject), letGo }
    this.#waiting.add(waiting)
    try {
      return await Promise.race([answering, lost])
    } finally {
      this.#waiting.delete(waiting)
    }
  }

  /** A process of this role serves since just now: what was asked before, its predecessor has taken with it. */
  begun(role: string): void {
    this.#lose(GRACE_MS.begun, `${role} has begun anew`, ({ service }) => service === role)
  }

  /** The connection is back: what was on its way when it was lost may be lost. */
  reconnected(): void {
    this.#lose(GRACE_MS.reconnected, 'the connection was lost meanwhile', () => true)
  }

  #lose(afterMs: number, why: string, isMeant: (waiting: Waiting) => boolean): void {
    const meant = [...this.#waiting].filter(isMeant)
    if (meant.length === 0) return
    later(() => {
      for (const waiting of meant) waiting.letGo(why)
    }, afterMs)
  }
}

/** The role that serves a subject: `settlement.swap` is settlement's, `ledger.east.submit` ledger-east's. */
function serviceOf(subject: string): string {
  const [service = '', address = ''] = subject.split('.')
  return service === 'ledger' ? `${service}-${address}` : service
}
