// The way into everything: checks Node, installs and builds what is missing or old, then runs the command or the tests. Plain JavaScript
// without dependencies, since it runs before there are any. What it says goes to stderr: stdout belongs to the command. Must never
// touch a node_modules that is only linked here, nor leave two builds running over each other.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const ENTRY = path.join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js')
const BENCH = path.join(ROOT, 'dist', 'test', 'bench', 'main.js')
const STAMP = path.join(ROOT, 'dist', '.built-from')
const NODE_MIN = [20, 19]
const LOCK_WAIT_MS = 10 * 60_000

/** `test` runs the checks and tests, `bench` the benchmarks, `prepare` installs and builds alone, `huitong` is the command line itself, anything else one of its commands. Sets the exit code. */
export async function run(command, args = []) {
  const wrong = nodeProblem(process.versions.node)
  if (wrong !== undefined) return finish(1, wrong)
  if (command === undefined) return finish(2, 'usage: node scripts/run.mjs <start | demo | test | simulate | ...> [arguments]')
  try {
    if (command === 'simulate') return finish(await simulated(args))
    await prepare(command === 'test')
  } catch (error) {
    return finish(1, error instanceof Error ? error.message : String(error))
  }
  if (command === 'prepare') return finish(0)
  if (command === 'test') return finish(await test(args))
  if (command === 'bench')
    return finish(await foreground(process.execPath, ['--enable-source-maps', BENCH, ...args], process.env))
  const words = command === 'huitong' ? args : [command, ...args]
  finish(await foreground(process.execPath, ['--enable-source-maps', ENTRY, ...words], process.env))
}

/** A sentence if this Node is too old, undefined if it will do. */
export function nodeProblem(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return undefined
  return `Huitong needs Node ${NODE_MIN.join('.')} or newer (20, 22 or 24); this is ${version}. See https://nodejs.org`
}

/** Whether node_modules holds what the lock file asks for; npm's own record there is the witness, so an `npm ci` by hand counts too. */
export function isInstalled(root = ROOT) {
  const wanted = readJson(path.join(root, 'package-lock.json'))
  const present = readJson(path.join(root, 'node_modules', '.package-lock.json'))
  if (wanted === undefined) return true
  if (present === undefined) return false
  for (const [name, entry] of Object.entries(wanted.packages ?? {})) {
    if (!name.startsWith('node_modules/') || entry.link) continue
    const found = present.packages?.[name]
    if (found === undefined ? !(entry.optional || entry.devOptional || entry.peer) : found.version !== entry.version) return false
  }
  return true
}

/** A hash over the content of all that the build reads; tests are left out. */
export function sourceHash(root = ROOT) {
  const hash = createHash('sha256')
  const files = fs.readdirSync(root).filter((name) => /^(tsconfig.*|nest-cli|package|package-lock)\.json$/.test(name))
  for (const group of ['apps', 'libs']) {
    if (!fs.existsSync(path.join(root, group))) continue
    for (const name of fs.readdirSync(path.join(root, group))) files.push(...walk(root, path.join(group, name, 'src')))
  }
  files.push(...walk(root, path.join('test', 'bench')))
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

function walk(root, folder) {
  if (!fs.existsSync(path.join(root, folder))) return []
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name)
    if (entry.isDirectory()) return walk(root, name)
    return entry.name.endsWith('.spec.ts') ? [] : [name]
  })
}

/** An image carries `dist` without sources: nothing to prepare there. For tests a failed build is theirs to report, with all else. */
async function prepare(forTest) {
  if (!fs.existsSync(path.join(ROOT, 'nest-cli.json')) || (isInstalled() && isBuilt())) return
  await locked(async () => {
    if (!isInstalled()) await install()
    if (isBuilt()) return
    if (await build()) return
    if (!forTest) throw new Error('the build failed')
  })
}

async function install() {
  const folder = path.join(ROOT, 'node_modules')
  if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    say('node_modules is a link and does not match package-lock.json: left as it is')
    return
  }
  say('installing dependencies (npm ci)')
  if ((await npm('ci')) === 0) return
  // A lock file written where a registry lacked some other platform's optional package is refused whole by `npm ci`; the packages that
  // this machine needs are in it all the same, with their versions and hashes.
  say('npm ci refused; installing by the same lock file with npm install')
  const lock = path.join(ROOT, 'package-lock.json')
  const text = fs.readFileSync(lock)
  const code = await npm('install')
  if (!fs.readFileSync(lock).equals(text)) fs.writeFileSync(lock, text)
  if (code !== 0) throw new Error(`npm install failed with exit code ${code}`)
}

