// A process of the bench: runs the one task or service that its argument names. Must never write to stdout.
import 'reflect-metadata'
import type { TaskMessage } from './service.js'
import { SERVICES, TASKS } from './tasks.js'

// the border: tasks are checked where they are called (task.ts), here they are told apart by name only
type Anything = (config: unknown, life?: unknown) => unknown
const all: Readonly<Record<string, () => Promise<Anything>>> = { ...TASKS, ...SERVICES } as never

const say = (message: TaskMessage): Promise<void> => new Promise((resolve) => process.send?.(message, () => resolve()))
let proceed = (): void => undefined
const told = new Promise<void>((resolve) => {
  proceed = resolve
})

process.once('disconnect', () => process.exit(1))
// Ctrl-C reaches the whole group; who ends is decided by the parent
process.on('SIGINT', () => undefined)
process.on('message', (message: TaskMessage) => {
  if (message.kind === 'proceed') proceed()
  if (message.kind === 'start') void work(message.config)
})

async function work(config: unknown): Promise<void> {
  try {
    const load = all[process.argv[2] ?? '']
    if (load === undefined) throw new Error(`no task ${process.argv[2]}`)
    const task = await load()
    const ready = (value: unknown): void => void say({ kind: 'ready', value })
    await say({ kind: 'done', value: await task(config, { ready, told }) })
    process.exit(0)
  } catch (error) {
    await say({ kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    process.exit(1)
  }
}
