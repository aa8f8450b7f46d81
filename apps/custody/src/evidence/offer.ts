// A provider's signed offer against the deal that is made under it: the only licence to use a provider's money.
import { type OfferStatement, decodeOffer, offerMessage } from '@huitong/chain'
import type { CustodyCode, OfferAndQuote } from '@huitong/contracts'
import { type Amount, type Result, err, fromHex, mulDivFloor, ok } from '@huitong/primitives'
import type { Managed } from '../account/managed.js'
import type { Plan, World } from '../decision/plan.js'
import type { ReadCoin } from '../ledger/ledgers.js'
import { signatureFault } from './signatures.js'

export interface Deal {
  readonly terms: OfferAndQuote
  /** The coin that pays the provider. */
  readonly legA: ReadCoin
  /** What the provider really gets of it, after fees. */
  readonly received: Amount
  readonly ledgerB: string
}

export interface Licensed {
  readonly offer: OfferStatement
  readonly liquidity: Managed
  readonly amountB: Amount
  readonly counted: NonNullable<Plan['offer']>
}

/** Checks signature, tokens, rate, limits and time; answers the managed account that pays and what is counted against the offer. */
export async function licence(world: World, deal: Deal): Promise<Result<Licensed, CustodyCode>> {
  const { terms, ledgerB } = deal
  const decoded = decodeOffer(fromHex(terms.offer.body))
  if (!decoded.ok) return err('evidence_insufficient', 'the offer does not decode', 'terms.offer')
  const offer = decoded.value
  const liquidity = world.keyring.managed(offer.give.account)
  if (liquidity?.purpose !== 'liquidity' || liquidity.owner === undefined) return err('not_managed', undefined, 'terms.offer')
  if (offer.take.account !== liquidity.account) return err('evidence_insufficient', 'the offer is paid elsewhere', 'terms.offer')
  const [hub, headB] = await Promise.all([world.registry.hub(), world.ledgers.head(ledgerB)])
  if (!hub.ok) return hub
  if (!headB.ok) return headB
  const by = { ledger: ledgerB, account: liquidity.owner }
  const claimed = { by, weight: 'threshold', message: offerMessage(hub.value, offer), signed: [terms.offer] } as const
  const unsigned = await signatureFault(world, claimed, 'the provider')
  if (unsigned !== undefined) return unsigned
  if (offer.give.chain !== headB.value.chain) return err('evidence_insufficient', 'the offer gives on another ledger', 'ledgerB')
  const fault = dealFault(offer, deal)
  if (fault !== undefined) return fault
  const amountB = BigInt(terms.amountB)
  const counted = { key: `${offer.offer}/${liquidity.account}`, amount: amountB, inventory: offer.inventory }
  return ok({ offer, liquidity, amountB, counted })
}

function dealFault(offer: OfferStatement, deal: Deal) {
  const { terms, legA, received } = deal
  const amountA = BigInt(terms.amountA)
  const amountB = BigInt(terms.amountB)
  if (offer.take.chain !== legA.chain || offer.take.asset !== legA.asset) return err('coin_mismatch', 'not what the offer takes')
  if (legA.amount !== amountA) return err('coin_mismatch', 'leg A is not of the agreed amount', 'terms.amountA')
  if (legA.at >= terms.expiresAt) return err('too_late', 'leg A came after the quote expired', 'terms.expiresAt')
  if (legA.at >= offer.expiry) return err('too_late', 'leg A came after the offer expired', 'terms.offer')
  if (amountA < offer.min || amountA > offer.max) return err('limit_exceeded', 'outside of the offer’s bounds', 'terms.amountA')
  if (amountB > mulDivFloor(received, offer.numerator, offer.denominator))
    return err('limit_exceeded', 'more than the offer’s rate gives', 'terms.amountB')
  if (amountB > offer.inventory) return err('limit_exceeded', 'more than is on offer', 'terms.amountB')
  return undefined
}
