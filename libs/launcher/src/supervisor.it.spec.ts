import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { appUnit } from './app-process.js'
import { identify, isRunning } from './process-identity.js'
import { Supervisor, type SupervisorEvent, type SupervisorLimits } from './supervisor.js'

const LIMITS: SupervisorLimits = { backoffMinMs: 10, backoffMaxMs: 50, crashes: 5, windowMs: 60_000 }
const SERVES = `
  process.stdin.on('end', () => process.exit(0)).resume()
  console.log('warming up')
  console.log(JSON.stringify({ ready: true, role: process.env.HUITONG_ROLE, port: 1234 }))
`
const PROGRAMS = {
  serves: SERVES,
  slowToStop: `${SERVES}; process.on('SIGTERM', () => setTimeout(() => process.exit(0), 300))`,
  crashes: `console.error('cannot find the key'); process.exit(3)`,
  crashesReady: `${SERVES}; setTimeout(() => process.exit(4), 20)`,
  neverReady: `process.stdin.resume(); console.log('{"ready":true,"role":"somebody-else"}')`,
}

describe('the supervisor', () => {
  let folder: string
  let events: SupervisorEvent[]
  let supervisor: Supervisor | undefined

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-supervisor-'))
    for (const [name, text] of Object.entries(PROGRAMS)) fs.writeFileSync(path.join(folder, `${name}.mjs`), text)
  })
  afterEach(async () => {
    await supervisor?.stop()
    supervisor = undefined
  })
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  function supervise(...units: [role: string, program: keyof typeof PROGRAMS, after?: string[]][]): Supervisor {
    events = []
    supervisor = new Supervisor(
      units.map(([role, program, after = []]) =>
        appUnit({
          role,
          after,
          args: [path.join(folder, `${program}.mjs`)],
          cwd: folder,
          env: () => ({ PATH: process.env['PATH'], HUITONG_ROLE: role }),
          logFile: path.join(folder, `${role}.log`),
          readyMs: program === 'neverReady' ? 300 : 20_000,
        }),
      ),
      (event) => events.push(event),
      LIMITS,
    )
    return supervisor
  }
  const seen = (type: SupervisorEvent['type']): string[] =>
    events.filter((event) => event.type === type).map((event) => event.role)
  const pidOf = (role: string): number | undefined => supervisor?.status().find((unit) => unit.role === role)?.pid

  it('starts each after those it needs and stops in reverse', async () => {
    const running = supervise(['top', 'serves', ['middle']], ['middle', 'slowToStop', ['bottom']], ['bottom', 'serves'])
    await running.start()
    expect(seen('ready')).toEqual(['bottom', 'middle', 'top'])
    expect(running.status()).toMatchObject([{ role: 'top', state: 'ready', port: 1234, restarts: 0 }, {}, {}])
    await running.stop()
    expect(seen('stopped')).toEqual(['top', 'middle', 'bottom'])
    expect(running.status().map((unit) => unit.state)).toEqual(['stopped', 'stopped', 'stopped'])
    expect(seen('exited')).toEqual([])
  })

  it('brings back what was killed, and nothing else', async () => {
    const running = supervise(['a', 'serves'], ['b', 'serves'])
    await running.start()
    const before = [pidOf('a'), pidOf('b')]
    await running.kill('a')
    await expect.poll(() => seen('ready').filter((role) => role === 'a').length, { timeout: 10_000 }).toBe(2)
    expect(pidOf('a')).not.toBe(before[0])
    expect(pidOf('b')).toBe(before[1])
    expect(running.status()[0]).toMatchObject({ restarts: 1, lastError: 'signal SIGKILL' })
  })

  it.each([
    ['before it is ready', 'crashes', 'cannot find the key'],
    ['when it does not become ready', 'neverReady', 'not ready in time'],
  ] as const)('gives up on a process that ends five times %s, and says why', async (_, program, words) => {
    const running = supervise(['bad', program], ['after', 'serves', ['bad']])
    await expect(running.start()).rejects.toThrow(words)
    expect(seen('spawned')).toEqual(Array(5).fill('bad'))
    expect(seen('down')).toEqual(['bad'])
    expect(running.status()).toMatchObject([{ state: 'down' }, { state: 'waiting' }])
    expect(fs.readFileSync(path.join(folder, 'bad.log'), 'utf8')).toContain(program === 'crashes' ? words : 'somebody-else')
  })

  it('gives up on a process that crashes soon after it was ready', async () => {
    await supervise(['bad', 'crashesReady']).start()
    await expect.poll(() => seen('down'), { timeout: 20_000 }).toEqual(['bad'])
    expect(seen('exited')).toHaveLength(5)
    expect(events.flatMap((event) => (event.type === 'restarting' ? [event.inMs] : []))).toEqual([10, 20, 40, 50])
  })

  it('leaves no process behind when it is stopped in the midst of a start', async () => {
    const running = supervise(['bad', 'neverReady'])
    const started = running.start()
    started.catch(() => undefined)
    await expect.poll(() => seen('spawned'), { timeout: 5_000 }).toEqual(['bad'])
    const identity = identify(pidOf('bad') ?? 0)
    await running.stop()
    expect(identity !== undefined && isRunning(identity)).toBe(false)
    await expect(started).rejects.toThrow('stopped')
  })
})
