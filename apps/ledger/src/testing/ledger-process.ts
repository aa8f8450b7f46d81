// A ledger as its own process, from the build, to be killed and started again. Used by specs and measurements only.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Servers, until } from './hosted.js'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..')
const ENTRY = path.join(ROOT, 'dist/apps/ledger/src/main.js')

/** Builds the processes if there is no build, or the ledger's sources are newer. */
export function build(): void {
  const built = fs.existsSync(ENTRY) ? fs.statSync(ENTRY).mtimeMs : 0
  const sources = fs.readdirSync(path.join(ROOT, 'apps/ledger/src'), { recursive: true, encoding: 'utf8' })
  const changed = sources
    .filter((file) => file.endsWith('.ts') && !file.includes('.spec.'))
    .some((file) => fs.statSync(path.join(ROOT, 'apps/ledger/src', file)).mtimeMs > built)
  if (!changed) return
  const nest = path.join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js')
  execFileSync(process.execPath, [nest, 'build', 'all'], { cwd: ROOT, stdio: 'ignore' })
  // the compiler leaves unchanged files alone
  fs.utimesSync(ENTRY, new Date(), new Date())
}

export class LedgerProcess {
  readonly #child: ChildProcess
  #log = ''
  #isReady = false
  /** How it ended, once it has. */
  ended: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined

  private constructor(child: ChildProcess) {
    this.#child = child
    child.stdout?.on('data', (text: Buffer) => (this.#isReady ||= text.toString().includes('"ready":true')))
    child.stderr?.on('data', (text: Buffer) => (this.#log += text.toString()))
    child.on('exit', (code, signal) => (this.ended = { code, signal }))
    LedgerProcess.#running.add(child)
    child.once('exit', () => LedgerProcess.#running.delete(child))
  }

  /** A test run that is cut off leaves no process behind. */
  static readonly #running = new Set<ChildProcess>()
  static {
    process.once('exit', () => LedgerProcess.#running.forEach((child) => child.kill('SIGKILL')))
  }

  /** Starts the ledger `name`; resolves when it answers. */
  static async start(servers: Servers, name: string, environment: NodeJS.ProcessEnv = {}): Promise<LedgerProcess> {
    const child = spawn(process.execPath, ['--enable-source-maps', ENTRY], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        LOG_LEVEL: 'info',
        HUITONG_LEDGER: name,
        HUITONG_DATA: servers.folder,
        HUITONG_SANDBOX: 'true',
        DATABASE_URL: servers.postgres.url,
        NATS_URL: servers.nats.url,
        NATS_USER: servers.nats.user,
        NATS_PASSWORD: servers.nats.password,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const started = new LedgerProcess(child)
    await until(`ledger ${name} is ready`, () => started.#isReady || started.ended !== undefined, 30_000)
    if (started.ended !== undefined) throw new Error(`the ledger did not start: ${started.log}`)
    return started
  }

  /** Everything it logged, one JSON object per line. */
  get log(): string {
    return this.#log
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child.kill(signal)
    await until('the process has ended', () => this.ended !== undefined)
  }
}
