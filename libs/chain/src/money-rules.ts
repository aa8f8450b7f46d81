// What a rulebook's rules for one asset say of a payment, parameter by parameter. Asked by validation of transactions, and by those who
// prepare a deal and want to know before anything is locked. Pure arithmetic; what is a payment, docs/rulebook.md says.
import { type AccountId, type Amount, mulDivFloor } from '@huitong/primitives'
import type { AssetRules, Condition, Output, Rulebook, RulebookChange, TierLimit } from './model.js'

export type MoneyCode = 'tier_too_low' | 'counterparty_forbidden' | 'transaction_limit' | 'day_limit' | 'tax_missing'

/** An account and how well its owner is known. */
export interface Party {
  readonly account: AccountId
  readonly tier: number
}

/** What goes out of one account, of one asset. */
export interface Payment {
  readonly payer: Party
  readonly amount: Amount
  /** What counts of the payer's earlier payments against its limit for a day. */
  readonly lately: Amount
  /** Every other account that is paid or named. */
  readonly named: readonly Party[]
  readonly issuer: AccountId
}

/** One parameter of the rulebook against one payment. */
export interface Finding {
  /** As `assets.USD.limits.1.perDay`. */
  readonly parameter: string
  readonly code: MoneyCode
  readonly passes: boolean
  /** In words, with the value that the rulebook sets. */
  readonly reason: string
}

export const assetRulesOf = ({ assets }: Pick<Rulebook, 'assets'>, asset: string): AssetRules | undefined =>
  assets?.find((rules) => rules.asset === asset)

/** The rulebook after a change: what the change does not speak of stays, but for rules for assets, which it sets or leaves out as a whole. */
export function withChange(rulebook: Rulebook, change: RulebookChange): Rulebook {
  const { assets: _before, ...rest } = rulebook
  return { ...rest, ...change }
}

/** The limits of a tier: those of the highest entry that is not above it. */
export const limitOf = ({ limits }: AssetRules, tier: number): TierLimit | undefined =>
  limits.findLast((limit) => limit.tier <= tier)

/** Does the rulebook count what goes out of accounts by the day? */
export const countsDays = ({ limits }: AssetRules): boolean => limits.some(({ perDay }) => perDay !== undefined)

/** The issuer and the account that the tax goes to are bound by no rule for the asset. */
export const isFree = ({ tax }: AssetRules, account: AccountId, issuer: AccountId): boolean =>
  account === issuer || account === tax?.to

/** floor(base * ppm / 1,000,000): the tax on what changes hands. */
export const taxOn = ({ tax }: AssetRules, base: Amount): Amount =>
  tax === undefined ? 0n : mulDivFloor(base, BigInt(tax.ppm), 1_000_000n)

/**
 * Outputs that one account pays for, change among them or not, and nothing is burnt or issued beside them. Where a condition is not known yet, the money
 * changes hands.
 */
export interface Paying {
  readonly payer: AccountId
  readonly issuer: AccountId
  readonly outputs: readonly (Pick<Output, 'asset' | 'amount'> & { readonly condition?: Condition })[]
}

/**
 * The output that pays what is still missing of the tax on these outputs; none if nothing is. What goes to the issuer or to the tax account
 * is not taxed, nor is the tax itself; a lock is, whomever it names. Validation asks for exactly this.
 */
export function taxOutput(rules: AssetRules, { payer, issuer, outputs }: Paying): Output | undefined {
  const { asset, tax } = rules
  if (tax === undefined || isFree(rules, payer, issuer)) return undefined
  let [base, paid] = [0n, 0n]
  for (const output of outputs) {
    const owner = output.asset === asset ? ownerOf(output.condition) : payer
    if (owner === tax.to) paid += output.amount
    else if (owner !== payer && owner !== issuer) base += output.amount
  }
  const missing = taxOn(rules, base) - paid
  return missing > 0n ? { asset, amount: missing, condition: { kind: 'account', account: tax.to } } : undefined
}

/** The account whose money it is, now or from some time on, and nobody else's. */
const ownerOf = (condition: Condition | undefined): AccountId | undefined =>
  condition?.kind === 'account' || condition?.kind === 'timeLock' ? condition.account : undefined

/** Every parameter that binds the payment, in the order of precedence of its codes; for a free payer only the tiers of others. */
export function paymentFindings(rules: AssetRules, payment: Payment): Finding[] {
  const { payer, named, issuer } = payment
  // Money can always go home, whoever has it.
  const goesHome = named.every(({ account }) => isFree(rules, account, issuer))
  const findings = (goesHome ? [] : [payer, ...named]).flatMap((party) => tierFinding(rules, party, issuer))
  if (isFree(rules, payer.account, issuer)) return findings
  return [...findings, ...counterpartyFindings(rules, payment), ...limitFindings(rules, payment)]
}

/** The tier that one account needs, if the rulebook asks any. */
export function tierFinding(rules: AssetRules, { account, tier }: Party, issuer: AccountId): Finding[] {
  if (rules.tier === 0 || isFree(rules, account, issuer)) return []
  const reason = `tier ${rules.tier} is needed, ${account} has ${tier}`
  return [{ parameter: `assets.${rules.asset}.tier`, code: 'tier_too_low', passes: tier >= rules.tier, reason }]
}

function counterpartyFindings(rules: AssetRules, { payer, named, issuer }: Payment): Finding[] {
  const { counterparties } = rules
  const isAllowed = (account: AccountId): boolean => isFree(rules, account, issuer) || counterparties.includes(account)
  if (counterparties.length === 0 || isAllowed(payer.account)) return []
  return named.map(({ account }) => ({
    parameter: `assets.${rules.asset}.counterparties`,
    code: 'counterparty_forbidden',
    passes: isAllowed(account),
    reason: `${payer.account} pays ${account}, and one of the two has to be among ${counterparties.length} that are named`,
  }))
}

function limitFindings(rules: AssetRules, { payer, amount, lately }: Payment): Finding[] {
  const limit = limitOf(rules, payer.tier)
  if (limit === undefined) return []
  const { perTransaction, perDay } = limit
  const parameter = `assets.${rules.asset}.limits.${limit.tier}`
  const findings: Finding[] = []
  if (perTransaction !== undefined) {
    const reason = `up to ${perTransaction} at once, ${amount} asked of ${payer.account}`
    findings.push({
      parameter: `${parameter}.perTransaction`,
      code: 'transaction_limit',
      passes: amount <= perTransaction,
      reason,
    })
  }
  if (perDay !== undefined) {
    const reason = `up to ${perDay} in a day, ${lately} paid, ${amount} more asked of ${payer.account}`
    findings.push({ parameter: `${parameter}.perDay`, code: 'day_limit', passes: lately + amount <= perDay, reason })
  }
  return findings
}
