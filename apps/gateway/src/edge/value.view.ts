// From the bus's terms to the edge's, for the shapes that many resources share.
import type { WireDeadline, WireException, WireLeg, WirePolicy } from '@huitong/contracts'
import { conditionView } from '../coin/condition.view.js'
import { addressOf } from './address.js'
import { mapped, optional } from './optional.js'
import { timestamp } from './time.js'
import type { DeadlineDto, DealDto, ExceptionDto, PolicyDto } from './value.dto.js'
import type { LegDto } from './leg.dto.js'

/** Rows of a page if the caller does not say. */
export const PAGE_ROWS = 50

interface WireDeal {
  readonly state: string
  readonly exceptions: readonly WireException[]
  readonly allowedActions: readonly string[]
  readonly nextDeadline?: WireDeadline
  readonly version: number
  readonly createdAt: number
}

export const dealView = (deal: WireDeal): DealDto => ({
  state: deal.state,
  exceptions: deal.exceptions.map(exceptionView),
  allowedActions: [...deal.allowedActions],
  ...optional('nextDeadline', mapped(deal.nextDeadline, deadlineView)),
  version: deal.version,
  createdAt: timestamp(deal.createdAt),
})

export const deadlineView = (deadline: WireDeadline): DeadlineDto => ({ ...deadline, at: timestamp(deadline.at) })

const exceptionView = (exception: WireException): ExceptionDto => ({
  kind: exception.kind,
  detail: exception.detail,
  ...optional('amount', exception.amount),
  ...optional('coin', exception.coin),
  ...optional('fate', exception.fate),
  ...optional('returnsAt', mapped(exception.returnsAt, timestamp)),
})

export const legView = (leg: WireLeg): LegDto => ({
  name: leg.name,
  ledger: leg.ledger,
  asset: leg.asset,
  amount: leg.amount,
  ...optional('condition', mapped(leg.condition, conditionView)),
  ...optional('coordinate', leg.coordinate),
  state: leg.state,
  ...optional('fundedBy', leg.fundedBy),
  ...optional('spentBy', leg.spentBy),
  ...optional('held', leg.held),
  ...optional('deadline', mapped(leg.deadline, timestamp)),
  ...optional('default', leg.default),
})

export const policyView = (policy: WirePolicy): PolicyDto => ({
  keys: [...policy.keys],
  threshold: policy.threshold,
  authorities: policy.authorities.map(addressOf),
  quorum: policy.quorum,
  delayMs: policy.delayMs,
})

/** A page of a list: its items as the edge shows them. */
export const pageView = <Wire, View>(
  page: { readonly items: readonly Wire[]; readonly next?: string },
  view: (item: Wire) => View,
): { items: View[]; next?: string } => ({ items: page.items.map(view), ...optional('next', page.next) })
