// Alarms on the bus, for operators.
import { type Answer, ListAlarms, type WireAlarm, listAlarms } from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { err, ok } from '@huitong/primitives'
import { Controller } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { mayReadAll } from '../access/access.js'
import { DealService } from '../deal/deal.service.js'
import { caseOf } from '../effect/adjudication.js'
import { Alarms } from './alarms.js'

@Controller()
export class AlarmController {
  constructor(
    private readonly alarms: Alarms,
    private readonly deals: DealService,
    private readonly database: DataSource,
  ) {}

  @Handle(listAlarms)
  async list({ actor, limit, withOver }: ListAlarms): Promise<Answer<{ readonly items: readonly WireAlarm[] }, 'forbidden'>> {
    if (!mayReadAll(actor)) return err('forbidden')
    const { manager } = this.database
    const listed = await this.alarms.list(manager, { limit, withOver: withOver === true })
    const items: WireAlarm[] = []
    for (const alarm of listed) {
      const isOver = alarm.isOver || (alarm.kind.startsWith('deal.') && !(await this.#isOwed(alarm.subject)))
      if (!isOver || withOver === true) items.push({ ...alarm, isOver })
    }
    return ok({ items })
  }

  /** Does the deal still ask for a person? News of a ledger that lagged may have ended what looked like the end of all rules. */
  async #isOwed(subject: string): Promise<boolean> {
    const deal = subject.slice(0, subject.indexOf('/'))
    const owed = await this.deals.owed(this.database.manager, deal)
    return owed?.effects.some((effect) => effect.kind === 'adjudicate' && caseOf(deal, effect) === subject) === true
  }
}
