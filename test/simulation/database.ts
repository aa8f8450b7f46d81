// The database as code sees it through the ORM: queries, transactions, commits that may be lost, rows that must be waited for. Every statement is a
// step at which the process may die. Statements it has no meaning for stop the simulation: nothing is answered by guess.
import type { DataSource } from 'typeorm'
import type { Life, Scheduler } from './scheduler.js'
import { DatabaseFault, Tables, type Transaction } from './tables.js'

/** Rows, or for an UPDATE or DELETE rows and their count, as the driver answers. */
export type Answered = readonly unknown[]
export interface Asked {
  readonly tx: Transaction
  readonly values: readonly unknown[]
  /** now() of the database, milliseconds. */
  readonly now: number
}
export type Statement = (asked: Asked) => Answered | Promise<Answered>

/** What goes wrong in a database, asked at every commit and statement. */
export interface DatabaseFaults {
  /** `before`: nothing was written and the connection is gone. `after`: it was written, and nobody is told. */
  commit(): 'before' | 'after' | undefined
  statement(): boolean
}

export const NO_FAULTS: DatabaseFaults = { commit: () => undefined, statement: () => false }

export interface DatabaseParts {
  readonly scheduler: Scheduler
  readonly statements: ReadonlyMap<string, Statement>
  readonly faults: () => DatabaseFaults
  /** Told of every commit, at the moment it is durable. */
  readonly committed: (written: ReadonlyMap<string, readonly string[]>) => void
}

export class SimulatedDatabase {
  readonly tables = new Tables()
  readonly #known = new Map<string, Statement>()

  constructor(readonly parts: DatabaseParts) {}

  /** The database of one life of a process. */
  open(life: Life): DataSource {
    const connection = new Connection(this, life)
    // the border: what our code uses of the ORM's type
    return connection as unknown as DataSource
  }

  statement(sql: string): Statement {
    const known = this.#known.get(sql)
    if (known !== undefined) return known
    const text = normalised(sql)
    for (const [begins, statement] of this.parts.statements) {
      if (!text.startsWith(begins)) continue
      this.#known.set(sql, statement)
      return statement
    }
    throw new Error(`the simulated database has no meaning for: ${text}\n(add one in test/simulation/statements*.ts)`)
  }
}

export const normalised = (sql: string): string => sql.replace(/\s+/g, ' ').trim()

type Subscriber = { readonly afterTransactionCommit?: (event: { readonly queryRunner: Runner }) => void }

class Connection {
  readonly subscribers: Subscriber[] = []
  readonly manager: { readonly query: (sql: string, values?: readonly unknown[]) => Promise<Answered> }

  constructor(
    readonly database: SimulatedDatabase,
    readonly life: Life,
  ) {
    this.manager = { query: (sql, values = []) => this.#alone(sql, values) }
  }

  createQueryRunner(): Runner {
    return new Runner(this)
  }

  /** One statement in a transaction of its own. */
  async #alone(sql: string, values: readonly unknown[]): Promise<Answered> {
    const { scheduler, faults, committed } = this.database.parts
    const statement = this.database.statement(sql)
    await scheduler.step(this.life, `sql ${label(sql)}`)
    if (faults().statement()) throw new DatabaseFault('57P01', 'terminating connection due to administrator command')
    const tx = this.database.tables.begin(this.life)
    try {
      const answer = await statement({ tx, values, now: scheduler.now })
      const written = tx.commit()
      if (written.size > 0) {
        committed(written)
        await scheduler.step(this.life, `wrote ${label(sql)}`)
      }
      return answer
    } finally {
      tx.rollBack()
    }
  }
}

class Runner {
  readonly data: Record<string, unknown> = {}
  readonly manager: {
    readonly query: (sql: string, values?: readonly unknown[]) => Promise<Answered>
    readonly queryRunner: Runner
  }
  isReleased = false
  #tx: Transaction | undefined
  #startedAt = 0

  /** What the ORM calls it. */
  get dataSource(): Connection {
    return this.connection
  }

  constructor(private readonly connection: Connection) {
    this.manager = { query: (sql, values = []) => this.#query(sql, values), queryRunner: this }
  }

  /** A process that has just died does not learn that its transactions ended with it: its next statement is never sent. */
  get isTransactionActive(): boolean {
    return this.#tx !== undefined && (this.#tx.isActive || !this.connection.life.isAlive)
  }

  connect(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  async startTransaction(): Promise<void> {
    const { database, life } = this.connection
    await database.parts.scheduler.step(life, 'sql begin')
    this.#tx = database.tables.begin(life)
    this.#startedAt = database.parts.scheduler.now
  }

  async commitTransaction(): Promise<void> {
    const { database, life, subscribers } = this.connection
    const { scheduler, faults, committed } = database.parts
    await scheduler.step(life, 'before commit')
    const fault = faults().commit()
    if (fault === 'before') throw new DatabaseFault('57P01', 'terminating connection due to administrator command')
    const written = this.#tx?.commit()
    if (written !== undefined && written.size > 0) committed(written)
    await scheduler.step(life, 'after commit')
    if (fault === 'after') throw new DatabaseFault('08006', 'connection lost, nobody knows whether it was committed')
    for (const subscriber of subscribers) subscriber.afterTransactionCommit?.({ queryRunner: this })
  }

  rollbackTransaction(): Promise<void> {
    this.#tx?.rollBack()
    return Promise.resolve()
  }

  release(): Promise<void> {
    this.isReleased = true
    this.#tx?.rollBack()
    return Promise.resolve()
  }

  async #query(sql: string, values: readonly unknown[]): Promise<Answered> {
    const { database, life } = this.connection
    const statement = database.statement(sql)
    await database.parts.scheduler.step(life, `sql ${label(sql)}`)
    const tx = this.#tx
    if (tx === undefined || !tx.isActive) throw new DatabaseFault('08003', 'no transaction')
    if (database.parts.faults().statement()) {
      tx.rollBack()
      throw new DatabaseFault('57P01', 'terminating connection due to administrator command')
    }
    return statement({ tx, values, now: this.#startedAt })
  }
}

/** The first words of a statement: what it does to which table. */
function label(sql: string): string {
  const known = labels.get(sql)
  if (known !== undefined) return known
  const made = normalised(sql).split(' ').slice(0, 3).join(' ')
  labels.set(sql, made)
  return made
}

const labels = new Map<string, string>()
