// The tables the platform keeps in every app's schema: answers, outbox, inbox, cursors, parked messages, the audit chain.
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { killpoint } from '../killpoint.js'

export class PlatformTables1760000000000 implements MigrationInterface {
  readonly name = 'PlatformTables1760000000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table idempotency (
        scope text not null,
        key text not null,
        fingerprint bytea not null check (octet_length(fingerprint) = 32),
        answer text not null,
        created_at timestamptz not null default now(),
        primary key (scope, key))`)
    await runner.query('create index idempotency_created on idempotency (created_at)')
    await createOutbox(runner)
    killpoint('migration.half')
    await runner.query(`
      create table inbox (
        consumer text not null,
        event_id text not null,
        taken_at timestamptz not null default now(),
        primary key (consumer, event_id))`)
    await runner.query(`
      create table watch_cursor (
        name text primary key,
        position text not null,
        moved_at timestamptz not null default now())`)
    await runner.query(`
      create table parked_message (
        stream text not null,
        epoch text not null,
        sequence bigint not null,
        subject text not null,
        data bytea not null,
        fault text not null,
        parked_at timestamptz not null default now(),
        primary key (stream, epoch, sequence))`)
    await createAudit(runner)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency, outbox, inbox, watch_cursor, parked_message, audit_head, audit_log')
    await runner.query('drop function audit_log_is_append_only')
  }
}

/** Audit entries between the commit of what they tell about and their place in the chain. */
export class AuditPending1760000000001 implements MigrationInterface {
  readonly name = 'AuditPending1760000000001'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table audit_pending (
        id bigint generated always as identity primary key,
        since timestamptz not null default now(),
        at bigint not null,
        actor text not null,
        action text not null,
        subject text not null,
        detail text not null check (detail::jsonb is not null))`)
    await runner.query(`
      create trigger audit_pending_no_change before update on audit_pending
        for each row execute function audit_log_is_append_only()`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table audit_pending')
  }
}

/** Whether something under a key was given up: asked before whatever is owed is enqueued. */
export class OutboxParkedKey1760000000002 implements MigrationInterface {
  readonly name = 'OutboxParkedKey1760000000002'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index outbox_parked_key on outbox (key) where parked_at is not null')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index outbox_parked_key')
  }
}

/** What every app lists before its own migrations. */
export const platformMigrations = [PlatformTables1760000000000, AuditPending1760000000001, OutboxParkedKey1760000000002] as const

async function createOutbox(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table outbox (
      id uuid primary key,
      seq bigint generated always as identity unique,
      kind text not null,
      key text not null,
      payload jsonb not null,
      dedupe text unique,
      trace text,
      created_at timestamptz not null default now(),
      due_at timestamptz not null default now(),
      attempts integer not null default 0,
      claimed_by text,
      claimed_until timestamptz,
      done_at timestamptz,
      parked_at timestamptz,
      last_error text)`)
  await runner.query('create index outbox_due on outbox (due_at, seq) where done_at is null and parked_at is null')
  await runner.query('create index outbox_order on outbox (key, seq) where done_at is null and parked_at is null')
  await runner.query('create index outbox_parked on outbox (parked_at) where parked_at is not null')
}

async function createAudit(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table audit_log (
      seq bigint primary key check (seq > 0),
      at bigint not null,
      actor text not null,
      action text not null,
      subject text not null,
      detail text not null check (detail::jsonb is not null),
      previous bytea not null check (octet_length(previous) = 32),
      hash bytea not null unique check (octet_length(hash) = 32))`)
  await runner.query(`
    create table audit_head (
      one boolean primary key default true check (one),
      seq bigint not null,
      hash bytea not null)`)
  await runner.query(`insert into audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'))`)
  await runner.query(`
    create function audit_log_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'audit_log is append-only' using errcode = 'restrict_violation';
    end $$`)
  await runner.query(`
    create trigger audit_log_no_change before update or delete on audit_log
      for each row execute function audit_log_is_append_only()`)
  await runner.query(`
    create trigger audit_log_no_truncate before truncate on audit_log
      for each statement execute function audit_log_is_append_only()`)
}
