// The data folder: everything a hub keeps on this machine, its layout, its secrets and the lock that admits one launcher at a time.
// Must never leave a half-written file behind, nor a secret readable by other users.
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import path from 'node:path'
import { invariant } from '@huitong/primitives'
import { identify, isRunning, type ProcessIdentity } from './process-identity.js'

/** Thrown when another living launcher owns the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
  constructor(
    readonly folder: string,
    readonly owner: ProcessIdentity,
  ) {
    super(`${folder} is in use by process ${owner.pid}: stop that hub first, or set HUITONG_DATA to another folder`)
  }
}

export type LockName = 'launcher' | 'postgres' | 'nats'

/** HUITONG_DATA, or `.huitong` in the working directory. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(env['HUITONG_DATA'] || '.huitong')
}

export class DataFolder {
  readonly root: string
  readonly pg: string
  readonly nats: string
  readonly logs: string
  readonly ledgers: string
  readonly cache: string
  readonly secretsFile: string
  readonly hubFile: string
  readonly networkFile: string

  constructor(root: string) {
    this.root = path.resolve(root)
    const inside = (name: string): string => path.join(this.root, name)
    this.pg = inside('pg')
    this.nats = inside('nats')
    this.logs = inside('logs')
    this.ledgers = inside('ledgers')
    this.cache = inside('cache')
    this.secretsFile = inside('secrets.json')
    this.hubFile = inside('hub.json')
    this.networkFile = inside('network.json')
    // 0711: the database may run as another user and has to pass through; what is secret inside has its own mode.
    fs.mkdirSync(this.root, { recursive: true, mode: 0o711 })
    for (const folder of [this.nats, this.logs, this.ledgers]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  ledger(name: string): string {
    const folder = path.join(this.ledgers, name)
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }

  log(role: string): string {
    return path.join(this.logs, `${role}.log`)
  }

  /**
   * The secret of this name: 32 random bytes in hex, made and stored at first use. Call under a lock only.
   * A database without its secrets is refused instead of being given new ones that do not fit.
   */
  secret(name: string): string {
    const secrets = readJson(this.secretsFile)
    invariant(
      secrets !== undefined || !fs.existsSync(path.join(this.pg, 'data')),
      `${this.secretsFile} is missing but ${this.pg} holds a database: restore the file from its backup`,
    )
    const known = isRecord(secrets) ? secrets[name] : undefined
    if (typeof known === 'string') return known
    const value = randomBytes(32).toString('hex')
    writeAtomically(this.secretsFile, JSON.stringify({ ...(isRecord(secrets) ? secrets : {}), [name]: value }, null, 2), 0o600)
    return value
  }

  /** Takes the lock or throws {@link FolderInUse}. Returns the release. A dead process's lock is taken over. */
  lock(name: LockName): () => void {
    const me = identify(process.pid)
    invariant(me !== undefined, 'a process can identify itself')
    return claim(this.root, `${name}.lock`, me)
  }
}

/** Writes the whole file or nothing: temporary file, fsync, rename, fsync of the folder. */
export function writeAtomically(file: string, text: string, mode = 0o644): void {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  const handle = fs.openSync(temporary, 'wx', mode)
  try {
    fs.writeSync(handle, text)
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
  fs.renameSync(temporary, file)
  const folder = fs.openSync(path.dirname(file), 'r')
  try {
    fs.fsyncSync(folder)
  } finally {
    fs.closeSync(folder)
  }
}

/** The parsed file; undefined if there is none. A file that is not JSON throws: it was not written by us. */
export function readJson(file: string): unknown {
  let text: string
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (isRecord(error) && error['code'] === 'ENOENT') return undefined
    throw error
  }
  return JSON.parse(text)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A process identity read from JSON, undefined if it is not one. */
export function parseIdentity(value: unknown): ProcessIdentity | undefined {
  if (!isRecord(value)) return undefined
  const { pid, started } = value
  return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined
}

/**
 * A lock is the numbered file of the highest number, `name.7`. It is only ever taken by creating the next number exclusively (link),
 * so of two launchers that both find a dead owner one wins; and it is released by emptying it, never by removing the highest number,
 * so a slow competitor cannot create a number below the current one unnoticed.
 */
function claim(folder: string, name: string, me: ProcessIdentity): () => void {
  for (;;) {
    const highest = numbers(folder, name).at(-1) ?? 0
    const owner = highest === 0 ? undefined : readOwner(path.join(folder, `${name}.${highest}`))
    if (owner !== undefined && isRunning(owner)) throw new FolderInUse(folder, owner)
    const mine = path.join(folder, `${name}.${highest + 1}`)
    if (!createExclusively(mine, JSON.stringify(me))) continue
    const all = numbers(folder, name)
    if (all.at(-1) !== highest + 1) {
      fs.rmSync(mine, { force: true })
      continue
    }
    for (const number of all) if (number <= highest) fs.rmSync(path.join(folder, `${name}.${number}`), { force: true })
    return () => writeAtomically(mine, '{}')
  }
}

function numbers(folder: string, name: string): number[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.startsWith(`${name}.`))
    .map((file) => file.slice(name.length + 1))
    .filter((text) => /^[1-9][0-9]*$/.test(text))
    .map(Number)
    .sort((a, b) => a - b)
}

function readOwner(file: string): ProcessIdentity | undefined {
  return parseIdentity(readJson(file))
}

function createExclusively(file: string, text: string): boolean {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  fs.writeFileSync(temporary, text, { flag: 'wx' })
  try {
    fs.linkSync(temporary, file)
    return true
  } catch (error) {
    if (isRecord(error) && error['code'] === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(temporary, { force: true })
  }
}
