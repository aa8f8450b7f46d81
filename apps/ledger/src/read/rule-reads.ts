// What the ledger's rules say now: the rulebook in force, freezes, and how an account stands. An answer never shows what is not durable yet.
import { type LedgerState, countsDays, encodeRulebook } from '@huitong/chain'
import type { FreezesOfAsset, WireAccountStanding, WireFreezes, WireStanding } from '@huitong/contracts'
import { type AccountId, type Result, type Time, brandHex, err, ok, parseAssetCode } from '@huitong/primitives'

export interface RuleState {
  readonly state: LedgerState
  /** Waits until what was just read from the state is durable. */
  settled(): Promise<void>
  /** The time that the next block would carry. */
  now(): Time
}

export class RuleReads {
  constructor(private readonly from: RuleState) {}

  /** Of the rulebook in force. */
  get version(): number {
    return this.from.state.rulebook.version
  }

  async rulebook(): Promise<{ readonly rulebook: string }> {
    const rulebook = encodeRulebook(this.from.state.rulebook)
    await this.from.settled()
    return { rulebook }
  }

  async freezes({ asset, after, limit }: FreezesOfAsset): Promise<Result<WireFreezes, 'asset_unknown' | 'cursor_unknown'>> {
    const { state } = this.from
    const code = parseAssetCode(asset)
    const record = code.ok ? state.asset(code.value) : undefined
    const accounts: readonly string[] = record === undefined ? [] : state.frozenAccounts(record.asset)
    await this.from.settled()
    if (record === undefined) return err('asset_unknown')
    const from = after === undefined ? 0 : accounts.indexOf(after) + 1
    if (after !== undefined && from === 0) return err('cursor_unknown', undefined, 'after')
    const page = accounts.slice(from, from + limit)
    const last = page.at(-1)
    const isMore = accounts.length > from + limit && last !== undefined
    return ok({ frozen: record.frozen, accounts: page, ...(isMore ? { next: last } : {}) })
  }

  async standing(account: string): Promise<Result<WireStanding, 'account_unknown'>> {
    const id = brandHex<AccountId>(account, 32)
    const standing = id === undefined ? undefined : this.#standing(id)
    await this.from.settled()
    return standing === undefined ? err('account_unknown') : ok(standing)
  }

  /** What an answer about the account says beside, as of the moment of the call. */
  standingNow(id: AccountId): WireAccountStanding | undefined {
    const standing = this.#standing(id)
    if (standing === undefined) return undefined
    const { account: _account, ...rest } = standing
    return rest
  }

  #standing(id: AccountId): WireStanding | undefined {
    const { state, now } = this.from
    const { accounts, assets, outflows } = state
    const number = accounts.numberOf(id)
    if (number < 0) return undefined
    const frozen = assets.all().filter((_, asset) => assets.isFrozen(asset, number))
    const counted = (state.rulebook.assets ?? []).flatMap((rules) => {
      const asset = assets.numberOf(rules.asset)
      if (asset < 0 || !countsDays(rules)) return []
      return { asset: rules.asset, amount: outflows.lately(number, asset, now()).toString() }
    })
    return {
      account: id,
      tier: accounts.tierOf(number),
      tierSequence: accounts.tierSequence(number),
      frozen: frozen.map(({ asset }) => asset),
      counted,
      rulebook: state.rulebook.version,
    }
  }
}
