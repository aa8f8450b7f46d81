// Who may do what to a milestone in which state and until when: the one table behind both decideOrder and allowedActions.
import { never } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { Env } from '../env.js'
import { isStillBefore, lastSafeDispute, lastSafeReveal } from '../time-locks.js'
import { openLegs } from './legs.js'
import { disputeDeadline, isBound, legTerms } from './milestone.js'
import type { MilestoneState, OrderCode, OrderCommand } from './model.js'
import type { MilestoneTerms } from './terms.js'

/** A decision about a coin that is no leg's is the order's: see payment.ts. */
export type MilestoneCommand = Exclude<Extract<OrderCommand, { readonly milestone: number }>, { readonly kind: 'decidePayment' }>
export type MilestoneAction = MilestoneCommand['kind']

export interface Situation {
  readonly buyer: PartyId
  readonly terms: MilestoneTerms
  readonly milestone: MilestoneState
  readonly env: Env
}

/** Why `by` may not do this now, or `undefined`. `by` is absent for what the hub itself reports (a carrier's word, a ruling). */
export function forbidden(action: MilestoneAction, by: PartyId | undefined, situation: Situation): OrderCode | undefined {
  const { buyer, terms, milestone } = situation
  const isParty = by === buyer || by === terms.merchant
  switch (action) {
    case 'ship':
      if (by !== terms.merchant) return 'order_wrong_party'
      return milestone.state === 'FUNDED' ? undefined : 'order_milestone_wrong_state'
    case 'carrierDelivered':
      return carrierForbidden(situation)
    case 'revealCode':
      return codeForbidden(situation)
    case 'accept':
      if (by !== buyer) return 'order_wrong_party'
      if (terms.legs.kind === 'paired') return 'order_confirmed_by_code'
      return undecided(situation, ['FUNDED', 'SHIPPED', 'DELIVERED', 'INSPECTION'])
    case 'reject':
      if (by !== buyer) return 'order_wrong_party'
      return undecided(situation, ['DELIVERED', 'INSPECTION']) ?? disputeForbidden(situation)
    case 'openDispute':
      if (!isParty) return 'order_wrong_party'
      return undecided(situation, ['FUNDED', 'SHIPPED', 'DELIVERED', 'INSPECTION', 'ACCEPTED']) ?? disputeForbidden(situation)
    case 'requestCancel':
    case 'requestRefund':
      if (!isParty) return 'order_wrong_party'
      if (milestone.request !== null || milestone.resolution !== null) return 'order_request_pending'
      return undecided(situation, ['FUNDED', 'SHIPPED', 'DELIVERED', 'INSPECTION', 'ACCEPTED'])
    case 'consent':
      if (!isParty || by === milestone.request?.by) return 'order_wrong_party'
      if (milestone.request === null) return 'order_no_request'
      return milestone.resolution === null ? undefined : 'order_resolved'
    case 'declineRequest':
      if (!isParty) return 'order_wrong_party'
      return milestone.request === null ? 'order_no_request' : undefined
    case 'ruling':
      if (isBound(milestone)) return 'order_resolved'
      return milestone.state === 'DISPUTED' ? undefined : 'order_milestone_wrong_state'
    case 'recordShortage':
    case 'recordSurplus':
      return undefined
    default:
      return never(action)
  }
}

/** In one of `states`, with nothing decided that is still to be executed by the arbiter, and with no code already known. */
function undecided({ milestone }: Situation, states: readonly MilestoneState['state'][]): OrderCode | undefined {
  if (!states.includes(milestone.state)) return 'order_milestone_wrong_state'
  if (isBound(milestone)) return 'order_resolved'
  return milestone.code === null ? undefined : 'order_milestone_wrong_state'
}

function carrierForbidden({ terms, milestone, env }: Situation): OrderCode | undefined {
  if (terms.confirmation.kind === 'code' || terms.legs.kind === 'paired') return 'order_confirmed_by_code'
  const awaited = milestone.state === 'FUNDED' || milestone.state === 'SHIPPED'
  if (!awaited && !(milestone.state === 'ACCEPTED' && milestone.hold === null)) return 'order_milestone_wrong_state'
  const inTime = openLegs(milestone.legs).every(({ leg }) => {
    const { chain } = legTerms(terms, 'single')
    return isStillBefore(env, chain, lastSafeDispute(env, chain, leg.coin.deadline))
  })
  return inTime ? undefined : 'order_too_late'
}

function codeForbidden({ terms, milestone, env }: Situation): OrderCode | undefined {
  if (terms.confirmation.kind !== 'code') return 'order_confirmed_by_inspection'
  if (!['FUNDED', 'SHIPPED', 'ACCEPTED', 'DISPUTED'].includes(milestone.state)) return 'order_milestone_wrong_state'
  if (isBound(milestone)) return 'order_resolved'
  const first = terms.legs.kind === 'single' ? 'single' : 'b'
  const inTime = openLegs(milestone.legs)
    .filter(({ side }) => side === first)
    .every(({ side, leg }) => {
      const { chain } = legTerms(terms, side)
      return isStillBefore(env, chain, lastSafeReveal(env, chain, leg.coin.deadline))
    })
  return inTime ? undefined : 'order_reveal_too_late'
}

/** A hold takes time to be final; one that may come after the deadline stops nothing. */
function disputeForbidden({ terms, milestone, env }: Situation): OrderCode | undefined {
  if (milestone.disputeAsked !== null) return 'order_dispute_asked'
  const inTime = openLegs(milestone.legs).every(({ side, leg }) => {
    const agreed = legTerms(terms, side)
    const room = leg.coin.deadline < disputeDeadline(agreed)
    return room && isStillBefore(env, agreed.chain, lastSafeDispute(env, agreed.chain, leg.coin.deadline))
  })
  return inTime ? undefined : 'order_too_late'
}
