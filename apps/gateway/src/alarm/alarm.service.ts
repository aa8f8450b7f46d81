// Alarms: settlement raises and keeps them.
import { type Actor, listAlarms } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import type { AlarmListDto } from './alarm.dto.js'

/** More than a person looks at in one go. */
const SHOWN = 200

@Injectable()
export class AlarmService {
  constructor(private readonly hub: Hub) {}

  async list(actor: Actor): Promise<AlarmListDto> {
    const { items } = await this.hub.ask(listAlarms, { limit: SHOWN, actor })
    return {
      items: items.map(({ kind, subject, detail, raisedAt }) => ({ kind, subject, detail, raisedAt: timestamp(raisedAt) })),
    }
  }
}
