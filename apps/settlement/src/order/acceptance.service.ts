// What buyer and merchant say to each other about goods that came: accepted, or part of the money back. Words only: a single coin is released and
// refunded by their own signatures on the ledger, whatever was said here; a pair is divided by consent (split.service.ts).
import type { AcceptMilestone, Actor, AnswerRefund, Answer, DecidePayment, RequestRefund, WireOrder } from '@huitong/contracts'
import { type Coordinate, type Err, type Result, err, ok, parseAmount } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { actsFor } from '../access/access.js'
import type { Deal } from '../deal/kind.js'
import type { OrderDeal } from './order.file.js'
import { milestoneOf, termsOfMilestone } from './order.legs.js'
import type { OrderRefusal } from './order.refusals.js'
import { OrderService } from './order.service.js'

type Answered<Code extends string = never> = Promise<Answer<WireOrder, OrderRefusal | Code>>

interface Asked {
  readonly id: string
  readonly milestone: number
  readonly party: string
  readonly actor: Actor
}

@Injectable()
export class AcceptanceService {
  constructor(private readonly orders: OrderService) {}

  async accept(request: AcceptMilestone): Answered {
    const found = await this.#side(request)
    if (!found.ok) return found
    return this.orders.command(request, 'accept', { kind: 'accept', by: request.party, milestone: request.milestone })
  }

  async request(request: RequestRefund): Answered {
    const found = await this.#side(request)
    if (!found.ok) return found
    const paired = pairedFault(found.value, request.milestone)
    if (paired !== undefined) return paired
    const amount = parseAmount(request.amount)
    if (!amount.ok) return err('amount_out_of_range', undefined, 'amount')
    const { party: by, milestone, reason } = request
    return this.orders.command(request, 'request-refund', { kind: 'requestRefund', by, milestone, amount: amount.value, reason })
  }

  async answer(request: AnswerRefund): Answered<'refund_unknown'> {
    const found = await this.#side(request)
    if (!found.ok) return found
    const { refund, answer, party: by, milestone } = request
    const { order } = found.value.state
    if (!order.refunds.some(({ id }) => id === refund)) return err('refund_unknown', undefined, 'refund')
    const asked = milestoneOf(order, milestone)?.request
    // an answer that was given: asked again it says the same, and is refused only if it is another one
    if (asked?.refund !== refund && !isAnswered(found.value, refund, answer))
      return err('wrong_state', 'the request was answered')
    const kind = answer === 'agree' ? 'consent' : 'declineRequest'
    return this.orders.command(request, `${answer}-refund`, { kind, by, milestone })
  }

  /** A coin on hold is taken as it is, or goes back. What was decided is on hold no more. */
  async decidePayment(request: DecidePayment): Answered {
    const found = await this.#side(request)
    if (!found.ok) return found
    const { party: by, milestone, coordinate, decision } = request
    // the border: form checked by the contract
    const event = { kind: 'decidePayment', by, milestone, coin: coordinate as Coordinate, take: decision === 'take' } as const
    return this.orders.command(request, 'decide-payment', event)
  }

  async #side(request: Asked): Promise<Result<Deal<OrderDeal>, OrderRefusal>> {
    const found = await this.orders.seen(request)
    if (!found.ok) return found
    if (termsOfMilestone(found.value.state.order.terms, request.milestone) === undefined)
      return err('milestone_unknown', undefined, 'milestone')
    const allowed = actsFor(request.actor, request.party)
    return allowed.ok ? ok(found.value) : allowed
  }
}

function pairedFault({ state: { order } }: Deal<OrderDeal>, number: number): Err<'wrong_state'> | undefined {
  const isPaired = termsOfMilestone(order.terms, number)?.legs.kind === 'paired'
  return isPaired ? err('wrong_state', 'two coins that share a fate are divided by consent: split') : undefined
}

function isAnswered({ state: { order } }: Deal<OrderDeal>, refund: string, answer: 'agree' | 'decline'): boolean {
  const state = order.refunds.find(({ id }) => id === refund)?.state
  return answer === 'agree' ? state === 'AGREED' || state === 'FINAL' : state === 'DECLINED'
}
