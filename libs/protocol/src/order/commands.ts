// What commands do to one milestone of an order. Every refusal comes from guards.ts or from the command's own content.
import { type Err, type Result, err, lockOf, never, ok } from '@huitong/primitives'
import { childId } from '../decision.js'
import type { Env } from '../env.js'
import { type RefundRecord, createRefund } from '../refund/refund.js'
import { type MilestoneCommand, forbidden } from './guards.js'
import { buyersLegState, openLegs } from './legs.js'
import { carried, carrierHold, learn } from './milestone.js'
import type { MilestoneState, OrderCode, OrderException, RefundRequest } from './model.js'
import { type MilestoneTerms, type OrderTerms, buyersLeg } from './terms.js'

/** What a command changed: the milestone, and records beside it. */
export interface Change {
  readonly milestone: MilestoneState
  readonly exceptions?: readonly OrderException[]
  readonly refund?: RefundRecord
  /** The refund record of the answered request. */
  readonly answered?: { readonly refund: string; readonly event: 'agree' | 'decline' }
}

type Outcome = Result<Change | undefined, OrderCode>

export interface Subject {
  readonly order: OrderTerms
  readonly terms: MilestoneTerms
  readonly milestone: MilestoneState
  /** Number of refund records so far: part of the next one's id. */
  readonly refunds: number
  readonly env: Env
}

/** `ok(undefined)`: done before, nothing changes. */
export function applyCommand(subject: Subject, command: MilestoneCommand): Outcome {
  const { order, terms, milestone, env } = subject
  if (isRepeated(milestone, command)) return ok(undefined)
  const by = 'by' in command ? command.by : undefined
  const code = forbidden(command.kind, by, { buyer: order.buyer, terms, milestone, env })
  if (code !== undefined) return err(code, `${command.kind} in state ${milestone.state}`)
  switch (command.kind) {
    case 'ship':
      return ok({ milestone: { ...carried(milestone), state: 'SHIPPED', shipment: command.shipment } })
    case 'carrierDelivered':
      return onDelivered(subject, command.evidence)
    case 'revealCode':
      if (terms.confirmation.kind !== 'code' || lockOf(command.preimage) !== terms.confirmation.hash)
        return err('order_code_wrong', undefined, 'preimage')
      return ok({ milestone: learn(milestone, command.preimage) })
    case 'accept': {
      const hold = milestone.state === 'DELIVERED' && milestone.by === 'carrier' ? milestone.hold : null
      return ok({ milestone: { ...carried(milestone), state: 'ACCEPTED', hold } })
    }
    case 'reject': {
      const { dispute, by, reason } = command
      const exceptions = [{ kind: 'rejected', milestone: milestone.milestone }] as const
      return ok({ milestone: { ...milestone, disputeAsked: { dispute, by, reason } }, exceptions })
    }
    case 'openDispute': {
      const { dispute, by, reason } = command
      return ok({ milestone: { ...milestone, disputeAsked: { dispute, by, reason } } })
    }
    case 'requestCancel':
      return request(subject, { kind: 'cancel', by: command.by, amount: buyersRemaining(milestone), reason: 'cancel' })
    case 'requestRefund':
      return request(subject, { kind: 'part', by: command.by, amount: command.amount, reason: command.reason })
    case 'consent':
    case 'declineRequest':
      return answer(subject, command.kind)
    case 'ruling':
      return onRuling(subject, command)
    case 'recordShortage':
      if (command.amount < 1n) return err('order_amount_out_of_range', undefined, 'amount')
      return ok({ milestone, exceptions: [{ kind: 'shortage', milestone: milestone.milestone, amount: command.amount }] })
    case 'recordSurplus':
      return onSurplus(subject, command)
    default:
      return never(command)
  }
}

/** The same command again, by content: it changed the milestone before. */
function isRepeated(milestone: MilestoneState, command: MilestoneCommand): boolean {
  switch (command.kind) {
    case 'ship':
      return milestone.state === 'SHIPPED' && milestone.shipment === command.shipment
    case 'carrierDelivered':
      return milestone.state === 'DELIVERED' && milestone.by === 'carrier' && milestone.hold.evidence === command.evidence
    case 'revealCode':
      return milestone.code === command.preimage
    case 'accept':
      return milestone.state === 'ACCEPTED'
    case 'reject':
    case 'openDispute':
      return milestone.disputeAsked?.dispute === command.dispute
    case 'ruling':
      return milestone.resolution?.evidence === command.rulingHash
    default:
      return false
  }
}

