// The arithmetic of account recovery: how many authorities a proposal needs at a time, and what a cancelled one leads to.
import { type Time, after } from '@huitong/primitives'
import type { AccountRecord, CancelledRecoveries, KeySet, PendingRecovery, RecoveryTerms } from './model.js'

/** After a cancelled proposal, another within this time needs all authorities. */
export const SECOND_PROPOSAL_MS = 30 * 24 * 60 * 60 * 1000
/** After two cancelled in a row, a third waits this long. */
export const THIRD_PROPOSAL_MS = 365 * 24 * 60 * 60 * 1000

/** What a proposal at `time` must be: by a quorum, by all authorities, or not at all yet. */
export type ProposalRule = 'quorum' | 'all' | 'too_soon'

export function proposalRule(cancelled: CancelledRecoveries | undefined, time: Time): ProposalRule {
  if (cancelled === undefined) return 'quorum'
  if (cancelled.count >= 2) return time < after(cancelled.last, THIRD_PROPOSAL_MS) ? 'too_soon' : 'quorum'
  return time < after(cancelled.last, SECOND_PROPOSAL_MS) ? 'all' : 'quorum'
}

/** Who may recover an account now. */
export const recoveryTermsOf = ({ policy, terms }: Pick<AccountRecord, 'policy' | 'terms'>): RecoveryTerms => terms ?? policy

/** The recovery that a proposal of `keys` at `time` begins. Its `end` follows the delay in force. */
export function beginRecovery(
  account: Pick<AccountRecord, 'policy' | 'cancelled' | 'terms'>,
  proposal: { readonly keys: KeySet; readonly time: Time },
): PendingRecovery {
  return {
    keys: proposal.keys,
    proposedAt: proposal.time,
    end: after(proposal.time, recoveryTermsOf(account).delayMs),
    byAll: proposalRule(account.cancelled, proposal.time) === 'all',
  }
}

/** What is remembered when `recovery` is cancelled at `time`: it is the second in a row if all authorities had to propose it. */
export const afterCancel = (recovery: PendingRecovery, time: Time): CancelledRecoveries => ({
  count: recovery.byAll ? 2 : 1,
  last: time,
})
