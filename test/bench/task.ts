// Runs a piece of the bench in a process of its own, so that every contestant is measured alone and its CPU time is its own. A task gets its
// settings as a message and answers with one; a service says when it is ready and waits to be told to go on.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Service, TaskMessage } from './service.js'
import type { Services, Tasks } from './tasks.js'

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url))
const children = new Set<ChildProcess>()
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')))

type Result<T> = T extends (...words: never[]) => infer R ? Awaited<R> : never
type Config<T> = T extends (config: infer C, ...words: never[]) => unknown ? C : never

export function runTask<N extends keyof Tasks>(
  name: N,
  config: Config<Tasks[N]>,
  nodeOptions: readonly string[] = [],
): Promise<Result<Tasks[N]>> {
  const { child, answer } = start(name, config, nodeOptions)
  return new Promise((resolve, reject) => {
    answer('done', (value) => resolve(value as Result<Tasks[N]>), reject)
    child.once('exit', (code, signal) => reject(new Error(`${name} ended without an answer (${signal ?? code})`)))
  })
}

/** A service that runs: what it said when it was ready, and how it ends. */
export interface Running<Ready, Done> {
  readonly pid: number
  readonly ready: Ready
  /** Tells it to go on to its end, and answers what it has to say then. */
  proceed(): Promise<Done>
  kill(): Promise<void>
}

type ReadyOf<S> = S extends Service<never, infer R, infer _D> ? R : never
type DoneOf<S> = S extends Service<never, infer _R, infer D> ? D : never
type ConfigOf<S> = S extends Service<infer C, infer _R, infer _D> ? C : never

export function startService<N extends keyof Services>(
  name: N,
  config: ConfigOf<Services[N]>,
): Promise<Running<ReadyOf<Services[N]>, DoneOf<Services[N]>>> {
  const { child, answer } = start(name, config, [])
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const done = new Promise<DoneOf<Services[N]>>((resolve, reject) => {
    answer('done', (value) => resolve(value as DoneOf<Services[N]>), reject)
    child.once('exit', (code, signal) => reject(new Error(`${name} ended by itself (${signal ?? code})`)))
  })
  done.catch(() => undefined)
  return new Promise((resolve, reject) => {
    done.catch(reject)
    answer(
      'ready',
      (value) =>
        resolve({
          pid: child.pid ?? 0,
          ready: value as ReadyOf<Services[N]>,
          async proceed() {
            child.send({ kind: 'proceed' } satisfies TaskMessage)
            const last = await done
            await gone
            return last
          },
          async kill() {
            child.kill('SIGKILL')
            await gone
          },
        }),
      reject,
    )
  })
}

function start(name: string, config: unknown, nodeOptions: readonly string[]) {
  // all the child prints goes to stderr: stdout belongs to the lines of the bench
  const child = fork(CHILD, [name], {
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'advanced',
    execArgv: ['--enable-source-maps', ...nodeOptions],
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  // a child that has ended has said so by its exit
  child.on('error', () => undefined)
  child.send({ kind: 'start', config } satisfies TaskMessage)
  const answer = (kind: 'done' | 'ready', resolve: (value: unknown) => void, reject: (error: Error) => void): void => {
    child.on('message', (message: TaskMessage) => {
      if (message.kind === kind) resolve(message.value)
      else if (message.kind === 'failed') reject(new Error(`${name}: ${message.reason}`))
    })
  }
  return { child, answer }
}
