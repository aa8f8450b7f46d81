import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { DataFolder } from './data-folder.js'
import { freePort } from './free-port.js'
import { LogFile } from './log-file.js'
import { isRecentEnough } from './nats-binary.js'
import { natsInfo, runNats, startNats, type StartedNats } from './nats.js'
import { identify, isRunning } from './process-identity.js'

describe('the embedded NATS', () => {
  let folder: string
  let server: StartedNats
  const open: NatsConnection[] = []

  async function login(user: string, password: string): Promise<NatsConnection> {
    const connection = await connect({ servers: server.url, user, pass: password, reconnect: false, timeout: 5_000 })
    open.push(connection)
    return connection
  }

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-nats-'))
    server = await startNats({
      folder,
      users: [{ user: 'reader', password: 'secret', publish: ['ask.>'], subscribe: ['_INBOX_reader.>'] }],
    })
  })

  afterAll(async () => {
    for (const connection of open) await connection.close()
    await server.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  it('syncs every message and keeps what it acknowledged over kill -9, on the same port', async () => {
    expect(fs.readFileSync(path.join(folder, 'nats', 'nats.conf'), 'utf8')).toContain('sync_interval: always')
    const first = await login(server.user, server.password)
    await (await jetstreamManager(first)).streams.add({ name: 'KEPT', subjects: ['kept.>'] })
    for (let i = 0; i < 20; i += 1) await jetstream(first).publish(`kept.${i}`, 'x')
    await server.kill9()
    await server.restart()
    const manager = await jetstreamManager(await login(server.user, server.password))
    expect((await manager.streams.info('KEPT')).state.messages).toBe(20)
  })

  it('survives the loss of its whole store', async () => {
    await server.kill9()
    fs.rmSync(path.join(folder, 'nats', 'jetstream'), { recursive: true, force: true })
    await server.restart()
    const manager = await jetstreamManager(await login(server.user, server.password))
    expect(await manager.streams.names().next()).toEqual([])
  })

  it('admits nobody without a password', async () => {
    await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(/Authorization/i)
    await expect(login('reader', 'wrong')).rejects.toThrow(/Authorization/i)
  })

  it('tells who it is before any login, and a closed port tells nothing', async () => {
    expect(await natsInfo(server.port)).toMatchObject({ jetstream: true, auth_required: true })
    const { port } = server
    await server.kill9()
    expect(await natsInfo(port)).toBeUndefined()
    await server.restart()
    expect(server.port).toBe(port)
  })

  it('stops a server left over by a launcher that is gone', async () => {
    const leftover = identify(server.pid)
    const log = new LogFile(path.join(folder, 'next.log'))
    const next = await runNats({ folder: new DataFolder(folder), port: await freePort(), log, users: [] })
    expect(leftover === undefined || isRunning(leftover)).toBe(false)
    await next.stop()
    log.close()
    await server.restart()
  })

  it.each([
    ['2.9.10', false],
    ['2.10.0', true],
    ['2.15.1', true],
    ['3.0.0', true],
    ['1.99.0', false],
  ])('version %s is recent enough: %s', (version, expected) => {
    expect(isRecentEnough(version)).toBe(expected)
  })
})
