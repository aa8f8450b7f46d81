// Where the index stands, its blocks, and what recoveries make fall due. Filled after the commit; all of it can be rebuilt from the raw blocks.
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
    await runner.query('create index indexed_blocks_time on indexed_blocks (time, height)')
    // the shortest delay that the account's recovery ever had: it says only when a block may be due
    await runner.query(`create table recovery_delays (account bytea primary key, delay_ms bigint not null)`)
    await runner.query(
      `create table recovery_ends (due bigint not null, transaction bigint not null, primary key (due, transaction))`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table recovery_ends, recovery_delays, indexed_blocks, index_cursor')
  }
}
