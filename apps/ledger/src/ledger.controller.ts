// The commands of libs/contracts/src/ledger.ts, one statement each.
import {
  type AdvanceClock,
  type BalancesOfAccount,
  type BlockRange,
  type ByAccount,
  type ByAsset,
  type ByCoordinate,
  type ByHeight,
  type ByTransaction,
  type CoinsOfAccount,
  type HistoryOfCoin,
  type IndexRange,
  type JournalRange,
  type LedgerStatus,
  type PartiesOfLeg,
  type PruneLedger,
  type WireAccount,
  type WireAsset,
  type WireBalance,
  type WireBlock,
  type WireCoin,
  type WireCoinProof,
  type StatementOfAccount,
  type WireStorage,
  ledgerAccount,
  ledgerAdvanceClock,
  ledgerAsset,
  ledgerAssets,
  ledgerBalances,
  ledgerBlock,
  ledgerBlocks,
  ledgerCheckIndex,
  ledgerCoin,
  ledgerCoinProof,
  ledgerCoins,
  ledgerGenesis,
  ledgerHeaders,
  ledgerHistory,
  ledgerJournal,
  ledgerLeg,
  ledgerPrune,
  ledgerReceipt,
  ledgerStatement,
  ledgerStatus,
  ledgerStorage,
  ledgerSubmit,
  ledgerSubmitProven,
  ledgerTransaction,
} from '@huitong/contracts'
import { Handle, HandleBytes } from '@huitong/platform'
import { type Bytes, type Coordinate, type Result, type Time, type TxId, err, ok } from '@huitong/primitives'
import { Controller } from '@nestjs/common'
import type { Ledger } from './engine/ledger.js'
import { LedgerService } from './ledger.service.js'
import type { Proofs } from './read/proofs.js'

@Controller()
export class LedgerController {
  constructor(private readonly service: LedgerService) {}

  private get ledger(): Ledger {
    return this.service.ledger
  }

  @HandleBytes(ledgerSubmit)
  submit(envelope: Bytes): Promise<Bytes> {
    return this.ledger.submission.submit(envelope)
  }

  @HandleBytes(ledgerSubmitProven)
  submitProven(envelope: Bytes): Promise<Bytes> {
    return this.service.proofs.submit(envelope)
  }

  @Handle(ledgerStatus)
  status(): Result<LedgerStatus, never> {
    const { name, sandbox } = this.ledger.birth.genesis
    return ok({ ledger: name, chain: this.ledger.birth.chain, sandbox, ...this.ledger.status() })
  }

  @Handle(ledgerGenesis)
  genesis(): Result<{ genesis: string }, never> {
    return ok({ genesis: this.ledger.birth.text })
  }

  @Handle(ledgerBlock)
  block({ height }: ByHeight): ReturnType<Ledger['blockReads']['block']> {
    return this.ledger.blockReads.block(height)
  }

  @Handle(ledgerBlocks)
  async blocks({ from, limit }: BlockRange): Promise<Result<{ blocks: readonly WireBlock[]; height: number }, 'pruned'>> {
    const { height } = this.ledger.sequencer.head
    const blocks = await this.ledger.blockReads.range(from, limit)
    return blocks.ok ? ok({ height, blocks: blocks.value }) : blocks
  }

  @Handle(ledgerHeaders)
  async headers({ from, limit }: BlockRange): Promise<Result<{ blocks: readonly WireBlock[]; height: number }, never>> {
    return ok({ height: this.ledger.sequencer.head.height, blocks: await this.ledger.blockReads.headers(from, limit) })
  }

  @Handle(ledgerTransaction)
  transaction({ id }: ByTransaction): ReturnType<Ledger['blockReads']['transaction']> {
    return this.ledger.blockReads.transaction(id as TxId)
  }

  @Handle(ledgerReceipt)
  async receipt({ id }: ByTransaction): Promise<Result<{ receipt: string }, 'transaction_unknown' | 'pruned'>> {
    const receipt = await this.ledger.blockReads.receipt(id as TxId)
    return receipt.ok ? ok({ receipt: receipt.value }) : receipt
  }

  @Handle(ledgerCoin)
  async coin({ coordinate }: ByCoordinate): Promise<Result<WireCoin, 'coin_unknown'>> {
    const coin = await this.ledger.recent.coin(coordinate as Coordinate)
    return coin === undefined ? err('coin_unknown') : ok(coin)
  }

  @Handle(ledgerCoinProof)
  coinProof({ coordinate }: ByCoordinate): Promise<Result<WireCoinProof, 'coin_unknown' | 'transaction_unknown' | 'pruned'>> {
    return this.service.proofs.coin(coordinate as Coordinate)
  }

  @Handle(ledgerCoins)
  async coins(request: CoinsOfAccount): ReturnType<Proofs['coins']> {
    return this.service.proofs.coins(request)
  }

  @Handle(ledgerBalances)
  balances(
    request: BalancesOfAccount,
  ): Promise<Result<{ height: number; balances: WireBalance[] }, 'account_unknown' | 'height_unknown'>> {
    return this.ledger.accountReads.balances(request)
  }

  @Handle(ledgerHistory)
  history(request: HistoryOfCoin): ReturnType<Ledger['historyReads']['history']> {
    return this.ledger.historyReads.history(request)
  }

  @Handle(ledgerJournal)
  journal(request: JournalRange): ReturnType<Ledger['reads']['journal']['journal']> {
    return this.ledger.reads.journal.journal(request)
  }

  @Handle(ledgerStatement)
  statement(request: StatementOfAccount): ReturnType<Ledger['reads']['statement']['statement']> {
    return this.ledger.reads.statement.statement(request)
  }

  @Handle(ledgerCheckIndex)
  checkIndex(request: IndexRange): ReturnType<Ledger['reads']['check']['index']> {
    return this.ledger.reads.check.index(request)
  }

  @Handle(ledgerPrune)
  async prune({ keep }: PruneLedger): Promise<Result<{ prunedTo: number; pruneTarget: number }, 'prune_running'>> {
    const begun = await this.ledger.pruner.begin(keep)
    return begun.ok ? ok({ prunedTo: begun.value.height, pruneTarget: begun.value.target }) : begun
  }

  @Handle(ledgerStorage)
  async storage(): Promise<Result<WireStorage, never>> {
    return ok(await this.ledger.reads.storage.storage())
  }

  @Handle(ledgerAccount)
  account({ account }: ByAccount): Promise<Result<WireAccount, 'account_unknown'>> {
    return this.ledger.accountReads.account(account)
  }

  @Handle(ledgerAsset)
  asset({ asset }: ByAsset): Promise<Result<WireAsset, 'asset_unknown'>> {
    return this.ledger.accountReads.asset(asset)
  }

  @Handle(ledgerAssets)
  async assets(): Promise<Result<{ assets: readonly WireAsset[] }, never>> {
    return ok({ assets: await this.ledger.accountReads.assets() })
  }

  @Handle(ledgerLeg)
  leg(request: PartiesOfLeg): ReturnType<Ledger['accountReads']['leg']> {
    return this.ledger.accountReads.leg(request)
  }

  @Handle(ledgerAdvanceClock)
  async advanceClock({ to }: AdvanceClock): Promise<Result<{ now: number }, 'not_a_sandbox' | 'clock_too_far'>> {
    const now = await this.ledger.advanceClock(to as Time)
    return typeof now === 'string' ? err(now) : ok({ now })
  }
}
