// Turns a presented API key into a principal by asking identity, and remembers the answer for a moment. Never logs or keeps a key as presented.
import { type Principal, identityAuthenticate } from '@huitong/contracts'
import { sha256, toHex, utf8 } from '@huitong/primitives'
import { Inject, Injectable } from '@nestjs/common'
import { BUS, type BusPort } from '../hub/bus.js'
import type { ProblemCode } from '../problem/codes.js'
import { Problem } from '../problem/problem.js'

/** How long an answer is believed: a revoked key works this long at most, in milliseconds. */
export const REMEMBER_MS = 5_000
const REMEMBERED_MAX = 10_000

type Known = { readonly until: number } & ({ readonly principal: Principal } | { readonly refusal: ProblemCode })

@Injectable()
export class Authenticator {
  readonly #known = new Map<string, Known>()
  readonly #asked = new Map<string, Promise<Known>>()

  constructor(@Inject(BUS) private readonly bus: BusPort) {}

  /** The principal of an API key of the right form; throws {@link Problem} if there is none. */
  async principal(apiKey: string): Promise<Principal> {
    const name = toHex(sha256(utf8(apiKey)))
    const known = this.#known.get(name)
    const answer = known !== undefined && known.until > performance.now() ? known : await this.#ask(name, apiKey)
    if ('principal' in answer) return answer.principal
    throw new Problem(answer.refusal)
  }

  async #ask(name: string, apiKey: string): Promise<Known> {
    // requests with one key that come together ask once
    const running = this.#asked.get(name) ?? this.#fetch(name, apiKey)
    this.#asked.set(name, running)
    try {
      return await running
    } finally {
      this.#asked.delete(name)
    }
  }

  async #fetch(name: string, apiKey: string): Promise<Known> {
    const answer = await this.bus.call(identityAuthenticate, { apiKey })
    if (answer.ok) return this.#remember(name, { until: performance.now() + REMEMBER_MS, principal: answer.value })
    switch (answer.code) {
      case 'key_unknown':
      case 'key_revoked':
      case 'key_expired':
        return this.#remember(name, { until: performance.now() + REMEMBER_MS, refusal: answer.code })
      default:
        // identity's absence says nothing about the key: not remembered
        return { until: 0, refusal: answer.code }
    }
  }

  #remember(name: string, known: Known): Known {
    const oldest = this.#known.keys().next()
    if (this.#known.size >= REMEMBERED_MAX && oldest.done !== true) this.#known.delete(oldest.value)
    this.#known.delete(name)
    this.#known.set(name, known)
    return known
  }
}
