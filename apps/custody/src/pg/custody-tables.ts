// The tables of custody. Seeds stand sealed; what was signed is never deleted, and only its state changes.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CustodyTables1760000200000 implements MigrationInterface {
  readonly name = 'CustodyTables1760000200000'

  async up(runner: QueryRunner): Promise<void> {
    await createKnowledge(runner)
    await createSigned(runner)
    await createLegs(runner)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leg_pair, hold_line, reserved_coin, signed, managed_account, pin')
  }
}

/** Agreed terms: one row for an order and a hash, never updated. */
export class CustodyKeptTerms1760000210000 implements MigrationInterface {
  readonly name = 'CustodyKeptTerms1760000210000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kept_terms (
        order_id bytea not null check (octet_length(order_id) = 16),
        hash bytea not null check (octet_length(hash) = 32),
        terms text not null,
        approvals jsonb not null,
        at bigint not null,
        primary key (order_id, hash))`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kept_terms')
  }
}

/** What became of legs under an offer: those that came back whole no longer count against it. */
export class CustodyLegs1760000220000 implements MigrationInterface {
  readonly name = 'CustodyLegs1760000220000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table signed
        add column leg text not null default 'out' check (leg in ('out', 'spent', 'returned')),
        add column leg_looked timestamptz`)
    await runner.query(
      `create index signed_leg_out on signed (offer, leg_looked nulls first) where state = 'final' and leg = 'out'`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index signed_leg_out')
    await runner.query('alter table signed drop column leg, drop column leg_looked')
  }
}

/** Which coins an inspection holds for a milestone: together they are never more than it pays. */
export class CustodyHeld1760000230000 implements MigrationInterface {
  readonly name = 'CustodyHeld1760000230000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table signed
        add column held_order bytea,
        add column held_milestone integer,
        add column held_amount bigint check (held_amount > 0),
        add column held_made_at bigint`)
    await runner.query('create index signed_held on signed (held_order, held_milestone) where held_order is not null')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index signed_held')
    await runner.query(
      'alter table signed drop column held_order, drop column held_milestone, drop column held_amount, drop column held_made_at',
    )
  }
}

export const custodyMigrations = [
  CustodyTables1760000200000,
  CustodyKeptTerms1760000210000,
  CustodyLegs1760000220000,
  CustodyHeld1760000230000,
] as const

async function createKnowledge(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table managed_account (
      account bytea primary key check (octet_length(account) = 32),
      purpose text not null check (purpose in ('arbiter', 'fee', 'liquidity')),
      public_key bytea not null unique check (octet_length(public_key) = 32),
      sealed_seed text not null,
      provider text,
      owner bytea,
      created_at timestamptz not null default now(),
      check ((purpose = 'liquidity') = (provider is not null and owner is not null)))`)
  await runner.query(`create unique index managed_one on managed_account (purpose, coalesce(provider, ''))`)
  await runner.query(`
    create table pin (
      kind text not null,
      name text not null,
      value text not null,
      seen_at timestamptz not null default now(),
      primary key (kind, name))`)
}

async function createSigned(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table signed (
      id uuid primary key,
      kind text not null,
      subject_ledger text not null,
      subject_key bytea not null,
      subject_slot text not null check (subject_slot in ('spend', 'answer', 'once')),
      outcome text not null,
      digest bytea not null,
      ledger text not null,
      account bytea not null references managed_account,
      transaction bytea not null,
      bytes bytea not null,
      valid_until bigint not null,
      at bigint not null,
      state text not null check (state in ('live', 'final', 'dead')),
      offer text,
      offer_amount bigint check (offer_amount > 0),
      hash bytea,
      root bytea,
      to_payee bigint check (to_payee >= 0),
      amount bigint check (amount > 0),
      sequence bigint)`)
  // one outcome per coin: the database says so too
  await runner.query(`
    create unique index signed_one_outcome on signed (subject_ledger, subject_key, subject_slot) where state <> 'dead'`)
  await runner.query(`create unique index signed_one_split on signed (ledger, root) where state <> 'dead' and root is not null`)
  await runner.query(`create unique index signed_one_hash on signed (hash) where state <> 'dead' and hash is not null`)
  await runner.query('create unique index signed_transaction on signed (ledger, transaction)')
  await runner.query('create index signed_digest on signed (digest)')
  await runner.query(`create index signed_due on signed (ledger, valid_until) where state = 'live'`)
  await runner.query(`create index signed_offer on signed (offer) where offer is not null and state <> 'dead'`)
  await runner.query(`create index signed_sequence on signed (ledger, account, sequence) where sequence is not null`)
  await runner.query(`
    create table reserved_coin (
      ledger text not null,
      coordinate bytea not null,
      signed uuid not null references signed,
      primary key (ledger, coordinate))`)
  await runner.query('create index reserved_by on reserved_coin (signed)')
}

async function createLegs(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table hold_line (
      ledger text not null,
      coordinate bytea not null,
      root bytea not null,
      primary key (ledger, coordinate))`)
  await runner.query(`
    create table leg_pair (
      signed uuid primary key references signed,
      ledger_a text not null,
      root_a bytea not null,
      ledger_b text not null,
      root_b bytea not null,
      liquidity bytea not null,
      buyer bytea not null,
      merchant bytea not null)`)
  await runner.query('create index leg_pair_a on leg_pair (ledger_a, root_a)')
  await runner.query('create index leg_pair_b on leg_pair (ledger_b, root_b)')
}
