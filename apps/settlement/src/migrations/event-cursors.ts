// Changes between the commit that made them and their cursor in the feed.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class EventCursors1770000000010 implements MigrationInterface {
  readonly name = 'EventCursors1770000000010'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table deal_event_pending (
        id bigint generated always as identity primary key,
        at bigint not null,
        type text not null,
        subject text not null,
        version integer not null,
        parties text[] not null)`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table deal_event_pending')
  }
}
