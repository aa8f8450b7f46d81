// The table of alarms: what a person should look at, raised once and kept after it is over.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class AlarmTable1770000000100 implements MigrationInterface {
  readonly name = 'AlarmTable1770000000100'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table alarm (
      id bigint generated always as identity primary key,
      kind text not null,
      subject text not null,
      detail text not null,
      parties text[] not null,
      chain bytea,
      coin bytea check (octet_length(coin) = 32),
      raised_at bigint not null,
      cleared_at bigint)`)
    await runner.query('create unique index alarm_open on alarm (kind, subject) where cleared_at is null')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table alarm')
  }
}
