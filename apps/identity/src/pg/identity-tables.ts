// The tables of identity. Personal data stands sealed under a key of its person's own; who did what stands on the audit chain, not here.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class IdentityTables1760000100000 implements MigrationInterface {
  readonly name = 'IdentityTables1760000100000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table hub (
        one boolean primary key default true check (one),
        id bytea not null check (octet_length(id) = 32))`)
    await createParties(runner)
    await createRegistry(runner)
    await createKeys(runner)
    await createRecoveries(runner)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table recovery_transition, recovery, api_key, carrier, hub_operator, binding, account, party, hub')
  }
}

export const identityMigrations = [IdentityTables1760000100000] as const

async function createParties(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table party (
      id text primary key,
      kind text not null check (kind in ('natural', 'legal')),
      display_name text not null,
      jurisdiction text,
      -- the person's own data key, sealed by the master key; gone with erasure, and the data with it
      personal_key bytea,
      personal_data bytea,
      erased_at bigint,
      created_at bigint not null,
      check (personal_data is null or personal_key is not null))`)
  // an account belongs to one party, on whatever ledgers it is open
  await runner.query(`
    create table account (
      account bytea primary key check (octet_length(account) = 32),
      party text not null references party)`)
  await runner.query(`
    create table binding (
      ledger text not null,
      account bytea not null references account,
      bound_at bigint not null,
      proof bytea not null,
      public_key bytea not null,
      signature bytea not null,
      primary key (ledger, account))`)
  await runner.query('create index account_party on account (party)')
  await runner.query('create index binding_account on binding (account)')
}

async function createRegistry(runner: QueryRunner): Promise<void> {
  for (const table of ['carrier', 'hub_operator']) {
    await runner.query(`
      create table ${table} (
        id text primary key,
        name text not null,
        public_key bytea not null unique check (octet_length(public_key) = 32),
        created_at bigint not null)`)
  }
}

async function createKeys(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table api_key (
      id text primary key,
      public_id text not null unique check (public_id ~ '^[0-9a-f]{8}$'),
      secret_hash bytea not null check (octet_length(secret_hash) = 32),
      label text not null,
      scopes text[] not null,
      party text references party,
      operator text references hub_operator,
      created_at bigint not null,
      expires_at bigint,
      revoked_at bigint)`)
  await runner.query('create index api_key_party on api_key (party)')
}

async function createRecoveries(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table recovery (
      id text primary key,
      party text not null references party,
      account bytea not null references account,
      state text not null,
      body jsonb not null,
      version integer not null,
      created_at bigint not null)`)
  // one open case per account
  await runner.query(`
    create unique index recovery_open on recovery (account) where state in ('OPENED', 'APPROVED', 'PROPOSED')`)
  await runner.query(`
    create table recovery_transition (
      recovery text not null references recovery,
      version integer not null,
      state text not null,
      event text not null,
      at bigint not null,
      primary key (recovery, version))`)
}
