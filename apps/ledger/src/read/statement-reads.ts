// Statements: what an account held before, every change with the balance after it, and what it held in the end. Pages add up: the closing of one
// is the opening of the next, and both are the balances that the ledger answers for that height.
import type { AccountRecord } from '@huitong/chain'
import type { StatementOfAccount, WireBalance, WireStatement, WireStatementEntry } from '@huitong/contracts'
import { type AccountId, type AssetCode, type Result, brandHex, err, ok, parseAssetCode } from '@huitong/primitives'
import { PART } from '../index/holding.js'
import type { PgIndexQueries } from '../index/index-queries.pg.js'
import type { ChangeRow, PgStatementQueries } from '../index/statement-queries.pg.js'
import type { StateReads } from './account-reads.js'
import { type Place, type Range, endOf, placeOf, rangeOf } from './place.js'
import type { Recent } from './recent.js'

type StatementCode = 'account_unknown' | 'height_unknown' | 'cursor_unknown'

interface Parts {
  readonly available: bigint
  readonly locked: bigint
}

export class StatementReads {
  constructor(
    private readonly state: StateReads,
    private readonly recent: Recent,
    private readonly queries: PgIndexQueries,
    private readonly statements: PgStatementQueries,
  ) {}

  async statement(request: StatementOfAccount): Promise<Result<WireStatement, StatementCode>> {
    const account = this.#record(request.account)?.account
    const all = this.state.assets().map(({ asset }) => asset)
    await this.state.settled()
    if (account === undefined) return err('account_unknown')
    const durable = this.state.height()
    await this.recent.indexed()
    const range = rangeOf(await this.#heights(request, durable), durable)
    if (!range.ok) return range
    const start = await placeOf(this.queries, range.value, request.after)
    const end = await endOf(this.queries, range.value.to)
    if (!start.ok) return start
    if (end === undefined) return err('height_unknown', undefined, 'to')
    const asset = request.asset === undefined ? undefined : parseAssetCode(request.asset)
    const assets = asset?.ok === true ? [asset.value] : all
    return ok(await this.#page({ account, assets, range: range.value, start: start.value, end, limit: request.limit }))
  }

  async #page(page: {
    readonly account: AccountId
    readonly assets: readonly AssetCode[]
    readonly range: Range
    readonly start: Place
    readonly end: Place
    readonly limit: number
  }): Promise<WireStatement> {
    const { account, assets, range, start, end, limit } = page
    const opening = await this.#balances(account, assets, start)
    const changes = await this.statements.changes({
      account,
      assets,
      after: start,
      upTo: end,
      limit: (limit + 1) * assets.length,
    })
    const groups = entriesOf(changes)
    const balances = new Map(opening)
    const entries = groups.slice(0, limit).map((rows) => entryOf(rows, balances))
    const last = groups.length > limit ? groups[limit - 1]?.[0] : undefined
    return {
      ...range,
      opening: wireOf(opening),
      entries,
      closing: wireOf(balances),
      ...(last === undefined
        ? {}
        : { next: `${last.height}.${last.transaction === undefined ? 0 : last.transaction.position + 1}` }),
    }
  }

  async #balances(account: AccountId, assets: readonly AssetCode[], { seq, time }: Place): Promise<Map<string, Parts>> {
    const [found, open] = await Promise.all([
      this.queries.balances(account, assets, seq),
      this.queries.matured(account, seq, time),
    ])
    const sum = (asset: string, part: number): bigint =>
      found.find((row) => row.asset === asset && row.part === part)?.balance ?? 0n
    return new Map(
      assets.map((asset) => {
        const matured = open.get(asset) ?? 0n
        return [asset, { available: sum(asset, PART.available) + matured, locked: sum(asset, PART.locked) - matured }]
      }),
    )
  }

  /** Times become heights: block time never goes back. */
  async #heights({ from, to, since, until }: StatementOfAccount, durable: number): Promise<Partial<Range>> {
    const first = from ?? (since === undefined ? 1 : ((await this.statements.firstAt(since)) ?? durable + 1))
    const last = to ?? (until === undefined ? durable : ((await this.statements.firstAt(until)) ?? durable + 1) - 1)
    // a span between two blocks is an empty statement, not a wrong question
    return { from: since !== undefined && from === undefined ? Math.min(first, last + 1) : first, to: last }
  }

  #record(id: string): AccountRecord | undefined {
    const account = brandHex<AccountId>(id, 32)
    return account === undefined ? undefined : this.state.account(account)
  }
}

/** Changes by entry, in the order of the chain: what the time of a block opened comes before its transactions. */
function entriesOf(changes: readonly ChangeRow[]): ChangeRow[][] {
  const entries = new Map<string, ChangeRow[]>()
  const seq = (change: ChangeRow): number => change.transaction?.seq ?? 0
  for (const change of [...changes].sort((a, b) => a.height - b.height || seq(a) - seq(b))) {
    const key = `${change.height} ${seq(change)}`
    entries.set(key, [...(entries.get(key) ?? []), change])
  }
  return [...entries.values()]
}

/** The entry of these changes; `balances` go on to what they are after it. */
function entryOf(changes: readonly ChangeRow[], balances: Map<string, Parts>): WireStatementEntry {
  const sums = new Map<string, Parts>()
  for (const { asset, available, locked } of changes) {
    const before = sums.get(asset)
    sums.set(asset, { available: (before?.available ?? 0n) + available, locked: (before?.locked ?? 0n) + locked })
  }
  const [{ height = 0, time = 0, transaction } = {}] = changes
  return {
    height,
    time,
    ...(transaction === undefined ? {} : { transaction: transaction.id, index: transaction.position }),
    changes: [...sums].sort(byAsset).map(([asset, { available, locked }]) => {
      const before = balances.get(asset)
      const after = { available: (before?.available ?? 0n) + available, locked: (before?.locked ?? 0n) + locked }
      balances.set(asset, after)
      return {
        asset,
        available: available.toString(),
        locked: locked.toString(),
        availableAfter: after.available.toString(),
        lockedAfter: after.locked.toString(),
      }
    }),
  }
}

const wireOf = (balances: ReadonlyMap<string, Parts>): WireBalance[] =>
  [...balances].sort(byAsset).flatMap(([asset, { available, locked }]) => {
    const total = available + locked
    const isEmpty = available === 0n && locked === 0n
    return isEmpty ? [] : [{ asset, available: available.toString(), locked: locked.toString(), total: total.toString() }]
  })

const byAsset = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
