// Standing offers of liquidity providers, each a statement signed by the provider's own key, paid from an account that custody manages. An offer is
// taken as signed or not at all; pausing one stops new quotes only.
import { type OfferStatement, decodeOffer, offerMessage } from '@huitong/chain'
import {
  type Actor,
  type Answer,
  type ById,
  type CreateOffer,
  type OpenProviderLiquidity,
  type Page,
  type SetOfferState,
  type SignedStatement,
  type WireLiquidity,
  type WireOffer,
  custodyAccounts,
  custodyOpenLiquidity,
  ledgerAccount,
} from '@huitong/contracts'
import { Bus, VERIFIER, appendAudit, runCommand, type CommandKey, firstAnswer } from '@huitong/platform'
import {
  type AccountId,
  type Result,
  type Time,
  type Verifier,
  err,
  fromHex,
  mulDivCeil,
  mulDivFloor,
  ok,
} from '@huitong/primitives'
import { isStillBefore } from '@huitong/protocol'
import { Inject, Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actorName, actsFor } from '../access/access.js'
import { HubClock } from '../clock/hub-clock.js'
import { DealStore } from '../deal/deal.store.js'
import { newId } from '../deal/id.js'
import type { Unit } from '../deal/unit.js'
import { type LedgerCode, Ledgers } from '../ledgers/ledgers.js'
import { Bindings } from '../party/bindings.js'
import { TERMS, type Terms } from '../terms.js'
import { type LiquidityRow, type OfferRow, OfferStore, leftOf, lowWaterOf } from './offer.store.js'
import { commandKey } from '../deal/command-key.js'

type WriteCode = 'forbidden' | 'idempotency_key_reused' | 'in_flight' | LedgerCode
type OpenCode = WriteCode | 'party_unknown' | 'account_unbound'
type OfferCode =
  | WriteCode
  | 'party_unknown'
  | 'offer_malformed'
  | 'offer_signature_invalid'
  | 'offer_expired'
  | 'liquidity_unknown'
  | 'asset_unknown'

@Injectable()
export class OfferService {
  #hub: string | undefined

