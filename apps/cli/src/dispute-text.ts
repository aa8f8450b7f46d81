// A dispute as a person reads it, and as one line of JSON. Shows what the hub said, checks nothing.
import type { Dto } from '@huitong/sdk'
import { type Desk, short } from './desk.js'

export function tellDispute(desk: Desk, dispute: Dto['DisputeDto']): void {
  const { ruling } = dispute
  desk.output.emit(
    {
      id: dispute.id,
      state: dispute.state,
      order: dispute.order,
      milestone: dispute.milestone,
      claim: dispute.claim,
      openedBy: dispute.openedBy,
      messages: dispute.messages.map((each) => ({ ...each })),
      evidence: dispute.evidence.map((each) => ({ ...each })),
      offers: dispute.offers.map((each) => ({ ...each })),
      return: dispute.return?.state,
      ruling: ruling === undefined ? undefined : { ...ruling },
      allowedActions: dispute.allowedActions,
      nextDeadline: dispute.nextDeadline === undefined ? undefined : { ...dispute.nextDeadline },
    },
    [
      `${dispute.id} is ${dispute.state}, over milestone ${dispute.milestone} of ${dispute.order}`,
      `  claim     ${dispute.claim}  (${dispute.openedBy})`,
      ...dispute.messages.map(
        ({ at, party, text, evidenceHash }) =>
          `  ${at}  ${party}: ${text}${evidenceHash === undefined ? '' : `  [evidence ${short(evidenceHash)}]`}`,
      ),
      ...dispute.evidence.map(
        ({ id, name, size, party, sha256 }) => `  file      ${id}  ${name}, ${size} bytes (${party})  [${short(sha256)}]`,
      ),
      ...dispute.offers.map(
        ({ id, party, toMerchant, state, until }) =>
          `  offer     ${id}  ${toMerchant} base units to the merchant (${party}), ${state}, until ${until}`,
      ),
      ...(dispute.return === undefined ? [] : [`  return    ${dispute.return.state}`]),
      ...(dispute.appeal === undefined ? [] : [`  appeal    ${dispute.appeal.grounds}  (${dispute.appeal.party})`]),
      ...(ruling === undefined
        ? []
        : [
            `  ruling    ${ruling.outcome}, ${ruling.toMerchant} base units to the merchant; signed by ${ruling.signedBy.length} of 2`,
            `            ${ruling.reasons}`,
          ]),
      ...(dispute.nextDeadline === undefined
        ? []
        : [`  next      by ${dispute.nextDeadline.at}, or ${dispute.nextDeadline.default}`]),
      ...(dispute.allowedActions.length === 0 ? [] : [`  you can   ${dispute.allowedActions.join(', ')}`]),
    ].join('\n'),
  )
}
