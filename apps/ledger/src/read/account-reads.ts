// Coins and balances of accounts, and the accounts and assets themselves. An answer never shows what is not durable yet.
import type { AccountRecord, AssetRecord } from '@huitong/chain'
import type {
  BalancesOfAccount,
  CoinsOfAccount,
  PartiesOfLeg,
  WireAccount,
  WireAccountStanding,
  WireAsset,
  WireBalance,
  WireCoin,
  WireLegParties,
} from '@huitong/contracts'
import {
  type AccountId,
  type AssetCode,
  type Coordinate,
  type Result,
  brandHex,
  err,
  ok,
  parseAssetCode,
} from '@huitong/primitives'
import { PART, RELATION } from '../index/holding.js'
import type { PgIndexQueries } from '../index/index-queries.pg.js'
import type { Recent } from './recent.js'
import type { Unspent } from './unspent.js'

/** The state in memory, which may be ahead of what is durable: `settled` waits until what was just read is. */
export interface StateReads {
  account(account: AccountId): AccountRecord | undefined
  asset(code: AssetCode): AssetRecord | undefined
  assets(): readonly AssetRecord[]
  settled(): Promise<void>
  /** Height of the last durable block. */
  height(): number
  /** How the account stands under the rules. */
  standing(account: AccountId): WireAccountStanding | undefined
}

type CoinsCode = 'account_unknown' | 'cursor_unknown'
type BalancesCode = 'account_unknown' | 'height_unknown'
interface Page {
  readonly coins: readonly WireCoin[]
  readonly next?: string
  readonly now?: number
}

export class AccountReads {
  constructor(
    private readonly state: StateReads,
    private readonly recent: Recent,
    private readonly queries: PgIndexQueries,
    private readonly unspent: Unspent,
  ) {}

  async account(id: string): Promise<Result<WireAccount, 'account_unknown'>> {
    const found = this.#account(id)
    await this.state.settled()
    return found === undefined ? err('account_unknown') : ok(found)
  }

  /** An asset and accounts as they are at one moment; accounts that nobody has opened are left out. */
  async leg({ asset: code, accounts: ids }: PartiesOfLeg): Promise<Result<WireLegParties, 'asset_unknown'>> {
    const parsed = parseAssetCode(code)
    const asset = parsed.ok ? this.state.asset(parsed.value) : undefined
    const accounts = ids.flatMap((id) => this.#account(id) ?? [])
    await this.state.settled()
    return asset === undefined ? err('asset_unknown') : ok({ asset: wireAsset(asset), accounts })
  }

  async asset(code: string): Promise<Result<WireAsset, 'asset_unknown'>> {
    const parsed = parseAssetCode(code)
    const found = parsed.ok ? this.state.asset(parsed.value) : undefined
    await this.state.settled()
    return found === undefined ? err('asset_unknown') : ok(wireAsset(found))
  }

  async assets(): Promise<readonly WireAsset[]> {
    const found = this.state.assets().map(wireAsset)
    await this.state.settled()
    return found
  }

  async coins({ account, asset, relation, after, limit }: CoinsOfAccount): Promise<Result<Page, CoinsCode>> {
    const found = this.#record(account)
    await this.state.settled()
    if (found === undefined) return err('account_unknown')
    const parsed = asset === undefined ? undefined : parseAssetCode(asset)
    const page = await this.unspent.page({
      account: found.account,
      relations: relation === 'own' ? [RELATION.own, RELATION.timeLock] : [RELATION.named],
      asset: parsed?.ok === true ? parsed.value : undefined,
      after: after as Coordinate | undefined,
      limit: limit + 1,
    })
    if (page === undefined) return err('cursor_unknown', undefined, 'after')
    const coins = page.slice(0, limit)
    const last = coins.at(-1)
    return ok({ coins, ...(page.length > limit && last !== undefined ? { next: last.coordinate } : {}) })
  }

  async balances(request: BalancesOfAccount): Promise<Result<{ height: number; balances: WireBalance[] }, BalancesCode>> {
    const found = this.#record(request.account)
    const assets = this.state.assets().map(({ asset }) => asset)
    await this.state.settled()
    if (found === undefined) return err('account_unknown')
    const durable = this.state.height()
    const height = request.height ?? durable
    if (height > durable) return err('height_unknown', undefined, 'height')
    if (height === 0) return ok({ height, balances: [] })
    await this.recent.indexed()
    const end = await this.queries.blockEnd(height)
    if (end === undefined) return err('height_unknown', undefined, 'height')
    const rows = await this.queries.balances(found.account, assets, end.last)
    const matured = await this.queries.matured(found.account, end.last, end.time)
    return ok({ height, balances: balancesOf(rows, matured) })
  }

  #account(id: string): WireAccount | undefined {
    const found = this.#record(id)
    if (found === undefined) return undefined
    const standing = this.state.standing(found.account)
    return { ...wireAccount(found), ...(standing === undefined ? {} : { standing }) }
  }

  #record(id: string): AccountRecord | undefined {
    const account = brandHex<AccountId>(id, 32)
    return account === undefined ? undefined : this.state.account(account)
  }
}

/** An open time lock is available money although its coin was locked when it was made. */
function balancesOf(
  rows: readonly { readonly asset: string; readonly part: number; readonly balance: bigint }[],
  matured: ReadonlyMap<string, bigint>,
): WireBalance[] {
  const codes = [...new Set(rows.map(({ asset }) => asset))].sort()
  const sum = (asset: string, part: number): bigint => rows.find((row) => row.asset === asset && row.part === part)?.balance ?? 0n
  return codes.flatMap((asset) => {
    const open = matured.get(asset) ?? 0n
    const available = sum(asset, PART.available) + open
    const locked = sum(asset, PART.locked) - open
    const total = available + locked
    if (total === 0n) return []
    return { asset, available: available.toString(), locked: locked.toString(), total: total.toString() }
  })
}

function wireAccount({ account, policy, current, sequence, recovery, terms, change }: AccountRecord): WireAccount {
  const { keys, threshold, authorities, quorum, delayMs } = policy
  return {
    account,
    policy: { keys, threshold, authorities, quorum, delayMs },
    current: { keys: current.keys, threshold: current.threshold },
    sequence,
    ...(recovery === undefined
      ? {}
      : {
          recovery: {
            keys: { keys: recovery.keys.keys, threshold: recovery.keys.threshold },
            proposedAt: recovery.proposedAt,
            end: recovery.end,
          },
        }),
    ...(terms === undefined ? {} : { terms }),
    ...(change === undefined ? {} : { change: { terms: change.terms, from: change.from } }),
  }
}

const wireAsset = ({ asset, scale, maxSupply, issuer, powers, issued, burnt, sequence, frozen }: AssetRecord): WireAsset => ({
  asset,
  scale,
  maxSupply: maxSupply.toString(),
  issuer,
  powers: { freeze: powers.freeze, clawback: powers.clawback },
  issued: issued.toString(),
  burnt: burnt.toString(),
  sequence,
  ...(frozen ? { frozen } : {}),
})
