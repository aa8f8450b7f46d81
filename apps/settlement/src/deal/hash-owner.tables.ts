// A hash belongs to one deal for ever: the row that says so stands on a deal that exists, and can be neither changed nor deleted.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class HashOwner1770000000200 implements MigrationInterface {
  readonly name = 'HashOwner1770000000200'

  async up(runner: QueryRunner): Promise<void> {
    // deferred: a deal takes its hashes before its own row, in one transaction
    await runner.query(
      'alter table hash_lock add constraint hash_lock_deal foreign key (deal) references deal deferrable initially deferred',
    )
    await runner.query(`create function hash_lock_is_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'hash_lock is append-only' using errcode = 'restrict_violation';
      end $$`)
    await runner.query(`create trigger hash_lock_no_change before update or delete on hash_lock
      for each row execute function hash_lock_is_append_only()`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger hash_lock_no_change on hash_lock')
    await runner.query('drop function hash_lock_is_append_only')
    await runner.query('alter table hash_lock drop constraint hash_lock_deal')
  }
}
