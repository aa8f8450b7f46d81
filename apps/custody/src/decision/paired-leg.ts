// Cross-token milestones: the provider's escrow for the merchant (leg B) after the buyer's (leg A) is final. The two share one fate from then on.
import { type EscrowCondition, decodeCondition } from '@huitong/chain'
import type { FundPairedLeg } from '@huitong/contracts'
import { type Time, err, fromHex, ok } from '@huitong/primitives'
import { escrowCoin } from '../evidence/coins.js'
import { licence } from '../evidence/offer.js'
import type { ReadCoin } from '../ledger/ledgers.js'
import { answerTo, notSpending } from './conversion.js'
import { PAIR_MARGIN_MS, type Planned, type Refusal, type World, validityFault } from './plan.js'

export async function planFundPairedLeg(request: FundPairedLeg, world: World): Promise<Planned> {
  const { legA, ledgerB, terms } = request
  const found = await escrowCoin(world, legA)
  if (!found.ok) return found
  const { coin, condition: a } = found.value
  const decoded = decodeCondition(fromHex(request.conditionB))
  if (!decoded.ok || decoded.value.kind !== 'escrow') return err('evidence_insufficient', 'not an escrow', 'conditionB')
  const b = decoded.value
  if (a.order !== request.order.slice('ord_'.length) || a.milestone !== request.milestone)
    return err('coin_mismatch', 'leg A is of another milestone')
  const licensed = await licence(world, { terms, legA: coin, received: coin.amount - a.fee, ledgerB })
  if (!licensed.ok) return licensed
  const { offer, liquidity, amountB, counted } = licensed.value
  if (a.payee !== liquidity.account || b.payer !== liquidity.account) return err('coin_mismatch', 'not the provider’s legs')
  const headB = await world.ledgers.head(ledgerB)
  if (!headB.ok) return headB
  const validUntil = request.validUntil as Time
  const fault = twinFault(a, b) ?? strangerFault(world, a, b) ?? validityFault(validUntil, headB.value)
  if (fault !== undefined) return fault
  if (validUntil >= b.deadline) return err('too_late', 'leg B would fall due before it is locked', 'conditionB')
  const { asset } = offer.give
  return ok({
    kind: 'fund-paired-leg',
    subject: answerTo(legA),
    outcome: `fund ${ledgerB} ${asset} ${amountB} ${request.conditionB}`,
    ledger: ledgerB,
    account: liquidity.account,
    validUntil,
    body: { kind: 'pay', asset, output: { asset, amount: amountB, condition: b } },
    offer: counted,
    pairWith: (root) => ({
      a: { ledger: legA.ledger, root: coin.coordinate },
      b: { ledger: ledgerB, root },
      liquidity: liquidity.account,
      buyer: a.payer,
      merchant: b.payee,
    }),
    alsoSettle: [legA.ledger],
    check: (page) => notSpending(page, legA),
  })
}

/** Same order, milestone, arbiter and code; refunded by default; A falls due later than B by the margin. */
function twinFault(a: EscrowCondition, b: EscrowCondition): Refusal | undefined {
  if (!a.paired || !b.paired) return err('coin_mismatch', 'both legs must be paired')
  if (a.order !== b.order || a.milestone !== b.milestone || a.arbiter !== b.arbiter)
    return err('coin_mismatch', 'the legs are not of one milestone', 'conditionB')
  if (a.deliveryHash === undefined || a.deliveryHash !== b.deliveryHash)
    return err('coin_mismatch', 'the legs do not open by the same code', 'conditionB')
  if (a.held || b.held || a.default !== 'refund' || b.default !== 'refund')
    return err('coin_mismatch', 'a fresh pair is not held and goes back by default', 'conditionB')
  if (a.deadline - b.deadline < PAIR_MARGIN_MS || a.latest - b.latest < PAIR_MARGIN_MS)
    return err('too_late', 'leg A falls due too soon after leg B', 'conditionB')
  return undefined
}

function strangerFault(world: World, a: EscrowCondition, b: EscrowCondition): Refusal | undefined {
  if (b.feeTo !== world.keyring.fee.account) return err('coin_mismatch', 'the fee goes elsewhere', 'conditionB')
  const isOurs = [a.payer, b.payee].some((account) => world.keyring.managed(account) !== undefined)
  return isOurs ? err('conflict_of_interest', 'buyer or merchant is an account of the hub') : undefined
}

/** Leg A of a pair: paid to a liquidity account of ours by somebody else. */
export function isLegA(world: World, coin: ReadCoin, condition: EscrowCondition): boolean {
  return (
    coin.condition === condition &&
    condition.paired &&
    world.keyring.managed(condition.payee)?.purpose === 'liquidity' &&
    world.keyring.managed(condition.payer) === undefined
  )
}
