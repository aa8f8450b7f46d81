// The environment of each process: what its row of the table grants, and a short list of harmless settings from ours.
// Must never pass on a whole environment: it may hold the passwords of everything on the machine.
import type { DataFolder } from './data-folder.js'
import { callersOf, inboxPrefix, PROCESS_SETTINGS, type ProcessSetting, type ProcessSpec } from './processes.js'

export interface Servers {
  /** An address that may create roles; each process gets its own role and password in it. */
  readonly database?: string | undefined
  readonly nats?: string | undefined
}

export interface EnvironmentSources {
  readonly servers: Servers
  /** The launcher's own environment. */
  readonly inherited: NodeJS.ProcessEnv
  readonly folder: DataFolder
  readonly table: readonly ProcessSpec[]
  readonly sandbox: boolean
  readonly httpPort: number
  readonly masterKey: string | undefined
}

const HARMLESS = new Set(
  'PATH HOME TMPDIR TZ LANG LC_ALL SYSTEMROOT NODE_ENV NODE_OPTIONS NODE_EXTRA_CA_CERTS NO_COLOR LOG_LEVEL CI'.split(' '),
)
const OURS: ReadonlySet<string> = new Set(PROCESS_SETTINGS)

export function environmentOf(spec: ProcessSpec, from: EnvironmentSources): NodeJS.ProcessEnv {
  const { servers, inherited, folder } = from
  const ledgers = from.table.flatMap(({ ledger }) => (ledger === undefined ? [] : [ledger]))
  const callers = callersOf(spec, from.table)
  const own: Partial<Record<ProcessSetting, string>> = {
    HUITONG_ROLE: spec.role,
    HUITONG_LEDGERS: ledgers.join(','),
    HUITONG_DATA: folder.root,
    HUITONG_SANDBOX: from.sandbox ? 'true' : 'false',
    NATS_INBOX_PREFIX: inboxPrefix(spec.role),
    ...(spec.ledger === undefined ? {} : { HUITONG_LEDGER: spec.ledger }),
    ...(callers.length === 0 ? {} : { HUITONG_CALLERS: callers.join(',') }),
    ...(from.masterKey === undefined ? {} : { HUITONG_MASTER_KEY: from.masterKey }),
    ...(servers.database === undefined
      ? {}
      : { DATABASE_URL: asRole(servers.database, spec.database, folder.secret(`database:${spec.database}`)) }),
    ...(servers.nats === undefined ? {} : { NATS_URL: servers.nats }),
    ...natsLogin(spec, from),
    ...(spec.app === 'gateway' ? { HTTP_PORT: String(from.httpPort), HTTP_HOST: inherited['HTTP_HOST'] || '127.0.0.1' } : {}),
  }
  const passed = Object.entries(inherited).filter(
    ([name]) => HARMLESS.has(name) || name.startsWith('OTEL_') || (name.startsWith('HUITONG_') && !OURS.has(name)),
  )
  return { ...Object.fromEntries(passed), ...own }
}

/** Somebody else's NATS server knows the users that its operator made: theirs come from our environment, the same for all. */
function natsLogin(spec: ProcessSpec, { inherited, folder }: EnvironmentSources): Partial<Record<ProcessSetting, string>> {
  if (!inherited['NATS_URL']) return { NATS_USER: spec.role, NATS_PASSWORD: folder.secret(`nats:${spec.role}`) }
  const { NATS_USER, NATS_PASSWORD } = inherited
  return NATS_USER ? { NATS_USER, NATS_PASSWORD: NATS_PASSWORD ?? '' } : {}
}

function asRole(address: string, role: string, password: string): string {
  const url = new URL(address)
  url.username = role
  url.password = password
  return url.href
}
