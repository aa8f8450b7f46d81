// Writes nats-server's configuration. Accounts with users, allow-lists only, nobody anonymous; acknowledged means synced to disk.
// Must never contain a deny rule (they do not combine safely with queue groups) or a listener besides the client port.

/** What one user may do. Subjects as in NATS: `*` one word, `>` the rest. */
export interface NatsUser {
  readonly user: string
  readonly password: string
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}

export interface NatsSettings {
  readonly host: string
  readonly port: number
  readonly storeFolder: string
  readonly pidFile?: string
  /** Bytes; below 70 % of the volume, so that a full store is refused with an error rather than a full disk. */
  readonly storeBytes: number
  readonly users: readonly NatsUser[]
  /** Password of the system account's one user, which nobody uses: an account without users would be open. */
  readonly systemPassword: string
}

/** Values that begin with `$` are written bare: nats-server reads them from its environment (the image's way to keep secrets out of files). */
export function natsConfig(settings: NatsSettings): string {
  const quote = (value: string): string => (value.startsWith('$') ? value : JSON.stringify(value))
  const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`
  const user = (each: NatsUser): string[] => [
    `      {`,
    `        user: ${quote(each.user)}`,
    `        password: ${quote(each.password)}`,
    `        permissions {`,
    `          publish { allow: ${list(each.publish)} }`,
    `          subscribe { allow: ${list(each.subscribe)} }`,
    `        }`,
    `      }`,
  ]
  return [
    'server_name: huitong',
    `host: ${quote(settings.host)}`,
    `port: ${settings.port}`,
    ...(settings.pidFile === undefined ? [] : [`pid_file: ${quote(settings.pidFile)}`]),
    'max_payload: 1MB',
    'max_pending: 64MB',
    'write_deadline: "10s"',
    'ping_interval: "10s"',
    'lame_duck_duration: "30s"',
    'jetstream {',
    `  store_dir: ${quote(settings.storeFolder)}`,
    '  sync_interval: always',
    '  max_memory_store: 64MB',
    `  max_file_store: ${settings.storeBytes}`,
    '}',
    'accounts {',
    '  HUITONG {',
    '    jetstream: enabled',
    '    users: [',
    ...settings.users.flatMap(user),
    '    ]',
    '  }',
    '  SYSTEM {',
    `    users: [{ user: system, password: ${quote(settings.systemPassword)} }]`,
    '  }',
    '}',
    'system_account: SYSTEM',
    '',
  ].join('\n')
}
