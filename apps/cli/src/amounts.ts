// Money, durations and tokens as people type and read them: 12.50, 3d, TAEL@shanxi. Nothing is rounded or guessed.
import { type Amount, type AssetCode, type Time, formatAmount, parseAssetCode, parseDecimal } from '@huitong/primitives'
import type { HubClient, LedgerClient } from '@huitong/sdk'
import { CommandFailure, EXIT } from './exit-code.js'

/** A token of a ledger with its number of decimals. */
export interface Token {
  readonly ledger: string
  readonly asset: AssetCode
  readonly scale: number
}

export interface Money extends Token {
  readonly amount: Amount
}

/** The token, as its ledger knows it. */
export async function tokenOn(ledger: LedgerClient, code: string): Promise<Token> {
  const asset = assetCodeOf(code)
  const state = await ledger.asset(asset)
  if (state === undefined) {
    const known = (await ledger.assets()).map((each) => each.asset).join(', ')
    throw new CommandFailure(
      EXIT.usage,
      'asset_unknown',
      `${ledger.name} has no ${asset}; it has ${known === '' ? 'no assets yet' : known}`,
    )
  }
  return { ledger: ledger.name, asset, scale: state.scale }
}

/** `TAEL@shanxi` */
export async function tokenOf(hub: HubClient, text: string): Promise<Token> {
  const [code = '', ledger = '', ...more] = text.split('@')
  if (ledger === '' || more.length > 0)
    throw new CommandFailure(EXIT.usage, 'token_malformed', `"${text}" is not a token like TAEL@shanxi`)
  return tokenOn(await hub.ledger(ledger), code)
}

/** `30.50 TAEL@shanxi` */
export async function moneyOf(hub: HubClient, text: string): Promise<Money> {
  const match = /^(\S+)\s+(\S+)$/.exec(text.trim())
  if (match === null)
    throw new CommandFailure(EXIT.usage, 'money_malformed', `"${text}" is not an amount of a token like "30.50 TAEL@shanxi"`)
  const token = await tokenOf(hub, match[2] ?? '')
  return { ...token, amount: amountOf(match[1] ?? '', token) }
}

/** Base units of what a person typed, at least one; more decimals than the asset has are refused. */
export function amountOf(text: string, token: Pick<Token, 'asset' | 'scale'>): Amount {
  const amount = wholeAmountOf(text, token)
  if (amount === 0n) throw new CommandFailure(EXIT.usage, 'amount_zero', 'the amount is zero')
  return amount
}

/** The same, zero allowed. */
export function wholeAmountOf(text: string, token: Pick<Token, 'asset' | 'scale'>): Amount {
  const parsed = parseDecimal(text, token.scale)
  if (parsed.ok) return parsed.value
  const decimals = /^\d+\.(\d+)$/.exec(text)?.[1]?.length ?? 0
  const why =
    decimals > token.scale
      ? `has ${decimals} decimals, ${token.asset} has ${token.scale}`
      : parsed.code === 'amount_out_of_range'
        ? 'is more than a ledger can hold'
        : 'is not an amount: digits with a decimal point, like 12.50'
  throw new CommandFailure(EXIT.usage, parsed.code, `"${text}" ${why}`)
}

export const moneyText = (amount: Amount, token: Pick<Token, 'asset' | 'scale'>): string =>
  `${formatAmount(amount, token.scale)} ${token.asset}`

/** `0.99` or `99/100`: so many whole tokens of one for one whole token of the other, as a fraction of base units in lowest terms. */
export function rateOf(
  text: string,
  give: Pick<Token, 'scale'>,
  take: Pick<Token, 'scale'>,
): { numerator: Amount; denominator: Amount } {
  const match = /^(\d{1,18})(?:\.(\d{1,9}))?(?:\/(\d{1,18}))?$/.exec(text)
  const decimals = match?.[2] ?? ''
  let numerator = BigInt((match?.[1] ?? '0') + decimals) * 10n ** BigInt(give.scale)
  let denominator = BigInt(match?.[3] ?? '1') * 10n ** BigInt(decimals.length + take.scale)
  if (match === null || numerator === 0n || denominator === 0n)
    throw new CommandFailure(EXIT.usage, 'rate_malformed', `"${text}" is not a rate like 0.99 or 99/100`)
  const divisor = greatestCommonDivisor(numerator, denominator)
  numerator /= divisor
  denominator /= divisor
  return { numerator, denominator }
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : greatestCommonDivisor(b, a % b))

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `3d`, `12h`, `30m`, `45s`, `500ms`. */
export function durationOf(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text)
  if (match === null)
    throw new CommandFailure(EXIT.usage, 'duration_malformed', `"${text}" is not a duration like 3d, 12h, 30m or 45s`)
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0)
}

/** A time as RFC 3339, or a duration from `now` on. */
export function timeFrom(text: string, now: Time): Time {
  if (/^\d+[a-z]+$/.test(text)) return (now + durationOf(text)) as Time
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new CommandFailure(
      EXIT.usage,
      'time_malformed',
      `"${text}" is neither a time like 2027-01-31T12:00:00Z nor a duration like 3d`,
    )
  return at as Time
}

/** Milliseconds for people, in the largest unit that divides them. */
export function durationText(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm', 's'])
    if (milliseconds > 0 && milliseconds % (UNITS[unit] ?? 1) === 0) return `${milliseconds / (UNITS[unit] ?? 1)}${unit}`
  return `${milliseconds}ms`
}

export function assetCodeOf(text: string): AssetCode {
  const code = parseAssetCode(text)
  if (!code.ok)
    throw new CommandFailure(EXIT.usage, code.code, `"${text}" is not an asset code: A-Z and 0-9, at most 8, a letter first`)
  return code.value
}
