// The table of a hub's processes: what each serves, whom it may ask, which streams it reads, what it is given. Rights follow from this table
// alone, here and in the images. Must never give a process a subject, a database role or a key that its row does not name.
import { invariant } from '@huitong/primitives'

export const APPS = ['identity', 'custody', 'ledger', 'settlement', 'gateway', 'auditor'] as const
export type App = (typeof APPS)[number]

interface AppRow {
  /** Apps whose subjects it may publish to. */
  readonly calls: readonly App[]
  readonly reads: readonly ('blocks' | 'events')[]
  readonly publishesEvents: boolean
  /** Holds secrets at rest under a master key of its own. */
  readonly masterKey: boolean
  /** Started once these are ready. */
  readonly after: readonly App[]
}

/** One row per app. Only settlement may ask custody to sign. */
export const APP_TABLE: Readonly<Record<App, AppRow>> = {
  identity: {
    calls: ['ledger', 'settlement'],
    reads: ['blocks', 'events'],
    publishesEvents: true,
    masterKey: true,
    after: [],
  },
  custody: { calls: ['ledger', 'identity'], reads: [], publishesEvents: true, masterKey: true, after: [] },
  ledger: { calls: [], reads: [], publishesEvents: true, masterKey: false, after: [] },
  settlement: {
    calls: ['ledger', 'custody', 'identity'],
    reads: ['blocks'],
    publishesEvents: true,
    masterKey: true,
    after: ['identity', 'custody', 'ledger'],
  },
  gateway: {
    calls: ['ledger', 'settlement', 'identity', 'auditor'],
    reads: ['events'],
    publishesEvents: false,
    masterKey: false,
    after: ['settlement'],
  },
  auditor: { calls: [], reads: ['blocks'], publishesEvents: true, masterKey: false, after: ['settlement'] },
}

export interface ProcessSpec {
  /** Name of the process, of its NATS user and of its log: `settlement`, `ledger-shanxi`. */
  readonly role: string
  readonly app: App
  readonly ledger?: string
  /** Compiled entry, relative to the repository's root. */
  readonly entry: string
  readonly after: readonly string[]
  /** Name of its PostgreSQL role and of the schema it owns (the auditor owns none and reads all). */
  readonly database: string
}

const LEDGER_NAME = /^[a-z][a-z0-9]{1,30}$/

/** All processes of a hub with these ledgers, in an order in which each comes after those it needs. */
export function processTable(ledgers: readonly string[]): readonly ProcessSpec[] {
  for (const name of ledgers) invariant(LEDGER_NAME.test(name), `a ledger's name is 2-31 small letters and digits, not '${name}'`)
  invariant(new Set(ledgers).size === ledgers.length, `a ledger is named twice: ${ledgers.join(', ')}`)
  const roles = (app: App): readonly string[] => (app === 'ledger' ? ledgers.map((name) => `ledger-${name}`) : [app])
  return APPS.flatMap((app): ProcessSpec[] => {
    const shared = { app, entry: `dist/apps/${app}/src/main.js`, after: APP_TABLE[app].after.flatMap(roles) }
    if (app !== 'ledger') return [{ ...shared, role: app, database: app }]
    return ledgers.map((name) => ({ ...shared, role: `ledger-${name}`, ledger: name, database: `ledger_${name}` }))
  })
}

/** Every environment setting that a launcher or an image may give to a process. */
export const PROCESS_SETTINGS = [
  'HUITONG_ROLE',
  'HUITONG_LEDGER',
  'HUITONG_LEDGERS',
  'HUITONG_CALLERS',
  'HUITONG_DATA',
  'HUITONG_MASTER_KEY',
  'HUITONG_SANDBOX',
  'HUITONG_PARENT_PIPE',
  'DATABASE_URL',
  'NATS_URL',
  'NATS_USER',
  'NATS_PASSWORD',
  'NATS_INBOX_PREFIX',
  'HTTP_HOST',
  'HTTP_PORT',
] as const
export type ProcessSetting = (typeof PROCESS_SETTINGS)[number]

/** The prefix of a role's reply subjects: nobody else may listen there, and only those it may ask may answer there. */
export const inboxPrefix = (role: string): string => `_INBOX_${role}`

