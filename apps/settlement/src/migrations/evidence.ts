// Files of evidence: sealed pieces, and the key of each case under which they are sealed. Nothing readable of a file is stored.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class EvidenceTables1770000000001 implements MigrationInterface {
  readonly name = 'EvidenceTables1770000000001'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table evidence_piece, evidence_key')
  }
}

/** Whoever deletes a case's key has made all its files unreadable. A piece without `evidence` is of an upload that is not in a case yet. */
const TABLES = [
  `create table evidence_key (
    dispute uuid primary key,
    sealed text not null)`,
  `create table evidence_piece (
    dispute uuid not null,
    upload bytea not null check (octet_length(upload) = 16),
    index integer not null check (index >= 0),
    by text not null,
    size integer not null check (size > 0),
    sealed text not null,
    evidence uuid,
    created_at timestamptz not null default now(),
    primary key (dispute, upload, index))`,
  'create index evidence_piece_file on evidence_piece (evidence, index) where evidence is not null',
  'create index evidence_piece_waiting on evidence_piece (created_at) where evidence is null',
]
