// Ledgers over the bus, decoded with libs/chain. A ledger that shows another genesis than at first sight counts as unavailable.
import {
  assetRulesOf,
  chainIdOf,
  coordinateOf,
  decodeCondition,
  decodeGenesis,
  decodeRulebook,
  decodeTransaction,
  type Rulebook,
  type Transaction,
} from '@huitong/chain'
import {
  type WireCoin,
  decodeStatuses,
  encodeEnvelope,
  ledgerAccount,
  ledgerAsset,
  ledgerCoin,
  ledgerCoins,
  ledgerGenesis,
  ledgerRulebook,
  ledgerStatus,
  ledgerSubmit,
  ledgerTransaction,
} from '@huitong/contracts'
import { Bus, log } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  type PublicKey,
  type Result,
  type Time,
  type TxId,
  brandHex,
  err,
  fromHex,
  ok,
  parseAmount,
  parseAssetCode,
  parseTime,
  utf8,
} from '@huitong/primitives'
import type { LedgerHead, Ledgers, OwnCoin, Read, ReadAccount, ReadCoin, ReadRules, Sent } from './ledgers.js'
import { type Pins, isPinned } from './pins.js'

const PAGE = 200
/** A ledger is asked again which chain it is after so long. */
const SHOWN_MS = 1_000
/** Coins looked at in one selection; more than any signed transaction may spend. */
const COINS_MAX = 2_000

export class BusLedgers implements Ledgers {
  readonly #chains = new Map<string, ChainId>()
  readonly #asked = new Map<string, { readonly at: number; readonly head: Promise<Read<LedgerHead>> }>()
  /** Of the pinned genesis. */
  readonly #rulebooks = new Map<string, Rulebook>()

  constructor(
    private readonly bus: Bus,
    private readonly pins: Pins,
    readonly names: readonly string[],
  ) {}

  head(ledger: string): Promise<Read<LedgerHead>> {
    const head = this.#head(ledger)
    this.#asked.set(ledger, { at: performance.now(), head })
    return head
  }

