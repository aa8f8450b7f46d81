// Questions about an order's legs that its service, its views and its effects ask alike. Pure.
import type { AccountId, Coordinate } from '@huitong/primitives'
import type { EscrowLegTerms, LegState, Legs, MilestoneState, MilestoneTerms, OrderState, OrderTerms } from '@huitong/protocol'

export type Side = 'a' | 'b' | 'single'
export type OpenLeg = Extract<LegState, { fate: 'open' }>

export const legsOf = (legs: Legs): readonly { readonly side: Side; readonly leg: LegState }[] =>
  legs.kind === 'single'
    ? [legs.leg, ...(legs.more ?? [])].map((leg) => ({ side: 'single' as const, leg }))
    : [
        { side: 'a', leg: legs.a },
        { side: 'b', leg: legs.b },
      ]

export const openLegsOf = (legs: Legs): readonly { readonly side: Side; readonly leg: OpenLeg }[] =>
  legsOf(legs).flatMap(({ side, leg }) => (leg.fate === 'open' ? [{ side, leg }] : []))

export function legTermsOf({ legs }: MilestoneTerms, side: Side): EscrowLegTerms {
  if (legs.kind === 'single') return legs.leg
  return side === 'b' ? legs.b : legs.a
}

/** The leg that pays the merchant, in the settle token. */
export const settleSide = ({ kind }: { readonly kind: 'single' | 'paired' }): Side => (kind === 'single' ? 'single' : 'b')

/** The coin that holds the leg now, or held it last. */
export function lastCoin(leg: LegState): Coordinate | undefined {
  return leg.fate === 'unfunded' ? undefined : leg.fate === 'open' ? leg.coin.coordinate : leg.seen.at(-1)
}

export const termsOfMilestone = (terms: OrderTerms, number: number): MilestoneTerms | undefined =>
  terms.milestones.find(({ milestone }) => milestone === number)

export const milestoneOf = (order: OrderState, number: number): MilestoneState | undefined =>
  order.state === 'DRAFT' ? undefined : order.milestones.find(({ milestone }) => milestone === number)

/** The accounts of a party that the terms name: the buyer's payer accounts, or all payees of a merchant. */
export function accountsOf(terms: OrderTerms, party: string): readonly AccountId[] {
  const accounts = terms.milestones.flatMap((milestone) => {
    const buyers = legTermsOf(milestone, milestone.legs.kind === 'single' ? 'single' : 'a')
    const merchants = legTermsOf(milestone, settleSide(milestone.legs))
    return [...(terms.buyer === party ? [buyers.payer] : []), ...(milestone.merchant === party ? [merchants.payee] : [])]
  })
  return [...new Set(accounts)]
}

/** Buyer's and merchant's own legs of a milestone: on which ledger each side's account signs. */
export const ends = (milestone: MilestoneTerms): { readonly buyers: EscrowLegTerms; readonly merchants: EscrowLegTerms } => ({
  buyers: legTermsOf(milestone, milestone.legs.kind === 'single' ? 'single' : 'a'),
  merchants: legTermsOf(milestone, settleSide(milestone.legs)),
})
