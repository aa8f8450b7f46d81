// What a ledger process answers on the bus, from a simulated ledger: the same contracts, the same encodings. For tests only.
import { blockHashOf, encodeCondition, encodeGenesis, encodeHeader } from '@huitong/chain'
import type {
  Answer,
  BalancesOfAccount,
  BlockRange,
  ByAccount,
  ByAsset,
  ByCoordinate,
  ByTransaction,
  CoinsOfAccount,
  LedgerStatus,
  PartiesOfLeg,
  TransactionStatus,
  WireAccount,
  WireAsset,
  WireBalance,
  WireBlock,
  WireCoin,
  WireLegParties,
  WireTransaction,
} from '@huitong/contracts'
import { type AccountId, type AssetCode, type Bytes, err, fromUtf8, ok, toHex } from '@huitong/primitives'
import type { SimLedger } from './sim-ledger.js'

export class LedgerAnswers {
  constructor(readonly ledger: SimLedger) {}

  /** Judges for the next block. A committed or replayed answer may be given only after {@link SimLedger.close}. */
  admit(bytes: Bytes): TransactionStatus {
    const { ledger } = this
    const admitted = ledger.admit(bytes)
    const height = ledger.blocks.length + 1
    if (admitted.ok) return { outcome: 'committed', id: admitted.id, height, index: ledger.waiting - 1 }
    const { id, code } = admitted
    if (id === undefined || code !== 'already_committed') return { outcome: 'refused', id, code }
    return { outcome: 'replayed', id, height: ledger.transactions.get(id)?.height ?? height, index: 0 }
  }

  status(): Answer<LedgerStatus, never> {
    const { name, chain, blocks, final, now } = this.ledger
    const at = { height: blocks.length, time: final, now }
    return ok({ ledger: name, chain, sandbox: true, ...at, indexLag: 0, finalityP50Ms: 5, finalityP99Ms: 20 })
  }

  genesis(): Answer<{ readonly genesis: string }, never> {
    return ok({ genesis: fromUtf8(encodeGenesis(this.ledger.genesis)) ?? '' })
  }

  range({ from, limit }: BlockRange): Answer<{ readonly blocks: readonly WireBlock[]; readonly height: number }, never> {
    const blocks = this.ledger.blocks.slice(from - 1, from - 1 + limit).map(({ header, transactions }): WireBlock => ({
      height: header.height,
      hash: blockHashOf(header),
      header: toHex(encodeHeader(header)),
      seal: header.seal,
      transactions: transactions.map(toHex).join(''),
    }))
    return ok({ blocks, height: this.ledger.blocks.length })
  }

  coin({ coordinate }: ByCoordinate): Answer<WireCoin, 'coin_unknown'> {
    const found = this.ledger.coins.get(coordinate)
    if (found === undefined) return err('coin_unknown')
    const { asset, amount, condition, transaction, index, height, spentBy } = found
    return ok({
      coordinate,
      asset,
      amount: amount.toString(),
      condition: toHex(encodeCondition(condition)),
      transaction,
      index,
      height,
      ...(spentBy === undefined ? {} : { spentBy }),
    })
  }

  /** Coins that the account's keys alone can spend, in one page. */
  coins({ account, asset }: CoinsOfAccount): Answer<{ readonly coins: readonly WireCoin[] }, 'account_unknown'> {
    if (this.ledger.state.account(account as AccountId) === undefined) return err('account_unknown')
    const own = [...this.ledger.coins.values()].filter(
      (coin) =>
        coin.spentBy === undefined &&
        coin.condition.kind === 'account' &&
        coin.condition.account === account &&
        (asset === undefined || coin.asset === asset),
    )
    const coins = own.flatMap(({ coordinate }) => {
      const coin = this.coin({ coordinate })
      return coin.ok ? [coin.value] : []
    })
    return ok({ coins })
  }

  transaction({ id }: ByTransaction): Answer<WireTransaction, 'transaction_unknown'> {
    const found = this.ledger.transactions.get(id)
    if (found === undefined) return err('transaction_unknown')
    const { bytes, height, at } = found
    return ok({ id, bytes: toHex(bytes), height, index: 0, time: at })
  }

  account({ account }: ByAccount): Answer<WireAccount, 'account_unknown'> {
    const found = this.ledger.state.account(account as AccountId)
    if (found === undefined) return err('account_unknown')
    const { policy, current, sequence } = found
    return ok({ account, policy, current, sequence })
  }

  asset({ asset }: ByAsset): Answer<WireAsset, 'asset_unknown'> {
    const found = this.ledger.state.asset(asset as AssetCode)
    if (found === undefined) return err('asset_unknown')
    const { scale, maxSupply, issuer, powers, issued, burnt, sequence } = found
    const amounts = { maxSupply: maxSupply.toString(), issued: issued.toString(), burnt: burnt.toString() }
    return ok({ asset, scale, issuer, powers, sequence, ...amounts })
  }

  leg({ asset, accounts }: PartiesOfLeg): Answer<WireLegParties, 'asset_unknown'> {
    const found = this.asset({ asset })
    if (!found.ok) return found
    const known = accounts.flatMap((account) => {
      const one = this.account({ account })
      return one.ok ? [one.value] : []
    })
    return ok({ asset: found.value, accounts: known })
  }

  balances({
    account,
  }: BalancesOfAccount): Answer<
    { readonly height: number; readonly balances: readonly WireBalance[] },
    'account_unknown' | 'height_unknown'
  > {
    if (this.ledger.state.account(account as AccountId) === undefined) return err('account_unknown')
    const sums = new Map<AssetCode, bigint>()
    for (const coin of this.ledger.coins.values()) {
      const isOwn = coin.condition.kind === 'account' && coin.condition.account === account
      if (isOwn && coin.spentBy === undefined) sums.set(coin.asset, (sums.get(coin.asset) ?? 0n) + coin.amount)
    }
    const balances = [...sums].map(([asset, sum]) => ({ asset, available: `${sum}`, locked: '0', total: `${sum}` }))
    return ok({ height: this.ledger.blocks.length, balances })
  }
}
