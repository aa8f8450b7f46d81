// Alarms on the bus, for operators.
import { type Answer, ListAlarms, type WireAlarm, listAlarms } from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { err, ok } from '@huitong/primitives'
import { Controller } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { mayReadAll } from '../access/access.js'
import { Alarms } from './alarms.js'

@Controller()
export class AlarmController {
  constructor(
    private readonly alarms: Alarms,
    private readonly database: DataSource,
  ) {}

  @Handle(listAlarms)
  async list({ actor, limit, withOver }: ListAlarms): Promise<Answer<{ readonly items: readonly WireAlarm[] }, 'forbidden'>> {
    if (!mayReadAll(actor)) return err('forbidden')
    return ok({ items: await this.alarms.list(this.database.manager, { limit, withOver: withOver === true }) })
  }
}
