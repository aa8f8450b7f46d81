// A quote through other tokens is several rows: the first hop's carries what the payer sees, the others name it as their parent.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class QuoteHops1770000000300 implements MigrationInterface {
  readonly name = 'QuoteHops1770000000300'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table quote add column parent uuid references quote')
    await runner.query('create index quote_parent on quote (parent) where parent is not null')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table quote drop column parent')
  }
}
