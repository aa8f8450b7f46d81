// Whom a dispute waits for: a side's word, its answer to an offer, its appeal, or the operators, who are nobody's party. Decides nothing.
import { never } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { Wait } from '../reminders.js'
import type { ReturnState } from '../return/return.js'
import { returnDeadline } from '../return/return.js'
import type { DisputeState } from './model.js'

export function disputeWaits(dispute: DisputeState): readonly Wait[] {
  const { terms, offers } = dispute
  const { buyer, merchant, openedBy, chain, milestone } = terms
  const other = (party: PartyId): PartyId => (party === buyer ? merchant : buyer)
  const on = (what: string, until: Wait['until'], owners: readonly PartyId[]): Wait => ({ what, milestone, chain, until, owners })
  const answers = offers.filter(({ state }) => state === 'open').map(({ by, until }) => on('answer_offer', until, [other(by)]))
  const { question } = dispute
  const questions = question === undefined ? [] : [on('answer_question', question.until, [question.of])]
  switch (dispute.state) {
    case 'OPEN':
      return [on('answer', terms.answerBy, [other(openedBy)]), ...answers]
    case 'NEGOTIATION':
      return [on('settle', terms.arbitrateFrom, [buyer, merchant]), ...questions, ...answers]
    case 'ARBITRATION':
      return [on('rule', terms.heldUntil, []), ...questions, ...answers]
    case 'RULED': {
      const owners = [buyer, merchant].filter((party) => !dispute.accepted.includes(party))
      return [on('appeal', dispute.appealBy, owners), ...answers]
    }
    case 'APPEALED':
      return [on('decide_appeal', dispute.decideBy, []), ...answers]
    case 'REQUESTED':
    case 'IN_FORCE':
    case 'EXECUTED':
    case 'MOOT':
      return []
    default:
      return never(dispute)
  }
}

/** The next step of a return, in the words of its machine. */
export function returnWaits(returning: ReturnState, milestone: number): readonly Wait[] {
  const next = returnDeadline(returning)
  if (next === undefined) return []
  const { by, step } = next.lapse
  return [{ what: `return_${step}`, milestone, chain: returning.terms.chain, until: next.at, owners: [by] }]
}
