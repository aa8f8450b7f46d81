// The rulebook's rules for assets, asked of a transaction that is otherwise valid: tiers, counterparties, limits, tax. Asks nothing of a ledger
// without such rules, of what locks prescribe, or of a clawback. docs/rulebook.md says what counts as a payment.
import { type AccountId, type Amount, type Time, invariant } from '@huitong/primitives'
import { joinAmount } from '../codec/reader.js'
import { type RuleCode, firstCode } from '../codes.js'
import { isLock } from '../covenant.js'
import type { AssetRules, Condition } from '../model.js'
import { type Finding, type Party, countsDays, isFree, paymentFindings, taxOn, tierFinding } from '../money-rules.js'
import type { Outline } from '../outline.js'
import type { LedgerState } from '../state/state.js'
import type { Flows } from './clawback.js'
import { accountsOf } from './entry.js'
import type { Signers } from './signers.js'

/** A transaction with what was found out about it before. */
export interface Judged extends Flows {
  readonly outline: Outline
  readonly outputAssets: Int32Array
  readonly signers: Signers
  readonly time: Time
}

/** One owner's part in a transaction, of one asset. */
interface Stake {
  readonly account: number
  /** Of its coins that are spent. */
  spent: Amount
  /** Of outputs that are its own alone, or go back to the joint owners that they came from. */
  kept: Amount
}

interface Outgoing {
  readonly account: number
  readonly asset: number
  readonly amount: Amount
}

export class MoneyRules {
  /** What the refusal rests on. */
  detail: string | undefined
  private readonly outgoing: Outgoing[] = []

  constructor(private readonly state: LedgerState) {}

  /** The refusal of highest precedence; what goes out is kept for {@link apply}. */
  check(judged: Judged): RuleCode | undefined {
    this.outgoing.length = 0
    this.detail = undefined
    const { outline, rows } = judged
    if (!this.state.anyRuled || this.isExempt(outline, rows)) return undefined
    const ruled = new Map<number, AssetRules>()
    const note = (asset: number): void => {
      const rules = this.state.rulesOf(asset)
      if (rules !== undefined) ruled.set(asset, rules)
    }
    for (let i = 0; i < outline.inputCount; i++) note(this.state.coins.assetOf(rows[i] ?? -1))
    for (let i = 0; i < outline.outputCount; i++) note(judged.outputAssets[i] ?? -1)
    let worst: Finding | undefined
    for (const [asset, rules] of ruled) worst = first(worst, this.checkAsset(judged, asset, rules))
    if (worst === undefined) return undefined
    this.detail = `rulebook ${this.state.rulebook.version}: ${worst.parameter}: ${worst.reason}`
    return worst.code
  }

  /** Counts what the transaction that was checked last pays out. */
  apply(time: Time): void {
    for (const { account, asset, amount } of this.outgoing) this.state.outflows.add(account, asset, amount, time)
  }

  /** Rules bound the money when it entered the lock; an issuer's power is bound by none. */
  private isExempt(outline: Outline, rows: Int32Array): boolean {
    if (outline.inputCount === 0) return false
    if (outline.paths[0]?.kind === 'clawback') return true
    const row = rows[0] ?? -1
    return this.state.coins.accountOf(row) < 0 && isLock(this.state.conditionAt(row))
  }

  private checkAsset(judged: Judged, asset: number, rules: AssetRules): Finding | undefined {
    const { state } = this
    const issuer = state.assets.issuerOf(asset)
    const stakes = new Stakes(judged, asset, state)
    const party = (account: number): Party => ({ account: state.accounts.idOf(account), tier: state.accounts.tierOf(account) })
    const named = stakes.named.map(party)
    let worst: Finding | undefined
    for (const account of stakes.gaining) worst = firstFailing(worst, tierFinding(rules, party(account), issuer))
    for (const { account, spent, kept } of stakes.owners) {
      if (spent <= kept) continue
      const amount = spent - kept
      const payer = party(account)
      const lately = state.outflows.lately(account, asset, judged.time)
      const others = named.filter((one) => one.account !== payer.account)
      worst = firstFailing(worst, paymentFindings(rules, { payer, amount, lately, named: others, issuer }))
      if (countsDays(rules) && !isFree(rules, payer.account, issuer)) this.outgoing.push({ account, asset, amount })
    }
    return firstFailing(worst, this.taxFinding(judged, stakes, { asset, rules, issuer }))
  }

  /** What changes hands, less what is burnt or goes to the issuer, is taxed; the tax itself is not. */
  private taxFinding(judged: Judged, stakes: Stakes, of: { asset: number; rules: AssetRules; issuer: AccountId }): Finding[] {
    const { rules, asset, issuer } = of
    if (rules.tax === undefined) return []
    const { accounts } = this.state
    const paid = stakes.received(accounts.numberOf(rules.tax.to))
    let base =
      0n - paid - stakes.received(accounts.numberOf(issuer)) - burnt(judged.outline, this.state.assets.record(asset).asset)
    for (const { account, spent, kept } of stakes.owners)
      if (spent > kept && !isFree(rules, accounts.idOf(account), issuer)) base += spent - kept
    const due = base > 0n ? taxOn(rules, base) : 0n
    const reason = `${rules.tax.ppm} millionths of ${base} to ${rules.tax.to} are ${due}, ${paid} paid`
    return [{ parameter: `assets.${rules.asset}.tax`, code: 'tax_missing', passes: paid >= due, reason }]
  }
}

