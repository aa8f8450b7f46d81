// What pruning needs: the form in which a pruned block is kept, how far a run has come, and the state that a restart begins with. Blocks stay
// unchangeable but for this one step: their bytes may go once the kept form is there.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Prune1760000005000 implements MigrationInterface {
  readonly name = 'Prune1760000005000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table pruned_blocks (
        height bigint primary key,
        kept bytea not null,
        gone integer not null check (gone > 0),
        size integer not null
      )`)
    await runner.query(`alter table pruned_blocks alter column kept set storage external`)
    await runner.query(`
      create table pruning (
        single boolean primary key default true check (single),
        target bigint not null default 0,
        height bigint not null default 0,
        base bigint
      )`)
    await runner.query(`insert into pruning (target) values (0)`)
    await runner.query(
      `create table base_state (height bigint not null, part integer not null, bytes bytea not null, primary key (height, part))`,
    )
    await runner.query(`alter table base_state alter column bytes set storage external`)
    await runner.query(`
      create or replace function refuse_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and length(new.bytes) = 0
          and (new.height, new.hash, new.time, new.transactions, new.header, new.seal)
            is not distinct from (old.height, old.hash, old.time, old.transactions, old.header, old.seal)
          and exists (select from pruned_blocks where height = old.height)
        then return new; end if;
        raise exception 'blocks are never changed';
      end $$`)
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('what is pruned does not come back'))
  }
}
