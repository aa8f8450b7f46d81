// What the sides of a dispute do on their own devices: open it, hand in files, make and accept offers, send goods back. Signs a division only after
// checking on the ledger what each leg would pay.
import { type ProvenTransaction, type RulingStatement, decodeRuling, disputeHash } from '@huitong/chain'
import { type OrderId, type Time, fromHex, sha256, toHex } from '@huitong/primitives'
import type { Dto } from '../client/hub-client.js'
import { Unproven } from '../client/unproven.js'
import type { Party, Send } from '../party.js'
import { type Saying, legCoin, payoutLeg, rulingFault, signRuling } from './order.js'

interface Claim {
  readonly milestone: number
  readonly claim: string
}

/** Opens a dispute over a milestone, signed by one of its parties. */
export async function openDispute(
  party: Party,
  order: Dto['OrderDto'],
  dispute: Claim,
  saying: Saying = {},
): Promise<Dto['DisputeDto']> {
  const opened = await stopClock(party, order, dispute, saying)
  const key = saying.key ?? `dispute-${order.id}-${dispute.milestone}`
  return party.hub.openDispute({ order: order.id, party: party.id, ...dispute, opened }, { key })
}

/** The buyer does not keep what came: stops the clock and asks the merchant to take it back. */
export async function rejectOrder(
  buyer: Party,
  order: Dto['OrderDto'],
  rejected: Claim,
  saying: Saying = {},
): Promise<Dto['DisputeDto']> {
  const opened = await stopClock(buyer, order, rejected, saying)
  const key = saying.key ?? `reject-${order.id}-${rejected.milestone}`
  return buyer.hub.rejectOrder(order.id, { party: buyer.id, ...rejected, opened }, { key })
}

/** The statement on which the arbiter holds. It lapses with the money's own last day, so that saying it again is the same statement. */
async function stopClock(party: Party, order: Dto['OrderDto'], { milestone: number }: Claim, saying: Saying) {
  const milestone = order.milestones.find(({ milestone }) => milestone === number)
  if (milestone === undefined) throw new Unproven('milestone_missing', `${number} of ${order.id}`)
  return party.approve(await party.hub.identity(), {
    subject: 'dispute',
    hash: disputeHash({ order: order.order as OrderId, milestone: number }),
    // the border: RFC 3339 as the hub writes it
    validUntil: saying.validUntil ?? (Date.parse(milestone.latest) as Time),
  })
}

/** Offers a division to the other side, signed after checking on the ledger that the body says nothing else. */
export async function offerSplit(
  party: Party,
  dispute: string,
  offer: { readonly toMerchant: bigint; readonly until?: string },
  by: { readonly key?: string } = {},
): Promise<Dto['DisputeDto']> {
  const { toMerchant, ...rest } = offer
  const asked = { party: party.id, toMerchant: toMerchant.toString(), ...rest }
  const { body } = await party.hub.offerInDispute(dispute, asked)
  const signed = [await signDivision(party, body, toMerchant)]
  return (await party.hub.offerInDispute(dispute, { ...asked, signed }, by)).dispute
}

/** Accepts the other side's offer: both have signed the same body, and the arbiter executes it. */
export async function acceptOffer(
  party: Party,
  dispute: Dto['DisputeDto'],
  offer: string,
  by: { readonly key?: string } = {},
): Promise<Dto['DisputeDto']> {
  const found = dispute.offers.find(({ id }) => id === offer)
  if (found === undefined) throw new Unproven('offer_missing', offer)
  const signed = [await signDivision(party, found.body, BigInt(found.toMerchant))]
  return party.hub.answerOffer(dispute.id, offer, { party: party.id, answer: 'accept', signed }, by)
}

async function signDivision(party: Party, body: string, toMerchant: bigint): Promise<Dto['SignedStatementDto']> {
  const decoded = decodeRuling(fromHex(body))
  const fault = decoded.ok ? ((await rulingFault(party, decoded.value)) ?? amountFault(decoded.value, toMerchant)) : decoded.code
  if (fault !== undefined) throw new Unproven('ruling_mismatch', fault)
  return signRuling(await party.hub.identity(), party.account.signer, body, () => undefined)
}

/** The leg that pays the merchant is the last one. */
function amountFault({ legs }: RulingStatement, toMerchant: bigint): string | undefined {
  const path = legs.at(-1)?.path
  return path?.kind === 'rule' && path.toPayee === toMerchant ? undefined : 'another amount than the one agreed'
}

/** The merchant gives what remains of a milestone back by its own signature, on the ledger: a single coin needs nobody else. */
export async function refundMilestone(
  merchant: Party,
  milestone: Dto['MilestoneDto'],
  send: Send = {},
): Promise<ProvenTransaction> {
  const leg = payoutLeg(milestone)
  const ledger = await merchant.hub.ledger(leg.ledger)
  const coin = await legCoin(ledger, leg)
  return merchant.spendLock(ledger, coin, { kind: 'refund', amount: coin.amount }, send)
}

/** A file of the case, checked against the hash that stands there. */
export async function readEvidence(party: Pick<Party, 'hub'>, dispute: Dto['DisputeDto'], evidence: string): Promise<Uint8Array> {
  const file = dispute.evidence.find(({ id }) => id === evidence)
  if (file === undefined) throw new Unproven('evidence_missing', evidence)
  const bytes = await party.hub.evidence(dispute.id, evidence)
  if (toHex(sha256(bytes)) !== file.sha256) throw new Unproven('evidence_altered', file.name)
  return bytes
}