  constructor(
    private readonly offers: OfferStore,
    private readonly deals: DealStore,
    private readonly ledgers: Ledgers,
    private readonly bindings: Bindings,
    private readonly clock: HubClock,
    private readonly bus: Bus,
    private readonly database: DataSource,
    @Inject(VERIFIER) private readonly verifier: Verifier,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  create(request: CreateOffer): Promise<Answer<WireOffer, OfferCode>> {
    return firstAnswer(this.database, commandKey('offer.create', request), (key) => this.#create(request, key))
  }

  async #create(request: CreateOffer, key: CommandKey): Promise<Answer<WireOffer, OfferCode>> {
    const { actor, ...body } = request
    const allowed = actsFor(actor, body.provider)
    if (!allowed.ok) return allowed
    const decoded = decodeOffer(fromHex(body.offer.body))
    if (!decoded.ok) return err('offer_malformed', decoded.detail, 'offer')
    const checked = await this.#check(body.provider, body.offer, decoded.value)
    if (!checked.ok) return checked
    const { statement, liquidity, sell, buy } = checked.value
    const bounds = sellBounds(statement)
    if (bounds === undefined) return err('offer_malformed', 'the bounds leave no amount to trade')
    return runCommand(this.database, key, async (unit) => {
      const known = await this.offers.ofStatement(unit, body.offer.body)
      if (known === undefined) {
        const env = await this.ledgers.env(unit)
        if (!isStillBefore(env, statement.give.chain, statement.expiry)) return err('offer_expired')
      }
      const id = known ?? newId('off')
      const now = this.clock.now()
      if (known === undefined) {
        const { numerator, denominator, inventory, min: buyMin, max: buyMax, expiry: expiresAt } = statement
        const rate = { numerator, denominator, buyMin, buyMax }
        const made = { id, provider: body.provider, liquidity: liquidity.account, statement: body.offer, sell, buy }
        await this.offers.insert(unit, { ...made, ...rate, ...bounds, inventory, expiresAt, createdAt: now })
        await this.#record(unit, { actor, offer: id, provider: body.provider, action: 'created', version: 1 })
      }
      const offer = await this.offers.find(unit, id)
      return offer === undefined ? err('offer_malformed') : ok(await this.#view(unit, offer))
    })
  }

  async get({ id }: ById): Promise<Answer<WireOffer, 'offer_unknown'>> {
    const offer = await this.offers.find(this.database.manager, id)
    return offer === undefined ? err('offer_unknown', undefined, 'id') : ok(await this.#view(this.database.manager, offer))
  }

  /** Offers are public: everybody sees prices. */
  async list(page: Page): Promise<Answer<{ readonly items: readonly WireOffer[]; readonly next?: string }, never>> {
    const { manager } = this.database
    const { limit, after, state } = page
    const found = await this.offers.page(manager, { limit, ...(after === undefined ? {} : { after }) })
    const items: WireOffer[] = []
    for (const offer of found) items.push(await this.#view(manager, offer))
    const last = items.at(-1)
    const shown = state === undefined ? items : items.filter((offer) => offer.state === state)
    return ok({ items: shown, ...(items.length < limit || last === undefined ? {} : { next: last.id }) })
  }

  async setState(request: SetOfferState): Promise<Answer<WireOffer, WriteCode | 'offer_unknown' | 'offer_expired'>> {
    const { actor, ...body } = request
    return runCommand(this.database, commandKey('offer.state', request), async (unit) => {
      const offer = await this.offers.lock(unit, body.id)
      if (offer === undefined) return err('offer_unknown', undefined, 'id')
      const allowed = actsFor(actor, offer.provider)
      if (!allowed.ok) return allowed
      if ((await this.#view(unit, offer)).state === 'expired') return err('offer_expired')
      await this.offers.pause(unit, offer.id, body.state === 'paused')
      const changed = (await this.offers.find(unit, offer.id)) ?? offer
      const { provider, version } = changed
      if (version !== offer.version) await this.#record(unit, { actor, offer: offer.id, provider, action: body.state, version })
      return ok(await this.#view(unit, changed))
    })
  }

  openLiquidity(request: OpenProviderLiquidity): Promise<Answer<WireLiquidity, OpenCode>> {
    return firstAnswer(this.database, commandKey('liquidity.open', request), (key) => this.#openLiquidity(request, key))
  }

  async #openLiquidity(request: OpenProviderLiquidity, key: CommandKey): Promise<Answer<WireLiquidity, OpenCode>> {
    const { actor, provider, owner } = request
    const allowed = actsFor(actor, provider)
    if (!allowed.ok) return allowed
    const ledgers = this.ledgers.all().map(({ name }) => name)
    const unbound = await this.bindings.ownedOnAny(ledgers, { account: owner, party: provider })
    if (unbound !== undefined) return unbound
    const opened = await this.bus.call(custodyOpenLiquidity, { provider, owner })
    if (!opened.ok) return err('ledger_unavailable', `custody: ${opened.code}`)
    // the border: custody answers an account id
    const account = opened.value.account as AccountId
    return runCommand(this.database, key, async (unit) => {
      const kept = await this.offers.liquidity(unit, provider)
      if (kept !== undefined && kept.owner !== owner) return err('account_unbound', 'another owner was named first', 'owner')
      const made = { provider, account, owner: owner as AccountId, ledgers: opened.value.ledgers }
      await this.offers.keepLiquidity(unit, made)
      if (kept === undefined) {
        const at = this.clock.now()
        const detail = { account, owner }
        await appendAudit(unit, { at, actor: actorName(actor), action: 'liquidity.open', subject: provider, detail })
      }
      return ok(made)
    })
  }

  /** Statement, signature, accounts and assets, as far as ledgers and custody must be asked. */
  async #check(
    provider: string,
    signed: SignedStatement,
    statement: OfferStatement,
  ): Promise<Result<{ statement: OfferStatement; liquidity: LiquidityRow; sell: TokenName; buy: TokenName }, OfferCode>> {
    const liquidity = await this.offers.liquidity(this.database.manager, provider)
    if (liquidity === undefined) return err('liquidity_unknown', 'open a liquidity account first')
    const { give, take } = statement
    if (give.account !== liquidity.account || take.account !== liquidity.account) {
      return err('liquidity_unknown', 'the offer names another account than the liquidity account', 'offer')
    }
    if (!this.ledgers.hasChain(give.chain) || !this.ledgers.hasChain(take.chain)) return err('ledger_unknown', undefined, 'offer')
    const sell = { ledger: this.ledgers.ofChain(give.chain).name, asset: give.asset }
    const buy = { ledger: this.ledgers.ofChain(take.chain).name, asset: take.asset }
    if (sell.ledger === buy.ledger && sell.asset === buy.asset) return err('offer_malformed', 'a token for itself')
    const unknown = (await this.bindings.asset(sell)) ?? (await this.bindings.asset(buy))
    if (unknown !== undefined) return unknown
    const isSigned = await this.#isSignedByOwner(liquidity, signed, statement)
    if (!isSigned.ok) return isSigned
    return isSigned.value ? ok({ statement, liquidity, sell, buy }) : err('offer_signature_invalid', undefined, 'offer')
  }

  /** By a current key of the owner's account on the ledger that pays out; one signature must be enough for it there. */
  async #isSignedByOwner(
    liquidity: LiquidityRow,
    signed: SignedStatement,
    statement: OfferStatement,
  ): Promise<Result<boolean, 'ledger_unavailable'>> {
    const hub = await this.#hubId()
    if (hub === undefined) return err('ledger_unavailable', 'custody')
    const isRight = this.verifier.verify(fromHex(signed.signature), offerMessage(hub, statement), fromHex(signed.publicKey))
    if (!isRight) return ok(false)
    const ledger = this.ledgers.ofChain(statement.give.chain).name
    const owner = await this.bus.call(ledgerAccount, { account: liquidity.owner }, { to: ledger })
    if (!owner.ok) return owner.code === 'account_unknown' ? ok(false) : err('ledger_unavailable', ledger)
    const { keys, threshold } = owner.value.current
    return ok(threshold === 1 && keys.includes(signed.publicKey))
  }

  async #hubId(): Promise<string | undefined> {
    if (this.#hub !== undefined) return this.#hub
    const answer = await this.bus.call(custodyAccounts, {})
    if (answer.ok) this.#hub = answer.value.hub
    return this.#hub
  }

  async #record(
    unit: Unit,
    made: { actor: Actor; offer: string; provider: string; action: 'created' | 'active' | 'paused'; version: number },
  ): Promise<void> {
    const { actor, offer, provider, action, version } = made
    const at = this.clock.now()
    await appendAudit(unit, { at, actor: actorName(actor), action: `offer.${action}`, subject: offer, detail: { provider } })
    await this.deals.addEvent(unit, { at, type: `offer.${action}`, subject: offer, version, parties: [provider] })
  }

  async #view(unit: Unit, offer: OfferRow): Promise<WireOffer> {
    const paysOn = this.ledgers.byName(offer.sell.ledger)
    const final = paysOn === undefined ? (0 as Time) : (await this.ledgers.head(unit, paysOn.chain)).time
    return offerView(offer, final, this.terms)
  }
}

interface TokenName {
  readonly ledger: string
  readonly asset: string
}

/**
 * A statement bounds one deal by what the provider takes; prices are made by what it gives. The bounds in units of `sell` that keep every
 * deal inside of the signed ones, whichever way it rounds; `undefined` if nothing lies between them.
 */
export function sellBounds({
  min,
  max,
  numerator,
  denominator,
  inventory,
}: OfferStatement): { min: bigint; max: bigint } | undefined {
  const least = mulDivCeil(min, numerator, denominator)
  const most = mulDivFloor(max, numerator, denominator)
  const bounded = most < inventory ? most : inventory
  return least >= 1n && least <= bounded ? { min: least, max: bounded } : undefined
}

/** `final`: time of the last final block of the ledger it pays out on. */
export function offerView(offer: OfferRow, final: Time, terms: Pick<Terms, 'lowWaterPpm'>): WireOffer {
  const left = leftOf(offer)
  const lowWater = lowWaterOf(offer, terms)
  const state = offer.expiresAt <= final ? 'expired' : left < offer.min ? 'exhausted' : offer.isPaused ? 'paused' : 'active'
  return {
    id: offer.id,
    provider: offer.provider,
    liquidity: offer.liquidity,
    sell: offer.sell,
    buy: offer.buy,
    numerator: offer.numerator.toString(),
    denominator: offer.denominator.toString(),
    min: offer.min.toString(),
    max: offer.max.toString(),
    inventory: offer.inventory.toString(),
    reserved: offer.reserved.toString(),
    used: offer.used.toString(),
    lowWater: lowWater.toString(),
    isLow: left < lowWater,
    expiresAt: offer.expiresAt,
    state,
    createdAt: offer.createdAt,
  }
}
