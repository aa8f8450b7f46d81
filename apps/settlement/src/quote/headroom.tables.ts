// What open quotes keep free of an account's limit for a day, where its ledger's rulebook has one.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class QuoteHeadroom1770000000500 implements MigrationInterface {
  readonly name = 'QuoteHeadroom1770000000500'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table quote_headroom (
      quote uuid primary key references quote,
      ledger text not null,
      asset text not null,
      account bytea not null check (octet_length(account) = 32),
      amount bigint not null check (amount > 0))`)
    await runner.query('create index quote_headroom_account on quote_headroom (account, ledger, asset)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table quote_headroom')
  }
}
