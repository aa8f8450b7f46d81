// Offers and the liquidity accounts behind them, in PostgreSQL. Reserved and used inventory change only here, under the offer's row lock.
import type { SignedStatement } from '@huitong/contracts'
import { row, rows } from '@huitong/platform'
import { type AccountId, type Amount, type Time, fromHex, hexOf, invariant, mulDivCeil, sha256, toHex } from '@huitong/primitives'
import { Inject, Injectable } from '@nestjs/common'
import { Alarms } from '../alarm/alarms.js'
import { typedId, uuidOf } from '../deal/id.js'
import type { Unit } from '../deal/unit.js'
import { TERMS, type Terms } from '../terms.js'

export interface TokenRef {
  readonly ledger: string
  readonly asset: string
}

export interface OfferRow {
  readonly id: string
  readonly provider: string
  readonly liquidity: AccountId
  readonly statement: SignedStatement
  readonly sell: TokenRef
  readonly buy: TokenRef
  readonly numerator: bigint
  readonly denominator: bigint
  /** Bounds of one deal, in base units of `sell`. */
  readonly min: Amount
  readonly max: Amount
  /** The signed bounds of one deal, in base units of `buy`: what custody holds leg A to. */
  readonly buyMin: Amount
  readonly buyMax: Amount
  readonly inventory: Amount
  readonly reserved: Amount
  readonly used: Amount
  /** In time of the ledger that pays out. */
  readonly expiresAt: Time
  readonly isPaused: boolean
  readonly version: number
  readonly createdAt: Time
}

export interface LiquidityRow {
  readonly provider: string
  readonly account: AccountId
  readonly owner: AccountId
  readonly ledgers: readonly string[]
}

interface Stored {
  readonly id: string
  readonly provider: string
  readonly liquidity: Uint8Array
  readonly statement: SignedStatement
  readonly sell_ledger: string
  readonly sell_asset: string
  readonly buy_ledger: string
  readonly buy_asset: string
  readonly numerator: string
  readonly denominator: string
  readonly min: string
  readonly max: string
  readonly buy_min: string
  readonly buy_max: string
  readonly inventory: string
  readonly reserved: string
  readonly used: string
  readonly expires_at: string
  readonly paused: boolean
  readonly version: number
  readonly created_at: string
}

export type NewOffer = Omit<OfferRow, 'reserved' | 'used' | 'isPaused' | 'version'>

/** What an offer can still promise. */
export const leftOf = ({ inventory, reserved, used }: Pick<OfferRow, 'inventory' | 'reserved' | 'used'>): Amount =>
  inventory - reserved - used

/** Below this an alarm is raised. */
export const lowWaterOf = ({ inventory }: Pick<OfferRow, 'inventory'>, { lowWaterPpm }: Pick<Terms, 'lowWaterPpm'>): Amount =>
  mulDivCeil(inventory, BigInt(lowWaterPpm), 1_000_000n)

