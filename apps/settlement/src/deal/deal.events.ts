// The cursors of the change feed: given after the commit, for many changes at once, without gaps. A reader numbers what is there before it reads, so
// that whoever was answered finds the change in the feed.
import { Afterwards, row, rows } from '@huitong/platform'
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { DataSource, type EntityManager } from 'typeorm'
import type { Unit } from './unit.js'

/** Marks a transaction that has written a change. */
const WROTE_EVENT = 'huitongWroteDealEvent'
const NUMBERED_MAX = 1_000
/** Nobody waits for it: readers number by themselves. */
const GATHER_MS = 250

export function markEvents(unit: Unit): void {
  if (unit.queryRunner !== undefined) unit.queryRunner.data[WROTE_EVENT] = true
}

/** Gives every committed change its cursor. Changes of one deal keep their order, since their writers held its row. */
export async function numberEvents(manager: EntityManager): Promise<void> {
  while ((await numberSome(manager)) === NUMBERED_MAX);
}

/** Numbers changes when nobody reads, so that none waits for long. */
@Injectable()
export class EventNumbering implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #afterwards: Afterwards

  constructor(database: DataSource) {
    const work = (): Promise<void> => numberEvents(database.manager)
    this.#afterwards = new Afterwards(database, { name: 'events', flag: WROTE_EVENT, gatherMs: GATHER_MS, work })
  }

  onApplicationBootstrap(): void {
    this.#afterwards.start()
  }

  async onModuleDestroy(): Promise<void> {
    await this.#afterwards.stop()
  }
}

async function numberSome(manager: EntityManager): Promise<number> {
  const waiting = await row<{ some: boolean }>(manager, 'select exists (select from deal_event_pending) as some')
  if (waiting?.some !== true) return 0
  return manager.transaction(async (unit) => {
    // readers and numberers take turns: who waited here sees what the one before has numbered
    const head = await row<{ cursor: string }>(unit, 'select cursor from deal_event_head for update')
    const numbered = await rows<{ cursor: string }>(
      unit,
      `with taken as (
         delete from deal_event_pending where id in (select id from deal_event_pending order by id limit $2)
         returning id, at, type, subject, version, parties, detail)
       insert into deal_event (cursor, at, type, subject, version, parties, detail)
       select $1::bigint + row_number() over (order by id), at, type, subject, version, parties, detail from taken returning cursor`,
      [head?.cursor ?? '0', NUMBERED_MAX],
    )
    if (numbered.length > 0) await rows(unit, 'update deal_event_head set cursor = cursor + $1', [numbered.length])
    return numbered.length
  })
}
