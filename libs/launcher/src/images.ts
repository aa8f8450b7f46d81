// The texts of docker/ that follow from the table of processes: users and subjects of the bus, roles of the database, secrets to set.
// A test compares the committed files with these; must never be needed at run time.
import { roleStatements } from './database-roles.js'
import { natsConfig } from './nats-config.js'
import { processTable, subjectsOf } from './processes.js'

/** The ledgers of docker/compose.yaml. */
export const IMAGE_LEDGERS: readonly string[] = ['shanxi', 'jiangnan', 'lingnan']

/** NATS_PASSWORD_LEDGER_SHANXI for `ledger-shanxi`. */
export const secretName = (kind: 'NATS_PASSWORD' | 'DATABASE_PASSWORD' | 'MASTER_KEY', role: string): string =>
  `${kind}_${role.toUpperCase().replaceAll('-', '_')}`

export function imageNatsConfig(ledgers = IMAGE_LEDGERS): string {
  const table = processTable(ledgers)
  const users = table.map((spec) => ({
    user: spec.role,
    password: `$${secretName('NATS_PASSWORD', spec.role)}`,
    ...subjectsOf(spec, table),
  }))
  const config = natsConfig({
    host: '0.0.0.0',
    port: 4222,
    storeFolder: '/data/jetstream',
    storeBytes: 10 * 2 ** 30,
    users,
    systemPassword: '$NATS_PASSWORD_SYSTEM',
  })
  return `# Made from the table of processes (libs/launcher/src/processes.ts); a test fails when the two differ. Passwords come from the environment.\n${config}`
}

/** A psql script: passwords are read from the environment, so the file holds none. */
export function imageRolesScript(ledgers = IMAGE_LEDGERS): string {
  const table = processTable(ledgers)
  const statements = roleStatements(table, {
    database: 'huitong',
    existing: 'none',
    password: (role) => `:'password_${role}'`,
  })
  return [
    '-- Made from the table of processes (libs/launcher/src/processes.ts); a test fails when the two differ. Runs once, when the cluster is made.',
    '\\set ON_ERROR_STOP on',
    ...table.map(({ database }) => `\\getenv password_${database} ${secretName('DATABASE_PASSWORD', database)}`),
    ...statements.map((statement) => `${statement};`),
    '',
  ].join('\n')
}
