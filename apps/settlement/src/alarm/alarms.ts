// What a person should look at: an offer that runs dry, a refund that does not come through, a ledger that takes no new deals. Raised once and kept;
// an alarm never changes a deal. One about a coin is over when the coin is spent, without anybody saying so.
import type { WireAlarm } from '@huitong/contracts'
import { log, row, rows } from '@huitong/platform'
import { type ChainId, type Coordinate, fromHex } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { HubClock } from '../clock/hub-clock.js'
import { DealStore } from '../deal/deal.store.js'
import type { Unit } from '../deal/unit.js'

/**
 * - `offer.low_water`: less is left of an offer than its low-water mark.
 * - `refund.overdue`: a refund is due and not final after longer than the hub allows itself.
 * - `claim.at_risk`: a claim is not final and its coin's expiry is near.
 * - `deal.one_leg`: of two legs one was paid and the other was not; `deal.too_late`: a secret is known and the lock it opens fell due. No rule ends
 *   these: an operator does. One is over when the deal asks for nobody any more.
 * - `ledger.closed`: a ledger takes no new deals; the detail says why.
 */
export type AlarmKind =
  'offer.low_water' | 'refund.overdue' | 'claim.at_risk' | 'deal.one_leg' | 'deal.too_late' | 'ledger.closed'

export interface Alarm {
  readonly kind: AlarmKind
  /** Id of what it is about. */
  readonly subject: string
  readonly detail: string
  /** Who is told besides the hub's operators. */
  readonly parties: readonly string[]
  readonly coin?: { readonly chain: ChainId; readonly coordinate: Coordinate }
}

interface Stored {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly detail: string
  readonly raised_at: string
  readonly cleared_at: string | null
  readonly is_spent: boolean
}

@Injectable()
export class Alarms {
  constructor(
    private readonly store: DealStore,
    private readonly clock: HubClock,
  ) {}

  /** Raises an alarm and its event in the caller's unit of work; one that is up already stays as it is. Answers whether it is new. */
  async raise(unit: Unit, alarm: Alarm): Promise<boolean> {
    const { kind, subject, detail, parties, coin } = alarm
    const at = this.clock.now()
    const raised = await row<{ id: string }>(
      unit,
      `insert into alarm (kind, subject, detail, parties, chain, coin, raised_at) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict do nothing returning id`,
      [kind, subject, detail, parties, ...coinColumns(coin), at],
    )
    if (raised === undefined) return false
    log.warn('alarm.raised', { kind, subject })
    await this.store.addEvent(unit, { at, type: kind, subject, version: 1, parties })
    return true
  }

  /** It is over. No event where none was up. */
  async clear(unit: Unit, over: Pick<Alarm, 'kind' | 'subject'>): Promise<void> {
    const { kind, subject } = over
    const at = this.clock.now()
    const cleared = await row<{ parties: string[] }>(
      unit,
      'update alarm set cleared_at = $3 where kind = $1 and subject = $2 and cleared_at is null returning parties',
      [kind, subject, at],
    )
    if (cleared === undefined) return
    await this.store.addEvent(unit, { at, type: `${kind}_over`, subject, version: 1, parties: cleared.parties })
  }

  /** Newest first; those that are over only if asked for. */
  async list(unit: Unit, page: { readonly limit: number; readonly withOver: boolean }): Promise<readonly WireAlarm[]> {
    const found = await rows<Stored>(
      unit,
      `select * from (select a.id, a.kind, a.subject, a.detail, a.raised_at, a.cleared_at, c.spent_by is not null as is_spent
         from alarm a left join deal_coin c on c.chain = a.chain and c.coordinate = a.coin) alarms
       where $2 or (cleared_at is null and not is_spent) order by id desc limit $1`,
      [page.limit, page.withOver],
    )
    return found.map(alarmOf)
  }
}

const coinColumns = (coin: Alarm['coin']): readonly [Uint8Array | null, Uint8Array | null] =>
  coin === undefined ? [null, null] : [fromHex(coin.chain), fromHex(coin.coordinate)]

const alarmOf = (stored: Stored): WireAlarm => ({
  kind: stored.kind,
  subject: stored.subject,
  detail: stored.detail,
  raisedAt: Number(stored.raised_at),
  isOver: stored.is_spent || stored.cleared_at !== null,
})
