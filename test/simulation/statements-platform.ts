// What the platform's SQL means in simulated tables: idempotency keys, outbox, audit chain, locks. One entry per statement, named by its beginning.
import { toHex } from '@huitong/primitives'
import { type Answered, type Asked, type Statement } from './database.js'
import type { Row, Transaction } from './tables.js'

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

async function outboxRow({ tx, values }: Asked, to: (row: Row) => Row | undefined): Promise<Answered> {
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

function audit({ tx, values }: Asked): Answered {
  const [at, actor, action, subject, detail] = values
  tx.put('audit_pending', String(tx.next()), { at, actor, action, subject, detail })
  return []
}

/** The key's lock, and the answer that is known, as one statement reads both. */
function takeKey({ tx, values }: Asked): Answered {
  const [lock, scope, key] = values
  const isTaken = tx.tryLock('advisory', String(lock))
  const found = tx.get('idempotency', `${String(scope)}\u001f${String(key)}`)
  return [{ taken: isTaken, fingerprint: found?.['fingerprint'] ?? null, answer: found?.['answer'] ?? null }]
}

/** Rows for keys under which nothing waits, for its turn or for a person. */
function enqueueOwed({ tx, values, now }: Asked): Answered {
  const [ids, kinds, keys, payloads] = values.map((column): readonly unknown[] => (Array.isArray(column) ? column : []))
  const worker = values[5] ?? null
  const claimed = worker === null ? { claimed_until: null, attempts: 0 } : { claimed_until: now + Number(values[6]), attempts: 1 }
  const waiting = new Set(tx.filter('outbox', (row) => row['done_at'] === null).map((row) => row['key']))
  const written: Row[] = []
  ids?.forEach((id, at) => {
    const key = keys?.[at]
    if (waiting.has(key)) return
    const row = { id, kind: kinds?.[at], key, payload: payloads?.[at], seq: tx.next(), due_at: now }
    const made = { ...row, claimed_by: worker, ...claimed, done_at: null, parked_at: null, last_error: null, created_at: now }
    tx.put('outbox', keyOf(id), made)
    written.push(shown(made))
  })
  return written
}

const savepoint =
  (act: (tx: Transaction) => void): Statement =>
  ({ tx }) => {
    act(tx)
    return []
  }

export const platformStatements: readonly (readonly [string, Statement])[] = [
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
    'insert into idempotency',
    async ({ tx, values }) => {
      const [scope, key, fingerprint, answer] = values
      const made = await insert(tx, 'idempotency', `${String(scope)}\u001f${String(key)}`, { scope, key, fingerprint, answer })
      return made ? [{ key }] : []
    },
  ],
  ['insert into outbox as o (id, kind, key, payload, trace, claimed_by, claimed_until, attempts)', enqueueOwed],
  ['insert into outbox', enqueue],
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
      outboxRow(asked, (row) =>
        row['done_at'] === null
          ? { ...row, due_at: asked.now + Number(asked.values[1]), claimed_until: null, last_error: asked.values[2] }
          : undefined,
      ),
  ],
  ['insert into audit_pending', audit],
]
