// The tables of settlement. A deal's row is the truth of the deal; everything beside it is history or a way to find it.
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { EventCursors1770000000010 } from './event-cursors.js'
import { AlarmTable1770000000100 } from '../alarm/alarm.tables.js'
import { EvidenceTables1770000000001 } from './evidence.js'
import { HashOwner1770000000200 } from '../deal/hash-owner.tables.js'
import { QuoteHops1770000000300 } from '../quote/route.tables.js'
import { QuoteHeadroom1770000000500 } from '../quote/headroom.tables.js'
import { Reminders1770000000400 } from '../reminder/reminder.tables.js'

export class SettlementTables1770000000000 implements MigrationInterface {
  readonly name = 'SettlementTables1770000000000'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...LEDGER, ...DEAL, ...COIN, ...EVENT, ...OFFER]) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table stranger_coin, hub_transaction, quote, offer, liquidity, deal_event, deal_event_head, deal_coin,
      hash_lock, deal_deadline, deal_transition, parked_fact, deal, ledger`)
    await runner.query('drop function deal_transition_is_append_only')
  }
}

/** A ledger as pinned on first contact, and how far its watcher has come. */
const LEDGER = [
  `create table ledger (
    name text primary key,
    chain bytea not null unique check (octet_length(chain) = 32),
    genesis text not null,
    height bigint not null default 0,
    block bytea not null check (octet_length(block) = 32),
    time bigint not null,
    finality_ms integer not null default 1000)`,
]

const DEAL = [
  `create table deal (
    id uuid primary key,
    kind text not null,
    state jsonb not null,
    state_name text not null,
    version integer not null check (version > 0),
    parties text[] not null,
    is_final boolean not null,
    order_id bytea unique check (octet_length(order_id) = 16),
    created_at bigint not null,
    updated_at bigint not null,
    next_deadline_at bigint,
    next_deadline_ledger bytea,
    next_deadline_default text)`,
  'create index deal_list on deal (kind, id desc)',
  'create index deal_parties on deal using gin (parties)',
  'create index deal_open on deal (id) where not is_final',
  `create table deal_transition (
    deal uuid not null references deal,
    version integer not null,
    at bigint not null,
    actor text not null,
    event text not null,
    from_state text,
    to_state text not null,
    primary key (deal, version))`,
  `create function deal_transition_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'deal_transition is append-only' using errcode = 'restrict_violation';
    end $$`,
  `create trigger deal_transition_no_change before update or delete on deal_transition
    for each row execute function deal_transition_is_append_only()`,
  `create table deal_deadline (
    deal uuid not null references deal,
    chain bytea not null,
    at bigint not null,
    told boolean not null default false,
    primary key (deal, chain, at))`,
  'create index deal_deadline_due on deal_deadline (chain, at) where not told',
  `create table hash_lock (
    hash bytea primary key check (octet_length(hash) = 32),
    deal uuid not null,
    kind text not null)`,
  `create table parked_fact (
    deal uuid not null,
    at timestamptz not null default now(),
    fact jsonb not null,
    fault text not null)`,
]

const COIN = [
  `create table deal_coin (
    chain bytea not null,
    coordinate bytea not null check (octet_length(coordinate) = 32),
    deal uuid not null references deal,
    asset text not null,
    amount bigint not null check (amount > 0),
    condition bytea not null,
    funded_by bytea not null,
    height bigint not null,
    at bigint not null,
    spent_by bytea,
    spent_height bigint,
    primary key (chain, coordinate))`,
  'create index deal_coin_deal on deal_coin (deal)',
  `create table stranger_coin (
    chain bytea not null,
    coordinate bytea not null,
    asset text not null,
    amount bigint not null,
    condition bytea not null,
    height bigint not null,
    primary key (chain, coordinate))`,
  `create table hub_transaction (
    effect text not null,
    attempt integer not null check (attempt >= 0),
    deal uuid not null,
    ledger text not null,
    valid_until bigint not null,
    transaction bytea check (octet_length(transaction) = 32),
    bytes bytea,
    state text not null check (state in ('asked', 'signed', 'committed', 'dead')),
    created_at timestamptz not null default now(),
    primary key (effect, attempt))`,
  'create index hub_transaction_deal on hub_transaction (deal)',
]

const EVENT = [
  `create table deal_event_head (
    one boolean primary key default true check (one),
    cursor bigint not null)`,
  'insert into deal_event_head (cursor) values (0)',
  `create table deal_event (
    cursor bigint primary key,
    at bigint not null,
    type text not null,
    subject text not null,
    version integer not null,
    parties text[] not null)`,
  'create index deal_event_parties on deal_event using gin (parties)',
]

/** `reserved` counts open quotes and deals whose leg B is not final; `used` what became leg B and did not come back (invariant 7). */
const OFFER = [
  `create table liquidity (
    provider text primary key,
    account bytea not null unique,
    owner bytea not null,
    ledgers text[] not null)`,
  `create table offer (
    id uuid primary key,
    provider text not null,
    liquidity bytea not null,
    statement jsonb not null,
    statement_hash bytea not null unique,
    sell_ledger text not null,
    sell_asset text not null,
    buy_ledger text not null,
    buy_asset text not null,
    numerator bigint not null check (numerator > 0),
    denominator bigint not null check (denominator > 0),
    min bigint not null check (min > 0),
    max bigint not null check (max >= min),
    buy_min bigint not null check (buy_min > 0),
    buy_max bigint not null check (buy_max >= buy_min),
    inventory bigint not null check (inventory > 0),
    reserved bigint not null default 0 check (reserved >= 0),
    used bigint not null default 0 check (used >= 0),
    expires_at bigint not null,
    paused boolean not null default false,
    version integer not null default 1,
    created_at bigint not null,
    check (reserved + used <= inventory))`,
  'create index offer_pair on offer (sell_ledger, sell_asset, buy_ledger, buy_asset, expires_at)',
  'create index offer_provider on offer (provider, id desc)',
  `create table quote (
    id uuid primary key,
    offer uuid not null references offer,
    payer text not null,
    state text not null check (state in ('open', 'taken', 'settled', 'returned', 'expired')),
    deal uuid,
    view jsonb not null,
    give_ledger text not null,
    take_amount bigint not null check (take_amount > 0),
    expires_at bigint not null,
    created_at bigint not null)`,
  `create index quote_open on quote (give_ledger, expires_at) where state = 'open'`,
  'create index quote_payer on quote (payer, created_at)',
]

export const settlementMigrations = [
  SettlementTables1770000000000,
  EvidenceTables1770000000001,
  EventCursors1770000000010,
  AlarmTable1770000000100,
  HashOwner1770000000200,
  QuoteHops1770000000300,
  Reminders1770000000400,
  QuoteHeadroom1770000000500,
] as const
