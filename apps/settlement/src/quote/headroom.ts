// Headroom under an account's limit for a day that firm quotes keep free until the payer's lock is final, from when on the ledger counts it itself. Two
// quotes of a party never promise the same headroom. A reservation counts while its quote is open, or taken by a deal that is not paid yet.
import { assetRulesOf, countsDays } from '@huitong/chain'
import { type Actor, identityParty } from '@huitong/contracts'
import { Bus, row, rows } from '@huitong/platform'
import { type Err, type Result, err, fromHex, ok } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { uuidOf } from '../deal/id.js'
import type { Unit } from '../deal/unit.js'
import { type Ledger, rulebookOf } from '../ledgers/ledgers.js'
import { type BindingCode, Bindings } from '../party/bindings.js'

/** Of whose limit, and where. */
export interface Limited {
  readonly ledger: string
  readonly asset: string
  readonly account: string
}

@Injectable()
export class Headroom {
  constructor(
    private readonly bus: Bus,
    private readonly bindings: Bindings,
  ) {}

  /**
   * The account that will pay, as far as it can be known: the one that was named, or the party's only one on a ledger that limits a day for the
   * asset. `undefined`: no such limit binds, and none was named.
   */
  async payingAccount(asked: {
    readonly payer: string
    readonly actor: Actor
    readonly ledger: Ledger
    readonly asset: string
    readonly named?: string
  }): Promise<Result<string | undefined, BindingCode | 'ledger_unavailable'>> {
    const { payer, actor, ledger, asset, named } = asked
    if (named !== undefined) {
      const fault = await this.bindings.account({ ledger: ledger.name, account: named, party: payer, field: 'giveAccount' })
      return fault ?? ok(named)
    }
    const rules = assetRulesOf(rulebookOf(ledger), asset)
    if (rules === undefined || !countsDays(rules)) return ok(undefined)
    const party = await this.bus.call(identityParty, { id: payer, actor })
    if (!party.ok) return err('ledger_unavailable', 'identity')
    const accounts = party.value.accounts.filter((one) => one.ledger === ledger.name)
    const [only] = accounts
    return only !== undefined && accounts.length === 1 ? ok(only.account) : unnamed(accounts.length)
  }

  /** What quotes keep free of the account's limit now. Under the lock of its party (QuoteStore.countOf), so that nobody reserves beside. */
  async reserved(unit: Unit, { ledger, asset, account }: Limited): Promise<bigint> {
    const found = await row<{ sum: string }>(
      unit,
      `select coalesce(sum(h.amount), 0)::text as sum from quote_headroom h join quote q on q.id = h.quote
       where h.account = $1 and h.ledger = $2 and h.asset = $3 and q.state in ('open', 'taken')`,
      [fromHex(account), ledger, asset],
    )
    return BigInt(found?.sum ?? '0')
  }

  /** Keeps headroom for a new quote; what others of the account no longer need is forgotten. */
  async reserve(
    unit: Unit,
    quote: string,
    { ledger, asset, account, amount }: Limited & { readonly amount: bigint },
  ): Promise<void> {
    await rows(
      unit,
      `delete from quote_headroom h using quote q where q.id = h.quote and h.account = $1 and q.state not in ('open', 'taken')`,
      [fromHex(account)],
    )
    await rows(unit, 'insert into quote_headroom (quote, ledger, asset, account, amount) values ($1, $2, $3, $4, $5)', [
      uuidOf(quote),
      ledger,
      asset,
      fromHex(account),
      amount,
    ])
  }
}

const unnamed = (count: number): Err<BindingCode> =>
  err(
    count === 0 ? 'account_unbound' : 'account_unknown',
    'the ledger limits what an account pays in a day: name the account that will pay',
    'giveAccount',
  )
