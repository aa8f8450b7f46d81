// A hub whose settlement is the real one, over ledgers in memory that judge by the real rules, with people who swap and convert. What each case of
// hash locks is played in; every house counts its money when it closes.
import 'reflect-metadata'
import { type OfferStatement, encodeOffer, offerMessage } from '@huitong/chain'
import {
  type Answer,
  type CreateQuote,
  type CreateSwap,
  type WireConversion,
  type WireOffer,
  type WireQuote,
  type WireSwap,
  acceptSwap,
  cancelSwap,
  createConversion,
  createOffer,
  createQuote,
  createSwap,
  getConversion,
  getOffer,
  getSwap,
  openLiquidity,
} from '@huitong/contracts'
import { nativeSign, rows } from '@huitong/platform'
import { type AccountId, type AssetCode, type Time, invariant, lockOf, sha256, toHex, utf8 } from '@huitong/primitives'
import { ConversionModule } from '../../apps/settlement/src/conversion/conversion.module.js'
import { SwapModule } from '../../apps/settlement/src/swap/swap.module.js'
import type { Terms } from '../../apps/settlement/src/terms.js'
import { conditionOf, lockLeg, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { type Key, keyOf } from '../../apps/settlement/src/testing/key.js'
import { HUB, SimHub, type SimServers, actorOf, partyId, until } from '../../apps/settlement/src/testing/sim-hub.js'
import type { SimLedger } from '../../apps/settlement/src/testing/sim-ledger.js'
import { fund, must, open as openAccount, pay, secretOf, signed } from '../../apps/settlement/src/testing/wallet.js'

export const EUR = 'EUR' as AssetCode
export const CNY = 'CNY' as AssetCode
export const HOUR = 3_600_000

export interface Person {
  readonly party: string
  readonly key: Key
}
const person = (name: string): Person => ({ party: partyId(name), key: keyOf(name) })
export const ann = person('ann')
export const bob = person('bob')
export const desk = person('desk')
export const eastBank = keyOf('east bank')
export const westBank = keyOf('west bank')

const EUR_IN_ALL = 20_000n
const CNY_IN_ALL = 190_000n

export interface HouseOptions {
  readonly terms?: Partial<Terms>
  /** May the issuers freeze and claw back? */
  readonly powers?: { readonly freeze: boolean; readonly clawback: boolean }
  /** May the banks change their ledgers' rulebooks? */
  readonly registrars?: boolean
  /** Accounts that are open on both ledgers before anybody else's. */
  readonly guests?: readonly Key[]
  /** Other keys than their names make. */
  readonly ann?: Key
  readonly bob?: Key
}

export class House {
  #made = 0

  private constructor(
    readonly hub: SimHub,
    readonly east: SimLedger,
    readonly west: SimLedger,
    readonly ann: Person,
    readonly bob: Person,
  ) {}

  /** Ann has 10,000 EUR in the east, Bob 90,000 CNY in the west, the desk as much of both; the desk's offers are not made yet. */
  static async open(servers: SimServers, options: HouseOptions = {}): Promise<House> {
    const { terms, powers } = options
    const hub = await SimHub.start(servers, {
      nouns: [SwapModule, ConversionModule],
      ...(terms === undefined ? {} : { terms }),
      ...(options.registrars === true ? { registrars: [eastBank, westBank] } : {}),
    })
    const [east, west] = hub.ledgers
    invariant(east !== undefined && west !== undefined, 'two ledgers')
    const people = [
      { ...ann, key: options.ann ?? ann.key },
      { ...bob, key: options.bob ?? bob.key },
    ] as const
    const house = new House(hub, east, west, ...people)
    for (const { party, key } of [...people, desk]) hub.identity.owners.set(key.account, party)
    const [initiator, responder] = people
    for (const guest of options.guests ?? []) for (const ledger of [east, west]) await openAccount(ledger, guest)
    const given = powers === undefined ? {} : { powers }
    const eastern = [[initiator.key, 10_000n] as const, [desk.key, 10_000n] as const, [responder.key, 0n] as const]
    await fund(east, { issuer: eastBank, asset: EUR, holders: eastern, ...given })
    const western = [[responder.key, 90_000n] as const, [desk.key, 100_000n] as const, [initiator.key, 0n] as const]
    await fund(west, { issuer: westBank, asset: CNY, holders: western, ...given })
    await until('both ledgers are open for deals', async () => (await house.propose(`warm-up ${hub.schema}`)).ok)
    return house
  }

  /** Counts every unit on both ledgers, wherever it is, and ends the hub. */
  async close(): Promise<void> {
    const sum = (ledger: SimLedger, of: AssetCode): bigint =>
      [...ledger.state.allCoins()].filter(({ asset }) => asset === of).reduce((total, { amount }) => total + amount, 0n)
    const counted = { eur: sum(this.east, EUR), cny: sum(this.west, CNY) }
    await this.hub.stop()
    expect(counted).toEqual({ eur: EUR_IN_ALL, cny: CNY_IN_ALL })
  }

  key(name: string): string {
    this.#made += 1
    return `${name} ${this.#made}`
  }

  // ------------------------------------------------------------------------------------------------------------------------- swaps

  propose(secret: string, change: Partial<CreateSwap> = {}): Promise<Answer<WireSwap, string>> {
    return this.hub.bus.call(createSwap, {
      idempotencyKey: this.key('propose'),
      actor: actorOf(change.initiator ?? this.ann.party),
      initiator: this.ann.party,
      counterparty: this.bob.party,
      give: { ledger: this.east.name, asset: EUR },
      giveAmount: '1000',
      take: { ledger: this.west.name, asset: CNY },
      takeAmount: '8000',
      hash: lockOf(secretOf(secret)),
      giveAccount: this.ann.key.account,
      takeAccount: this.ann.key.account,
      ...change,
    })
  }

  accept(id: string, key = `accept ${id}`): Promise<Answer<WireSwap, string>> {
    const { account } = this.bob.key
    const accounts = { giveAccount: account, takeAccount: account }
    return this.hub.bus.call(acceptSwap, { idempotencyKey: key, actor: actorOf(this.bob.party), id, ...accounts })
  }

  cancel(id: string, by = this.ann): Promise<Answer<WireSwap, string>> {
    return this.hub.bus.call(cancelSwap, { idempotencyKey: this.key('cancel'), actor: actorOf(by.party), id })
  }

  async swap(id: string, party = this.ann.party): Promise<WireSwap> {
    return value(await this.hub.bus.call(getSwap, { id, actor: actorOf(party) }))
  }

  async agreed(secret: string, change: Partial<CreateSwap> = {}): Promise<WireSwap> {
    return value(await this.accept(value(await this.propose(secret, change)).id))
  }

  async aLocked(secret: string): Promise<WireSwap> {
    const swap = await this.agreed(secret)
    await lockLeg(this.east, this.ann.key, { leg: swap.legA })
    return this.reach(swap.id, 'A_LOCKED')
  }

  async bothLocked(secret: string): Promise<WireSwap> {
    const swap = await this.aLocked(secret)
    await lockLeg(this.west, this.bob.key, { leg: swap.legB })
    return this.reach(swap.id, 'BOTH_LOCKED')
  }

  async reach(id: string, state: string): Promise<WireSwap> {
    await until(`${id} is ${state}`, async () => (await this.swap(id)).state === state)
    return this.swap(id)
  }

  // ------------------------------------------------------------------------------------------------------------------- conversions

  /** The desk opens its liquidity account, pays what it has in, and offers 78 CNY for 10 EUR, 50,000 CNY in all. */
  async offered(change: Partial<OfferStatement> = {}): Promise<WireOffer> {
    const open = () =>
      this.hub.bus.call(openLiquidity, {
        idempotencyKey: this.key('open'),
        actor: actorOf(desk.party),
        provider: desk.party,
        owner: desk.key.account,
      })
    await until('liquidity opens', async () => (await open()).ok)
    const account = value(await open()).account as AccountId
    for (const coin of this.west.coinsOf(desk.key.account, CNY)) {
      const inputs = [{ coin: coin.coordinate, path: { kind: 'own' } as const }]
      await must(this.west, signed(this.west, { inputs, outputs: [pay(account, CNY, coin.amount)] }, desk.key))
    }
    return value(await this.offering(account, change))
  }

  offering(account: AccountId, change: Partial<OfferStatement> = {}, by = desk): Promise<Answer<WireOffer, string>> {
    const statement: OfferStatement = {
      offer: toHex(sha256(utf8(this.key('offer')))).slice(0, 32),
      give: { chain: this.west.chain, asset: CNY, account },
      take: { chain: this.east.chain, asset: EUR, account },
      numerator: 78n,
      denominator: 10n,
      min: 10n,
      max: 5_000n,
      inventory: 50_000n,
      expiry: (this.west.now() + 24 * HOUR) as Time,
      ...change,
    }
    const [publicKey = ''] = by.key.policy.keys
    const signature = toHex(nativeSign(offerMessage(HUB, statement), by.key.seed))
    return this.hub.bus.call(createOffer, {
      idempotencyKey: this.key('offering'),
      actor: actorOf(by.party),
      provider: by.party,
      offer: { body: toHex(encodeOffer(statement)), publicKey, signature },
    })
  }

  quoting(amount: string, change: Partial<CreateQuote> = {}): Promise<Answer<WireQuote, string>> {
    const payer = change.payer ?? this.ann.party
    return this.hub.bus.call(createQuote, {
      idempotencyKey: this.key('quote'),
      actor: actorOf(payer),
      payer,
      give: { ledger: this.east.name, asset: EUR },
      take: { ledger: this.west.name, asset: CNY },
      fixed: 'send',
      amount,
      ...change,
    })
  }

  converting(quote: WireQuote, secret: string): Promise<Answer<WireConversion, string>> {
    const { account } = this.ann.key
    return this.hub.bus.call(createConversion, {
      idempotencyKey: this.key('convert'),
      actor: actorOf(this.ann.party),
      quote: quote.id,
      hash: lockOf(secretOf(secret)),
      giveAccount: account,
      takeAccount: account,
    })
  }

  async conversion(id: string): Promise<WireConversion> {
    return value(await this.hub.bus.call(getConversion, { id, actor: actorOf(this.ann.party) }))
  }

  async reachConversion(id: string, state: string): Promise<WireConversion> {
    await until(`${id} is ${state}`, async () => (await this.conversion(id)).state === state)
    return this.conversion(id)
  }

  async offer(id: string): Promise<WireOffer> {
    return value(await this.hub.bus.call(getOffer, { id, actor: actorOf(desk.party) }))
  }

  // ------------------------------------------------------------------------------------------------------------------------- looks

  /** Time passes on both ledgers until the leg's lock has expired. */
  async expire(ledger: SimLedger, leg: WireSwap['legA']): Promise<void> {
    await this.hub.advance(Math.max(0, conditionOf(leg).expiry - ledger.now()))
  }

  eur(who: { readonly key: Key }): bigint {
    return this.east.balance(who.key.account, EUR)
  }

  cny(who: { readonly key: Key }): bigint {
    return this.west.balance(who.key.account, CNY)
  }

  async sql<T>(text: string, parameters: Parameters<typeof rows>[2] = []): Promise<readonly T[]> {
    const { database } = this.hub.platform
    invariant(database !== undefined, 'settlement has a database')
    return rows<T & object>(database.manager, text, parameters)
  }

  /** States that a deal went through, in order. */
  async history(id: string): Promise<readonly string[]> {
    const found = await this.sql<{ to_state: string }>('select to_state from deal_transition where deal = $1 order by version', [
      uuidOf(id),
    ])
    return found.map(({ to_state }) => to_state)
  }
}

/** A deal's id as its rows have it. */
export const uuidOf = (id: string): string => id.slice(id.indexOf('_') + 1)
