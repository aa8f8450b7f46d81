// Recovery cases in PostgreSQL: the case with a version, and a row per transition. Decides nothing.
import { row, rows } from '@huitong/platform'
import { type Bytes, type Time, fromHex, invariant } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'
import { type RecoveryCase, decodeCase, encodeCase } from './case.js'

interface CaseRow {
  readonly id: string
  readonly body: unknown
  readonly version: number
  readonly created_at: string
  readonly account: Bytes
}

const OPEN = `('OPENED', 'APPROVED', 'PROPOSED')`

/** False, and nothing is written, when the account has an open case. */
export async function insertCase(manager: EntityManager, one: RecoveryCase, event: string): Promise<boolean> {
  const { party, account } = one.state.terms
  const sql = `insert into recovery (id, party, account, state, body, version, created_at) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (account) where state in ${OPEN} do nothing returning id`
  const values = [one.id, party, fromHex(account), one.state.state, encodeCase(one), one.version, one.createdAt]
  if ((await row(manager, sql, values)) === undefined) return false
  await insertTransition(manager, one, { event, at: one.createdAt })
  return true
}

/** Saves the next version of a case that was read under its lock. */
export async function updateCase(manager: EntityManager, one: RecoveryCase, made: { event: string; at: Time }): Promise<void> {
  const sql = 'update recovery set state = $2, body = $3, version = $4 where id = $1 and version = $4 - 1 returning id'
  const saved = await row(manager, sql, [one.id, one.state.state, encodeCase(one), one.version])
  invariant(saved !== undefined, 'a case is saved under its lock')
  await insertTransition(manager, one, made)
}

export async function caseById(manager: EntityManager, id: string): Promise<RecoveryCase | undefined> {
  return caseOf(await row<CaseRow>(manager, 'select * from recovery where id = $1', [id]))
}

export async function lockCase(manager: EntityManager, id: string): Promise<RecoveryCase | undefined> {
  return caseOf(await row<CaseRow>(manager, 'select * from recovery where id = $1 for update', [id]))
}

/** Cases that may still change. */
export async function openCases(manager: EntityManager): Promise<readonly RecoveryCase[]> {
  const found = await rows<CaseRow>(manager, `select * from recovery where state in ${OPEN} order by created_at`)
  return found.flatMap((one) => caseOf(one) ?? [])
}

async function insertTransition(manager: EntityManager, one: RecoveryCase, made: { event: string; at: Time }): Promise<void> {
  await rows(manager, 'insert into recovery_transition (recovery, version, state, event, at) values ($1, $2, $3, $4, $5)', [
    one.id,
    one.version,
    one.state.state,
    made.event,
    made.at,
  ])
}

function caseOf(found: CaseRow | undefined): RecoveryCase | undefined {
  if (found === undefined) return undefined
  // the border: only Times are written into this column
  return decodeCase({ ...found, createdAt: Number(found.created_at) as Time })
}
