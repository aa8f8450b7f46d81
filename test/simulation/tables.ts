// Tables in memory under transactions as PostgreSQL's READ COMMITTED has them: a transaction sees what was committed and what it wrote itself,
// waits for rows that another one has written or locked, and is told of a deadlock. Knows no SQL.
import { invariant } from '@huitong/primitives'
import type { Life } from './scheduler.js'

export type Row = Readonly<Record<string, unknown>>

/** What the driver throws: an SQLSTATE decides what is done about it. */
export class DatabaseFault extends Error {
  override readonly name = 'QueryFailedError'
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

interface Lock {
  owner: Transaction
  readonly waiting: { readonly by: Transaction; readonly granted: () => void }[]
}

export class Tables {
  readonly #committed = new Map<string, Map<string, Row>>()
  readonly #locks = new Map<string, Lock>()
  sequence = 0

  /** Committed rows of a table. */
  table(name: string): Map<string, Row> {
    const found = this.#committed.get(name)
    if (found !== undefined) return found
    const made = new Map<string, Row>()
    this.#committed.set(name, made)
    return made
  }

  begin(life: Life): Transaction {
    return new Transaction(this, life)
  }

  /** Takes a lock for a transaction, or says whom it waits for. */
  claim(key: string, by: Transaction): Lock | undefined {
    const lock = this.#locks.get(key)
    if (lock === undefined) {
      this.#locks.set(key, { owner: by, waiting: [] })
      return undefined
    }
    return lock.owner === by ? undefined : lock
  }

  isLocked(key: string, by: Transaction): boolean {
    const lock = this.#locks.get(key)
    return lock !== undefined && lock.owner !== by
  }

  release(key: string, by: Transaction): void {
    const lock = this.#locks.get(key)
    if (lock === undefined || lock.owner !== by) return
    const next = lock.waiting.shift()
    if (next === undefined) {
      this.#locks.delete(key)
      return
    }
    lock.owner = next.by
    next.by.holds(key)
    next.granted()
  }

  /** True if waiting for `owner` would wait for `by`. */
  isCircle(by: Transaction, owner: Transaction): boolean {
    let at: Transaction | undefined = owner
    for (let depth = 0; at !== undefined && depth < 100; depth++) {
      if (at === by) return true
      const key: string | undefined = at.waitsFor
      at = key === undefined ? undefined : this.#locks.get(key)?.owner
    }
    return false
  }

  forget(by: Transaction): void {
    for (const lock of this.#locks.values()) {
      const at = lock.waiting.findIndex((one) => one.by === by)
      if (at >= 0) lock.waiting.splice(at, 1)
    }
  }
}

type Overlay = Map<string, Map<string, Row | null>>

export class Transaction {
  #overlay: Overlay = new Map()
  readonly #savepoints: { readonly name: string; readonly overlay: Overlay }[] = []
  readonly #held = new Set<string>()
  readonly #atEnd = (): void => this.rollBack()
  isActive = true
  waitsFor: string | undefined

  constructor(
    private readonly tables: Tables,
    private readonly life: Life,
  ) {
    life.ending.push(this.#atEnd)
  }

  get(table: string, key: string): Row | undefined {
    const own = this.#overlay.get(table)?.get(key)
    return own === null ? undefined : (own ?? this.tables.table(table).get(key))
  }

  put(table: string, key: string, row: Row): void {
    this.#own(table).set(key, row)
  }

  remove(table: string, key: string): void {
    this.#own(table).set(key, null)
  }

  /** Keys and rows, own writes included. */
  *scan(table: string): Generator<readonly [string, Row]> {
    const own = this.#overlay.get(table)
    for (const [key, row] of this.tables.table(table)) if (own?.has(key) !== true) yield [key, row]
    if (own === undefined) return
    for (const [key, row] of own) if (row !== null) yield [key, row]
  }

  find(table: string, test: (row: Row) => boolean): Row | undefined {
    for (const [, row] of this.scan(table)) if (test(row)) return row
    return undefined
  }

  filter(table: string, test: (row: Row) => boolean): Row[] {
    const found: Row[] = []
    for (const [, row] of this.scan(table)) if (test(row)) found.push(row)
    return found
  }

  next(): number {
    return ++this.tables.sequence
  }

  /** Waits until no other transaction holds the row. `40P01`: that would be for ever. */
  async lock(table: string, key: string): Promise<void> {
    const name = `${table}/${key}`
    const lock = this.tables.claim(name, this)
    if (lock === undefined) {
      this.#held.add(name)
      return
    }
    if (this.tables.isCircle(this, lock.owner)) throw new DatabaseFault('40P01', `deadlock detected on ${name}`)
    this.waitsFor = name
    await new Promise<void>((granted) => lock.waiting.push({ by: this, granted }))
    this.waitsFor = undefined
  }

  /** True if the row was free, or is ours already. */
  tryLock(table: string, key: string): boolean {
    const name = `${table}/${key}`
    if (this.tables.claim(name, this) !== undefined) return false
    this.#held.add(name)
    return true
  }

  holds(name: string): void {
    this.#held.add(name)
  }

  savepoint(name: string): void {
    this.#savepoints.push({ name, overlay: copyOf(this.#overlay) })
  }

  rollBackTo(name: string): void {
    const at = this.#savepoints.findLastIndex((one) => one.name === name)
    const kept = this.#savepoints[at]
    invariant(kept !== undefined, `savepoint ${name} was made`)
    this.#overlay = copyOf(kept.overlay)
    this.#savepoints.length = at + 1
  }

  releaseSavepoint(name: string): void {
    const at = this.#savepoints.findLastIndex((one) => one.name === name)
    invariant(at >= 0, `savepoint ${name} was made`)
    this.#savepoints.length = at
  }

  /** Everything at once, then the locks. Answers what was written, by table. */
  commit(): ReadonlyMap<string, readonly string[]> {
    invariant(this.isActive, 'a transaction ends once')
    this.isActive = false
    const written = new Map<string, readonly string[]>()
    for (const [name, changes] of this.#overlay) {
      const table = this.tables.table(name)
      for (const [key, row] of changes) {
        if (row === null) table.delete(key)
        else table.set(key, row)
      }
      written.set(name, [...changes.keys()])
    }
    this.#letGo()
    return written
  }

  rollBack(): void {
    if (!this.isActive) return
    this.isActive = false
    this.#letGo()
  }

  #letGo(): void {
    this.#overlay = new Map()
    this.tables.forget(this)
    for (const name of this.#held) this.tables.release(name, this)
    this.#held.clear()
    const at = this.life.ending.findIndex((listener) => listener === this.#atEnd)
    if (at >= 0) this.life.ending.splice(at, 1)
  }

  #own(table: string): Map<string, Row | null> {
    const found = this.#overlay.get(table)
    if (found !== undefined) return found
    const made = new Map<string, Row | null>()
    this.#overlay.set(table, made)
    return made
  }
}

const copyOf = (overlay: Overlay): Overlay => new Map([...overlay].map(([name, rows]) => [name, new Map(rows)]))
