// The one place for settings: environment first, then `huitong.yaml` in the data folder, then the default. Never logs a value.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isHex } from '@huitong/primitives'
import { parse } from 'yaml'

/** One setting: how it is called, what it is for, what it is when nobody says, and what it may be. */
export interface Setting<T> {
  readonly name: string
  readonly description: string
  /** The value, as text, when nothing is set. `undefined`: the setting may be absent. */
  readonly fallback: string | undefined
  /** Secret values never appear in a message, a log or the generated documentation. */
  readonly secret: boolean
  /** Reads the text, or answers what a right value looks like. */
  readonly read: (text: string) => { readonly value: T } | { readonly expected: string }
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** A span of time in milliseconds, at most a year. */
const SPAN = (text: string) => wholeNumber(text, 0, 366 * 24 * 3_600_000)

/** Every setting of every process. docs/settings.md is generated from this table. */
export const SETTINGS = {
  dataFolder: setting({
    name: 'HUITONG_DATA',
    description: 'Folder of everything the embedded hub keeps, and of huitong.yaml.',
    fallback: '.huitong',
    read: (text) => ({ value: resolve(text) }),
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    description: 'PostgreSQL of this process, postgres://user:password@host:port/database. Absent: the embedded one.',
    secret: true,
    read: (text) => urlOf(text, ['postgres:', 'postgresql:']),
  }),
  natsUrl: setting({
    name: 'NATS_URL',
    description: 'NATS servers, nats://host:port, several separated by commas. Absent: the embedded one.',
    read: (text) => {
      const wrong = text.split(',').find((part) => !('value' in urlOf(part.trim(), ['nats:', 'tls:'])))
      return wrong === undefined ? { value: text } : { expected: 'nats://host:port, several separated by commas' }
    },
  }),
  natsUser: setting({ name: 'NATS_USER', description: 'User of this process on NATS.', read: (text) => ({ value: text }) }),
  natsPassword: setting({
    name: 'NATS_PASSWORD',
    description: 'Password of that user.',
    secret: true,
    read: (text) => ({ value: text }),
  }),
  role: setting({
    name: 'HUITONG_ROLE',
    description: 'The part of the hub this process plays: gateway, ledger, settlement, identity, notify, custody or auditor.',
    read: (text) => named(text),
  }),
  ledger: setting({
    name: 'HUITONG_LEDGER',
    description: 'Name of the ledger that a ledger process runs.',
    read: (text) => named(text),
  }),
  ledgers: setting({
    name: 'HUITONG_LEDGERS',
    description: 'Names of all ledgers of this hub, separated by commas.',
    fallback: '',
    read: (text) => {
      const names = text.split(',').filter((name) => name !== '')
      const isRight = names.every((name) => /^[a-z][a-z0-9-]{0,30}$/.test(name)) && new Set(names).size === names.length
      return isRight ? { value: names as readonly string[] } : { expected: 'different ledger names, separated by commas' }
    },
  }),
  callers: setting({
    name: 'HUITONG_CALLERS',
    description: 'Roles whose requests this process answers, separated by commas. Absent: every role that the bus lets through.',
    read: (text) => {
      const roles = text.split(',')
      const isRight = roles.every((role) => 'value' in named(role)) && new Set(roles).size === roles.length
      return isRight ? { value: roles as readonly string[] } : { expected: 'different roles, separated by commas' }
    },
  }),
  httpPort: setting({
    name: 'HTTP_PORT',
    description: 'TCP port of the HTTP edge; 0 takes a free one.',
    fallback: '8787',
    read: (text) => wholeNumber(text, 0, 65_535),
  }),
  httpHost: setting({
    name: 'HTTP_HOST',
    description: 'Address the HTTP edge listens on. Keep it local unless a proxy that speaks TLS stands in front.',
    fallback: '127.0.0.1',
    read: (text) => (/^[0-9A-Za-z.:-]+$/.test(text) ? { value: text } : { expected: 'a host name or address' }),
  }),
  httpRate: setting({
    name: 'HTTP_RATE',
    description: 'Requests per second that the HTTP edge takes from one API key; from one address two and a half times as many.',
    fallback: '2000',
    read: (text) => wholeNumber(text, 1, 1_000_000),
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    description: `Least severe log line to write: ${LOG_LEVELS.join(', ')}.`,
    fallback: 'info',
    read: (text) => oneOf(text, LOG_LEVELS),
  }),
  sandbox: setting({
    name: 'HUITONG_SANDBOX',
    description: 'true: every ledger of this hub is a sandbox whose clock a command may advance. A hub is all sandbox or none.',
    fallback: 'false',
    read: (text) => {
      const read = oneOf(text, ['true', 'false', '1', '0'])
      return 'value' in read ? { value: read.value === 'true' || read.value === '1' } : read
    },
  }),
  masterKey: setting({
    name: 'HUITONG_MASTER_KEY',
    description: 'Key that seals secrets at rest, 32 bytes in hexadecimal.',
    secret: true,
    read: (text) => (isHex(text, 32) ? { value: text } : { expected: '64 lowercase hexadecimal characters' }),
  }),
  databasePool: setting({
    name: 'HUITONG_DATABASE_POOL',
    description: 'Most connections this process opens to PostgreSQL.',
    fallback: '10',
    read: (text) => wholeNumber(text, 2, 200),
  }),
  // The terms of new deals; a deal keeps those it was made with.
  feePpm: setting({
    name: 'HUITONG_FEE_PPM',
    description: 'Hub’s fee on what an escrow pays out, in millionths, rounded down.',
    fallback: '5000',
    read: count(1_000_000),
  }),
  quoteTtlMs: setting({
    name: 'HUITONG_QUOTE_TTL_MS',
    description: 'A firm quote’s life, in milliseconds of ledger time.',
    fallback: '30000',
    read: SPAN,
  }),
  skewMs: setting({
    name: 'HUITONG_SKEW_MS',
    description: 'Largest difference between the clocks of two ledgers, in milliseconds.',
    fallback: '5000',
    read: SPAN,
  }),
  latencyMs: setting({
    name: 'HUITONG_LATENCY_MS',
    description: 'From a final fact on one ledger to the watchtower acting on it, in milliseconds.',
    fallback: '5000',
    read: SPAN,
  }),
  outageMs: setting({
    name: 'HUITONG_OUTAGE_MS',
    description: 'Longest outage of a ledger, a party or the hub that a deal survives, in milliseconds.',
    fallback: '600000',
    read: SPAN,
  }),
  decisionMs: setting({
    name: 'HUITONG_DECISION_MS',
    description: 'Time a party has to look and decide, in milliseconds.',
    fallback: '120000',
    read: SPAN,
  }),
  marginMs: setting({
    name: 'HUITONG_MARGIN_MS',
    description: 'Safety margin for everything unforeseen, in milliseconds.',
    fallback: '60000',
    read: SPAN,
  }),
  lockMs: setting({
    name: 'HUITONG_LOCK_MS',
    description: 'Time for a provider to have its leg final after the payer’s may be, in milliseconds.',
    fallback: '300000',
    read: SPAN,
  }),
  transitMs: setting({
    name: 'HUITONG_TRANSIT_MS',
    description: 'From shipping to delivery that terms of an order must leave, in milliseconds.',
    fallback: '0',
    read: SPAN,
  }),
  longestDisputeMs: setting({
    name: 'HUITONG_LONGEST_DISPUTE_MS',
    description: 'Longest a dispute may take, in milliseconds; 14 days by default.',
    fallback: '1209600000',
    read: SPAN,
  }),
  evidenceKeptMs: setting({
    name: 'HUITONG_EVIDENCE_KEPT_MS',
    description: 'How long files of evidence are kept after the end of their dispute, in milliseconds; 180 days by default.',
    fallback: '15552000000',
    read: SPAN,
  }),
  openQuotesMax: setting({
    name: 'HUITONG_OPEN_QUOTES_MAX',
    description: 'Open quotes of one party; unused ones of late shrink it, down to the least.',
    fallback: '20',
    read: count(10_000),
  }),
  lowWaterPpm: setting({
    name: 'HUITONG_LOW_WATER_PPM',
    description: 'Share of an offer’s inventory, in millionths: an alarm is raised when less than that is left.',
    fallback: '200000',
    read: count(1_000_000),
  }),
  alarmAfterMs: setting({
    name: 'HUITONG_ALARM_AFTER_MS',
    description: 'A refund that is due and not final for longer raises an alarm, in milliseconds.',
    fallback: '60000',
    read: SPAN,
  }),
  openQuotesMin: setting({
    name: 'HUITONG_OPEN_QUOTES_MIN',
    description: 'The least to which that shrinks.',
    fallback: '2',
    read: count(10_000),
  }),
  lockMinUnits: setting({
    name: 'HUITONG_LOCK_MIN_UNITS',
    description: 'Least amount of a hash lock, in base units of its asset: a smaller coin is not worth the work of claiming it.',
    fallback: '1',
    read: (text) => wholeNumber(text, 1, 999_999_999_999),
  }),
  swapAcceptMs: setting({
    name: 'HUITONG_SWAP_ACCEPT_MS',
    description: 'Time for the counterparty of a swap to accept, if the initiator does not say, in milliseconds.',
    fallback: '600000',
    read: SPAN,
  }),
} as const

type Known = typeof SETTINGS
type WithFallback = { [K in keyof Known]: Known[K] extends { readonly fallback: string } ? K : never }[keyof Known]
/** The settings of a process, read and checked. Those without a default may be absent. */
export type Settings = { readonly [K in WithFallback]: ValueOf<Known[K]> } & {
  readonly [K in Exclude<keyof Known, WithFallback>]?: ValueOf<Known[K]>
}
type ValueOf<S> = S extends Setting<infer T> ? T : never

/** A setting nobody can start with. Its message is one sentence that names the setting. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/**
 * Reads every setting from `environment`, then from `huitong.yaml` in the data folder, then its default.
 * Throws {@link SettingsError} on a value that is not right, a file that is no YAML, or a name in the file that nobody knows.
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const dataFolder = valueOf(SETTINGS.dataFolder, environment[SETTINGS.dataFolder.name] ?? SETTINGS.dataFolder.fallback)
  const file = readFile(join(dataFolder, 'huitong.yaml'))
  return { ...settingsFrom((name) => presence(environment[name]) ?? file.get(name)), dataFolder }
}

/** The settings where nobody says anything. */
export const defaultSettings = (): Settings => settingsFrom(() => undefined)

function settingsFrom(said: (name: string) => string | undefined): Settings {
  const entries = Object.entries(SETTINGS).flatMap(([key, setting]) => {
    const text = said(setting.name) ?? setting.fallback
    return text === undefined ? [] : [[key, valueOf<unknown>(setting, text)] as const]
  })
  // the border of the type: every key above comes from SETTINGS and every value from its reader
  return Object.fromEntries(entries) as Settings
}

/** A setting that this process cannot do without: its value, or a {@link SettingsError} that says so. */
export function needed<K extends keyof Settings>(settings: Settings, key: K): NonNullable<Settings[K]> {
  const value = settings[key]
  if (value === undefined || value === null) throw new SettingsError(`${SETTINGS[key].name} is needed and not set.`)
  return value
}

/** A whole number up to `most`. */
function count(most: number) {
  return (text: string) => wholeNumber(text, 0, most)
}

type Declared<T> = Pick<Setting<T>, 'name' | 'description' | 'read'> & { readonly secret?: boolean }
function setting<T>(declared: Declared<T> & { readonly fallback: string }): Setting<T> & { readonly fallback: string }
function setting<T>(declared: Declared<T>): Setting<T> & { readonly fallback: undefined }
function setting<T>(declared: Declared<T> & { readonly fallback?: string }): Setting<T> {
  return { secret: false, fallback: undefined, ...declared }
}

const presence = (text: string | undefined): string | undefined => (text === undefined || text === '' ? undefined : text)

function valueOf<T>(setting: Setting<T>, text: string): T {
  const read = setting.read(text)
  if ('value' in read) return read.value
  throw new SettingsError(`${setting.name} must be ${read.expected}${setting.secret ? '' : `, not "${text}"`}.`)
}

function readFile(path: string): ReadonlyMap<string, string> {
  if (!existsSync(path)) return new Map()
  let content: unknown
  try {
    // failsafe: every scalar stays the text that was written (a key of digits is no number)
    content = parse(readFileSync(path, 'utf8'), { schema: 'failsafe' })
  } catch (error) {
    throw new SettingsError(`${path} cannot be read as YAML: ${error instanceof Error ? error.message : 'unknown fault'}`)
  }
  if (content === null || content === undefined) return new Map()
  if (typeof content !== 'object' || Array.isArray(content))
    throw new SettingsError(`${path} must hold one NAME: value per line.`)
  const known = new Set<string>(Object.values(SETTINGS).map((setting) => setting.name))
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(content)) {
    if (!known.has(name)) throw new SettingsError(`${path} sets ${name}, which is no setting.`)
    if (typeof value === 'object') throw new SettingsError(`${path}: ${name} must be a plain value.`)
    values.set(name, String(value))
  }
  return values
}

function urlOf(text: string, protocols: readonly string[]): { value: string } | { expected: string } {
  const expected = { expected: `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}` }
  if (!URL.canParse(text)) return expected
  return protocols.includes(new URL(text).protocol) ? { value: text } : expected
}

const named = (text: string): { value: string } | { expected: string } =>
  /^[a-z][a-z0-9-]{0,31}$/.test(text)
    ? { value: text }
    : { expected: '1 to 32 lowercase letters, digits or hyphens, the first a letter' }

function wholeNumber(text: string, least: number, most: number): { value: number } | { expected: string } {
  const value = Number(text)
  const right = /^[0-9]{1,12}$/.test(text) && value >= least && value <= most
  return right ? { value } : { expected: `a whole number from ${least} to ${most}` }
}

function oneOf<const T extends string>(text: string, values: readonly T[]): { value: T } | { expected: string } {
  const found = values.find((value) => value === text)
  return found === undefined ? { expected: `one of ${values.join(', ')}` } : { value: found }
}
