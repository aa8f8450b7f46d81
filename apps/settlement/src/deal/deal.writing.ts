// One version of a deal as one statement: the row, its hashes, deadlines, transition, audit entry and change event stand or fall together, and cost
// one round trip while the row is locked. Its text is made of constants alone, so that each of its few forms is prepared once.
import { type SqlValue, auditDetail, markAudited, markEnded, row } from '@huitong/platform'
import { type HashLock, type Time, fromHex } from '@huitong/primitives'
import { markChanged } from './deal.changes.js'
import { markEvents } from './deal.events.js'
import type { DealSave, Saved } from './deal.store.js'
import { uuidOf } from './id.js'
import type { Deadline, Outline } from './kind.js'
import type { Unit } from './unit.js'

export interface Written {
  readonly deal: DealSave
  /** Writes the deal's row and returns its id; empty if the row is not as expected. */
  readonly sql: string
  readonly values: readonly SqlValue[]
  readonly made: {
    readonly version: number
    readonly at: Time
    readonly actor: string
    readonly event: string
    readonly from: string | null
  }
  /** Hashes that the deal takes with this version. */
  readonly hashes: readonly HashLock[]
  /** False: the deadlines are those of the version before. */
  readonly hasNewDeadlines: boolean
  /** Keys of outbox rows that nobody need perform any more. */
  readonly ended: readonly string[]
}

export async function writeDeal(unit: Unit, written: Written): Promise<Saved> {
  const { deal, made } = written
  const { at, actor, event, from, version } = made
  const { stateName, outline, kind } = deal
  const values = [...written.values]
  const value = (one: SqlValue, type: string): string => `$${values.push(one)}::${type}`
  const [id, to, time, by] = [value(uuidOf(deal.id), 'uuid'), value(stateName, 'text'), value(at, 'bigint'), value(actor, 'text')]
  const [subject, number] = [value(deal.id, 'text'), value(version, 'integer')]
  const detail = auditDetail({ event, from, to: stateName, version })
  const parts = [
    `saved as (${written.sql})`,
    `moved as (insert into deal_transition (deal, version, at, actor, event, from_state, to_state)
       select ${id}, ${number}, ${time}, ${by}, ${value(event, 'text')}, ${value(from, 'text')}, ${to} from saved)`,
    `audited as (insert into audit_pending (at, actor, action, subject, detail)
       select ${time}, ${by}, ${value(`${kind}.${event}`, 'text')}, ${subject}, ${value(detail, 'text')} from saved)`,
    `told as (insert into deal_event_pending (at, type, subject, version, parties)
       select ${time}, ${value(`${kind}.${stateName.toLowerCase()}`, 'text')}, ${subject}, ${number},
         ${value(outline.parties, 'text[]')} from saved)`,
  ]
  const hashes = [...new Set(written.hashes)]
  let taken = '0'
  if (hashes.length > 0) {
    const wanted = value(
      hashes.map((hash) => fromHex(hash)),
      'bytea[]',
    )
    parts.push(`claimed as (insert into hash_lock (hash, deal, kind)
       select hash, ${id}, ${value(kind, 'text')} from saved, unnest(${wanted}) as wanted(hash) on conflict do nothing returning hash)`)
    // a hash is the deal's if it was free now, or was the deal's before
    taken = `(select count(*) from claimed) + (select count(*) from hash_lock where hash = any(${wanted}) and deal = ${id})`
  }
  if (written.hasNewDeadlines) parts.push(...deadlineParts(id, outline, value))
  parts.push(...reminderParts(id, deal, value))
  if (written.ended.length > 0) {
    parts.push(`ended as (update outbox o set done_at = now(), claimed_until = null, last_error = null from saved
       where o.key = any(${value(written.ended, 'text[]')}) and o.done_at is null and o.parked_at is null)`)
  }
  const found = await row<{ saved: string; taken: string }>(
    unit,
    `with ${parts.join(', ')} select (select count(*) from saved) as saved, ${taken} as taken`,
    values,
  )
  if (found?.saved !== '1') return 'stale'
  if (Number(found.taken) !== hashes.length) return 'hash_reused'
  markEnded(unit, written.ended)
  markAudited(unit)
  markEvents(unit)
  markChanged(unit, deal.id, { version, stateName, parties: outline.parties })
  return 'saved'
}

/** A deadline that stays keeps its mark; one that is gone is told to nobody. */
function deadlineParts(id: string, { deadlines }: Outline, value: (one: SqlValue, type: string) => string): readonly string[] {
  const chains = value(
    deadlines.map(({ chain }) => fromHex(chain)),
    'bytea[]',
  )
  const times = value(
    deadlines.map(({ at }) => at),
    'bigint[]',
  )
  const wanted = `unnest(${chains}, ${times}) as wanted(chain, at)`
  return [
    `gone as (delete from deal_deadline d using saved where d.deal = ${id} and not exists (
       select from ${wanted} where wanted.chain = d.chain and wanted.at = d.at))`,
    `due as (insert into deal_deadline (deal, chain, at) select ${id}, wanted.chain, wanted.at from saved, ${wanted}
       on conflict do nothing)`,
  ]
}

/** What is over goes, what is new comes: their keys differ, so the order of the two does not matter. */
function reminderParts(
  id: string,
  { id: deal, reminders: { added, over } }: DealSave,
  value: (one: SqlValue, type: string) => string,
): readonly string[] {
  const parts: string[] = []
  if (over.length > 0) {
    parts.push(
      `unawaited as (delete from deal_reminder r using saved where r.deal = ${id} and r.wait = any(${value(over, 'text[]')}))`,
    )
  }
  if (added.length > 0) {
    const wanted = added.map(({ wait, stage, at, of: { what, milestone, chain, until, owners } }) => ({
      wait,
      stage,
      chain,
      at,
      until,
      owners,
      detail: { what, stage, until, awaited: owners, ...(milestone === undefined ? {} : { milestone }) },
    }))
    parts.push(`awaited as (insert into deal_reminder (deal, subject, wait, stage, chain, at, until, owners, detail)
       select ${id}, ${value(deal, 'text')}, w.wait, w.stage, decode(w.chain, 'hex'), w.at, w.until, w.owners, w.detail
       from saved, jsonb_to_recordset(${value(JSON.stringify(wanted), 'jsonb')})
         as w(wait text, stage text, chain text, at bigint, until bigint, owners text[], detail jsonb) on conflict do nothing)`)
  }
  return parts
}

export function sameDeadlines({ deadlines: before }: Outline, { deadlines: now }: Outline): boolean {
  return (
    before.length === now.length && before.every(({ chain, at }, index) => now[index]?.chain === chain && now[index].at === at)
  )
}

/** The earliest pending deadline as the columns of the deal's row. */
export function nextDeadline({ deadlines }: Outline): readonly [number | null, Uint8Array | null, string | null] {
  const next = deadlines.reduce<Deadline | undefined>(
    (first, one) => (first === undefined || one.at < first.at ? one : first),
    undefined,
  )
  return next === undefined ? [null, null, null] : [next.at, fromHex(next.chain), next.default]
}
