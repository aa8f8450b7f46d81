// The tables of the chain: one head row that fences writers, and the raw blocks. Everything else can be rebuilt from these two.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Blocks1760000001000 implements MigrationInterface {
  readonly name = 'Blocks1760000001000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table head (
        single boolean primary key default true check (single),
        chain bytea not null check (length(chain) = 32),
        epoch bigint not null,
        height bigint not null,
        hash bytea not null check (length(hash) = 32),
        time bigint not null,
        clock_offset bigint not null default 0 check (clock_offset >= 0)
      )`)
    await runner.query(`
      create table blocks (
        height bigint primary key check (height >= 1),
        hash bytea not null check (length(hash) = 32),
        time bigint not null,
        transactions integer not null,
        header bytea not null,
        seal bytea not null check (length(seal) = 64),
        bytes bytea not null
      )`)
    // signatures and hashes do not compress: trying costs time inside the commit
    await runner.query(`alter table blocks alter column bytes set storage external`)
    // a small block stays in its row: parts beside it cost more rows and another index
    await runner.query(`alter table blocks set (toast_tuple_target = 8160)`)
    await runner.query(`
      create function refuse_change() returns trigger language plpgsql as $$
      begin raise exception 'blocks are never changed'; end $$`)
    await runner.query(`
      create trigger blocks_are_final before update or delete on blocks
      for each row execute function refuse_change()`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table blocks, head')
    await runner.query('drop function refuse_change')
  }
}