@Injectable()
export class OfferStore {
  constructor(
    private readonly alarms: Alarms,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  /** The id of the offer with these bytes: a statement is one offer, however often it is sent. */
  async ofStatement(unit: Unit, body: string): Promise<string | undefined> {
    const found = await row<{ id: string }>(unit, 'select id from offer where statement_hash = $1', [sha256(fromHex(body))])
    return found === undefined ? undefined : typedId('off', found.id)
  }

  async insert(unit: Unit, offer: NewOffer): Promise<void> {
    await rows(
      unit,
      `insert into offer (id, provider, liquidity, statement, statement_hash, sell_ledger, sell_asset, buy_ledger, buy_asset,
         numerator, denominator, min, max, buy_min, buy_max, inventory, expires_at, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
      [
        uuidOf(offer.id),
        offer.provider,
        fromHex(offer.liquidity),
        JSON.stringify(offer.statement),
        sha256(fromHex(offer.statement.body)),
        offer.sell.ledger,
        offer.sell.asset,
        offer.buy.ledger,
        offer.buy.asset,
        offer.numerator,
        offer.denominator,
        offer.min,
        offer.max,
        offer.buyMin,
        offer.buyMax,
        offer.inventory,
        offer.expiresAt,
        offer.createdAt,
      ],
    )
  }

  async find(unit: Unit, id: string): Promise<OfferRow | undefined> {
    return asOffer(await row<Stored>(unit, 'select * from offer where id = $1', [uuidOf(id)]))
  }

  async lock(unit: Unit, id: string): Promise<OfferRow | undefined> {
    return asOffer(await row<Stored>(unit, 'select * from offer where id = $1 for update', [uuidOf(id)]))
  }

  async page(unit: Unit, page: { readonly after?: string; readonly limit: number }): Promise<readonly OfferRow[]> {
    const found = await rows<Stored>(unit, 'select * from offer where ($1::uuid is null or id < $1) order by id desc limit $2', [
      page.after === undefined ? null : uuidOf(page.after),
      page.limit,
    ])
    return found.map(offerOf)
  }

  /** Offers that pay `sell` for `buy` and have something left. */
  async live(unit: Unit, pair: { readonly sell: TokenRef; readonly buy: TokenRef }): Promise<readonly OfferRow[]> {
    const found = await rows<Stored>(
      unit,
      `select * from offer where sell_ledger = $1 and sell_asset = $2 and buy_ledger = $3 and buy_asset = $4
         and not paused and reserved + used < inventory order by created_at, id limit 500`,
      [pair.sell.ledger, pair.sell.asset, pair.buy.ledger, pair.buy.asset],
    )
    return found.map(offerOf)
  }

  /** Every offer that has something left, for paths through other tokens. */
  async allLive(unit: Unit): Promise<readonly OfferRow[]> {
    const found = await rows<Stored>(
      unit,
      'select * from offer where not paused and reserved + used < inventory order by created_at, id limit 500',
    )
    return found.map(offerOf)
  }

  async pause(unit: Unit, id: string, isPaused: boolean): Promise<void> {
    await rows(unit, 'update offer set paused = $2, version = version + 1 where id = $1 and paused <> $2', [uuidOf(id), isPaused])
  }

  /** Moves inventory between free, reserved and used. The table's own check refuses more than there is. */
  async move(unit: Unit, id: string, by: { readonly reserved: bigint; readonly used: bigint }): Promise<void> {
    const stored = await row<Stored>(
      unit,
      `update offer set reserved = reserved + $2::bigint, used = used + $3::bigint, version = version + 1 where id = $1 returning *`,
      [uuidOf(id), by.reserved, by.used],
    )
    invariant(stored !== undefined, `offer ${id} exists`)
    const offer = offerOf(stored)
    const before = leftOf(offer) + by.reserved + by.used
    const mark = lowWaterOf(offer, this.terms)
    if (leftOf(offer) < mark && before >= mark) await this.#runsDry(unit, offer, mark)
    if (leftOf(offer) >= mark && before < mark) await this.alarms.clear(unit, { kind: 'offer.low_water', subject: id })
  }

  async #runsDry(unit: Unit, offer: OfferRow, mark: Amount): Promise<void> {
    const detail = `${leftOf(offer)} of ${offer.inventory} units of ${offer.sell.asset} are left, fewer than ${mark}`
    await this.alarms.raise(unit, { kind: 'offer.low_water', subject: offer.id, detail, parties: [offer.provider] })
  }

  /** What a liquidity account has promised of an asset and not locked yet, over all its offers. */
  async reservedOf(unit: Unit, liquidity: AccountId, token: TokenRef): Promise<Amount> {
    const found = await row<{ reserved: string | null }>(
      unit,
      'select sum(reserved)::text as reserved from offer where liquidity = $1 and sell_ledger = $2 and sell_asset = $3',
      [fromHex(liquidity), token.ledger, token.asset],
    )
    return BigInt(found?.reserved ?? 0)
  }

  async liquidity(unit: Unit, provider: string): Promise<LiquidityRow | undefined> {
    const found = await row<{ provider: string; account: Uint8Array; owner: Uint8Array; ledgers: string[] }>(
      unit,
      'select provider, account, owner, ledgers from liquidity where provider = $1',
      [provider],
    )
    if (found === undefined) return undefined
    return { ...found, account: hexOf<AccountId>(found.account), owner: hexOf<AccountId>(found.owner) }
  }

  async keepLiquidity(unit: Unit, made: LiquidityRow): Promise<void> {
    await rows(
      unit,
      `insert into liquidity (provider, account, owner, ledgers) values ($1, $2, $3, $4)
       on conflict (provider) do update set ledgers = excluded.ledgers`,
      [made.provider, fromHex(made.account), fromHex(made.owner), made.ledgers],
    )
  }
}

const asOffer = (stored: Stored | undefined): OfferRow | undefined => (stored === undefined ? undefined : offerOf(stored))

function offerOf(stored: Stored): OfferRow {
  return {
    id: typedId('off', stored.id),
    provider: stored.provider,
    liquidity: toHex(new Uint8Array(stored.liquidity)) as AccountId,
    statement: stored.statement,
    sell: { ledger: stored.sell_ledger, asset: stored.sell_asset },
    buy: { ledger: stored.buy_ledger, asset: stored.buy_asset },
    numerator: BigInt(stored.numerator),
    denominator: BigInt(stored.denominator),
    min: BigInt(stored.min),
    max: BigInt(stored.max),
    buyMin: BigInt(stored.buy_min),
    buyMax: BigInt(stored.buy_max),
    inventory: BigInt(stored.inventory),
    reserved: BigInt(stored.reserved),
    used: BigInt(stored.used),
    // the border: written from Times
    expiresAt: Number(stored.expires_at) as Time,
    isPaused: stored.paused,
    version: stored.version,
    createdAt: Number(stored.created_at) as Time,
  }
}