/** The roles that may ask this process: it answers into their inboxes and drops what wants its answer elsewhere. */
export const callersOf = (spec: ProcessSpec, table: readonly ProcessSpec[]): readonly string[] =>
  table.filter((other) => APP_TABLE[other.app].calls.includes(spec.app)).map(({ role }) => role)

/** Into whose inboxes it may answer: those callers, and the gateway, which asks every process how it is. */
const answeredBy = (spec: ProcessSpec, table: readonly ProcessSpec[]): readonly string[] => [
  ...new Set([...callersOf(spec, table), 'gateway']),
]

export interface Subjects {
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}

/**
 * The allow-lists of one process. A service answers into the inboxes of those who may ask it, and nowhere else: general leave to answer any reply
 * subject would let a caller name `custody.…` as its own and have the service speak to custody for it. One path remains for a process
 * that may publish events: the server delivers a stream's message wherever the reader asks. Such a message's reply subject begins with
 * `$JS.ACK` or is absent, never with an inbox, so services refuse requests that do not want their answer in the inbox of one of `callersOf`.
 */
export function subjectsOf(spec: ProcessSpec, table: readonly ProcessSpec[]): Subjects {
  const row = APP_TABLE[spec.app]
  const own = spec.ledger === undefined ? spec.app : `ledger.${spec.ledger}`
  const streams = [
    ...(row.reads.includes('blocks') ? table.flatMap(({ ledger }) => (ledger === undefined ? [] : [`BLOCKS_${ledger}`])) : []),
    ...(row.reads.includes('events') ? ['EVENTS'] : []),
  ]
  const written = [...(spec.ledger === undefined ? [] : [`BLOCKS_${spec.ledger}`]), ...(row.publishesEvents ? ['EVENTS'] : [])]
  return {
    publish: [
      ...row.calls.map((app) => `${app}.>`),
      ...answeredBy(spec, table).map((role) => `${inboxPrefix(role)}.>`),
      ...(spec.app === 'gateway' ? ['health.*', 'metrics.*'] : []),
      ...(spec.ledger === undefined ? [] : [`blocks.${spec.ledger}`]),
      ...(row.publishesEvents ? [`events.${own}.>`] : []),
      `begun.${spec.role}`,
      ...(streams.length + written.length === 0 ? [] : ['$JS.API.INFO', '$JS.API.STREAM.NAMES']),
      ...new Set([...streams, ...written].flatMap(inspectStream)),
      ...written.flatMap((name) => [`$JS.API.STREAM.CREATE.${name}`, `$JS.API.STREAM.UPDATE.${name}`]),
      ...streams.flatMap(consumeStream),
    ],
    subscribe: [
      `${inboxPrefix(spec.role)}.>`,
      ...(spec.app === 'gateway' ? [] : [`${own}.>`]),
      `health.${spec.role}`,
      `metrics.${spec.role}`,
      'begun.*',
      ...(row.reads.includes('events') ? ['events.>'] : []),
      ...(spec.app === 'settlement' ? ['blocks.*'] : []),
      ...(spec.app === 'auditor' ? ['$JS.EVENT.ADVISORY.>'] : []),
    ],
  }
}

/** The stream's state and last message: what a publisher needs to go on after a loss of the whole store. */
const inspectStream = (name: string): string[] => [
  `$JS.API.STREAM.INFO.${name}`,
  `$JS.API.STREAM.MSG.GET.${name}`,
  `$JS.API.DIRECT.GET.${name}`,
  `$JS.API.DIRECT.GET.${name}.>`,
]

const consumeStream = (name: string): string[] => [
  `$JS.API.CONSUMER.CREATE.${name}`,
  `$JS.API.CONSUMER.CREATE.${name}.>`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${name}.*`,
  `$JS.API.CONSUMER.DELETE.${name}.*`,
  `$JS.API.CONSUMER.INFO.${name}.*`,
  `$JS.API.CONSUMER.NAMES.${name}`,
  `$JS.API.CONSUMER.LIST.${name}`,
  `$JS.API.CONSUMER.MSG.NEXT.${name}.*`,
  `$JS.ACK.${name}.>`,
  `$JS.FC.${name}.>`,
]