  /** The chain that a ledger shows, or has shown just now: what is read of it beside its head is read of the same. */
  async #shown(ledger: string): Promise<Read<ChainId>> {
    const asked = this.#asked.get(ledger)
    const known = asked !== undefined && performance.now() - asked.at < SHOWN_MS ? await asked.head : undefined
    const head = known?.ok === true ? known : await this.head(ledger)
    return head.ok ? ok(head.value.chain) : head
  }

  async #head(ledger: string): Promise<Read<LedgerHead>> {
    if (!this.names.includes(ledger)) return away(ledger, 'no such ledger')
    const status = await this.bus.call(ledgerStatus, {}, { to: ledger })
    if (!status.ok) return away(ledger, status.code)
    const final = parseTime(status.value.time)
    const now = parseTime(status.value.now)
    const chain = await this.#chain(ledger)
    if (chain === undefined || chain !== status.value.chain || !final.ok || !now.ok) return away(ledger, 'not the ledger we know')
    return ok({ chain, final: final.value, now: now.value })
  }

  async coin(ledger: string, coordinate: string): Promise<Read<ReadCoin | undefined>> {
    const chain = await this.#shown(ledger)
    if (!chain.ok) return chain
    const found = await this.bus.call(ledgerCoin, { coordinate }, { to: ledger })
    if (!found.ok) return found.code === 'coin_unknown' ? ok(undefined) : away(ledger, found.code)
    const block = await this.bus.call(ledgerTransaction, { id: found.value.transaction }, { to: ledger })
    const at = block.ok ? parseTime(block.value.time) : undefined
    if (at?.ok !== true) return away(ledger, 'a coin without its transaction')
    const coin = coinOf(found.value, { ledger, chain: chain.value, at: at.value })
    return coin === undefined || coin.coordinate !== coordinate ? away(ledger, 'a coin that does not decode') : ok(coin)
  }

  async account(ledger: string, account: AccountId): Promise<Read<ReadAccount | undefined>> {
    const chain = await this.#shown(ledger)
    if (!chain.ok) return chain
    const found = await this.bus.call(ledgerAccount, { account }, { to: ledger })
    if (!found.ok) return found.code === 'account_unknown' ? ok(undefined) : away(ledger, found.code)
    const { current, sequence, recovery } = found.value
    const keys = current.keys.flatMap((key) => brandHex<PublicKey>(key, 32) ?? [])
    if (keys.length !== current.keys.length || found.value.account !== account)
      return away(ledger, 'an account that does not decode')
    return ok({ current: { keys, threshold: current.threshold }, sequence, isRecovering: recovery !== undefined })
  }

  async ownCoins(ledger: string, account: AccountId, asset: AssetCode): Promise<Read<readonly OwnCoin[]>> {
    const coins: OwnCoin[] = []
    let after: string | undefined
    do {
      const from = after === undefined ? {} : { after }
      const page = await this.bus.call(ledgerCoins, { account, asset, relation: 'own', limit: PAGE, ...from }, { to: ledger })
      if (!page.ok) return page.code === 'account_unknown' ? ok([]) : away(ledger, page.code)
      for (const wire of page.value.coins) {
        const condition = decodeCondition(fromHex(wire.condition))
        const amount = parseAmount(wire.amount)
        const coordinate = brandHex<Coordinate>(wire.coordinate, 32)
        const isPlain = condition.ok && condition.value.kind === 'account' && condition.value.account === account
        if (isPlain && amount.ok && coordinate !== undefined && wire.asset === asset)
          coins.push({ coordinate, amount: amount.value })
      }
      after = page.value.next
    } while (after !== undefined && coins.length < COINS_MAX)
    return ok(coins.sort((a, b) => (a.amount === b.amount ? 0 : a.amount > b.amount ? -1 : 1)))
  }

  async rules(ledger: string, asset: AssetCode): Promise<Read<ReadRules | undefined>> {
    const chain = await this.#chain(ledger)
    const own = this.#rulebooks.get(ledger)
    if (chain === undefined || own === undefined) return away(ledger, 'not the ledger we know')
    // without a registrar the genesis's rules are those for ever
    const rulebook = own.registrar === undefined ? ok(own) : await this.#rulebook(ledger)
    if (!rulebook.ok) return away(ledger, rulebook.code)
    const rules = assetRulesOf(rulebook.value, asset)
    if (rules === undefined) return ok(undefined)
    const found = await this.bus.call(ledgerAsset, { asset }, { to: ledger })
    const issuer = found.ok ? brandHex<AccountId>(found.value.issuer, 32) : undefined
    return issuer === undefined ? away(ledger, 'an asset without its issuer') : ok({ rules, issuer })
  }

  async #rulebook(ledger: string): Promise<Result<Rulebook, string>> {
    const answer = await this.bus.call(ledgerRulebook, {}, { to: ledger })
    return answer.ok ? decodeRulebook(answer.value.rulebook) : answer
  }

  async transaction(ledger: string, id: TxId): Promise<Read<Transaction | undefined>> {
    const found = await this.bus.call(ledgerTransaction, { id }, { to: ledger })
    if (!found.ok) return found.code === 'transaction_unknown' ? ok(undefined) : away(ledger, found.code)
    const transaction = decodeTransaction(fromHex(found.value.bytes))
    return transaction.ok && found.value.id === id ? ok(transaction.value) : away(ledger, 'a transaction that does not decode')
  }

  async submit(ledger: string, transaction: Bytes): Promise<Sent> {
    const reply = await this.bus.submit(ledgerSubmit, encodeEnvelope([transaction]), { to: ledger })
    const statuses = reply.ok ? decodeStatuses(reply.value) : undefined
    const status = statuses?.ok === true ? statuses.value[0] : undefined
    switch (status?.outcome) {
      case 'committed':
      case 'replayed':
        return { outcome: 'committed' }
      case 'refused':
        return { outcome: 'refused', code: status.code }
      default:
        return { outcome: 'unknown' }
    }
  }

  /** The chain id that this ledger's genesis hashes to, if it is the one pinned. */
  async #chain(ledger: string): Promise<ChainId | undefined> {
    const known = this.#chains.get(ledger)
    if (known !== undefined) return known
    const found = await this.bus.call(ledgerGenesis, {}, { to: ledger })
    const genesis = found.ok ? decodeGenesis(utf8(found.value.genesis)) : undefined
    if (genesis?.ok !== true) return undefined
    const chain = chainIdOf(genesis.value)
    if (!(await isPinned(this.pins, 'chain', ledger, chain))) {
      log.error('custody.genesis.changed', { ledger, shown: chain })
      return undefined
    }
    this.#rulebooks.set(ledger, genesis.value.rulebook)
    this.#chains.set(ledger, chain)
    return chain
  }
}

const away = (ledger: string, why: string) => err('ledger_unavailable' as const, `${ledger}: ${why}`)

function coinOf(wire: WireCoin, place: { ledger: string; chain: ChainId; at: Time }): ReadCoin | undefined {
  const condition = decodeCondition(fromHex(wire.condition))
  const amount = parseAmount(wire.amount)
  const asset = parseAssetCode(wire.asset)
  const transaction = brandHex<TxId>(wire.transaction, 32)
  if (!condition.ok || !amount.ok || !asset.ok || transaction === undefined) return undefined
  const coordinate = coordinateOf(transaction, wire.index)
  const spender = wire.spentBy === undefined ? undefined : brandHex<TxId>(wire.spentBy.transaction, 32)
  if (coordinate !== wire.coordinate || (wire.spentBy !== undefined && spender === undefined)) return undefined
  const coin = { ...place, coordinate, asset: asset.value, amount: amount.value, condition: condition.value }
  return spender === undefined ? coin : { ...coin, spentBy: { transaction: spender, input: wire.spentBy?.input ?? 0 } }
}
