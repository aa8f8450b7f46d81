// One ledger as seen through the hub, believed only as far as it proves itself: the genesis is pinned, and what matters is read from receipts.
import {
  type CoinRecord,
  type Paying,
  type Genesis,
  type KeySet,
  type Output,
  type Policy,
  type ProvenTransaction,
  type RecoveryTerms,
  type Rulebook,
  assetRulesOf,
  encodeAddress,
  taxOutput,
  verifyReceipt,
} from '@huitong/chain'
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type ChainId,
  type Coordinate,
  type Time,
  type TxId,
  type Verifier,
  INPUTS_MAX,
  invariant,
  toHex,
} from '@huitong/primitives'
import type { SignedTransaction } from '../wallet/account.js'
import type { History, HistoryCoin, HistoryTransaction } from '../wallet/ancestry.js'
import { type HttpClient, HubError } from './http.js'
import {
  type Balance,
  type HeightRange,
  type JournalEntry,
  type Statement,
  type StatementRange,
  balanceOf,
  journalEntries,
  readStatement,
} from './ledger-reports.js'
import type { components } from './openapi.js'
import { type AssetState, assetOf, coinOf, idOf, keySetOf, rest, rulebookOf, termsOf, timeOf } from './ledger-dto.js'
import { Unproven } from './unproven.js'

type Dto = components['schemas']

export type { AssetState }

export interface SubmitOutcome {
  readonly id: TxId
  readonly outcome: 'committed' | 'replayed' | 'refused' | 'unknown'
  readonly code?: string
}

export interface AccountState {
  readonly policy: Policy
  readonly current: KeySet
  readonly sequence: number
  readonly recovery?: { readonly keys: KeySet; readonly end: Time }
  /** Who may recover it now, where that is no longer what its first policy says. */
  readonly terms?: RecoveryTerms
  /** Recovery terms that wait for a block of that time. */
  readonly change?: { readonly terms: RecoveryTerms; readonly from: Time }
}

/** How an account stands under its ledger's rules. */
export interface Standing {
  /** How well its owner is known, 0 to 7. */
  readonly tier: number
  /** Sequence number of the registrar's next word on it. */
  readonly tierSequence: number
  /** Assets for which this very account is frozen. */
  readonly frozen: readonly AssetCode[]
  /** What counts now against limits per day. */
  readonly counted: readonly { readonly asset: AssetCode; readonly amount: bigint }[]
}

/** How long a submission is retried while its outcome is unknown. */
const SETTLE_DEADLINE_MS = 120_000

/** Coins of a first page: most payments take no more. */
const FEW_COINS = 16

/** How many proven transactions are remembered: what was proven once stays proven. */
const PROVEN_MAX = 4_096

/** Coins to pay with, and when they were asked for in ledger time. */
export interface Funds {
  readonly coins: readonly CoinRecord[]
  readonly now: Time
}

export class LedgerClient {
  /** The oldest first. */
  private readonly proven = new Map<TxId, ProvenTransaction>()

  constructor(
    private readonly http: HttpClient,
    readonly name: string,
    readonly genesis: Genesis,
    readonly chain: ChainId,
    private readonly verifier: Verifier,
  ) {}

  /** The rulebook in force, as the hub says; the genesis's own is {@link genesis}`.rulebook`. */
  async rulebook(): Promise<Rulebook> {
    return rulebookOf(await this.get<Dto['RulebookDto']>('/rulebook'))
  }

  /** The rulebook by which the next block is judged. Without a registrar it is the pinned genesis's for ever, and nobody is asked. */
  async rules(): Promise<Rulebook> {
    const { rulebook } = this.genesis
    return rulebook.registrar === undefined ? rulebook : this.rulebook()
  }

  /** What the rulebook in force has an account pay beside these outputs: one output for each asset that is taxed. */
  async taxOn(payer: AccountId, outputs: Paying['outputs']): Promise<readonly Output[]> {
    const rules = await this.rules()
    const taxes: Output[] = []
    for (const asset of new Set(outputs.map((output) => output.asset))) {
      const ruled = assetRulesOf(rules, asset)
      if (ruled?.tax === undefined) continue
      const issuer = (await this.asset(asset))?.issuer
      if (issuer === undefined) throw new HubError('asset_unknown', 404, asset)
      const tax = taxOutput(ruled, { payer, issuer, outputs })
      if (tax !== undefined) taxes.push(tax)
    }
    return taxes
  }

