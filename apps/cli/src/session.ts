// The hub that a command works with: the one named, the one that runs on the data folder, or an embedded one for as long as the command needs it.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { DataFolder, defaultDataFolder, findRunningHub, startHub } from '@huitong/launcher'
import { CommandFailure, EXIT } from './exit-code.js'
import type { Output } from './output.js'

export interface Session {
  readonly url: string
  readonly folder: DataFolder
  /** The bootstrap key that identity wrote at its first start; absent if the hub is not on this machine. */
  readonly adminKey?: string
  /** kill -9 of one of the hub's processes, where this command started the hub itself. */
  readonly kill?: (role: string) => Promise<void>
}

export interface SessionOptions {
  readonly url?: string
  readonly data?: string
  readonly sandbox?: boolean
}

/** Runs `work` with a hub and leaves the machine as it was found. */
export async function withHub<T>(options: SessionOptions, output: Output, work: (session: Session) => Promise<T>): Promise<T> {
  const root = options.data ?? defaultDataFolder()
  const folder = new DataFolder(root)
  const url = options.url ?? (process.env['HUITONG_URL'] || findRunningHub(root)?.url)
  if (url !== undefined) return work({ url, folder, ...adminKeyOf(root) })
  output.note(`no hub runs on ${root}: starting an embedded one`)
  const hub = await startHub({ dataFolder: root, sandbox: options.sandbox ?? true, log: (line) => output.note(line) }).catch(
    (cause: unknown) => {
      throw new CommandFailure(EXIT.unreachable, 'hub_not_started', cause instanceof Error ? cause.message : String(cause))
    },
  )
  const stop = (): void => {
    void hub.stop().then(() => process.exit(130))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    return await work({ url: hub.url, folder, ...adminKeyOf(root), kill: hub.kill })
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await hub.stop()
  }
}

function adminKeyOf(root: string): { adminKey?: string } {
  const given = process.env['HUITONG_API_KEY']
  if (given !== undefined && given !== '') return { adminKey: given }
  const file = path.join(root, 'admin.key')
  return existsSync(file) ? { adminKey: readFileSync(file, 'utf8').trim() } : {}
}
