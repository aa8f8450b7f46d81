// The wrapper of every command that changes something: the same key has one effect and one answer, however often it is sent.
import type { Answer } from '@huitong/contracts'
import { type Result, equalBytes, err } from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import { fingerprint } from '../canonical.js'
import { killpoint } from '../killpoint.js'
import { changed, row, rows } from '../pg/rows.js'
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
  const first: First = { command, print: fingerprint(command.body) }
  killpoint('command.received')
  try {
    const answer = await runUnit(database, { lostCommit: 'again' }, async (manager) => {
      const known = await knownAnswer<Value, Code>(manager, first)
      return known ?? keep<Value, Code>(manager, first, done(await work(manager)))
    })
    killpoint('command.committed')
    return answer
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown
    // whatever `work` did is undone; its refusal is the answer, unless the same command was carried out by somebody else meanwhile
    return runUnit(database, { lostCommit: 'again' }, async (manager) => {
      const known = await knownAnswer<Value, Code>(manager, first)
      return known ?? keep<Value, Code>(manager, first, thrown.refusal)
    })
  }
}

/**
 * For a command that asks others (ledgers, parties, custody) before it comes to {@link runCommand}: what they say may be another thing when the
 * command is sent again. If `attempt` refuses, an earlier answer to the same key goes before that refusal; so the first answer stays the answer.
 * A refusal of the moment is not kept: the same key may be tried again.
 */
export async function firstAnswer<Value, Code extends string>(
  database: DataSource,
  command: CommandKey,
  attempt: (command: CommandKey) => Promise<Answer<Value, Code>>,
): Promise<Answer<Value, Code | CommandCode>> {
  const answer = await attempt(command)
  if (answer.ok || answer.replayed === true) return answer
  const first: First = { command, print: fingerprint(command.body) }
  const known = await runUnit(database, { lostCommit: 'again' }, (manager) => knownAnswer<Value, Code>(manager, first))
  // what `runCommand` has just refused, and kept, comes back as it is: for the first time
  return known === undefined || (!known.ok && known.code === answer.code) ? answer : known
}

/** Forgets answers older than `before`: their keys are free again. Answers the number of keys. */
export async function forgetAnswers(manager: EntityManager, before: Date): Promise<number> {
  const gone = await rows<{ key: string }>(manager, 'delete from idempotency where created_at < $1 returning key', [before])
  return gone.length
}

interface First {
  readonly command: CommandKey
  readonly print: Uint8Array
}

/** Carries a refusal out of the transaction that it undoes. */
class Refused extends Error {
  override readonly name = 'Refused'
  constructor(readonly refusal: Result<never, string>) {
    super('refused')
  }
}

/** The same command was carried out between our look at its key and our turn: the unit runs again and finds its answer. */
class Overtaken extends Error {
  override readonly name = 'Overtaken'
  readonly code = '40001'
}

function done<Value, Code extends string>(result: Result<Value, Code>): Result<Value, Code> {
  if (!result.ok) throw new Refused(result)
  return result
}

/**
 * The answer that needs no work; `undefined` if this is the first time. One at a time per key, without waiting: a lock of the transaction, gone
 * with it. The statement may read before it has the lock, which {@link keep} finds out.
 */
async function knownAnswer<Value, Code extends string>(
  manager: EntityManager,
  { command: { scope, key }, print }: First,
): Promise<Answer<Value, Code | CommandCode> | undefined> {
  const found = await row<{ taken: boolean; fingerprint: Uint8Array | null; answer: string | null }>(
    manager,
    `select pg_try_advisory_xact_lock(hashtextextended($1, octet_length($2))) as taken, known.fingerprint, known.answer
     from (values (true)) as one(row) left join idempotency known on known.scope = $2 and known.key = $3`,
    [`${scope}\u001f${key}`, scope, key],
  )
  if (found?.taken !== true) return err<CommandCode>('in_flight', 'this key is being worked on')
  if (found.fingerprint === null || found.answer === null) return undefined
  if (!equalBytes(found.fingerprint, print)) {
    return err<CommandCode>('idempotency_key_reused', 'this key was used with another body', 'key')
  }
  return { ...decode<Value, Code>(found.answer), replayed: true }
}

async function keep<Value, Code extends string>(
  manager: EntityManager,
  { command, print }: First,
  result: Result<unknown, string>,
): Promise<Result<Value, Code>> {
  const answer = JSON.stringify(result)
  const kept = await changed(
    manager,
    'insert into idempotency (scope, key, fingerprint, answer) values ($1, $2, $3, $4) on conflict do nothing returning key',
    [command.scope, command.key, print, answer],
  )
  if (kept !== 1) throw new Overtaken('another unit of work has answered this command')
  return decode<Value, Code>(answer)
}

/** The border: only {@link keep} writes this text. */
const decode = <Value, Code extends string>(answer: string): Result<Value, Code> => JSON.parse(answer) as Result<Value, Code>