/** Who puts in and who is named of one asset, counted coin by coin. */
class Stakes {
  readonly owners: Stake[] = []
  /** Accounts that outputs name, but for those that only get back what they put in. */
  readonly named: readonly number[]
  /** Those of them that are paid, or named in a lock or joint coin: not for change alone. */
  readonly gaining: readonly number[]
  /** By joint condition, in hexadecimal: the owner that its coin was counted to. */
  private readonly joint = new Map<string, Stake>()
  private readonly gains = new Map<number, Amount>()

  constructor(judged: Judged, asset: number, state: LedgerState) {
    const { outline, rows, outputAssets } = judged
    for (let i = 0; i < outline.inputCount; i++)
      if (state.coins.assetOf(rows[i] ?? -1) === asset) this.spend(judged, rows[i] ?? -1, state)
    const named = new Set<number>()
    for (let i = 0; i < outline.outputCount; i++) if (outputAssets[i] === asset) this.pay(judged, i, named, state)
    // An account that gets exactly what it put in is neither paid nor paying.
    const isOnlyBack = (account: number, by: (spent: Amount, kept: Amount) => boolean): boolean =>
      !this.elsewhere.has(account) && this.owners.some((one) => one.account === account && by(one.spent, one.kept))
    this.named = [...named].filter((account) => !isOnlyBack(account, (spent, kept) => spent === kept))
    this.gaining = this.named.filter((account) => !isOnlyBack(account, (spent, kept) => spent > kept))
  }

  /** Accounts named by outputs that are not their own alone. */
  private readonly elsewhere = new Set<number>()

  /** What the account has more than before in coins of its own. */
  received(account: number): Amount {
    const before = this.owners.find((owner) => owner.account === account)?.spent ?? 0n
    const after = this.gains.get(account) ?? 0n
    return after > before ? after - before : 0n
  }

  private spend({ outline, signers }: Judged, row: number, state: LedgerState): void {
    const amount = joinAmount(state.coins.highOf(row), state.coins.lowOf(row))
    const plain = state.coins.accountOf(row)
    if (plain >= 0) return void (this.stake(plain).spent += amount)
    const condition = state.conditionAt(row)
    if (condition.kind === 'timeLock') this.stake(state.accounts.numberOf(condition.account)).spent += amount
    if (condition.kind !== 'multi') return
    // A joint coin counts to the first of its accounts that signs.
    const signing = condition.accounts
      .map((id) => state.accounts.numberOf(id))
      .find((account) => signers.hasSigned(account, outline))
    invariant(signing !== undefined, 'somebody signed for a coin of several')
    const stake = this.stake(signing)
    stake.spent += amount
    this.joint.set(condition.accounts.join() + condition.m, stake)
  }

  private pay({ outline, outputAccounts }: Judged, i: number, named: Set<number>, state: LedgerState): void {
    const amount = joinAmount(outline.high[i] ?? 0, outline.low[i] ?? 0)
    const condition: Condition | undefined = outline.conditions[i]
    if (condition === undefined || condition.kind === 'timeLock') {
      const account = condition === undefined ? (outputAccounts[i] ?? -1) : state.accounts.numberOf(condition.account)
      named.add(account)
      this.gains.set(account, (this.gains.get(account) ?? 0n) + amount)
      const owner = this.owners.find((candidate) => candidate.account === account)
      if (owner !== undefined) owner.kept += amount
      return
    }
    const joint = condition.kind === 'multi' ? this.joint.get(condition.accounts.join() + condition.m) : undefined
    if (joint !== undefined) return void (joint.kept += amount)
    for (const id of accountsOf(condition)) {
      named.add(state.accounts.numberOf(id))
      this.elsewhere.add(state.accounts.numberOf(id))
    }
  }

  private stake(account: number): Stake {
    let stake = this.owners.find((owner) => owner.account === account)
    if (stake === undefined) {
      stake = { account, spent: 0n, kept: 0n }
      this.owners.push(stake)
    }
    return stake
  }
}

function burnt(outline: Outline, asset: string): Amount {
  let sum = 0n
  for (const operation of outline.operations) if (operation.kind === 'burn' && operation.asset === asset) sum += operation.amount
  return sum
}

const firstFailing = (worst: Finding | undefined, findings: readonly Finding[]): Finding | undefined =>
  findings.reduce((found, finding) => (finding.passes ? found : first(found, finding)), worst)

function first(a: Finding | undefined, b: Finding | undefined): Finding | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return firstCode(a.code, b.code) === a.code ? a : b
}