  /** The time that the next block would carry. */
  async now(): Promise<Time> {
    const ledger = await this.get<Dto['LedgerDto']>('')
    if (ledger.status === undefined) throw new HubError('ledger_unavailable', 503, this.name)
    return Date.parse(ledger.status.now) as Time
  }

  /** Sends a transaction and answers only with the proof that it is final; throws {@link HubError} with the ledger's code if refused. */
  async commit(signed: Pick<SignedTransaction, 'id' | 'bytes'>): Promise<ProvenTransaction> {
    const deadline = this.http.clock.now() + SETTLE_DEADLINE_MS
    for (;;) {
      const [item] = await this.send([signed], { receipts: true })
      invariant(item !== undefined, 'one outcome for one transaction')
      const { outcome, code, detail, receipt } = item
      const why = detail === undefined ? '' : `: ${detail}`
      if (outcome === 'refused') throw new HubError(code ?? 'refused', 422, `${this.name} refused ${signed.id}${why}`)
      if (outcome !== 'unknown') return receipt === undefined ? this.proof(signed.id) : this.remember(signed.id, receipt)
      if (this.http.clock.now() > deadline) throw new HubError('timeout', 504, `outcome of ${signed.id} is unknown`)
    }
  }

  /** Sends several; one outcome each, in order. */
  async submit(signed: readonly Pick<SignedTransaction, 'id' | 'bytes'>[]): Promise<readonly SubmitOutcome[]> {
    const items = await this.send(signed, {})
    return items.map(({ outcome, code }, index) => {
      const { id } = at(signed, index)
      return { id, outcome, ...(code === undefined ? {} : { code }) } as SubmitOutcome
    })
  }

  private async send(
    signed: readonly Pick<SignedTransaction, 'id' | 'bytes'>[],
    wanted: { readonly receipts?: true },
  ): Promise<readonly Dto['OutcomeDto'][]> {
    const { items } = await this.http.send<Dto['OutcomeListDto']>({
      method: 'POST',
      path: `/v1/ledgers/${this.name}/transactions`,
      body: { transactions: signed.map(({ bytes }) => toHex(bytes)), ...wanted },
      idempotencyKey: signed[0] === undefined ? 'empty' : `tx-${signed[0].id}-${signed.length}`,
    })
    items.forEach(({ id }, index) => {
      if (signed[index] === undefined || (id !== undefined && id !== signed[index].id))
        throw new Unproven('transaction_id_wrong', `${this.name} answered for ${id ?? 'nothing'}`)
    })
    return items
  }

  /** The receipt of a committed transaction, verified against the pinned genesis. */
  async proof(id: TxId): Promise<ProvenTransaction> {
    return this.proven.get(id) ?? this.remember(id, await this.receipt(id))
  }

  private remember(id: TxId, receipt: unknown): ProvenTransaction {
    const known = this.proven.get(id)
    if (known !== undefined) return known
    const proven = this.verify(receipt)
    if (proven.id !== id) throw new Unproven('receipt_of_another_transaction', `${proven.id} instead of ${id}`)
    const [oldest] = this.proven.size < PROVEN_MAX ? [] : this.proven.keys()
    if (oldest !== undefined) this.proven.delete(oldest)
    this.proven.set(id, proven)
    return proven
  }

  receipt(id: TxId): Promise<unknown> {
    return this.get<unknown>(`/transactions/${id}/receipt`)
  }

  verify(receipt: unknown): ProvenTransaction {
    const proven = verifyReceipt(receipt, { genesis: this.genesis, chain: this.chain, verifier: this.verifier })
    if (!proven.ok) throw new Unproven(proven.code, `a receipt of ${this.name}`)
    return proven.value
  }

  /** A coin as its receipt proves it. That it is unspent is the ledger's word (`spent`), which no receipt can give. */
  async provenCoin(
    coordinate: Coordinate,
  ): Promise<{ readonly coin: CoinRecord; readonly made: Time; readonly spent?: TxId; readonly now: Time }> {
    const said = await this.get<Dto['CoinProofDto']>(`/coins/${coordinate}/proof`)
    const id = said.coin.transaction as TxId
    const proven = this.remember(id, said.receipt)
    const coin = proven.coins.find((candidate) => candidate.coordinate === coordinate)
    if (coin === undefined) throw new Unproven('coin_not_in_receipt', coordinate)
    const { spentBy } = said.coin
    const spent = spentBy === undefined ? {} : { spent: spentBy.transaction as TxId }
    return { coin, made: proven.header.time, now: timeOf(said.now), ...spent }
  }

