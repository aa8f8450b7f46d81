// Reminders that are still to come, each told once and then gone from here; and what an event says beside its subject.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Reminders1770000000400 implements MigrationInterface {
  readonly name = 'Reminders1770000000400'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table deal_reminder (
      deal uuid not null references deal,
      subject text not null,
      wait text not null,
      stage text not null,
      chain bytea not null,
      at bigint not null,
      until bigint not null,
      owners text[] not null,
      detail jsonb not null,
      primary key (deal, wait, stage))`)
    await runner.query('create index deal_reminder_due on deal_reminder (chain, at)')
    await runner.query('alter table deal_event_pending add column detail jsonb')
    await runner.query('alter table deal_event add column detail jsonb')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deal_event drop column detail')
    await runner.query('alter table deal_event_pending drop column detail')
    await runner.query('drop table deal_reminder')
  }
}
