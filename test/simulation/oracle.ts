// Judges a world by what can be seen from outside: blocks that it reads itself, rows that were committed. It shares no decision with the code it
// judges. Looks after every block and every commit; at the end asks that nothing is left.
import type { OrderState } from '@huitong/protocol'
import type { Wish } from './actor.js'
import { Books, type LockedCoin } from './books.js'
import type { Coverage } from './coverage.js'
import { checkAllEffects, checkCases, checkEffects, checkQuotes, isForPeople } from './ledger-of-deals.js'
import type { Told } from './pair-stories.js'
import { dealsOf } from './stored-deals.js'
import type { Row, Tables } from './tables.js'
import { ReminderWatch } from './reminder-watch.js'
import type { Decision } from './settlement-host.js'
import type { World } from './world.js'

/** What brings a quote into a state. */
const EVENTS: Readonly<Record<string, string>> = {
  TAKEN: 'take',
  EXPIRED: 'timePassed',
  SETTLED: 'legBLocked',
  RETURNED: 'legBBack',
}

export class Oracle {
  readonly told: Told[] = []
  checks = 0
  readonly #books: Books
  readonly #quotes = new Map<string, string>()
  readonly #reminders: ReminderWatch

  constructor(
    private readonly world: World,
    private readonly journal: readonly Wish[],
    private readonly coverage: Coverage,
  ) {
    this.#books = new Books(world)
    this.#reminders = new ReminderWatch(world)
  }

  listen(): void {
    const { world } = this
    world.onBlock = (host) => {
      this.checks += 1
      this.#books.take(host)
    }
    world.onCommit = (written) => {
      this.checks += 1
      this.#committed(written)
    }
    world.onDecision = (decision) => this.#decided(decision)
  }

  /** Everything is over: no deal waits, nothing is owed, no lock holds money. */
  isQuiet(): boolean {
    const { world } = this
    const { tables } = world.database
    const open = dealsOf(tables).some(({ row }) => !row.isFinal && !isForPeople(world, tables, row.id))
    if (open || this.#lockedCoins().length > 0) return false
    return ![...tables.table('outbox').values()].some((row) => isOwed(row) && !isEndless(world, tables, row))
  }

  async atEnd(): Promise<void> {
    const { world } = this
    await Promise.resolve()
    for (const { row, text } of dealsOf(world.database.tables)) {
      const isStuck = !row.isFinal && !isForPeople(world, world.database.tables, row.id)
      if (isStuck) world.fail('everything ends', `${row.id} is still ${row.stateName} ${milestonesOf(text)}`, [row.id])
    }
    for (const coin of this.#lockedCoins())
      world.fail('no money is left behind', `${coin.amount} ${coin.asset} on ${coin.ledger} under ${coin.kind}`, [
        coin.coordinate,
      ])
    for (const row of world.database.tables.table('outbox').values()) {
      if (isOwed(row) && !isEndless(world, world.database.tables, row))
        world.fail('nothing is owed at the end', `${String(row['key'])} was tried ${String(row['attempts'])} times`, [
          String(row['key']),
        ])
    }
    for (const row of world.database.tables.table('parked_fact').values())
      world.fail('no fact is parked', JSON.stringify(row), [])
    checkCases(world, world.database.tables)
    this.#books.judgePairs(this.told)
    this.#wishes()
  }

  get reminders(): number {
    return this.#reminders.told
  }

  /** Deals by kind and the state they ended in. */
  ends(): ReadonlyMap<string, number> {
    const ends = new Map<string, number>()
    for (const { row } of dealsOf(this.world.database.tables)) {
      const key = `${row.kind} ${row.stateName}`
      ends.set(key, (ends.get(key) ?? 0) + 1)
    }
    return ends
  }

  /** Locks that hold money and are not before a person already. */
  #lockedCoins(): readonly LockedCoin[] {
    const { tables } = this.world.database
    return this.#books
      .lockedCoins()
      .filter((coin) => coin.hash === undefined || !isForPeople(this.world, tables, dealOfHash(tables, coin.hash)))
  }

  #decided(decision: Decision): void {
    this.coverage.decided(decision)
    const { id, event, code } = decision
    const chain = 'chain' in event ? ` on ${this.#ledgerName(String(event.chain))}` : ''
    const path = 'path' in event ? ` by ${(event.path as { readonly kind: string }).kind}` : ''
    const [before, after] = [decision.before, decision.after] as readonly { readonly state: string }[]
    if (after !== undefined && before?.state !== after.state) this.world.reached(id, after.state)
    for (const name of movedMilestones(before, after)) this.world.reached(id, name)
    const moved = before?.state === after?.state ? (before?.state ?? '') : `${before?.state} -> ${after?.state}`
    this.world.note(`${id} ${event.kind}${path}${chain}: ${code === undefined ? moved : `refused ${code}`}`)
  }

