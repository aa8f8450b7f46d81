// Everything that validation needs to know of a ledger: coins, accounts, assets, remembered ids and the head. Pure and in memory.
import {
  type AccountId,
  type AssetCode,
  type ChainId,
  type Coordinate,
  type Time,
  expectOk,
  fromHex,
  hexOf,
  invariant,
} from '@huitong/primitives'
import { type Head, genesisHead, headOf } from '../block.js'
import { decodeCondition } from '../codec/condition.js'
import { joinAmount } from '../codec/reader.js'
import { chainIdOf } from '../ids.js'
import type { AccountRecord, AssetRecord, AssetRules, BlockHeader, Coin, Condition, Genesis, Rulebook } from '../model.js'
import { assetRulesOf } from '../money-rules.js'
import type { SignerLookups } from '../signers.js'
import { AccountSet } from './accounts.js'
import { AssetSet } from './assets.js'
import { CoinSet } from './coins.js'
import { CommittedIds } from './committed.js'
import { Outflows } from './outflows.js'

export class LedgerState implements SignerLookups {
  readonly chain: ChainId
  readonly chainBytes: Uint8Array
  readonly coins: CoinSet
  readonly accounts: AccountSet
  readonly assets = new AssetSet()
  readonly committed: CommittedIds
  readonly outflows = new Outflows()
  /** The block after which the next one stands. */
  head: Head
  /** The version in force. */
  rulebook: Rulebook

  /** The empty ledger of a genesis. `seed`: any secret 32-bit number; it spreads hash tables and changes no result. */
  constructor(
    readonly genesis: Genesis,
    seed = 0,
  ) {
    invariant(genesis.rulebook.feeShareMaxPpm <= 1_000_000, 'no fee above the whole amount')
    this.chain = chainIdOf(genesis)
    this.chainBytes = fromHex(this.chain)
    this.coins = new CoinSet(seed)
    this.accounts = new AccountSet(seed)
    this.committed = new CommittedIds(seed)
    this.head = genesisHead(genesis)
    this.rulebook = genesis.rulebook
  }

  get registrar(): AccountId | undefined {
    return this.rulebook.registrar
  }

  /** Does the rulebook say anything of assets? If not, transfers ask no more. */
  get anyRuled(): boolean {
    return this.rulebook.assets !== undefined
  }

  /** What the rulebook in force says of the asset of this number. */
  rulesOf(asset: number): AssetRules | undefined {
    return assetRulesOf(this.rulebook, this.assets.record(asset).asset)
  }

  coin(coordinate: Coordinate): Coin | undefined {
    const row = this.coins.find(fromHex(coordinate), 0)
    return row < 0 ? undefined : this.coinAt(row)
  }

  asset(code: AssetCode): AssetRecord | undefined {
    const number = this.assets.numberOf(code)
    return number < 0 ? undefined : this.assets.record(number)
  }

  account(account: AccountId): AccountRecord | undefined {
    const number = this.accounts.numberOf(account)
    return number < 0 ? undefined : this.accounts.record(number)
  }

  /** Is this very account frozen for the asset? That the asset as a whole is frozen, its record says. */
  isFrozen(asset: AssetCode, account: AccountId): boolean {
    const [number, holder] = [this.assets.numberOf(asset), this.accounts.numberOf(account)]
    return number >= 0 && holder >= 0 && this.assets.isFrozen(number, holder)
  }

  /** The accounts that are frozen for the asset, in the order in which they were opened. */
  frozenAccounts(asset: AssetCode): AccountId[] {
    const number = this.assets.numberOf(asset)
    return number < 0 ? [] : this.assets.frozenAccounts(number).map((account) => this.accounts.idOf(account))
  }

  /** All unspent coins, in no order that means anything. */
  *allCoins(): Generator<Coin> {
    for (const row of this.coins.rows()) yield this.coinAt(row)
  }

  coinAt(row: number): Coin {
    const coordinate = hexOf<Coordinate>(this.coins.coordinateOf(row))
    return {
      coordinate,
      asset: this.assets.record(this.coins.assetOf(row)).asset,
      amount: joinAmount(this.coins.highOf(row), this.coins.lowOf(row)),
      condition: this.conditionAt(row),
    }
  }

  conditionAt(row: number): Condition {
    const account = this.coins.accountOf(row)
    if (account >= 0) return { kind: 'account', account: this.accounts.idOf(account) }
    return expectOk(decodeCondition(this.coins.conditionOf(row)), 'a stored condition')
  }

  /** Ends a block whose transactions were all applied: asserts conservation, lets due recovery terms begin, moves the head, forgets ids that can no longer return. */
  closeBlock(header: BlockHeader): void {
    this.assets.assertConserved()
    this.accounts.settleChanges(header.time as Time)
    this.head = headOf(header)
    this.committed.forgetBefore(header.time as Time)
    this.outflows.forgetBefore(header.time as Time)
  }
}
