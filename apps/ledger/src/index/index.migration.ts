// Search tables, filled after the commit and never changed: a spend is a row of its own. All of it can be rebuilt from the raw blocks.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class LedgerIndex1760000002000 implements MigrationInterface {
  readonly name = 'LedgerIndex1760000002000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table index_cursor (
        single boolean primary key default true check (single),
        height bigint not null,
        transactions bigint not null,
        coins bigint not null
      )`)
    await runner.query(`insert into index_cursor (height, transactions, coins) values (0, 0, 0)`)
    await runner.query(
      `create table indexed_blocks (height bigint primary key, time bigint not null, last_transaction bigint not null)`,
    )
    await runner.query(`
      create table transactions (
        seq bigint primary key,
        id bytea not null,
        height bigint not null,
        position integer not null,
        start integer not null,
        size integer not null,
        first_coin bigint not null,
        coins integer not null,
        issued_asset text,
        issued_amount bigint
      )`)
    await runner.query(`create unique index transactions_id on transactions (id)`)
    await runner.query(`
      create table coins (
        seq bigint primary key,
        coordinate bytea not null,
        transaction bigint not null,
        position integer not null,
        height bigint not null,
        asset text not null,
        amount bigint not null check (amount > 0),
        condition bytea not null,
        due bigint
      )`)
    await runner.query(`create unique index coins_coordinate on coins (coordinate)`)
    await runner.query(`create index coins_due on coins (due) where due is not null`)
    // the shortest delay that the account's recovery ever had: it says only when a block may be due
    await runner.query(`create table recovery_delays (account bytea primary key, delay_ms bigint not null)`)
    await runner.query(
      `create table recovery_ends (due bigint not null, transaction bigint not null, primary key (due, transaction))`,
    )
    await runner.query(`
      create table spends (
        coin bigint primary key,
        transaction bigint not null,
        input integer not null,
        height bigint not null
      )`)
    await runner.query(`create index spends_transaction on spends (transaction)`)
    await runner.query(`
      create table relations (
        account bytea not null,
        relation smallint not null,
        coin bigint not null,
        primary key (account, relation, coin)
      )`)
    await runner.query(`
      create table postings (
        account bytea not null,
        asset text not null,
        part smallint not null,
        transaction bigint not null,
        delta bigint not null,
        balance bigint not null check (balance >= 0),
        primary key (account, asset, part, transaction)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table recovery_ends, recovery_delays, postings, relations, spends, coins, transactions, indexed_blocks, index_cursor',
    )
  }
}
