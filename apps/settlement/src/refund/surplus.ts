// Money announced beyond the milestones' sum, and goods that cost more than it. A surplus is an escrow coin of the same order with a reserved
// milestone number: it counts for no leg, its merchant returns it, and its default returns it by itself. Pure.
import { type EscrowCondition, encodeCondition } from '@huitong/chain'
import type { ChainId, OrderId } from '@huitong/primitives'
import { type Result, err, ok, parseAmount, toHex } from '@huitong/primitives'
import { type MilestoneTerms, childId } from '@huitong/protocol'
import { ends } from '../order/order.legs.js'
import type { Shortage, Surplus } from '../order/order.file.js'

/** The milestone number of surplus coins: no order has so many. */
export const SURPLUS_MILESTONE = 65_535

export interface TokenAmount {
  readonly token: { readonly ledger: string; readonly asset: string }
  readonly amount: string
}

interface Priced {
  readonly order: OrderId
  readonly milestones: readonly MilestoneTerms[]
  /** Name of the ledger with this chain. */
  readonly nameOf: (chain: ChainId) => string
}

export type SurplusCode = 'terms_invalid' | 'amount_out_of_range'

/** What is tendered above what the milestones ask for, per token paid. Less than that, or another token, contradicts the terms. */
export function surplusOf(priced: Priced, tendered: readonly TokenAmount[]): Result<readonly Surplus[], SurplusCode> {
  const found: Surplus[] = []
  for (const [index, { token, amount }] of tendered.entries()) {
    const field = `tendered.${index}`
    const paid = priced.milestones.filter((terms) => isIn(priced, token, ends(terms).buyers))
    // a single leg names the merchant as its payee already
    const host = paid.find(({ legs }) => legs.kind === 'single') ?? paid[0]
    if (host === undefined) return err('terms_invalid', 'no milestone is paid in this token', field)
    const units = parseAmount(amount)
    if (!units.ok) return err('amount_out_of_range', undefined, field)
    const due = paid.reduce((sum, terms) => sum + ends(terms).buyers.amount, 0n)
    if (units.value < due) return err('terms_invalid', 'less is tendered than the milestones ask for', field)
    if (units.value === due) continue
    const { chain, asset } = ends(host).buyers
    const condition = toHex(encodeCondition(surplusCondition(priced.order, host)))
    const id = childId(priced.order, `surplus/${chain}/${asset}`)
    if (found.some((one) => one.id === id)) return err('terms_invalid', 'a token is tendered once', field)
    found.push({ id, chain, asset, units: (units.value - due).toString(), condition })
  }
  return ok(found)
}

/** Payer: the buyer. Payee: the merchant, who returns it by its own signature. No fee, no code, refunded by default. */
export function surplusCondition(order: OrderId, host: MilestoneTerms): EscrowCondition {
  const { buyers, merchants } = ends(host)
  const { payer, arbiter, feeTo, deadline, latest } = buyers
  const parties = { payer, payee: merchants.payee, arbiter, fee: 0n, feeTo } as const
  const times = { deadline, default: 'refund', latest, paired: false, held: false } as const
  return { kind: 'escrow', order, milestone: SURPLUS_MILESTONE, ...parties, ...times }
}

/** What the goods cost by their list beyond what the milestones pay, per settle token. */
export function shortagesOf(priced: Priced, listed: readonly TokenAmount[]): Result<readonly Shortage[], SurplusCode> {
  const found: Shortage[] = []
  for (const [index, { token, amount }] of listed.entries()) {
    const field = `listed.${index}`
    const settled = priced.milestones.filter((terms) => isIn(priced, token, ends(terms).merchants))
    if (settled.length === 0) return err('terms_invalid', 'no milestone settles in this token', field)
    const units = parseAmount(amount)
    if (!units.ok) return err('amount_out_of_range', undefined, field)
    const price = settled.reduce((sum, terms) => sum + ends(terms).merchants.amount, 0n)
    if (units.value > price) found.push({ ledger: token.ledger, asset: token.asset, units: (units.value - price).toString() })
  }
  return ok(found)
}

const isIn = (priced: Priced, token: TokenAmount['token'], leg: { readonly chain: ChainId; readonly asset: string }): boolean =>
  priced.nameOf(leg.chain) === token.ledger && leg.asset === token.asset