  /**
   * Coins of one asset that the account's keys alone can spend, the oldest first, as many as `amount` takes (all, if that is too many for one
   * transaction or they do not suffice), and the ledger's time.
   */
  async funds(account: AccountId, asset: AssetCode, amount: Amount): Promise<Funds> {
    const path = `/accounts/${encodeAddress(account)}/coins`
    const coins: CoinRecord[] = []
    let held = 0n
    for (let after: string | undefined; ;) {
      const page: Dto['CoinPageDto'] = await this.get(path, { asset, after, limit: after === undefined ? FEW_COINS : 200 })
      for (const coin of page.items.map(coinOf)) {
        if (coin.condition.kind !== 'account') continue
        coins.push(coin)
        held += coin.amount
      }
      const isEnough = held >= amount && coins.length <= INPUTS_MAX
      if (page.next === undefined || isEnough) return { coins, now: page.now === undefined ? await this.now() : timeOf(page.now) }
      after = page.next
    }
  }

  /** All unspent coins of an account: `own` for what its keys alone can spend, `named` for every lock that names it too. */
  async coins(account: AccountId, query: { relation?: 'own' | 'named'; asset?: AssetCode } = {}): Promise<CoinRecord[]> {
    const all: CoinRecord[] = []
    let after: string | undefined
    do {
      const page: Dto['CoinPageDto'] = await this.get(`/accounts/${encodeAddress(account)}/coins`, {
        ...query,
        after,
        limit: 200,
      })
      all.push(...page.items.map(coinOf))
      after = page.next
    } while (after !== undefined)
    return all
  }

  async balances(account: AccountId, height?: number): Promise<readonly Balance[]> {
    const page = await this.get<Dto['BalanceListDto']>(`/accounts/${encodeAddress(account)}/balances`, { height })
    return page.items.map(balanceOf)
  }

  /** The account's keys and sequence; `undefined` if it is not open here. */
  async account(account: AccountId): Promise<AccountState | undefined> {
    try {
      const found = await this.get<Dto['AccountDto']>(`/accounts/${encodeAddress(account)}`)
      return {
        policy: { ...keySetOf(found.policy), authorities: found.policy.authorities.map(idOf), ...rest(found.policy) },
        current: keySetOf(found.current),
        sequence: found.sequence,
        ...(found.recovery === undefined
          ? {}
          : { recovery: { keys: keySetOf(found.recovery.keys), end: Date.parse(found.recovery.end) as Time } }),
        ...(found.terms === undefined ? {} : { terms: termsOf(found.terms) }),
        ...(found.change === undefined
          ? {}
          : { change: { terms: termsOf(found.change.terms), from: Date.parse(found.change.from) as Time } }),
      }
    } catch (cause) {
      if (cause instanceof HubError && cause.code === 'account_unknown') return undefined
      throw cause
    }
  }

  /** How the account stands under the ledger's rules; `undefined` if it is not open here. */
  async standing(account: AccountId): Promise<Standing | undefined> {
    try {
      const { tier, tierSequence, frozen, counted } = await this.get<Dto['StandingDto']>(
        `/accounts/${encodeAddress(account)}/standing`,
      )
      const sums = counted.map(({ asset, amount }) => ({ asset: asset as AssetCode, amount: BigInt(amount) }))
      return { tier, tierSequence, frozen: frozen as AssetCode[], counted: sums }
    } catch (cause) {
      if (cause instanceof HubError && cause.code === 'account_unknown') return undefined
      throw cause
    }
  }

  /** All accounts that are frozen for the asset. That the asset as a whole is, its state says. */
  async frozenAccounts(code: AssetCode): Promise<AccountId[]> {
    const all: AccountId[] = []
    let after: string | undefined
    do {
      const page: Dto['FreezeListDto'] = await this.get(`/assets/${code}/freezes`, { after, limit: 200 })
      all.push(...page.items.map(idOf))
      after = page.next
    } while (after !== undefined)
    return all
  }

  async asset(code: AssetCode): Promise<AssetState | undefined> {
    try {
      return assetOf(await this.get<Dto['AssetDto']>(`/assets/${code}`))
    } catch (cause) {
      if (cause instanceof HubError && cause.code === 'asset_unknown') return undefined
      throw cause
    }
  }

