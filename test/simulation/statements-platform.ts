// What the platform's SQL means in simulated tables: idempotency keys, outbox, audit chain, locks. One entry per statement, named by its beginning.
import { toHex } from '@huitong/primitives'
import { type Answered, type Asked, type Statement } from './database.js'
import { DatabaseFault, type Row, type Transaction } from './tables.js'

/** bytea and uuid columns as keys. */
export const keyOf = (value: unknown): string =>
  value instanceof Uint8Array ? toHex(value) : typeof value === 'string' ? value.replaceAll('-', '') : String(value)

export const counted = (rows: readonly Row[]): Answered => [rows, rows.length]
export const NONE: Answered = [[], 0]

/** An insert under a key that must be new: waits for whoever is inserting the same. */
export async function insert(tx: Transaction, table: string, key: string, row: Row): Promise<boolean> {
  await tx.lock(table, key)
  if (tx.get(table, key) !== undefined) return false
  tx.put(table, key, row)
  return true
}

/** Locks, reads again, writes. */
export async function change(
  tx: Transaction,
  table: string,
  key: string,
  to: (row: Row) => Row | undefined,
): Promise<Row | undefined> {
  if (tx.get(table, key) === undefined) return undefined
  await tx.lock(table, key)
  const row = tx.get(table, key)
  const next = row === undefined ? undefined : to(row)
  if (next !== undefined) tx.put(table, key, next)
  return next
}

const column = (row: Row, name: string): number => Number(row[name])
const isOpen = (row: Row): boolean => row['done_at'] === null && row['parked_at'] === null
const shown = (row: Row): Row => ({
  id: row['id'],
  kind: row['kind'],
  key: row['key'],
  payload: JSON.parse(String(row['payload'])) as unknown,
  attempts: row['attempts'],
  createdAt: new Date(column(row, 'created_at')),
  lastError: row['last_error'],
  trace: null,
})

async function enqueue({ tx, values, now }: Asked): Promise<Answered> {
  const [id, kind, key, payload, dedupe, , delay] = values
  if (dedupe !== null && dedupe !== undefined) throw new Error('no dedupe texts in settlement')
  const seq = tx.next()
  const row = { id, kind, key, payload, seq, due_at: now + Number(delay), claimed_by: null, claimed_until: null, attempts: 0 }
  tx.put('outbox', keyOf(id), { ...row, done_at: null, parked_at: null, last_error: null, created_at: now })
  return [{ id }]
}

/** Due rows with no unfinished earlier row of their key, skipping what others have locked. */
function claim({ tx, values, now }: Asked): Answered {
  const [kinds, room, worker, forMs] = values
  const wanted = new Set(Array.isArray(kinds) ? kinds.map(String) : [])
  const open = tx.filter('outbox', isOpen)
  const first = new Map<unknown, number>()
  for (const row of open) first.set(row['key'], Math.min(first.get(row['key']) ?? Infinity, column(row, 'seq')))
  const due = open
    .filter((row) => column(row, 'due_at') <= now && (row['claimed_until'] === null || column(row, 'claimed_until') < now))
    .filter((row) => wanted.has(String(row['kind'])) && first.get(row['key']) === row['seq'])
    .sort((a, b) => column(a, 'due_at') - column(b, 'due_at') || column(a, 'seq') - column(b, 'seq'))
  const claimed: Row[] = []
  for (const row of due) {
    if (claimed.length >= Number(room)) break
    const key = keyOf(row['id'])
    if (!tx.tryLock('outbox', key)) continue
    const next = { ...row, claimed_by: worker, claimed_until: now + Number(forMs), attempts: column(row, 'attempts') + 1 }
    tx.put('outbox', key, next)
    claimed.push(shown(next))
  }
  return counted(claimed)
}

async function outboxRow({ tx, values }: Asked, to: (row: Row) => Row): Promise<Answered> {
  const changed = await change(tx, 'outbox', keyOf(values[0]), to)
  return counted(changed === undefined ? [] : [changed])
}

async function takeBack({ tx, values }: Asked): Promise<Answered> {
  const held = [...tx.scan('outbox')].filter(
    ([, row]) => row['claimed_by'] === values[0] && row['claimed_until'] !== null && row['done_at'] === null,
  )
  for (const [key] of held) await change(tx, 'outbox', key, (row) => ({ ...row, claimed_until: null }))
  return NONE
}

