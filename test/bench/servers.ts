// The bench's own PostgreSQL and NATS: one of each for all contestants, with the settings that the product's embedded servers have.
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type StartedNats, type StartedPostgres, startNats, startPostgres } from '@huitong/launcher'
import { Client } from 'pg'

export interface NatsAccess {
  readonly url: string
  readonly user: string
  readonly password: string
}

export interface FreshDatabase {
  readonly url: string
  drop(): Promise<void>
}

export class BenchServers {
  #databases = 0
  #folders = 0

  private constructor(
    readonly folder: string,
    private readonly postgres: StartedPostgres,
    private readonly broker: StartedNats,
  ) {}

  static async start(): Promise<BenchServers> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-bench-'))
    fs.chmodSync(folder, 0o711)
    const [postgres, nats] = await Promise.all([startPostgres({ folder }), startNats({ folder, users: [] })])
    return new BenchServers(folder, postgres, nats)
  }

  get nats(): NatsAccess {
    const { url, user, password } = this.broker
    return { url, user, password }
  }

  get pids(): readonly number[] {
    return [this.postgres.pid, this.broker.pid]
  }

  /** An empty database of its own on the one server. */
  async database(): Promise<FreshDatabase> {
    const name = `bench_${++this.#databases}`
    await this.#admin(`create database ${name}`)
    const url = new URL(this.postgres.url)
    url.pathname = `/${name}`
    return { url: url.href, drop: () => this.#admin(`drop database ${name} with (force)`) }
  }

  /** Writes out what earlier contestants left to be written, so that nobody pays for the one before. */
  checkpoint(): Promise<void> {
    return this.#admin('checkpoint')
  }

  async version(): Promise<string> {
    const client = new Client({ connectionString: this.postgres.url })
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    await client.end()
    return rows[0]?.server_version ?? ''
  }

  /** A new folder below the bench's own. */
  scratch(): string {
    const folder = path.join(this.folder, `run-${++this.#folders}`)
    fs.mkdirSync(folder)
    return folder
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.postgres.stop(), this.broker.stop()])
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  async #admin(statement: string): Promise<void> {
    const client = new Client({ connectionString: this.postgres.url })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
}
