// An order's terms in canonical text, and the two approvals over their hash. Only text that this process would have written itself is read.
import { approvalMessage, decodeApproval } from '@huitong/chain'
import type { CustodyCode, SignedStatement } from '@huitong/contracts'
import { type MilestoneTerms, type OrderTerms, canonicalText, fromJson, orderTermsHash } from '@huitong/protocol'
import { type Result, err, fromHex, isHex, ok } from '@huitong/primitives'
import type { World } from '../decision/plan.js'
import { type AccountPlace, signatureFault } from './signatures.js'

/** Reads terms from their canonical text; any other spelling, or anything that is no order's terms, is refused. */
export function readTerms(text: string): Result<OrderTerms, CustodyCode> {
  try {
    const value = fromJson(JSON.parse(text))
    if (isTerms(value) && canonicalText(value) === text) return ok(value)
  } catch {
    // no JSON, or a value that has no canonical text
  }
  return err('evidence_insufficient', 'the terms are not in canonical text', 'terms')
}

export const milestoneOf = (terms: OrderTerms, milestone: number): MilestoneTerms | undefined =>
  terms.milestones.find((one) => one.milestone === milestone)

/** Each of the accounts has approved these very terms with one of its current keys. */
export async function agreementFault(
  world: World,
  agreed: {
    readonly terms: OrderTerms
    readonly approvals: readonly SignedStatement[]
    readonly accounts: readonly AccountPlace[]
  },
) {
  const hub = await world.registry.hub()
  if (!hub.ok) return hub
  const hash = orderTermsHash(agreed.terms)
  for (const by of agreed.accounts) {
    let isApproved = false
    for (const statement of agreed.approvals) {
      const approval = decodeApproval(fromHex(statement.body))
      if (!approval.ok) return err('evidence_insufficient', 'an approval does not decode', 'agreed')
      const { subject, account, hash: approved } = approval.value
      if (subject !== 'orderTerms' || account !== by.account || approved !== hash) continue
      const message = approvalMessage(hub.value, approval.value)
      const fault = await signatureFault(world, { by, weight: 'key', message, signed: [statement] }, 'who it names')
      if (fault !== undefined) return fault
      isApproved = true
    }
    if (!isApproved) return err('evidence_insufficient', 'a party has not approved these terms', 'agreed')
  }
  return undefined
}

/** The border: the shape is checked as far as custody relies on it; the hash binds all the rest to what was signed. */
function isTerms(value: unknown): value is OrderTerms {
  if (typeof value !== 'object' || value === null || !('order' in value) || !('milestones' in value)) return false
  const { order, milestones } = value
  return isHex(order, 16) && Array.isArray(milestones) && milestones.length > 0 && milestones.every(isMilestone)
}

function isMilestone(value: unknown): value is MilestoneTerms {
  if (typeof value !== 'object' || value === null) return false
  if (!('milestone' in value) || !('confirmation' in value) || !('legs' in value)) return false
  const { milestone, confirmation, legs } = value
  const isKind = typeof confirmation === 'object' && confirmation !== null && 'kind' in confirmation
  return typeof milestone === 'number' && isKind && isLegs(legs)
}

function isLegs(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  if (value.kind === 'single') return 'leg' in value && isLeg(value.leg)
  return value.kind === 'paired' && 'a' in value && isLeg(value.a) && 'b' in value && isLeg(value.b)
}

function isLeg(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (!('chain' in value) || !('payer' in value) || !('payee' in value)) return false
  return [value.chain, value.payer, value.payee].every((part) => isHex(part, 32))
}
