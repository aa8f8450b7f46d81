// An order as people read it: what is bought, where the money is, what comes next.
import type { Dto, HubClient } from '@huitong/sdk'
import { moneyText, tokenOn } from './amounts.js'
import { legLine } from './commands/legs.js'

export async function orderText(hub: HubClient, order: Dto['OrderDto']): Promise<string> {
  const lines = [
    `${order.id} is ${order.state}${order.reference === undefined ? '' : `  (${order.reference})`}`,
    `  buyer     ${order.buyer}${order.agreedBy.includes(order.buyer) ? ', agreed' : ''}`,
  ]
  for (const milestone of order.milestones) lines.push(...(await milestoneLines(hub, order, milestone)))
  for (const exception of order.exceptions) lines.push(`  !         ${exception.kind}: ${exception.detail}`)
  for (const refund of order.refunds)
    lines.push(
      `  refund    ${refund.amount} base units of ${refund.asset} on ${refund.ledger}: ${refund.state} (${refund.reason})`,
    )
  if (order.nextDeadline !== undefined) lines.push(`  next      by ${order.nextDeadline.at}, or ${order.nextDeadline.default}`)
  if (order.allowedActions.length > 0) lines.push(`  you can   ${order.allowedActions.join(', ')}`)
  return lines.join('\n')
}

async function milestoneLines(hub: HubClient, order: Dto['OrderDto'], milestone: Dto['MilestoneDto']): Promise<string[]> {
  const token = await tokenOn(await hub.ledger(milestone.settle.ledger), milestone.settle.asset)
  const told = (amount: string): string => moneyText(BigInt(amount), token)
  const agreed = order.agreedBy.includes(milestone.merchant) ? ', agreed' : ''
  const legs = []
  for (const leg of milestone.legs) legs.push(`    ${leg.name.padEnd(8)}${await legLine(hub, leg)}`)
  return [
    `  milestone ${milestone.milestone}: ${milestone.state}, for ${milestone.merchant}${agreed}`,
    `    price   ${told(milestone.settle.amount)}, fee ${told(milestone.fee)}`,
    ...legs,
    `    money   released ${told(milestone.released)}, refunded ${told(milestone.refunded)}, left ${told(milestone.remaining)}`,
    `    dates   ship by ${milestone.shipBy}, delivered by ${milestone.deadline}`,
    ...(milestone.rest === undefined ? [] : [`    missing ${milestone.rest.amount} base units: fund pays the rest`]),
    ...(milestone.dispute === undefined ? [] : [`    dispute ${milestone.dispute}`]),
  ]
}
