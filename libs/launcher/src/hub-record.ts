// hub.json: the running hub's address and the identity of each of its processes, written before anything else can go wrong, so that the next
// start finds what a killed launcher left behind. Must never hold a secret: it is readable.
import { isRecord, parseIdentity, readJson, writeAtomically, type DataFolder } from './data-folder.js'
import { identify, isRunning, stopForeign, type ProcessIdentity } from './process-identity.js'

export interface HubRecord {
  /** Absent once the hub was stopped cleanly; its ports stay, for the next start. */
  readonly launcher?: ProcessIdentity
  readonly url: string
  readonly ports: Readonly<Record<string, number>>
  readonly processes: Readonly<Record<string, ProcessIdentity>>
}

const STOP = [
  ['SIGTERM', 12_000],
  ['SIGKILL', 5_000],
] as const

export function readHubRecord(folder: DataFolder): HubRecord | undefined {
  const stored = readJson(folder.hubFile)
  if (!isRecord(stored)) return undefined
  const launcher = parseIdentity(stored['launcher'])
  if (typeof stored['url'] !== 'string') return undefined
  return {
    ...(launcher === undefined ? {} : { launcher }),
    url: stored['url'],
    ports: parsePorts(stored['ports']),
    processes: parseProcesses(stored['processes']),
  }
}

export class HubRecorder {
  private readonly processes: Record<string, ProcessIdentity> = {}

  constructor(
    private readonly folder: DataFolder,
    private readonly hub: {
      readonly launcher: ProcessIdentity
      readonly url: string
      readonly ports: Readonly<Record<string, number>>
    },
  ) {
    this.write()
  }

  spawned(role: string, pid: number): void {
    const identity = identify(pid)
    if (identity === undefined) return
    this.processes[role] = identity
    this.write()
  }

  ended(role: string): void {
    delete this.processes[role]
    this.write()
  }

  /** The hub has stopped and left nothing. */
  closed(): void {
    const { url, ports } = this.hub
    writeAtomically(this.folder.hubFile, `${JSON.stringify({ url, ports, processes: {} }, null, 2)}\n`)
  }

  private write(): void {
    writeAtomically(this.folder.hubFile, `${JSON.stringify({ ...this.hub, processes: this.processes }, null, 2)}\n`)
  }
}

/**
 * Stops the processes of a hub whose launcher is gone. They end by themselves when its pipe closes; this waits for it, and insists. The two
 * servers are left to their own starters, which know how to stop them kindly and in which order.
 */
export async function stopLeftovers(record: HubRecord, progress: (line: string) => void): Promise<void> {
  const left = Object.entries(record.processes).filter(
    ([role, identity]) => role !== 'postgres' && role !== 'nats' && isRunning(identity),
  )
  if (left.length > 0) progress(`stopping what an earlier launcher left behind: ${left.map(([role]) => role).join(', ')}`)
  const gone = await Promise.all(left.map(([, identity]) => stopForeign(identity, STOP)))
  if (gone.includes(false)) throw new Error('a process of an earlier launcher does not stop')
}

function parsePorts(value: unknown): Record<string, number> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(Object.entries(value).flatMap(([role, port]) => (typeof port === 'number' ? [[role, port]] : [])))
}

function parseProcesses(value: unknown): Record<string, ProcessIdentity> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([role, entry]) => {
      const identity = parseIdentity(entry)
      return identity === undefined ? [] : [[role, identity]]
    }),
  )
}
