import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DataFolder, FolderInUse, writeAtomically } from './data-folder.js'
import { LogFile } from './log-file.js'
import { runsAsRoot } from './postgres-binaries.js'
import { startPostgres } from './postgres.js'
import { identify, isRunning } from './process-identity.js'

describe('the data folder', () => {
  let root: string
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-data-'))
  })
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }))
  const locks = (): string[] => fs.readdirSync(root).filter((name) => name.startsWith('launcher.lock'))

  it('admits one launcher at a time, and the next after its release', () => {
    const folder = new DataFolder(root)
    const release = folder.lock('launcher')
    expect(() => new DataFolder(root).lock('launcher')).toThrow(FolderInUse)
    folder.lock('nats')()
    release()
    folder.lock('launcher')()
    expect(locks()).toHaveLength(1)
  })

  it('takes over the lock of the dead, not of the living, and not of a number used again', async () => {
    const folder = new DataFolder(root)
    const other = spawn('sleep', ['60'], { stdio: 'ignore' })
    const identity = identify(other.pid ?? 0)
    expect(identity).toBeDefined()
    fs.writeFileSync(path.join(root, 'launcher.lock.4'), JSON.stringify(identity))
    expect(() => folder.lock('launcher')).toThrow(`in use by process ${other.pid}`)
    fs.writeFileSync(path.join(root, 'launcher.lock.4'), JSON.stringify({ pid: other.pid, started: 'another time' }))
    folder.lock('launcher')()
    other.kill('SIGKILL')
    await new Promise((resolve) => other.once('exit', resolve))
    expect(identity !== undefined && isRunning(identity)).toBe(false)
    fs.writeFileSync(path.join(root, 'launcher.lock.9'), JSON.stringify(identity))
    folder.lock('launcher')
    expect(locks()).toEqual(['launcher.lock.10'])
  })

  it('keeps secrets for good, apart and unreadable to others', () => {
    const first = new DataFolder(root).secret('a')
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(new DataFolder(root).secret('b')).not.toBe(first)
    expect(new DataFolder(root).secret('a')).toBe(first)
    expect(fs.statSync(path.join(root, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('replaces a file whole and leaves nothing beside it', () => {
    const file = path.join(root, 'some.json')
    writeAtomically(file, 'old')
    writeAtomically(file, 'new')
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
    expect(fs.readdirSync(root).filter((name) => name.startsWith('some'))).toEqual(['some.json'])
  })

  it('bounds its logs', () => {
    const file = path.join(root, 'x.log')
    const log = new LogFile(file, 100)
    for (let i = 0; i < 100; i += 1) log.line(`line ${i}`)
    log.close()
    const names = fs.readdirSync(root).filter((name) => name.startsWith('x.log'))
    expect(names.sort()).toEqual(['x.log', 'x.log.1', 'x.log.2', 'x.log.3'])
    for (const name of names) expect(fs.statSync(path.join(root, name)).size).toBeLessThanOrEqual(100)
    expect(log.tail(1)).toBe('line 99')
  })

  it.runIf(runsAsRoot())('has a database even where a folder above is closed to all but root', async () => {
    fs.chmodSync(root, 0o700)
    const folder = path.join(root, 'inside')
    const server = await startPostgres({ folder })
    const cluster = fs.realpathSync(path.join(folder, 'pg'))
    expect(cluster.startsWith('/var/lib/huitong/')).toBe(true)
    await server.restart()
    await server.stop()
    fs.rmSync(cluster, { recursive: true })
  })
})
