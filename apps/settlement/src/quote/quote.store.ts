// Quotes in PostgreSQL. Each holds a reservation of its offer's inventory: open, then taken by a deal, then settled or returned. The only place
// that changes a quote's state, always together with the offer's sums, so that reserved = open quotes + locks.
import type { WireQuote } from '@huitong/contracts'
import { row, rows } from '@huitong/platform'
import { type Amount, type Time, invariant, never } from '@huitong/primitives'
import { type QuoteState as ReservationState, afterLegB, inventoryOfQuote } from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { typedId, uuidOf } from '../deal/id.js'
import type { Unit } from '../deal/unit.js'
import { OfferStore } from '../offer/offer.store.js'

/**
 * `open`: promised for its life; `taken`: a deal stands on it and leg B is not final; `settled`: the inventory is in a final leg B;
 * `returned`: it never became one, or came back; `expired`: nobody took it.
 */
export type QuoteState = 'open' | 'taken' | 'settled' | 'returned' | 'expired'

/** Where the promised amount is, as a deal says it. */
export type Inventory = 'taken' | 'settled' | 'returned'

type QuoteStateName = ReservationState['state']

export interface QuoteRow {
  readonly id: string
  readonly offer: string
  readonly payer: string
  readonly state: QuoteState
  /** The deal that took it. */
  readonly deal?: string
  readonly view: Omit<WireQuote, 'state'>
  readonly takeAmount: Amount
  /** In time of the ledger that the payer gives on. */
  readonly expiresAt: Time
}

export type NewQuote = Omit<QuoteRow, 'state' | 'deal'> & {
  readonly createdAt: Time
  /** The ledger that the payer gives on. */
  readonly paidOn: string
  /** The first hop's quote, if this is a further one. */
  readonly parent?: string
}

interface Stored {
  readonly id: string
  readonly offer: string
  readonly payer: string
  readonly state: QuoteState
  readonly deal: string | null
  readonly view: Omit<WireQuote, 'state'>
  readonly take_amount: string
  readonly expires_at: string
}

@Injectable()
export class QuoteStore {
  constructor(private readonly offers: OfferStore) {}

  /** Keeps an open quote and reserves its inventory; the offer is locked by the caller. */
  async insert(unit: Unit, quote: NewQuote): Promise<void> {
    await rows(
      unit,
      `insert into quote (id, offer, payer, state, view, give_ledger, take_amount, expires_at, created_at, parent)
       values ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9)`,
      [
        uuidOf(quote.id),
        uuidOf(quote.offer),
        quote.payer,
        JSON.stringify(quote.view),
        // every hop's reservation ends with the payer's time to pay
        quote.paidOn,
        quote.takeAmount,
        quote.expiresAt,
        quote.createdAt,
        quote.parent === undefined ? null : uuidOf(quote.parent),
      ],
    )
    await this.offers.move(unit, quote.offer, { reserved: quote.takeAmount, used: 0n })
  }

  async find(unit: Unit, id: string): Promise<QuoteRow | undefined> {
    return asQuote(await row<Stored>(unit, 'select * from quote where id = $1', [uuidOf(id)]))
  }

  async lock(unit: Unit, id: string): Promise<QuoteRow | undefined> {
    return asQuote(await row<Stored>(unit, 'select * from quote where id = $1 for update', [uuidOf(id)]))
  }

  /** Gives a locked open quote and its further hops to a deal (its typed id). */
  async take(unit: Unit, quote: QuoteRow, deal: string): Promise<void> {
    await rows(unit, `update quote set state = 'taken', deal = $2 where id = $1 or parent = $1`, [uuidOf(quote.id), uuidOf(deal)])
  }

  /** Ids of a quote's hops, first to last; the first is the quote itself. */
  async hopsOf(unit: Unit, id: string): Promise<readonly string[]> {
    const found = await rows<{ id: string }>(unit, 'select id from quote where parent = $1 order by id', [uuidOf(id)])
    return [id, ...found.map((row) => typedId('qte', row.id))]
  }

