// The body that a division of a milestone is signed as: one ruling statement over all its legs, to the last output. For consent and for rulings
// alike. Pure; says what would happen, never does it.
import {
  type EscrowCondition,
  type RulingLeg,
  type RulingStatement,
  decodeRuling,
  encodeRuling,
  prescribedOutputs,
} from '@huitong/chain'
import {
  type Amount,
  type Result,
  err,
  expectOk,
  fromHex,
  ok,
  sha256,
  splitByLargestRemainder,
  toHex,
  utf8,
} from '@huitong/primitives'
import {
  type MilestoneState,
  type MilestoneTerms,
  type OrderTerms,
  type Resolution,
  type Share,
  expectedCondition,
  splitLegs,
} from '@huitong/protocol'
import { legTermsOf, openLegsOf, settleSide } from './order.legs.js'

export interface RulingBody {
  readonly statement: RulingStatement
  /** Canonical, in hexadecimal. */
  readonly body: string
  /** SHA-256 of the body: what is anchored, and how the evidence is named. */
  readonly hash: string
  readonly share: Share
  readonly outcome: RulingStatement['outcome']
}

export interface Divided {
  readonly order: OrderTerms
  readonly terms: MilestoneTerms
  readonly milestone: MilestoneState
  /** Base units of the settle token to the merchant, before the fee. */
  readonly toMerchant: Amount
  readonly reasons: string
}

/**
 * The same proportion on every leg, rounded by largest remainder with a tie to the buyer. `amount_out_of_range`: more than remains;
 * `wrong_state`: a leg holds no money now.
 */
export function rulingBody(divided: Divided): Result<RulingBody, 'amount_out_of_range' | 'wrong_state'> {
  const { order, terms, milestone, toMerchant } = divided
  const open = openLegsOf(milestone.legs)
  const settled = open.filter(({ side }) => side === settleSide(terms.legs))
  if (settled.length === 0 || open.length < (terms.legs.kind === 'single' ? 1 : 2)) return err('wrong_state')
  const amounts = settled.map(({ leg }) => leg.coin.amount)
  const amount = amounts.reduce((sum, one) => sum + one, 0n)
  if (toMerchant > amount) return err('amount_out_of_range', `${amount} remains`, 'toMerchant')
  const share: Share = { toPayee: toMerchant, toPayer: amount - toMerchant }
  // of several coins each gets its part of a sum that is exact
  const parts = terms.legs.kind === 'single' ? splitByLargestRemainder(toMerchant, amounts) : []
  const legs = open.map(({ side, leg }, index): RulingLeg => {
    const agreed = legTermsOf(terms, side)
    const [split] = splitLegs(
      [{ chain: agreed.chain, coordinate: leg.coin.coordinate, asset: agreed.asset, amount: leg.coin.amount }],
      share,
    )
    const path = { kind: 'rule', toPayee: parts[index] ?? split?.toPayee ?? 0n } as const
    const condition = dividedCondition(expectedCondition(order.order, terms, agreed), leg.coin.fee)
    const coin = { asset: agreed.asset, amount: leg.coin.amount, condition }
    const outputs = expectOk(prescribedOutputs(coin, path), 'outputs of a split')
    return { chain: agreed.chain, coin: leg.coin.coordinate, path, outputs, validUntil: agreed.latest }
  })
  const outcome = share.toPayer === 0n ? 'release' : share.toPayee === 0n ? 'refund' : 'split'
  const statement: RulingStatement = { order: order.order, outcome, reasons: toHex(sha256(utf8(divided.reasons))), legs }
  const bytes = encodeRuling(statement)
  return ok({ statement, body: toHex(bytes), hash: toHex(sha256(bytes)), share, outcome })
}

/** The payee's part of each coin, where a body divides the several coins of one leg. */
export function partsOf(body: string, terms: MilestoneTerms | undefined): Pick<Resolution, 'parts'> {
  const ruling = decodeRuling(fromHex(body))
  if (terms?.legs.kind !== 'single' || !ruling.ok || ruling.value.legs.length < 2) return {}
  return { parts: ruling.value.legs.map(({ coin, path }) => ({ coin, toPayee: path.kind === 'rule' ? path.toPayee : 0n })) }
}

/** The condition that the money is divided under: payees and fee as they stand now, and no code any more. */
function dividedCondition({ deliveryHash: _dropped, ...condition }: EscrowCondition, fee: Amount): EscrowCondition {
  return { ...condition, fee }
}