  async assets(): Promise<readonly AssetState[]> {
    const list = await this.get<Dto['AssetListDto']>('/assets')
    return list.items.map(assetOf)
  }

  /** A coin's history back to issuance, or forward to where its money went, the whole of it up to `limit` coins. */
  async historyOf(coordinate: Coordinate, limit = 10_000, direction: 'backward' | 'forward' = 'backward'): Promise<History> {
    const coins = new Map<Coordinate, HistoryCoin>()
    const siblings = new Map<string, HistoryCoin>()
    const transactions = new Map<string, HistoryTransaction>()
    const open: string[] = [coordinate]
    const asked = new Set(open)
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for await (const part of this.historyPages(from, direction)) {
        for (const coin of part.coins.map(coinOf)) coins.set(coin.coordinate, coin)
        for (const coin of part.siblings) siblings.set(coin.coordinate, coinOf(coin))
        for (const { id, inputs, outputs } of part.transactions)
          transactions.set(id, { id, inputs: inputs as Coordinate[], outputs: outputs as Coordinate[] })
        open.push(...part.open.filter((next) => !asked.has(next)))
        for (const next of part.open) asked.add(next)
        if (coins.size > limit) throw new HubError('history_too_long', 422, `more than ${limit} coins`)
      }
    }
    addSiblings(coins, transactions, siblings)
    return { coins, transactions }
  }

  private async *historyPages(coordinate: string, direction: 'backward' | 'forward'): AsyncGenerator<Dto['HistoryDto']> {
    let after: string | undefined
    do {
      const query = { direction, depth: 100, limit: 1000, after }
      const page: Dto['HistoryDto'] = await this.get(`/coins/${coordinate}/history`, query)
      yield page
      after = page.next
    } while (after !== undefined)
  }

  /** The journal in double entry, entry by entry in the order of the chain; throws {@link Unproven} at one that does not balance. */
  journal(range: HeightRange = {}): AsyncGenerator<JournalEntry> {
    return journalEntries((path, query) => this.get(path, query), range)
  }

  /** What changed an account's balances, with opening and closing; throws {@link Unproven} if it does not add up. */
  statement(account: AccountId, range: StatementRange = {}): Promise<Statement> {
    return readStatement((path, query) => this.get(path, query), encodeAddress(account), range)
  }

  /** Blocks from a height on, at most as many as the hub answers at once. */
  blocks(from: number): Promise<Dto['BlockPageDto']> {
    return this.get('/blocks', { from, limit: 200 })
  }

  /** What the ledger takes on disk, and how far it was pruned. */
  storage(): Promise<Dto['StorageDto']> {
    return this.get('/storage')
  }

  /** Lets spent history older than the newest `keep` blocks leave the ledger's disk (operators); it goes on in the background. */
  prune(keep: number): Promise<Dto['PruningDto']> {
    return this.http.send({ method: 'POST', path: `/v1/ledgers/${this.name}/prunings`, body: { keep } })
  }

  /** Has the ledger compare a run of its search tables with its blocks (operators): go on behind `to` until it is `height`. */
  checkIndex(from: number, limit = 200): Promise<Dto['IndexCheckDto']> {
    return this.get('/index-check', { from, limit })
  }

  /** Headers alone from a height on: what a light client follows. */
  headers(from: number): Promise<Dto['HeaderPageDto']> {
    return this.get('/headers', { from, limit: 200 })
  }

  private get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    return this.http.send<T>({ method: 'GET', path: `/v1/ledgers/${this.name}${path}`, query })
  }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  invariant(item !== undefined, 'one outcome for one transaction')
  return item
}

/** Outputs that stand before a coin of the history are no part of it, but decide which units went to the coin (first in, first out). */
function addSiblings(
  coins: Map<Coordinate, HistoryCoin>,
  transactions: ReadonlyMap<string, HistoryTransaction>,
  siblings: ReadonlyMap<string, HistoryCoin>,
): void {
  for (const { outputs } of transactions.values()) {
    const last = outputs.findLastIndex((output) => coins.has(output))
    for (const output of outputs.slice(0, Math.max(0, last))) {
      const sibling = siblings.get(output)
      if (sibling !== undefined && !coins.has(output)) coins.set(output, sibling)
    }
  }
}