async function takeKey({ tx, values }: Asked): Promise<Answered> {
  return [{ taken: tx.tryLock('advisory', String(values[0])) }]
}

async function auditHead({ tx }: Asked): Promise<Answered> {
  await tx.lock('audit_head', 'one')
  return [tx.get('audit_head', 'one') ?? { seq: '0', hash: new Uint8Array(32) }]
}

async function append({ tx, values }: Asked): Promise<Answered> {
  const [seq, at, actor, action, subject, detail, previous, hash] = values
  const row = { seq: String(seq), at: String(at), actor, action, subject, detail, previous, hash }
  if (!(await insert(tx, 'audit_log', String(seq), row))) throw new DatabaseFault('23505', 'audit_log has this seq')
  return []
}

const savepoint =
  (act: (tx: Transaction) => void): Statement =>
  ({ tx }) => {
    act(tx)
    return []
  }

const waiting = ({ tx, values }: Asked): Answered => {
  const found = tx.find('outbox', (row) => row['key'] === values[0] && isOpen(row))
  return found === undefined ? [] : [{ one: 1 }]
}

export const platformStatements: readonly (readonly [string, Statement])[] = [
  ['savepoint command_work', savepoint((tx) => tx.savepoint('command_work'))],
  ['rollback to savepoint command_work', savepoint((tx) => tx.rollBackTo('command_work'))],
  ['savepoint fact', savepoint((tx) => tx.savepoint('fact'))],
  ['release savepoint fact', savepoint((tx) => tx.releaseSavepoint('fact'))],
  ['rollback to savepoint fact', savepoint((tx) => tx.rollBackTo('fact'))],
  ['select pg_try_advisory_xact_lock(', takeKey],
  [
    'select pg_advisory_xact_lock(',
    async ({ tx, values }) => {
      await tx.lock('advisory', `wait ${String(values[0])}`)
      return []
    },
  ],
  [
    'select fingerprint, answer from idempotency',
    ({ tx, values }) => {
      const found = tx.get('idempotency', `${String(values[0])}\u001f${String(values[1])}`)
      return found === undefined ? [] : [found]
    },
  ],
  [
    'insert into idempotency',
    async ({ tx, values }) => {
      const [scope, key, fingerprint, answer] = values
      const made = await insert(tx, 'idempotency', `${String(scope)}\u001f${String(key)}`, { scope, key, fingerprint, answer })
      if (!made) throw new DatabaseFault('23505', 'idempotency has this key')
      return []
    },
  ],
  ['insert into outbox', enqueue],
  ['select 1 as one from outbox where key', waiting],
  ['update outbox set claimed_until = null where claimed_by', takeBack],
  ['with due as materialized ( select w.id from outbox', claim],
  ['select count(*)::text as waiting', () => [{ waiting: '0', oldest: null }]],
  [
    'update outbox set done_at = now()',
    (asked) => outboxRow(asked, (row) => ({ ...row, done_at: asked.now, claimed_until: null, last_error: null })),
  ],
  [
    'update outbox set parked_at = now()',
    (asked) => outboxRow(asked, (row) => ({ ...row, parked_at: asked.now, claimed_until: null, last_error: asked.values[1] })),
  ],
  [
    'update outbox set due_at = now()',
    (asked) =>
      outboxRow(asked, (row) => ({
        ...row,
        due_at: asked.now + Number(asked.values[1]),
        claimed_until: null,
        last_error: asked.values[2],
      })),
  ],
  ['select seq, hash from audit_head for update', auditHead],
  ['select seq, hash from audit_head', ({ tx }) => [tx.get('audit_head', 'one') ?? { seq: '0', hash: new Uint8Array(32) }]],
  ['insert into audit_log', append],
  [
    'update audit_head set seq',
    ({ tx, values }) => {
      tx.put('audit_head', 'one', { seq: String(values[0]), hash: values[1] })
      return NONE
    },
  ],
  [
    'select * from audit_log where seq >',
    ({ tx, values }) =>
      tx
        .filter('audit_log', (row) => BigInt(String(row['seq'])) > BigInt(String(values[0])))
        .sort((a, b) => column(a, 'seq') - column(b, 'seq'))
        .slice(0, Number(values[1])),
  ],
]
