// Alarms: what an operator of the hub should look at.
import { Timestamp } from '../edge/fields.js'

export class AlarmDto {
  /** offer.low_water, refund.overdue, claim.at_risk, deal.one_leg, deal.too_late or ledger.closed. */
  kind: string
  /** Id of what it is about. */
  subject: string
  detail: string
  @Timestamp() raisedAt: string
}

export class AlarmListDto {
  items: AlarmDto[]
}
