// The search tables: split by number, filled by COPY and never changed: a spend is a row of its own. All of them can be rebuilt from the raw blocks.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class IndexParts1760000004000 implements MigrationInterface {
  readonly name = 'IndexParts1760000004000'

  async up(runner: QueryRunner): Promise<void> {
    // a key is the first eight bytes of the value beside it: an index over numbers costs half of one over bytes or of a hash index (measured)
    await runner.query(`
      create table transactions (
        seq bigint primary key,
        id_key bigint not null,
        id bytea not null,
        height bigint not null,
        position integer not null,
        start integer not null,
        size integer not null,
        first_coin bigint not null,
        coins integer not null,
        issued_asset text,
        issued_amount bigint
      ) partition by range (seq)`)
    await runner.query(`create index transactions_id on transactions (id_key)`)
    // a plain account's coin has an owner, any other a condition
    await runner.query(`
      create table coins (
        seq bigint primary key,
        coordinate_key bigint not null,
        coordinate bytea not null,
        transaction bigint not null,
        position integer not null,
        height bigint not null,
        asset text not null,
        amount bigint not null check (amount > 0),
        owner_key bigint,
        owner bytea,
        condition bytea,
        due bigint,
        check ((owner is null) <> (condition is null))
      ) partition by range (seq)`)
    await runner.query(`create index coins_coordinate on coins (coordinate_key)`)
    await runner.query(`create index coins_owner on coins (owner_key, seq) where owner_key is not null`)
    await runner.query(`create index coins_due on coins (due) where due is not null`)
    await runner.query(`
      create table spends (
        coin bigint not null,
        transaction bigint not null,
        input integer not null,
        height bigint not null
      ) partition by range (transaction)`)
    await runner.query(`create index spends_coin on spends (coin)`)
    await runner.query(`create index spends_transaction on spends (transaction)`)
    // how accounts stand to coins that they do not simply own
    await runner.query(`
      create table relations (
        account bytea not null,
        relation smallint not null,
        coin bigint not null,
        primary key (account, relation, coin)
      ) partition by range (coin)`)
    await runner.query(`
      create table postings (
        account bytea not null,
        asset text not null,
        part smallint not null,
        transaction bigint not null,
        delta bigint not null,
        balance bigint not null check (balance >= 0),
        primary key (account, asset, part, transaction)
      ) partition by range (transaction)`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table postings, relations, spends, coins, transactions')
  }
}
