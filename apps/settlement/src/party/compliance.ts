// What one ledger's rules say of one leg of a deal before anything is locked: freezes, tiers, counterparties, limits, tax. Pure.
import { type Finding, type Rulebook, assetRulesOf, isFree, paymentFindings, taxOn, tierFinding } from '@huitong/chain'
import type { WireAccountStanding, WireQuote } from '@huitong/contracts'
import { type AccountId, type Err, err, mulDivFloor } from '@huitong/primitives'

export type Verdict = WireQuote['compliance'][number]

/** An account of a leg and what its ledger says of it. */
export interface Known {
  readonly account: AccountId
  readonly standing: WireAccountStanding
}

/** What a ledger says before a leg is judged. */
export interface LegBook {
  readonly ledger: string
  readonly rulebook: Rulebook
  readonly asset: { readonly code: string; readonly issuer: AccountId; readonly frozen: boolean }
  readonly known: readonly Known[]
}

export interface PlannedLeg {
  readonly amount: bigint
  /** Absent while nobody knows which account will pay. */
  readonly payer?: string
  /** What else is promised of the payer's limit for a day: it counts like what was paid. */
  readonly reserved?: bigint
  /** Everybody else whom the lock will name. */
  readonly named: readonly string[]
}

/** One verdict per parameter that binds the leg; the ledger asks the same when the coin enters the lock. */
export function legVerdicts(book: LegBook, { amount, ...leg }: PlannedLeg): Verdict[] {
  const { ledger, rulebook, asset } = book
  const find = (id: string | undefined): Known[] => book.known.filter(({ account }) => account === id)
  const [payer] = find(leg.payer)
  const named = leg.named.flatMap(find)
  const say = (parameter: string, passes: boolean, reason: string): Verdict => ({
    ledger,
    rulebook: rulebook.version,
    parameter,
    verdict: passes ? 'pass' : 'fail',
    reason,
  })
  const verdicts = freezes(asset, payer === undefined ? named : [payer, ...named]).map((reason) => say('freeze', false, reason))
  const rules = assetRulesOf(rulebook, asset.code)
  if (rules === undefined) return verdicts
  const party = ({ account, standing }: Known) => ({ account, tier: standing.tier })
  const due = taxOfLeg(book, { amount, ...leg })
  const findings: Finding[] =
    payer === undefined
      ? named.flatMap((one) => tierFinding(rules, party(one), asset.issuer))
      : paymentFindings(rules, {
          payer: party(payer),
          // the tax counts against limits like what it is paid on
          amount: amount + due,
          lately: counted(payer, asset.code) + (leg.reserved ?? 0n),
          named: named.map(party),
          issuer: asset.issuer,
        })
  verdicts.push(...findings.map(({ parameter, passes, reason }) => say(parameter, passes, reason)))
  if (due > 0n && rules.tax !== undefined)
    verdicts.push(
      say(`assets.${asset.code}.tax`, true, `${due} beside the ${amount} to ${rules.tax.to}, kept also if the lock returns`),
    )
  return verdicts
}

/** What the payer of a leg pays beside it, once, when it locks. */
export function taxOfLeg(
  { rulebook, asset }: Pick<LegBook, 'rulebook' | 'asset'>,
  { amount, payer }: Pick<PlannedLeg, 'amount' | 'payer'>,
): bigint {
  const rules = assetRulesOf(rulebook, asset.code)
  // the border: an account that a deal names
  if (rules === undefined || (payer !== undefined && isFree(rules, payer as AccountId, asset.issuer))) return 0n
  return taxOn(rules, amount)
}

/** The most that an account can lock of what it holds, with the tax beside it. */
export function mostToLock(rulebook: Rulebook, asset: string, held: bigint): bigint {
  const ppm = assetRulesOf(rulebook, asset)?.tax?.ppm ?? 0
  return ppm === 0 ? held : mulDivFloor(held, 1_000_000n, 1_000_000n + BigInt(ppm))
}

/** The first parameter that fails, as the answer to whoever asked for the deal. */
export function refusalOf(verdicts: readonly Verdict[]): Err<'not_compliant'> | undefined {
  const failed = verdicts.find(({ verdict }) => verdict === 'fail')
  if (failed === undefined) return undefined
  return err('not_compliant', `${failed.ledger}: rulebook ${failed.rulebook}: ${failed.parameter}: ${failed.reason}`)
}

/** Money may come to a frozen account and rest there, but nobody is led into that by a deal. */
function freezes(asset: LegBook['asset'], accounts: readonly Known[]): string[] {
  const frozen = accounts.filter(({ standing }) => standing.frozen.includes(asset.code))
  return [
    ...(asset.frozen ? [`${asset.code} is frozen`] : []),
    ...frozen.map(({ account }) => `${account} is frozen for ${asset.code}`),
  ]
}

const counted = ({ standing }: Known, asset: string): bigint =>
  BigInt(standing.counted.find((one) => one.asset === asset)?.amount ?? '0')
