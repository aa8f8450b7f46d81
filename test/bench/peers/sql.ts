// Two hand-written peers in plain SQL: a careful transaction of seven statements, and one call of a PL/pgSQL function. Statements are prepared.
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import type { Service } from '../service.js'
import { type PeerConfig, type PeerFigures, drive } from './double-entry.js'

export type SqlKind = 'sql' | 'plpgsql'

export const sqlTransfers: Service<PeerConfig & { readonly kind: SqlKind }, null, PeerFigures> = async (config, life) => {
  const clients = await Promise.all(
    Array.from({ length: config.clients }, async () => {
      const client = new Client({ connectionString: config.databaseUrl })
      await client.connect()
      return client
    }),
  )
  const transfer = config.kind === 'sql' ? statements : functionCall
  life.ready(null)
  await life.told
  const figures = await drive(config, async (number, from, to) => {
    const client = clients[number]
    if (client !== undefined) await transfer(client, from, to)
  })
  await Promise.all(clients.map((client) => client.end()))
  return figures
}

async function functionCall(client: Client, from: number, to: number): Promise<void> {
  await client.query({ name: 'call', text: 'select do_transfer($1, $2, $3, $4)', values: [randomUUID(), from, to, 1] })
}

async function statements(client: Client, from: number, to: number): Promise<void> {
  await client.query('begin')
  const { rows } = await client.query<{ id: number; balance: string }>({
    name: 'lock',
    text: 'select id, balance from account where id in ($1, $2) order by id for update',
    values: [from, to],
  })
  if (BigInt(rows.find(({ id }) => id === from)?.balance ?? '0') < 1n) throw new Error('funds')
  const { rows: made } = await client.query<{ id: string }>({
    name: 'transfer',
    text: 'insert into transfer (reference, from_id, to_id, amount) values ($1, $2, $3, 1) returning id',
    values: [randomUUID(), from, to],
  })
  await client.query({
    name: 'postings',
    text: 'insert into posting (transfer_id, account_id, amount) values ($1, $2, -1), ($1, $3, 1)',
    values: [made[0]?.id, from, to],
  })
  await client.query({
    name: 'take',
    text: 'update account set balance = balance - 1, version = version + 1 where id = $1',
    values: [from],
  })
  await client.query({
    name: 'give',
    text: 'update account set balance = balance + 1, version = version + 1 where id = $1',
    values: [to],
  })
  await client.query('commit')
}
