// What a client knows of its own intents: begun, then acknowledged, refused or unknown. Afterwards each is held against its effects: an
// acknowledged intent has exactly one, a refused one none, an unknown one none or one.
import { HubError } from '@huitong/sdk'

export type Fate = 'begun' | 'acknowledged' | 'refused' | 'unknown'

const PATIENCE_MS = 90_000
const PAUSE_MS = 200

export class Journal {
  readonly #fates = new Map<string, Fate>()

  /** One attempt. What is not answered is unknown and not tried again. */
  async once(intent: string, attempt: () => Promise<'acknowledged' | 'refused' | 'unknown'>): Promise<void> {
    this.#fates.set(intent, 'begun')
    this.#fates.set(intent, await attempt().catch(() => 'unknown' as const))
  }

  /** The same request again until the hub says what became of it. */
  async insist<T>(intent: string, attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS
    this.#fates.set(intent, 'begun')
    for (;;) {
      try {
        const answer = await attempt()
        this.#fates.set(intent, 'acknowledged')
        return answer
      } catch (cause) {
        const isUnknown = cause instanceof HubError && (cause.status === 0 || cause.status >= 500)
        this.#fates.set(intent, isUnknown ? 'unknown' : 'refused')
        if (!isUnknown || performance.now() > deadline) throw cause
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
    }
  }

  count(fate: Fate, kind = ''): number {
    return [...this.#fates].filter(([intent, of]) => of === fate && intent.startsWith(kind)).length
  }

  /** Intents whose effects are not as many as their fate allows. */
  contradictions(effects: ReadonlyMap<string, number>, kind = ''): string[] {
    return [...this.#fates]
      .filter(([intent]) => intent.startsWith(kind))
      .filter(([intent, fate]) => {
        const count = effects.get(intent) ?? 0
        if (fate === 'acknowledged') return count !== 1
        return fate === 'refused' ? count !== 0 : count > 1
      })
      .map(([intent, fate]) => `${intent}: ${fate}, but ${effects.get(intent) ?? 0} effects`)
  }
}
