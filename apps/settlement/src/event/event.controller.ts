// Changes of deals in commit order, as far as the asking party may see them. Ids and states only: who wants more reads the deal.
import { type Answer, EventsAfter, type WireEvent, dealEvents } from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { ok } from '@huitong/primitives'
import { Controller } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { listedParty } from '../access/access.js'
import { DealStore } from '../deal/deal.store.js'

@Controller()
export class EventController {
  constructor(
    private readonly store: DealStore,
    private readonly database: DataSource,
  ) {}

  @Handle(dealEvents)
  async after({ after, limit, actor }: EventsAfter): Promise<Answer<{ readonly events: readonly WireEvent[] }, never>> {
    return ok({ events: await this.store.events(this.database.manager, { after, limit, ...listedParty(actor) }) })
  }
}
