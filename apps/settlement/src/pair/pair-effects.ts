// The watchtower of two hash locks: claims with a known secret and refunds that are due, for conversions and swaps alike. Needs no key.
import type { Adjudicate, PushClaim, PushRefund } from '@huitong/protocol'
import type { Performed } from '@huitong/platform'
import { HubTransactions } from '../effect/hub-transactions.js'
import { EffectPerformers } from '../effect/performer.js'
import { Ledgers } from '../ledgers/ledgers.js'

export interface Watchtower {
  readonly performers: EffectPerformers
  readonly transactions: HubTransactions
  readonly ledgers: Ledgers
}

/** Registers the two effects for the deals of a prefix, and the call for a person where no rule helps any more. */
export function registerWatchtower(prefix: string, { performers, transactions, ledgers }: Watchtower): void {
  performers.register<{ readonly state: string }, PushClaim>(prefix, 'pushClaim', ({ deal, effect }): Promise<Performed> => {
    const { id, chain, coin, preimage } = effect
    const ledger = ledgers.ofChain(chain)
    return transactions.push({ effect: id, deal: deal.id, ledger, coin, path: { kind: 'claim' }, preimages: [preimage] })
  })
  performers.register<{ readonly state: string }, PushRefund>(prefix, 'pushRefund', ({ deal, effect }): Promise<Performed> => {
    const { id, chain, coin } = effect
    const ledger = ledgers.ofChain(chain)
    return transactions.push({ effect: id, deal: deal.id, ledger, coin, path: { kind: 'expire' }, preimages: [] })
  })
  performers.register<{ readonly state: string }, Adjudicate>(prefix, 'adjudicate', async ({ effect }): Promise<Performed> => {
    return { park: `for an operator: ${effect.reason}` }
  })
}