function npm(command) {
  const cli = path.resolve(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js')
  const words = [command, '--no-audit', '--no-fund', '--loglevel=error']
  // In production mode npm would leave out the compiler.
  const env = { ...process.env, NODE_ENV: 'development', npm_config_omit: '' }
  return fs.existsSync(cli)
    ? background(process.execPath, [cli, ...words], env)
    : background('npm', words, env, process.platform === 'win32')
}

function isBuilt() {
  return fs.existsSync(ENTRY) && fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === sourceHash()
}

async function build() {
  say('building')
  const from = sourceHash()
  // Without its outputs the compiler's record of the last build is a lie: it would write nothing.
  if (!fs.existsSync(ENTRY)) fs.rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true })
  fs.rmSync(STAMP, { force: true })
  const code = await tool('nest', ['build', 'all'])
  if (code !== 0) return false
  if (!fs.existsSync(ENTRY)) {
    say(`the build made no ${path.relative(ROOT, ENTRY)}`)
    return false
  }
  fs.writeFileSync(STAMP, from)
  return true
}

const CHECKS = [
  ['oxlint', ['--deny-warnings']],
  ['prettier', ['--check', '--log-level', 'warn', '.']],
  ['depcruise', ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'test']],
  ['tsc', ['--noEmit', '-p', 'tsconfig.json']],
]

/** All checks are run whatever fails, then all tests; the test runner's total is the last line of the output. */
async function test(args) {
  const failed = isBuilt() ? [] : ['build']
  // Chosen files are a developer's inner loop: the checks of the whole house would only be in the way.
  for (const [name, words] of args.length > 0 ? [] : CHECKS) {
    const begun = Date.now()
    const code = await tool(name, words)
    say(`${name} ${code === 0 ? 'passed' : `FAILED (exit code ${code})`} in ${((Date.now() - begun) / 1000).toFixed(1)} s`)
    if (code !== 0) failed.push(name)
  }
  if (failed.length > 0) say(`failed before the tests: ${failed.join(', ')}; the run will not succeed`)
  const code = await foreground(
    process.execPath,
    [path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args],
    plain(),
  )
  return code !== 0 ? code : failed.length > 0 ? 1 : 0
}

/** Reads the sources by itself: nothing needs to be built. */
async function simulated(args) {
  if (!isInstalled()) await locked(install)
  const { simulate } = await import('./simulate.mjs')
  return simulate(args)
}

function plain() {
  return process.env.CI ? { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } : process.env
}

function tool(name, args) {
  return background(path.join(ROOT, 'node_modules', '.bin', name), args, plain(), process.platform === 'win32')
}

/** Runs to its end with all output on stderr. */
function background(command, args, env, shell = false) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, shell, stdio: ['ignore', 2, 2] })
    child.once('error', (error) => {
      say(error.message)
      resolve(127)
    })
    child.once('exit', (code, signal) => resolve(code ?? 128 + os.constants.signals[signal]))
  })
}

/** Runs in our place: our streams, our signals, its exit code. */
function foreground(command, args, env, cwd = process.cwd()) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env, cwd })
    const forward = (signal) => {
      // Ctrl-C at a terminal reaches the child too; a second copy might be taken for impatience.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward)
      resolve(code)
    }
    child.once('error', (error) => {
      say(error.message)
      end(127)
    })
    child.once('exit', (code, signal) => end(code ?? 128 + os.constants.signals[signal]))
  })
}

/** One preparation at a time per checkout. The lock names its owner; a dead owner's lock is removed. */
async function locked(work) {
  const id = createHash('sha256').update(ROOT).digest('hex').slice(0, 16)
  const file = path.join(os.tmpdir(), `huitong-prepare-${id}-${process.getuid?.() ?? 0}.lock`)
  const deadline = Date.now() + LOCK_WAIT_MS
  let told = false
  while (!take(file)) {
    const owner = Number(readText(file))
    if (owner > 0 && !lives(owner) && Number(readText(file)) === owner) fs.rmSync(file, { force: true })
    if (Date.now() > deadline) throw new Error(`another preparation has not ended: if none runs, remove ${file}`)
    if (!told && owner > 0 && lives(owner)) say(`waiting for the preparation that process ${owner} runs`)
    told = true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  try {
    await work()
  } finally {
    fs.rmSync(file, { force: true })
  }
}

function take(file) {
  const own = `${file}.${process.pid}`
  fs.writeFileSync(own, String(process.pid))
  try {
    fs.linkSync(own, file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(own, { force: true })
  }
}

function lives(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function readJson(file) {
  const text = readText(file)
  return text === '' ? undefined : JSON.parse(text)
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function finish(code, line) {
  if (line !== undefined) say(line)
  process.exitCode = code
}

if (process.argv[1] !== undefined && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await run(process.argv[2], process.argv.slice(3))
}
