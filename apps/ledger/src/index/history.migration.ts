// What statements need of the index tables beyond what the index itself needs: blocks by their time.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class LedgerHistory1760000003000 implements MigrationInterface {
  readonly name = 'LedgerHistory1760000003000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index indexed_blocks_time on indexed_blocks (time, height)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index indexed_blocks_time')
  }
}
