// The database's own unit of durable work: one client that inserts one row per transaction, as fast as the answers come.
import { Client } from 'pg'
import { quantiles } from '../figures.js'

export interface CommitRate {
  readonly perSecond: number
  /** Milliseconds of one commit. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

export async function oneRowCommits(config: { readonly databaseUrl: string; readonly ms: number }): Promise<CommitRate> {
  const client = new Client({ connectionString: config.databaseUrl })
  await client.connect()
  try {
    await client.query('create table one_row (id bigserial primary key, content bytea not null)')
    const content = Buffer.alloc(219, 7)
    const insert = (): Promise<unknown> =>
      client.query({ name: 'one', text: 'insert into one_row (content) values ($1)', values: [content] })
    for (let i = 0; i < 200; i++) await insert()
    const took: number[] = []
    const begun = performance.now()
    let now = begun
    while (now - begun < config.ms) {
      await insert()
      const then = performance.now()
      took.push(then - now)
      now = then
    }
    const [p50 = 0, p99 = 0, p999 = 0] = quantiles(Float64Array.from(took), [0.5, 0.99, 0.999])
    return { perSecond: took.length / ((now - begun) / 1_000), p50, p99, p999 }
  } finally {
    await client.end()
  }
}
