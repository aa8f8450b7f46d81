// Agreed terms on their way into custody's own book: every account that they name has approved them with a key that is current now.
import type { KeepTerms, CustodyCode } from '@huitong/contracts'
import { type OrderTerms, orderTermsHash } from '@huitong/protocol'
import { type ChainId, type Result, err, ok } from '@huitong/primitives'
import type { World } from '../decision/plan.js'
import type { KeptTerms } from '../signed/book.js'
import type { AccountPlace } from './signatures.js'
import { agreementFault, readTerms } from './terms.js'

/** What to keep. Terms that are kept already are not checked again: the keys may have changed since, the agreement has not. */
export async function termsToKeep(request: KeepTerms, world: World): Promise<Result<Omit<KeptTerms, 'at'>, CustodyCode>> {
  const terms = readTerms(request.terms)
  if (!terms.ok) return terms
  const { order } = terms.value
  const hash = orderTermsHash(terms.value)
  const kept = { order, hash, text: request.terms, approvals: request.agreed }
  if (await world.book.hasTerms(order, hash)) return ok(kept)
  const accounts = await placesOf(world, terms.value)
  if (!accounts.ok) return accounts
  const fault = await agreementFault(world, { terms: terms.value, approvals: request.agreed, accounts: accounts.value })
  return fault ?? ok(kept)
}

/** Buyer's and merchant's account of every milestone. A provider signs an offer, not the terms. */
async function placesOf(world: World, { milestones }: OrderTerms): Promise<Result<readonly AccountPlace[], CustodyCode>> {
  const names = new Map<ChainId, string>()
  let isAnyAway = false
  for (const name of world.ledgers.names) {
    const head = await world.ledgers.head(name)
    if (head.ok) names.set(head.value.chain, name)
    else isAnyAway = true
  }
  const places: AccountPlace[] = []
  for (const { legs } of milestones) {
    const [buyers, merchants] = legs.kind === 'single' ? [legs.leg, legs.leg] : [legs.a, legs.b]
    const [payersLedger, payeesLedger] = [names.get(buyers.chain), names.get(merchants.chain)]
    if (payersLedger === undefined || payeesLedger === undefined)
      return isAnyAway ? err('ledger_unavailable') : err('coin_mismatch', 'the terms are of a ledger that is not ours', 'terms')
    places.push({ ledger: payersLedger, account: buyers.payer }, { ledger: payeesLedger, account: merchants.payee })
  }
  return ok(places)
}
