// Whom a swap waits for, and until when. What the watchtower does is nobody's wait. Decides nothing.
import { never } from '@huitong/primitives'
import type { Wait } from '../reminders.js'
import type { SwapState } from './model.js'

export function swapWaits(swap: SwapState): readonly Wait[] {
  const { initiator, responder, a, b, acceptBy, lockABy, lockBBy } = swap.terms
  const onA = { chain: a.chain, until: a.expiry }
  switch (swap.state) {
    case 'PROPOSED':
      return [{ what: 'accept', chain: b.chain, until: acceptBy, owners: [responder] }]
    case 'ACCEPTED':
      return [{ what: 'lock_a', chain: a.chain, until: lockABy, owners: [initiator] }]
    case 'A_LOCKED':
      if (swap.cancelAsked) return [{ what: 'give_back', ...onA, owners: [responder] }]
      return [{ what: 'lock_b', chain: b.chain, until: lockBBy, owners: [responder] }]
    case 'BOTH_LOCKED':
      return [{ what: 'reveal', chain: b.chain, until: b.expiry, owners: [initiator] }]
    case 'B_REFUNDED':
      return swap.preimage === undefined ? [{ what: 'give_back', ...onA, owners: [responder] }] : []
    case 'REVEALED':
    case 'B_CLAIMED':
    case 'COMPLETED':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'A_REFUNDED':
    case 'REFUNDED':
    case 'ONE_LEG':
      return []
    default:
      return never(swap)
  }
}
