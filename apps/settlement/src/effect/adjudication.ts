// Cases that no rule ends: put before the hub's operators, on their list of alarms and on the feed. Never decides one, and never moves money.
import { type Performed, runUnit } from '@huitong/platform'
import { never } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import type { AlarmKind, Alarms } from '../alarm/alarms.js'
import type { DealEffect } from '../deal/kind.js'
import type { EffectPerformers } from './performer.js'

/** A machine's call for a person. */
export interface Adjudicated extends DealEffect {
  readonly kind: 'adjudicate'
  readonly reason: 'one_leg' | 'claim_too_late' | 'code_too_late'
}

export interface Desk {
  readonly performers: EffectPerformers
  readonly alarms: Alarms
  readonly database: DataSource
}

/** The case is listed before its job is set aside; asked again, it is listed once. */
export function registerAdjudication(prefix: string, { performers, alarms, database }: Desk): void {
  performers.register<{ readonly state: string }, Adjudicated>(
    prefix,
    'adjudicate',
    async ({ deal, effect }): Promise<Performed> => {
      const alarm = { kind: alarmOf(effect), subject: caseOf(deal.id, effect), detail: sentenceOf(effect), parties: deal.parties }
      await runUnit(database, { lostCommit: 'again' }, async (unit) => void (await alarms.raise(unit, alarm)))
      return { park: `for an operator: ${effect.reason}` }
    },
  )
}

/** `ord_…/0/one-leg`: the deal, and which of its cases. */
export const caseOf = (deal: string, { id }: DealEffect): string =>
  id.startsWith(`${deal}/`) ? id : `${deal}/${id.slice(id.indexOf('/') + 1)}`

const alarmOf = ({ reason }: Adjudicated): AlarmKind => (reason === 'one_leg' ? 'deal.one_leg' : 'deal.too_late')

function sentenceOf({ reason }: Adjudicated): string {
  switch (reason) {
    case 'one_leg':
      return 'one leg was paid and the other was not'
    case 'claim_too_late':
      return 'the secret is known, and a lock that it opens had expired before it was claimed'
    case 'code_too_late':
      return 'the delivery code is known, and the leg that it opens had fallen due before it was paid'
    default:
      return never(reason)
  }
}