  #ledgerName(chain: string): string {
    return this.world.ledgers.find(({ ledger }) => ledger.chain === chain)?.name ?? chain
  }

  #committed(written: ReadonlyMap<string, readonly string[]>): void {
    const { world } = this
    const { tables } = world.database
    if (written.has('ledger')) {
      this.#books.compare(tables, written.get('ledger') ?? [])
      checkAllEffects(world, tables)
    }
    this.#reminders.committed(tables, written)
    for (const id of written.get('quote') ?? []) this.#quote(id)
    if (written.has('quote') || written.has('offer') || written.has('deal')) checkQuotes(world, tables)
    if (written.has('deal') || written.has('outbox')) checkEffects(world, tables, written.get('deal') ?? [])
    for (const id of written.get('deal') ?? []) this.#version(id)
  }

  #quote(id: string): void {
    const state = String(this.world.database.tables.table('quote').get(id)?.['state']).toUpperCase()
    const before = this.#quotes.get(id)
    if (before !== undefined) this.coverage.moved('quote', EVENTS[state] ?? state, before, state)
    this.#quotes.set(id, state)
  }

  /** Each version of a deal has its one transition. */
  #version(id: string): void {
    const { tables } = this.world.database
    const version = Number(dealsOf(tables).find(({ row }) => row.id === id)?.row.version)
    if (!tables.table('deal_transition').has(`${id}#${version}`))
      this.world.fail('every version has its transition', `${id} version ${version}`, [id])
  }

  /** Acknowledged: exactly one effect. Unknown: none or one. Refused: none. */
  #wishes(): void {
    const { world } = this
    const made = dealsOf(world.database.tables).map(({ row }) => row.id)
    const wished = this.journal.filter(({ label }) =>
      ['proposes a swap', 'takes the quote', 'orders', 'opens a dispute'].includes(label),
    )
    const done = wished.filter(({ outcome }) => outcome === 'done').map(({ id }) => id)
    const unknown = wished.filter(({ outcome }) => outcome === 'unknown').length
    for (const id of done) {
      if (id === undefined || !made.includes(id))
        world.fail('acknowledged means done', `${id} was acknowledged and is not there`, [String(id)])
    }
    if (new Set(done).size !== done.length) world.fail('one effect per command', 'two wishes were answered with one deal', [])
    if (made.length < done.length || made.length > done.length + unknown)
      world.fail('one effect per command', `${made.length} deals, ${done.length} acknowledged, ${unknown} unknown`, [])
  }
}

/** `0 DELIVERED`: milestones that have come into another state. */
function movedMilestones(before: unknown, after: unknown): readonly string[] {
  const [was, is] = [before, after].map((deal) => {
    const order = typeof deal === 'object' && deal !== null && 'order' in deal ? (deal.order as OrderState) : undefined
    return order === undefined || order.state === 'DRAFT' ? [] : order.milestones
  })
  return (is ?? [])
    .filter(({ milestone, state }) => was?.find((one) => one.milestone === milestone)?.state !== state)
    .map(({ milestone, state }) => `${milestone} ${state}`)
}

const isOwed = (row: Row): boolean => row['done_at'] === null && row['parked_at'] === null
/** A claim is tried on and on although a person looks at its deal; whatever else is owed there has its end. */
const isEndless = (world: World, tables: Tables, { key, payload }: Row): boolean =>
  String(key).includes('/claim/') && isForPeople(world, tables, /"deal":"([^"]+)"/.exec(String(payload))?.[1] ?? '')
const dealOfHash = (tables: Tables, hash: string): string => String(tables.table('hash_lock').get(hash)?.['deal'] ?? '')

function milestonesOf(text: string): string {
  const state = JSON.parse(text) as { readonly state?: { readonly order?: { readonly state?: OrderState } } }
  const order = state.state?.order?.state
  if (order === undefined || !('milestones' in order)) return ''
  return order.milestones.map(({ milestone, state }) => `${milestone}:${state}`).join(' ')
}
