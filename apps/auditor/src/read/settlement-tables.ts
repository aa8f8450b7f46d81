// The tables of settlement: how far it has read the ledgers, its deals and their histories, its transactions, answers, offers and deadlines.
import { row, rows } from '@huitong/platform'
import type { Bytes } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'
import { hexText } from '../chain/byte-reader.js'
import { termsOf } from './deal-state.js'
import { type AnswerFact, type CursorFact, type DealFact, type Snapshot, type TransactionFact, coinKey } from './facts.js'

export type SettlementFacts = Pick<
  Snapshot,
  'cursors' | 'deals' | 'transactions' | 'answers' | 'strangers' | 'offers' | 'due' | 'deadlines'
>

const NOTHING: SettlementFacts = {
  cursors: [],
  deals: [],
  transactions: [],
  answers: [],
  strangers: new Set(),
  offers: [],
  due: [],
  deadlines: 0,
}

/** Rows that were written by a transaction not yet over at the mark. */
const CHANGED = 'xmin::text::bigint >= $1::bigint & 4294967295'

/** `since`: the mark of the last snapshot; `undefined` where settlement has no tables. */
export async function readSettlement(manager: EntityManager, since: string | undefined): Promise<SettlementFacts> {
  if (since === undefined) return NOTHING
  return {
    cursors: await readCursors(manager),
    deals: await readDeals(manager, since),
    transactions: await readTransactions(manager, since),
    answers: await readAnswers(manager, since),
    strangers: await readStrangers(manager),
    offers: await readOffers(manager),
    ...(await readDeadlines(manager)),
  }
}

async function readCursors(manager: EntityManager): Promise<readonly CursorFact[]> {
  const found = await rows<{ name: string; chain: Bytes; genesis: string; height: string; time: string }>(
    manager,
    'select name, chain, genesis, height, time from settlement.ledger',
  )
  return found.map(({ name, chain, genesis, height, time }) => ({
    name,
    chain: hexText(chain),
    genesis,
    height: Number(height),
    time: Number(time),
  }))
}

interface DealRow {
  readonly id: string
  readonly kind: string
  readonly state: unknown
  readonly state_name: string
  readonly version: number
  readonly steps: number
  readonly last: number | null
  readonly last_state: string | null
}

async function readDeals(manager: EntityManager, since: string): Promise<readonly DealFact[]> {
  const found = await rows<DealRow>(
    manager,
    `select replace(d.id::text, '-', '') as id, d.kind, d.state, d.state_name, d.version,
       coalesce(h.steps, 0)::int as steps, h.last, h.last_state
     from (select * from settlement.deal where ${CHANGED}) d
     left join lateral (
       select count(*) as steps, max(t.version) as last, (array_agg(t.to_state order by t.version desc))[1] as last_state
       from settlement.deal_transition t where t.deal = d.id) h on true`,
    [since],
  )
  return found.map((deal) => ({
    id: deal.id,
    noun: deal.kind,
    stateName: deal.state_name,
    version: deal.version,
    history: { rows: deal.steps, last: deal.last ?? 0, state: deal.last_state ?? '' },
    terms: termsOf(deal.kind, deal.state),
  }))
}

async function readTransactions(manager: EntityManager, since: string): Promise<readonly TransactionFact[]> {
  const found = await rows<{ effect: string; attempt: number; ledger: string; transaction: Bytes; state: string }>(
    manager,
    `select effect, attempt, ledger, transaction, state from settlement.hub_transaction where transaction is not null and ${CHANGED}`,
    [since],
  )
  return found.map(({ effect, attempt, ledger, transaction, state }) => ({
    key: `settlement's effect ${effect}, attempt ${attempt}`,
    ledger,
    id: hexText(transaction),
    state: state === 'committed' ? 'final' : state === 'dead' ? 'dead' : 'open',
    effect: `settlement's effect ${effect}`,
  }))
}

/** Good answers of commands that make something: `conversion.create:key-7` answered with `{ ok: true, value: { id: 'cnv_…' } }`. */
async function readAnswers(manager: EntityManager, since: string): Promise<readonly AnswerFact[]> {
  return rows<{ scope: string; key: string; made: string; exists: boolean }>(
    manager,
    `select scope, key, made, case left(made, 3)
         when 'qte' then exists (select from settlement.quote q where q.id = substr(made, 5)::uuid)
         when 'off' then exists (select from settlement.offer o where o.id = substr(made, 5)::uuid)
         else exists (select from settlement.deal d where d.id = substr(made, 5)::uuid)
       end as exists
     from (
       select scope, key, answer::jsonb -> 'value' ->> 'id' as made from settlement.idempotency
       where ${CHANGED} and scope like '%.create:%' and answer::jsonb -> 'ok' = 'true'
     ) answered where made ~ '^(qte|off|cnv|swp|ord|dsp)_[0-9a-f]{32}$'`,
    [since],
  )
}

async function readStrangers(manager: EntityManager): Promise<ReadonlySet<string>> {
  const found = await rows<{ chain: Bytes; coordinate: Bytes }>(manager, 'select chain, coordinate from settlement.stranger_coin')
  return new Set(found.map(({ chain, coordinate }) => coinKey(hexText(chain), hexText(coordinate))))
}

async function readOffers(manager: EntityManager): Promise<Snapshot['offers']> {
  const found = await rows<{ id: string; reserved: string; used: string; quoted_reserved: string; quoted_used: string }>(
    manager,
    `select o.id, o.reserved, o.used,
       coalesce(sum(q.take_amount) filter (where q.state in ('open', 'taken')), 0)::text as quoted_reserved,
       coalesce(sum(q.take_amount) filter (where q.state = 'settled'), 0)::text as quoted_used
     from settlement.offer o left join settlement.quote q on q.offer = o.id group by o.id`,
  )
  return found.map((offer) => ({
    id: offer.id,
    reserved: BigInt(offer.reserved),
    used: BigInt(offer.used),
    quotedReserved: BigInt(offer.quoted_reserved),
    quotedUsed: BigInt(offer.quoted_used),
  }))
}

async function readDeadlines(manager: EntityManager): Promise<Pick<Snapshot, 'due' | 'deadlines'>> {
  const all = await row<{ deadlines: number }>(manager, 'select count(*)::int as deadlines from settlement.deal_deadline')
  const due = await rows<{ deal: string; chain: Bytes; at: string }>(
    manager,
    `select d.deal::text as deal, d.chain, d.at from settlement.deal_deadline d
     join settlement.ledger l on l.chain = d.chain where not d.told and d.at <= l.time`,
  )
  return {
    deadlines: all?.deadlines ?? 0,
    due: due.map(({ deal, chain, at }) => ({ deal, chain: hexText(chain), at: Number(at) })),
  }
}
