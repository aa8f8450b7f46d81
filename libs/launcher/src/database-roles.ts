// Roles and schemas: each process owns one schema and sees no other; the auditor reads all of them, also tables made later, and writes none.
// Must never give a process a role that can change another's rows. docker/postgres/roles.sql is made by the same function.
import { invariant } from '@huitong/primitives'
import type { ProcessSpec } from './processes.js'

export interface RoleSettings {
  readonly database: string
  /** A SQL expression: a quoted literal, or a psql variable in the image's script. */
  readonly password: (role: string) => string
  /** What is done with roles that exist: on a server of ours their passwords are set anew, on somebody else's never; `none` = a new cluster. */
  readonly existing: 'reset' | 'keep' | 'none'
}

/** Idempotent statements, each to be run by itself, by a role that may create roles and schemas. */
export function roleStatements(table: readonly ProcessSpec[], settings: RoleSettings): readonly string[] {
  const owners = table.filter((spec) => spec.app !== 'auditor').map((spec) => spec.database)
  for (const name of [...owners, settings.database]) invariant(/^[a-z][a-z0-9_]*$/.test(name), `'${name}' is no plain SQL name`)
  const reset = (role: string): string[] =>
    settings.existing === 'reset' ? [`ALTER ROLE ${role} LOGIN PASSWORD ${settings.password(role)}`] : []
  return [
    `REVOKE ALL ON DATABASE ${settings.database} FROM PUBLIC`,
    createRole('auditor', settings),
    ...reset('auditor'),
    `GRANT CONNECT ON DATABASE ${settings.database} TO auditor`,
    'ALTER ROLE auditor SET default_transaction_read_only = on',
    "ALTER ROLE auditor SET statement_timeout = '120s'",
    ...owners.flatMap((role) => [
      createRole(role, settings),
      ...reset(role),
      `GRANT CONNECT, TEMPORARY ON DATABASE ${settings.database} TO ${role}`,
      `ALTER ROLE ${role} SET search_path = ${role}`,
      // A lost client must not hold locks: bounds from the fault study. Long work of a process sets its own, per session.
      `ALTER ROLE ${role} SET statement_timeout = '30s'`,
      `ALTER ROLE ${role} SET lock_timeout = '5s'`,
      `ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '15s'`,
      // Whoever creates a schema for another role has to be a member of it; a superuser is anyway.
      `GRANT ${role} TO CURRENT_USER`,
      `CREATE SCHEMA IF NOT EXISTS ${role} AUTHORIZATION ${role}`,
      `GRANT USAGE ON SCHEMA ${role} TO auditor`,
      `GRANT SELECT ON ALL TABLES IN SCHEMA ${role} TO auditor`,
      `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${role} TO auditor`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${role} IN SCHEMA ${role} GRANT SELECT ON TABLES TO auditor`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${role} IN SCHEMA ${role} GRANT SELECT ON SEQUENCES TO auditor`,
    ]),
  ]
}

/** Runs the statements under one lock, so that two hubs beginning on one server do not collide. */
export async function createRoles(url: string, statements: readonly string[]): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT pg_advisory_xact_lock(hashtext('huitong roles'))")
    for (const statement of statements) await client.query(statement)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

function createRole(role: string, { password, existing }: RoleSettings): string {
  const create = `CREATE ROLE ${role} LOGIN PASSWORD ${password(role)} NOSUPERUSER NOCREATEDB NOCREATEROLE`
  if (existing === 'none') return create
  return `DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN ${create}; END IF; END $do$`
}
