// A ledger as the product runs it: its own process from the build, reached over NATS alone.
import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NatsAccess } from '../servers.js'
import type { Workload } from '../workload/plan.js'
import { plantGenesis } from '../workload/read.js'

const ENTRY = fileURLToPath(new URL('../../../apps/ledger/src/main.js', import.meta.url))
const START_MS = 120_000
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export interface LedgerProcess {
  readonly pid: number
  stop(signal?: NodeJS.Signals): Promise<void>
}

export interface ProcessConfig {
  readonly workload: Workload
  readonly folder: string
  readonly databaseUrl: string
  readonly nats: NatsAccess
}

/** Resolves when the process says that it is ready. */
export async function startLedger(config: ProcessConfig): Promise<LedgerProcess> {
  const { workload, folder, databaseUrl, nats } = config
  plantGenesis(workload, path.join(folder, 'ledgers'))
  const child = spawn(process.execPath, [ENTRY], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      HUITONG_LEDGER: workload.plan.name,
      HUITONG_DATA: folder,
      HUITONG_SANDBOX: 'true',
      DATABASE_URL: databaseUrl,
      NATS_URL: nats.url,
      NATS_USER: nats.user,
      NATS_PASSWORD: nats.password,
    },
    stdio: ['ignore', 'pipe', 2],
  })
  running.add(child)
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      running.delete(child)
      resolve()
    }),
  )
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`ledger ${workload.plan.name} is not ready in time`)), START_MS)
    child.stdout?.on('data', (text: Buffer) => {
      if (!text.toString().includes('"ready":true')) return
      clearTimeout(timer)
      resolve()
    })
    child.once('exit', (code, signal) => reject(new Error(`ledger ${workload.plan.name} ended (${signal ?? code})`)))
  })
  return {
    pid: child.pid ?? 0,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await gone
    },
  }
}
