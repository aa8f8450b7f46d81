import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client, type QueryResultRow } from 'pg'
import { DataFolder } from './data-folder.js'
import { freePort } from './free-port.js'
import { LogFile } from './log-file.js'
import { runPostgres, startPostgres, type StartedPostgres } from './postgres.js'
import { identify, isRunning } from './process-identity.js'
import { Child } from './child.js'

async function query<T extends QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<T>(sql, values)).rows
  } finally {
    await client.end()
  }
}

describe('the embedded PostgreSQL', () => {
  let folder: string
  let server: StartedPostgres

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-pg-'))
    fs.chmodSync(folder, 0o711)
    server = await startPostgres({ folder })
    await query(server.url, 'CREATE TABLE kept (id int PRIMARY KEY)')
  })

  afterAll(async () => {
    await server.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  it('is durable, checks its pages and listens on this machine alone', async () => {
    const rows = await query<{ name: string; setting: string }>(
      server.url,
      `SELECT name, setting FROM pg_settings WHERE name = ANY($1) ORDER BY name`,
      [['data_checksums', 'fsync', 'full_page_writes', 'listen_addresses', 'synchronous_commit', 'data_sync_retry', 'TimeZone']],
    )
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      TimeZone: 'UTC',
      data_checksums: 'on',
      data_sync_retry: 'off',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      synchronous_commit: 'on',
    })
  })

  it('refuses a wrong password', async () => {
    const wrong = server.url.replace(/:[0-9a-f]{64}@/, ':wrong@')
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
  })

  it('keeps every acknowledged row over kill -9, on the same port', async () => {
    const before = server.pid
    let acknowledged = 0
    const writer = new Client({ connectionString: server.url })
    writer.on('error', () => undefined)
    await writer.connect()
    const writing = (async () => {
      for (let id = 1; ; id += 1) {
        await writer.query('INSERT INTO kept VALUES ($1)', [id])
        acknowledged = id
      }
    })().catch(() => undefined)
    await expect.poll(() => acknowledged, { timeout: 20_000 }).toBeGreaterThan(50)
    await server.kill9()
    await writing
    await server.restart()
    expect(server.pid).not.toBe(before)
    const [row] = await query<{ n: string }>(server.url, 'SELECT count(*) AS n FROM kept WHERE id <= $1', [acknowledged])
    expect(Number(row?.n)).toBe(acknowledged)
  })

  it('starts beside an empty pid file', async () => {
    await server.kill9()
    fs.writeFileSync(path.join(fs.realpathSync(path.join(folder, 'pg')), 'data', 'postmaster.pid'), '')
    await server.restart()
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('leaves a process alone that merely has the number in the pid file', async () => {
    await server.kill9()
    const log = new LogFile(path.join(folder, 'stranger.log'))
    const stranger = await Child.start({ command: 'sleep', args: ['60'], log, orphaned: 'SIGTERM' })
    fs.writeFileSync(path.join(fs.realpathSync(path.join(folder, 'pg')), 'data', 'postmaster.pid'), `${stranger.pid}\n`)
    await server.restart()
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(stranger.running).toBe(true)
    await stranger.stop([['SIGKILL', 1_000]])
    log.close()
  })

  it('is refused to a second launcher while the first lives', async () => {
    await expect(startPostgres({ folder })).rejects.toThrow(/in use by process/)
  })

  it('is not started over a database whose secrets are lost', async () => {
    const secrets = path.join(folder, 'secrets.json')
    const text = fs.readFileSync(secrets, 'utf8')
    expect(fs.statSync(secrets).mode & 0o777).toBe(0o600)
    fs.rmSync(secrets)
    expect(() => new DataFolder(folder).secret('postgres:superuser')).toThrow(/restore the file/)
    fs.writeFileSync(secrets, text, { mode: 0o600 })
  })

  it('stops a server left over by a launcher that is gone, and serves the same data', async () => {
    const leftover = identify(server.pid)
    expect(leftover !== undefined && isRunning(leftover)).toBe(true)
    const log = new LogFile(path.join(folder, 'next.log'))
    const next = await runPostgres({ folder: new DataFolder(folder), port: await freePort(), log })
    expect(leftover !== undefined && isRunning(leftover)).toBe(false)
    expect(await query(next.url, 'SELECT id FROM kept WHERE id = 1')).toEqual([{ id: 1 }])
    await next.stop()
    log.close()
    await server.restart()
  })
})
