// A ledger in this process over a real PostgreSQL and a real NATS, for integration tests and measurements. Used by specs only.
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TransactionStatus, decodeStatuses, encodeEnvelope } from '@huitong/contracts'
import { type StartedNats, type StartedPostgres, startNats, startPostgres } from '@huitong/launcher'
import { Bus, Streams, createDatabase, installNativeHash, openDatabase, systemClock } from '@huitong/platform'
import { expectOk } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { Ledger, type LedgerOptions } from '../engine/ledger.js'
import { ledgerMigrations, schemaOf } from '../schema.js'
import type { Signed } from './wallet.js'

/** PostgreSQL, NATS and a data folder for one test file. */
export class Servers {
  private constructor(
    readonly folder: string,
    readonly postgres: StartedPostgres,
    readonly nats: StartedNats,
  ) {}

  static async start(given?: string): Promise<Servers> {
    installNativeHash()
    const folder = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-ledger-'))
    fs.chmodSync(folder, 0o711)
    const [postgres, nats] = await Promise.all([startPostgres({ folder }), startNats({ folder, users: [] })])
    return new Servers(folder, postgres, nats)
  }

  async stop(): Promise<void> {
    await Promise.all([this.postgres.stop(), this.nats.stop()])
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  /** Forgets everything JetStream keeps. */
  async wipeNats(): Promise<void> {
    await this.nats.kill9()
    fs.rmSync(path.join(this.folder, 'nats', 'jetstream'), { recursive: true, force: true })
    await this.nats.restart()
  }

  bus(role: string): Promise<Bus> {
    return Bus.connect({ url: this.nats.url, role, user: this.nats.user, password: this.nats.password })
  }

  /** A name that no other test uses. */
  freshName(): string {
    return `t${randomBytes(6).toString('hex')}`
  }
}

export interface Hosted {
  readonly ledger: Ledger
  readonly bus: Bus
  readonly streams: Streams
  readonly database: DataSource
  readonly faults: unknown[]
  close(): Promise<void>
}

export async function hostLedger(servers: Servers, name: string, options: Partial<LedgerOptions> = {}): Promise<Hosted> {
  const bus = await servers.bus(`ledger-${name}`)
  const streams = new Streams(bus)
  const schema = schemaOf(name)
  const database = await openDatabase(createDatabase({ url: servers.postgres.url, schema, migrations: ledgerMigrations }))
  const faults: unknown[] = []
  const ledger = await Ledger.open({
    name,
    sandbox: true,
    folder: path.join(servers.folder, 'ledgers'),
    database,
    streams,
    wall: systemClock,
    onFault: (error) => faults.push(error),
    ...options,
  })
  const close = async (): Promise<void> => {
    await ledger.close()
    await bus.close()
    await database.destroy()
  }
  return { ledger, bus, streams, database, faults, close }
}

/** Submits through the binary verb's own bytes. */
export async function submit(ledger: Ledger, ...transactions: readonly Signed[]): Promise<readonly TransactionStatus[]> {
  const reply = await ledger.submission.submit(encodeEnvelope(transactions.map(({ bytes }) => bytes)))
  return expectOk(decodeStatuses(reply), 'statuses')
}

/** Waits until `condition` holds; fails after `withinMs` with the sentence. */
export async function until(sentence: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs
  while (Date.now() < end) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`still not true after ${withinMs} ms: ${sentence}`)
}
