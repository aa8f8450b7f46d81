import { Log, NestLog, REDACTED, log } from './log.js'
import { currentTrace, inTrace } from './trace.js'

function written(write: (log: Log) => void): Record<string, unknown>[] {
  const lines: string[] = []
  write(new Log({ level: 'debug', role: 'test', stream: { write: (line: string) => void lines.push(line) } }))
  return lines.map((line): Record<string, unknown> => JSON.parse(line))
}

it('writes one JSON object with event, level, role, time and ids', () => {
  const [line] = written((log) => log.info('order.accepted', { order: 'ord_1', amount: 5n }))
  expect(line).toMatchObject({ event: 'order.accepted', level: 'info', role: 'test', order: 'ord_1', amount: '5' })
  expect(line?.['time']).toMatch(/^\d{4}-.*Z$/)
})

it('leaves out what is below its level', () => {
  const lines: string[] = []
  new Log({ level: 'warn', stream: { write: (line: string) => void lines.push(line) } }).info('quiet')
  expect(lines).toEqual([])
})

const PLANTED = 'c0ffee-planted-secret'

it.each([
  'secret',
  'clientSecret',
  'password',
  'NATS_PASSWORD',
  'preimage',
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'mnemonic',
  'seed',
  'private_key',
  'masterKey',
  'apiKey',
  'x-api-key',
  'accessToken',
  'deliveryCode',
  'DATABASE_URL',
])('shows nothing of a field called %s, at any depth', (name) => {
  const hidden = { a: { list: [{ [name]: PLANTED }] }, [name]: { inside: PLANTED } }
  const [line] = written((log) => log.warn('planted', { [name]: PLANTED, hidden }))
  expect(JSON.stringify(line)).not.toContain(PLANTED)
  expect(line?.[name]).toBe(REDACTED)
})

it('shows no password inside a URL and no bytes', () => {
  const error = new Error(`connect postgres://hub:${PLANTED}@127.0.0.1/x failed`)
  const [line] = written((log) => log.error('planted', { error, url: `nats://u:${PLANTED}@h`, key: Buffer.from(PLANTED) }))
  expect(JSON.stringify(line)).not.toContain(PLANTED)
  expect(JSON.stringify(line)).not.toContain(Buffer.from(PLANTED).toString('hex'))
  expect(line).toMatchObject({ key: '21 bytes', url: `nats://u:${REDACTED}@h` })
})

it('survives what JSON cannot say: cycles end', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  expect(written((log) => log.info('cycle', { cycle }))).toHaveLength(1)
})

it('carries the trace of the request it belongs to', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const [line] = inTrace(`00-${traceId}-b7ad6b7169203331-01`, () => written((log) => log.info('here')))
  expect(line).toMatchObject({ traceId })
})

it.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])('begins a new trace for %j', (text) => {
  expect(inTrace(text, () => currentTrace()?.traceId)).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
})

it("writes Nest's messages as events", () => {
  const lines: string[] = []
  log.configure({ level: 'debug', stream: { write: (line: string) => void lines.push(line) } })
  new NestLog().error(new Error('no such provider'), 'stack', 'Injector')
  new NestLog().log('started', 'NestFactory')
  log.configure({ level: 'warn' })
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { event: 'nest.error', fault: 'no such provider', context: 'Injector' },
    { event: 'nest', message: 'started', context: 'NestFactory', level: 'debug' },
  ])
})
