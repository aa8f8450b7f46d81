// The book in memory, for unit tests. Same promises as the one in PostgreSQL: writers take turns, a refusal by throw keeps nothing.
import type { AccountId, Coordinate, Time } from '@huitong/primitives'
import type { AuditLine, Book, BookPage, Held, KeptTerms, LegFate, NewSigned, Pair, Signed, Subject } from '../signed/book.js'

export class MemoryBook implements Book {
  readonly lines: AuditLine[] = []
  readonly terms: KeptTerms[] = []
  readonly #signed = new Map<string, Signed>()
  readonly #reserved = new Map<string, string>()
  readonly #pairs = new Map<string, Pair>()
  readonly #legs = new Map<string, LegFate>()
  readonly #roots = new Map<string, string>()
  #turn: Promise<unknown> = Promise.resolve()

  get signed(): readonly Signed[] {
    return [...this.#signed.values()]
  }

  async byDigest(digest: string) {
    return this.#alive().find((one) => one.digest === digest)
  }

  async standing({ ledger, key, slot }: Subject) {
    return this.#alive().find(({ subject }) => subject.ledger === ledger && subject.key === key && subject.slot === slot)
  }

  async standingHash(hash: string) {
    return this.#alive().find((one) => one.hash === hash)
  }

  async standingSplit(ledger: string, root: string) {
    return this.#alive().find((one) => one.ledger === ledger && one.split?.root === root)
  }

  async givenUnder(offer: string) {
    return this.#alive().reduce(
      (sum, one) => (one.offer?.key === offer && this.#legs.get(one.id) !== 'returned' ? sum + one.offer.amount : sum),
      0n,
    )
  }

  async reserved(ledger: string, coins: readonly Coordinate[]) {
    return new Set(coins.filter((coin) => this.#reserved.has(`${ledger}/${coin}`)))
  }

  async highestSequence(ledger: string, account: AccountId) {
    const own = this.#alive().filter((one) => one.ledger === ledger && one.account === account)
    return Math.max(-1, ...own.map((one) => one.sequence ?? -1))
  }

  async rootOf(ledger: string, coordinate: string) {
    return this.#roots.get(`${ledger}/${coordinate}`) ?? coordinate
  }

  async pairOf(ledger: string, root: string) {
    const living = this.#alive().flatMap(({ id }) => this.#pairs.get(id) ?? [])
    return living.find(({ a, b }) => [a, b].some((side) => side.ledger === ledger && side.root === root))
  }

  async hasTerms(order: string, hash: string) {
    return this.terms.some((kept) => kept.order === order && kept.hash === hash)
  }

  async heldFor({ order, milestone }: Pick<Held, 'order' | 'milestone'>) {
    return this.#alive().flatMap(({ held, subject }) => {
      if (held?.order !== order || held.milestone !== milestone) return []
      return [{ coordinate: subject.key, amount: held.amount, madeAt: held.madeAt }]
    })
  }

  async due(ledger: string, final: Time) {
    return this.signed.filter((one) => one.state === 'live' && one.ledger === ledger && one.validUntil < final)
  }

  async settle(id: string, state: 'final' | 'dead') {
    const one = this.#signed.get(id)
    if (one === undefined) return
    this.#signed.set(id, { ...one, state })
    if (state === 'dead') for (const [coin, by] of this.#reserved) if (by === id) this.#reserved.delete(coin)
  }

  async legsOut(offer: string, limit: number) {
    const isOut = ({ id }: Signed): boolean => (this.#legs.get(id) ?? 'out') === 'out'
    return this.signed.filter((one) => one.offer?.key === offer && one.state === 'final' && isOut(one)).slice(0, limit)
  }

  async noteLeg(id: string, fate: LegFate) {
    if ((this.#legs.get(id) ?? 'out') === 'out') this.#legs.set(id, fate)
  }

  async write<T>(work: (page: BookPage) => Promise<T>): Promise<T> {
    const reads = {
      byDigest: this.byDigest.bind(this),
      standing: this.standing.bind(this),
      standingHash: this.standingHash.bind(this),
      standingSplit: this.standingSplit.bind(this),
      givenUnder: this.givenUnder.bind(this),
      reserved: this.reserved.bind(this),
      highestSequence: this.highestSequence.bind(this),
      rootOf: this.rootOf.bind(this),
      pairOf: this.pairOf.bind(this),
      hasTerms: this.hasTerms.bind(this),
      heldFor: this.heldFor.bind(this),
      due: this.due.bind(this),
    }
    const page: BookPage = {
      ...reads,
      add: async (added) => this.#add(added),
      keepTerms: async (kept) => void this.terms.push(kept),
      audit: async (line) => void this.lines.push(line),
    }
    const run = this.#turn.then(() => work(page))
    this.#turn = run.catch(() => undefined)
    return run
  }

  #add({ signed, reserve, pair, successor }: NewSigned): void {
    this.#signed.set(signed.id, signed)
    for (const coin of reserve) this.#reserved.set(`${signed.ledger}/${coin}`, signed.id)
    if (pair !== undefined) this.#pairs.set(signed.id, pair)
    if (successor !== undefined) this.#roots.set(`${successor.ledger}/${successor.coordinate}`, successor.root)
  }

  #alive(): readonly Signed[] {
    return this.signed.filter(({ state }) => state !== 'dead')
  }
}
