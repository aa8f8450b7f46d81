// The wrapper of every command that changes something: the same key has one effect and one answer, however often it is sent.
import type { Answer } from '@huitong/contracts'
import { type Result, equalBytes, err } from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import { fingerprint } from '../canonical.js'
import { row, rows } from '../pg/rows.js'
import { runUnit } from '../pg/unit.js'

/** A command as its sender names it. */
export interface CommandKey {
  /** Whose keys these are: command and caller (`order.accept:party-7`). Equal keys in different scopes never meet. */
  readonly scope: string
  /** The sender's idempotency key. */
  readonly key: string
  /** What is asked for; a second body under the same key is refused. JSON, amounts as strings. */
  readonly body: unknown
}

/** Codes every command may answer besides its own. */
export const COMMAND_CODES = ['idempotency_key_reused', 'in_flight'] as const
export type CommandCode = (typeof COMMAND_CODES)[number]

/**
 * Runs `work` at most once per (scope, key), in one transaction with the record of its answer.
 * - The first time: `work`'s answer. A refusal undoes everything `work` did and is the stored answer; so refuse for lasting reasons only.
 * - Again with the same body: the stored answer, byte for byte, with `replayed: true`.
 * - Again with another body: `idempotency_key_reused`. While the first still runs: `in_flight`.
 * - `work` throws: nothing is kept, the error goes on. Faults of the moment run the whole unit again; UnitFailed ends that.
 * The value passes through JSON, also the first time: what is answered now is what will be answered later.
 */
export async function runCommand<Value, Code extends string>(
  database: DataSource,
  command: CommandKey,
  work: (manager: EntityManager) => Promise<Result<Value, Code>>,
): Promise<Answer<Value, Code | CommandCode>> {
  const print = fingerprint(command.body)
  return runUnit(database, { lostCommit: 'again' }, async (manager) => {
    if (!(await takeKey(manager, command))) return err<CommandCode>('in_flight', 'this key is being worked on')
    const known = await storedAnswer(manager, command)
    if (known === undefined) return firstRun(manager, { command, print, work })
    if (!equalBytes(known.fingerprint, print)) {
      return err<CommandCode>('idempotency_key_reused', 'this key was used with another body', 'key')
    }
    return { ...decode<Value, Code>(known.answer), replayed: true }
  })
}

/** Forgets answers older than `before`: their keys are free again. Answers the number of keys. */
export async function forgetAnswers(manager: EntityManager, before: Date): Promise<number> {
  const gone = await rows<{ key: string }>(manager, 'delete from idempotency where created_at < $1 returning key', [before])
  return gone.length
}

interface First<Value, Code extends string> {
  readonly command: CommandKey
  readonly print: Uint8Array
  readonly work: (manager: EntityManager) => Promise<Result<Value, Code>>
}

async function firstRun<Value, Code extends string>(
  manager: EntityManager,
  first: First<Value, Code>,
): Promise<Result<Value, Code>> {
  const { command, print, work } = first
  await manager.query('savepoint command_work')
  const result = await work(manager)
  if (!result.ok) await manager.query('rollback to savepoint command_work')
  const answer = encode(result)
  await rows(manager, 'insert into idempotency (scope, key, fingerprint, answer) values ($1, $2, $3, $4)', [
    command.scope,
    command.key,
    print,
    answer,
  ])
  return decode<Value, Code>(answer)
}

/** One at a time per key, without waiting: a lock of the transaction, gone with it. */
async function takeKey(manager: EntityManager, { scope, key }: CommandKey): Promise<boolean> {
  const sql = 'select pg_try_advisory_xact_lock(hashtextextended($1, octet_length($2))) as taken'
  const found = await row<{ taken: boolean }>(manager, sql, [`${scope}\u001f${key}`, scope])
  return found?.taken === true
}

async function storedAnswer(manager: EntityManager, { scope, key }: CommandKey) {
  const sql = 'select fingerprint, answer from idempotency where scope = $1 and key = $2'
  return row<{ fingerprint: Uint8Array; answer: string }>(manager, sql, [scope, key])
}

function encode(result: Result<unknown, string>): string {
  return JSON.stringify(result, (_name, value: unknown) => {
    if (typeof value === 'bigint') throw new TypeError('an answer carries amounts as decimal strings')
    return value
  })
}

/** The border: only {@link encode} writes this text. */
const decode = <Value, Code extends string>(answer: string): Result<Value, Code> => JSON.parse(answer) as Result<Value, Code>