const buyersRemaining = (milestone: MilestoneState): bigint => {
  const leg = buyersLegState(milestone.legs)
  return leg.fate === 'open' ? leg.books.remaining : 0n
}

function onDelivered({ terms, milestone, env }: Subject, evidence: string): Outcome {
  const [open] = openLegs(milestone.legs)
  if (open === undefined) return err('order_milestone_wrong_state')
  const hold = carrierHold(open.leg, terms, evidence, env)
  if (milestone.state === 'ACCEPTED') return ok({ milestone: { ...milestone, hold } })
  return ok({ milestone: { ...carried(milestone), state: 'DELIVERED', by: 'carrier', hold } })
}

function request(subject: Subject, asked: Omit<RefundRequest, 'refund'> & { readonly reason: string }): Outcome {
  const { order, terms, milestone, refunds } = subject
  const { kind, by, amount, reason } = asked
  if (amount < 1n || amount > buyersRemaining(milestone)) return err('order_amount_out_of_range', undefined, 'amount')
  const id = childId(order.order, `refund/${refunds}`)
  const { chain, asset } = buyersLeg(terms.legs)
  const record = createRefund({ id, kind, milestone: milestone.milestone, chain, asset, amount, reason }, 'REQUESTED')
  if (!record.ok) return err('order_amount_out_of_range', undefined, 'amount')
  return ok({ milestone: { ...milestone, request: { kind, refund: id, by, amount } }, refund: record.value.state })
}

function answer({ milestone }: Subject, kind: 'consent' | 'declineRequest'): Outcome {
  const { request: asked } = milestone
  if (asked === null) return err('order_no_request')
  const { refund, amount } = asked
  if (kind === 'declineRequest') return ok({ milestone: { ...milestone, request: null }, answered: { refund, event: 'decline' } })
  const remaining = buyersRemaining(milestone)
  if (amount > remaining) return err('order_amount_out_of_range', 'less remains than was asked back')
  const share = { toPayer: amount, toPayee: remaining - amount }
  const resolution = { cause: 'consent', evidence: refund, share, amount, refund } as const
  return ok({ milestone: { ...milestone, request: null, resolution }, answered: { refund, event: 'agree' } })
}

function onRuling({ milestone }: Subject, command: Extract<MilestoneCommand, { kind: 'ruling' }>): Outcome {
  const { authority, share, parts } = command
  if (milestone.state !== 'DISPUTED' || milestone.dispute !== command.dispute)
    return err('order_ruling_mismatch', undefined, 'dispute')
  if (authority.kind === 'operators' && (authority.operators.length !== 2 || new Set(authority.operators).size !== 2))
    return err('order_operators_not_two', undefined, 'operators')
  if (share.toPayee < 0n || share.toPayer < 0n || share.toPayee + share.toPayer === 0n)
    return err('order_amount_out_of_range', undefined, 'share')
  const refund = milestone.resolution?.refund
  const awaited = { ...(refund === undefined ? {} : { refund }), ...(parts === undefined ? {} : { parts }) }
  return ok({ milestone: { ...milestone, resolution: { cause: 'ruling', evidence: command.rulingHash, share, ...awaited } } })
}

function onSurplus(subject: Subject, command: Extract<MilestoneCommand, { kind: 'recordSurplus' }>): Outcome {
  const { order, terms, milestone } = subject
  const { chain, asset } = buyersLeg(terms.legs)
  const { amount, reference } = command
  const id = childId(order.order, `surplus/${milestone.milestone}/${reference}`)
  const record = createRefund(
    { id, kind: 'extra', milestone: milestone.milestone, chain, asset, amount, reason: reference },
    'AGREED',
  )
  if (!record.ok) return refusedAmount()
  const exceptions = [{ kind: 'surplus', milestone: milestone.milestone, amount }] as const
  return ok({ milestone, exceptions, refund: record.value.state })
}

const refusedAmount = (): Err<OrderCode> => err('order_amount_out_of_range', undefined, 'amount')