  /**
   * What has become of a taken quote's inventory. Says what shall be, so it may be called at every change of the deal: only the step from
   * what was to what is moves the offer's sums.
   */
  async settle(
    unit: Unit,
    id: string,
    { wanted, isPaid }: { readonly wanted: Inventory; readonly isPaid: boolean },
  ): Promise<void> {
    const quote = await this.lock(unit, id)
    if (quote === undefined) return
    // the payer's lock is final: its ledger counts it now
    if (isPaid && quote.state === 'taken' && quote.view.giveAccount !== undefined)
      await rows(unit, 'delete from quote_headroom where quote = $1', [uuidOf(id)])
    if (wanted === 'taken') return
    const from = quoteStateName(quote.state)
    const to = afterLegB(from, wanted === 'settled' ? 'legBLocked' : 'legBBack')
    // the machine goes nowhere else from a taken quote than to these two
    if (to === from) return
    await rows(unit, 'update quote set state = $2 where id = $1', [uuidOf(id), wanted])
    await this.offers.move(unit, quote.offer, movement(quote.state, wanted, quote.takeAmount))
  }

  /** Open quotes of a ledger whose time has passed in its final blocks: the reservation is free again. Answers how many. */
  async expire(unit: Unit, ledger: string, final: Time): Promise<number> {
    const due = await rows<{ id: string; offer: string; take_amount: string }>(
      unit,
      `update quote set state = 'expired' where state = 'open' and give_ledger = $1 and expires_at <= $2 returning id, offer, take_amount`,
      [ledger, final],
    )
    const sums = new Map<string, bigint>()
    for (const { offer, take_amount } of due) sums.set(offer, (sums.get(offer) ?? 0n) + BigInt(take_amount))
    // in one order everywhere, so that two watchers never wait for each other
    for (const [offer, sum] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await this.offers.move(unit, typedId('off', offer), { reserved: -sum, used: 0n })
    }
    return due.length
  }

  /**
   * A party's open quotes, and those since `since` that held inventory for nothing: not taken, taken and not paid, or locked on both sides and
   * never revealed. What a provider declined is not the payer's doing. Requests of one party wait for each other until their end.
   */
  async countOf(unit: Unit, payer: string, since: Time): Promise<{ readonly open: number; readonly unused: number }> {
    await rows(unit, 'select pg_advisory_xact_lock(hashtextextended($1, 7))', [payer])
    const found = await row<{ open: string; unused: string }>(
      unit,
      `select count(*) filter (where q.state = 'open')::text as open,
         count(*) filter (where (q.state = 'expired' and q.created_at >= $2)
           or (q.state = 'returned' and d.updated_at >= $2 and d.state_name = any($3)))::text as unused
       from quote q left join deal d on d.id = q.deal
       where q.payer = $1 and q.parent is null and (q.state in ('open', 'returned') or q.created_at >= $2)`,
      [payer, since, LAPSED],
    )
    return { open: Number(found?.open ?? 0), unused: Number(found?.unused ?? 0) }
  }
}

/** States of a conversion that its payer let lapse. */
const LAPSED = ['EXPIRED', 'B_REFUNDED', 'REFUNDED']

/** The machine's name of a stored state. */
export const quoteStateName = (state: QuoteState): QuoteStateName => NAMES[state]

const NAMES: Readonly<Record<QuoteState, QuoteStateName>> = {
  open: 'OPEN',
  taken: 'TAKEN',
  settled: 'SETTLED',
  returned: 'RETURNED',
  expired: 'EXPIRED',
}

/** How an offer's sums change when a quote's inventory goes from one state to the next. */
export function movement(from: QuoteState, to: QuoteState, amount: Amount): { readonly reserved: bigint; readonly used: bigint } {
  const [before, after] = [from, to].map((state) => inventoryOfQuote({ state: NAMES[state], amount }))
  invariant(before !== undefined && after !== undefined, 'two states')
  return { reserved: after.reserved - before.reserved, used: after.used - before.used }
}

export function quoteView(quote: QuoteRow): WireQuote {
  switch (quote.state) {
    case 'open':
    case 'expired':
      return { ...quote.view, state: quote.state }
    case 'taken':
    case 'settled':
    case 'returned':
      return { ...quote.view, state: 'used' }
    default:
      return never(quote.state)
  }
}

const asQuote = (stored: Stored | undefined): QuoteRow | undefined =>
  stored === undefined
    ? undefined
    : {
        id: typedId('qte', stored.id),
        offer: typedId('off', stored.offer),
        payer: stored.payer,
        state: stored.state,
        view: stored.view,
        takeAmount: BigInt(stored.take_amount),
        // the border: written from a Time
        expiresAt: Number(stored.expires_at) as Time,
        ...(stored.deal === null ? {} : { deal: stored.deal.replaceAll('-', '') }),
      }
