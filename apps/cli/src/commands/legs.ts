// One leg of a deal in a line: what, where, and how far it is.
import type { Dto, HubClient } from '@huitong/sdk'
import { moneyText, tokenOn } from '../amounts.js'
import { short } from '../desk.js'

export async function legLine(hub: HubClient, leg: Dto['LegDto']): Promise<string> {
  const token = await tokenOn(await hub.ledger(leg.ledger), leg.asset)
  const coin = leg.coordinate === undefined ? '' : `, coin ${short(leg.coordinate)}`
  return `${moneyText(BigInt(leg.amount), token)} on ${leg.ledger}: ${leg.state}${coin}`
}
