// libs/testing's ledger as specs of settlement use it: submissions whose answers get lost, a clock that is asked, answers on the bus. For specs only;
// the ledger process is apps/ledger.
import { type Coin, decodeTransaction, txIdOf } from '@huitong/chain'
import {
  type Answer,
  BalancesOfAccount,
  BlockRange,
  ByAccount,
  ByAsset,
  ByCoordinate,
  type LedgerStatus,
  NoFields,
  PartiesOfLeg,
  type TransactionStatus,
  type WireAccount,
  type WireAsset,
  type WireBalance,
  type WireBlock,
  type WireCoin,
  type WireLegParties,
  decodeEnvelope,
  encodeStatuses,
  ledgerAccount,
  ledgerAsset,
  ledgerBalances,
  ledgerBlocks,
  ledgerCoin,
  ledgerGenesis,
  ledgerLeg,
  ledgerStatus,
  ledgerSubmit,
} from '@huitong/contracts'
import { Handle, HandleBytes, nativeSign, nativeVerifier } from '@huitong/platform'
import { type AccountId, type AssetCode, type Bytes, type Signature, type Time, expectOk, hexOf, ok } from '@huitong/primitives'
import { LedgerAnswers, SimLedger as Rules } from '@huitong/testing'
import { Controller } from '@nestjs/common'
import { type Key, signerOf } from './key.js'

export class SimLedger {
  readonly rules: Rules
  readonly answers: LedgerAnswers
  /** Statuses to answer with instead of the truth, for the next submissions: `lost` commits and answers unknown, `dropped` does nothing. */
  readonly faults: ('lost' | 'dropped')[] = []
  /** What it says of its own finality. */
  finalityMs = 20

  constructor(
    readonly name: string,
    sealer: Key,
    start: Time,
    /** Who alone registers assets and may change the rulebook; anybody and nobody if absent. */
    registrar?: Key,
  ) {
    const cryptography = {
      verifier: nativeVerifier,
      sign: ({ seed }: { readonly seed: Bytes }, message: Bytes) => hexOf<Signature>(nativeSign(message, seed)),
    }
    const rulebook = { feeShareMaxPpm: 100_000, ...(registrar === undefined ? {} : { registrar: registrar.account }) }
    const seals = { seed: sealer.seed, publicKey: signerOf(sealer).publicKey }
    this.rules = new Rules(name, start, { cryptography, sealer: seals, rulebook })
    this.answers = new LedgerAnswers(this.rules)
  }

  get chain() {
    return this.rules.chain
  }

  get genesis() {
    return this.rules.genesis
  }

  get state() {
    return this.rules.state
  }

  get blocks() {
    return this.rules.blocks.map((block) => ({ block }))
  }

  /** In which block a transaction is. */
  get heights(): ReadonlyMap<string, number> {
    return new Map([...this.rules.transactions].map(([id, { height }]) => [id, height]))
  }

  /** Every coin there ever was, and what spent it. */
  get coins() {
    return this.rules.coins
  }

  /** Called after each block, as the ledger process publishes to its stream. */
  set onBlock(listener: Rules['onBlock']) {
    this.rules.onBlock = listener
  }

  now(): Time {
    return this.rules.now
  }

  /** Moves the clock and closes an empty block with the new time. */
  async advance(milliseconds: number): Promise<Time> {
    this.rules.advance(milliseconds)
    return this.rules.now
  }

  async submit(bytes: Bytes): Promise<TransactionStatus> {
    const fault = this.faults.shift()
    if (fault === 'dropped') {
      const id = this.#idOf(bytes)
      const known = id === undefined ? undefined : this.rules.transactions.get(id)
      if (id !== undefined && known === undefined) return { outcome: 'unknown', id }
    }
    const status = this.answers.admit(bytes)
    if (status.outcome === 'committed') this.rules.close()
    return fault === 'lost' && status.outcome === 'committed' ? { outcome: 'unknown', id: status.id } : status
  }

  balance(account: AccountId, asset: AssetCode): bigint {
    return this.coinsOf(account, asset).reduce((sum, { amount }) => sum + amount, 0n)
  }

  coinsOf(account: AccountId, asset: AssetCode): readonly Coin[] {
    return [...this.state.allCoins()].filter(
      (coin) => coin.condition.kind === 'account' && coin.condition.account === account && coin.asset === asset,
    )
  }

  #idOf(bytes: Bytes) {
    const decoded = decodeTransaction(bytes)
    return decoded.ok ? txIdOf(this.chain, decoded.value.body) : undefined
  }
}

/** A ledger's answers on the bus. */
@Controller()
export class SimLedgerController {
  constructor(private readonly ledger: SimLedger) {}

  @HandleBytes(ledgerSubmit)
  async submit(bytes: Bytes): Promise<Bytes> {
    const statuses: TransactionStatus[] = []
    for (const transaction of expectOk(decodeEnvelope(bytes), 'an envelope')) statuses.push(await this.ledger.submit(transaction))
    return encodeStatuses(statuses)
  }

  @Handle(ledgerStatus)
  status(_request: NoFields): Answer<LedgerStatus, never> {
    const status = expectOk(this.ledger.answers.status(), 'a status')
    return ok({ ...status, finalityP99Ms: this.ledger.finalityMs })
  }

  @Handle(ledgerGenesis)
  genesis(_request: NoFields): Answer<{ readonly genesis: string }, never> {
    return this.ledger.answers.genesis()
  }

  @Handle(ledgerBlocks)
  range(asked: BlockRange): Answer<{ readonly blocks: readonly WireBlock[]; readonly height: number }, never> {
    return this.ledger.answers.range(asked)
  }

  @Handle(ledgerCoin)
  coin(asked: ByCoordinate): Answer<WireCoin, 'coin_unknown'> {
    return this.ledger.answers.coin(asked)
  }

  @Handle(ledgerAccount)
  account(asked: ByAccount): Answer<WireAccount, 'account_unknown'> {
    return this.ledger.answers.account(asked)
  }

  @Handle(ledgerAsset)
  asset(asked: ByAsset): Answer<WireAsset, 'asset_unknown'> {
    return this.ledger.answers.asset(asked)
  }

  @Handle(ledgerLeg)
  leg(asked: PartiesOfLeg): Answer<WireLegParties, 'asset_unknown'> {
    return this.ledger.answers.leg(asked)
  }

  @Handle(ledgerBalances)
  balances(
    asked: BalancesOfAccount,
  ): Answer<{ readonly height: number; readonly balances: readonly WireBalance[] }, 'account_unknown' | 'height_unknown'> {
    return this.ledger.answers.balances(asked)
  }
}
