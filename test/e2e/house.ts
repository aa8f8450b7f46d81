// A whole hub for the tests of one file: its own data folder, real processes, an environment with nothing in it. Must never outlive its file.
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Hub, type HubOptions, freePort, startHub } from '@huitong/launcher'
import { HubClient } from '@huitong/sdk'

export const ROOT = path.resolve(import.meta.dirname, '../..')
export const CLI = path.join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js')

/** All that a process of ours is given. */
export const BARE: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: process.env['HOME'] }

export function requireBuild(): void {
  if (!existsSync(CLI)) throw new Error('dist is missing: these tests run the built processes, so run `npm run build` first')
}

/** An empty data folder. The database may run as another user, who has to be able to pass through. */
export function dataFolder(): { readonly folder: string; remove(): void } {
  const outer = mkdtempSync(path.join(tmpdir(), 'huitong-e2e-'))
  chmodSync(outer, 0o711)
  return { folder: path.join(outer, 'data'), remove: () => rmSync(outer, { recursive: true, force: true }) }
}

export interface House {
  readonly hub: Hub
  readonly url: string
  readonly folder: string
  readonly admin: HubClient
  readonly adminKey: string
  /** Stops every process and removes the folder. */
  close(): Promise<void>
}

/** Boots a hub on an empty folder, or on the one given (which then stays). */
export async function openHouse(given?: string, options: Pick<HubOptions, 'env' | 'limits'> = {}): Promise<House> {
  requireBuild()
  const temporary = given === undefined ? dataFolder() : undefined
  const folder = given ?? temporary?.folder ?? ''
  const hub = await startHub({ dataFolder: folder, sandbox: true, httpPort: await freePort(), env: BARE, ...options }).catch(
    (error: unknown) => {
      temporary?.remove()
      throw error
    },
  )
  const adminKey = readFileSync(path.join(folder, 'admin.key'), 'utf8').trim()
  return {
    hub,
    url: hub.url,
    folder,
    adminKey,
    admin: new HubClient({ url: hub.url, apiKey: adminKey, deadlineMs: 60_000 }),
    async close() {
      await hub.stop()
      temporary?.remove()
    },
  }
}

/** Every line that a process of this folder wrote with level error or fatal: there are to be none. */
export function faultsIn(folder: string): string[] {
  const logs = path.join(folder, 'logs')
  return readdirSync(logs).flatMap((name) =>
    readFileSync(path.join(logs, name), 'utf8')
      .split('\n')
      .filter((line) => /"level":"(error|fatal)"/.test(line))
      .map((line) => `${name}: ${line}`),
  )
}
