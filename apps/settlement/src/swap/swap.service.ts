// Swaps between two parties: proposed, accepted, called off here; locked and revealed on the ledgers; finished by the watchtower.
import type { AcceptSwap, Answer, CancelSwap, CreateSwap, Page, WireSwap, ById, DealById } from '@huitong/contracts'
import { runCommand, type CommandKey, firstAnswer } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Err,
  type HashLock,
  type Result,
  err,
  never,
  ok,
  parseAmount,
} from '@huitong/primitives'
import { type SwapCode, type SwapState, createSwap as proposeSwap } from '@huitong/protocol'
import { Inject, Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actorName, actsFor, listedParty, maySee } from '../access/access.js'
import { DealService } from '../deal/deal.service.js'
import { DealStore } from '../deal/deal.store.js'
import { newId } from '../deal/id.js'
import type { Deal } from '../deal/kind.js'
import type { Unit } from '../deal/unit.js'
import { Ledgers } from '../ledgers/ledgers.js'
import { Bindings } from '../party/bindings.js'
import { lockVerdicts } from '../quote/price.js'
import { TERMS, type Terms } from '../terms.js'
import { NOT_YET_KNOWN, swapKind } from './swap.kind.js'
import { swapTimes } from './swap.terms.js'
import { swapView } from './swap.view.js'
import { commandKey } from '../deal/command-key.js'

/** Codes that a swap's own rules give, beside those of any write. */
export type SwapRefusal =
  | 'swap_unknown'
  | 'party_unknown'
  | 'self_trade'
  | 'hash_reused'
  | 'account_unbound'
  | 'account_unknown'
  | 'asset_unknown'
  | 'amount_out_of_range'
  | 'not_compliant'
  | 'wrong_state'
  | 'version_stale'
  | 'too_late'
  | 'forbidden'
  | 'ledger_unavailable'
  | 'ledger_unknown'
  | 'clock_behind'
  | 'idempotency_key_reused'
  | 'in_flight'

@Injectable()
export class SwapService {
  constructor(
    private readonly deals: DealService,
    private readonly store: DealStore,
    private readonly ledgers: Ledgers,
    private readonly bindings: Bindings,
    private readonly database: DataSource,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  create(request: CreateSwap): Promise<Answer<WireSwap, SwapRefusal>> {
    return firstAnswer(this.database, commandKey('swap.create', request), (key) => this.#create(request, key))
  }

  async #create(request: CreateSwap, key: CommandKey): Promise<Answer<WireSwap, SwapRefusal>> {
    const { actor, ...body } = request
    const { initiator, counterparty, give, take } = body
    const allowed = actsFor(actor, initiator)
    if (!allowed.ok) return allowed
    if (initiator === counterparty) return err('self_trade', undefined, 'counterparty')
    const a = this.ledgers.open(give.ledger)
    if (!a.ok) return a
    const b = this.ledgers.open(take.ledger)
    if (!b.ok) return b
    const ready = await firstOf([
      this.bindings.asset(give),
      this.bindings.asset(take),
      this.bindings.party(counterparty, actor, 'counterparty'),
      this.bindings.account({ ledger: give.ledger, account: body.giveAccount, party: initiator, field: 'giveAccount' }),
      this.bindings.account({ ledger: take.ledger, account: body.takeAccount, party: initiator, field: 'takeAccount' }),
    ])
    if (ready !== undefined) return ready
    const amounts = amountsOf(body, this.terms)
    if (!amounts.ok) return amounts
    const forbidden = await this.bindings.compliance([
      { ledger: a.value, asset: give.asset, amount: amounts.value.give, payer: body.giveAccount, named: [] },
      { ledger: b.value, asset: take.asset, amount: amounts.value.take, named: [body.takeAccount] },
    ])
    if (forbidden !== undefined) return forbidden
    return runCommand(this.database, key, async (unit) => {
      const env = await this.ledgers.env(unit)
      const chains = { a: a.value.chain, b: b.value.chain, acceptWithinMs: body.acceptWithinMs ?? this.terms.acceptMs }
      const times = swapTimes(env, this.terms, chains)
      const failed = lockVerdicts(env, [
        { ledger: a.value, expiry: times.expiryA },
        { ledger: b.value, expiry: times.expiryB },
      ]).find(({ verdict }) => verdict === 'fail')
      if (failed !== undefined) return err('not_compliant', `${failed.ledger}: ${failed.parameter}: ${failed.reason}`)
      const id = newId(swapKind.prefix)
      const made = proposeSwap(
        {
          id,
          initiator,
          responder: counterparty,
          hash: body.hash as HashLock,
          acceptBy: times.acceptBy,
          lockABy: times.lockABy,
          lockBBy: times.lockBBy,
          a: {
            chain: a.value.chain,
            asset: give.asset as AssetCode,
            amount: amounts.value.give,
            claimant: NOT_YET_KNOWN,
            refundee: body.giveAccount as AccountId,
            expiry: times.expiryA,
          },
          b: {
            chain: b.value.chain,
            asset: take.asset as AssetCode,
            amount: amounts.value.take,
            claimant: body.takeAccount as AccountId,
            refundee: NOT_YET_KNOWN,
            expiry: times.expiryB,
          },
        },
        env,
      )
      if (!made.ok) return err(refusalOf(made.code), made.detail)
      const { state, effects } = made.value
      const by = { actor: actorName(actor), event: 'create' }
      const deal = await this.deals.create(unit, swapKind, { id, state, effects, by })
      return deal.ok ? ok(this.#view(deal.value, request)) : deal
    })
  }

  accept(request: AcceptSwap): Promise<Answer<WireSwap, SwapRefusal>> {
    return firstAnswer(this.database, commandKey('swap.accept', request), (key) => this.#accept(request, key))
  }

  async #accept(request: AcceptSwap, key: CommandKey): Promise<Answer<WireSwap, SwapRefusal>> {
    const { actor, ...body } = request
    const found = await this.#seen(request)
    if (!found.ok) return found
    const { terms } = found.value.state
    const allowed = actsFor(actor, terms.responder)
    if (!allowed.ok) return allowed
    const [a, b] = [this.ledgers.ofChain(terms.a.chain).name, this.ledgers.ofChain(terms.b.chain).name]
    for (const name of [a, b]) {
      const open = this.ledgers.open(name)
      if (!open.ok) return open
    }
    const leg = ({ chain, asset, amount }: typeof terms.a) => ({ ledger: this.ledgers.ofChain(chain), asset, amount })
    const refused = await firstOf([
      this.bindings.account({ ledger: b, account: body.giveAccount, party: terms.responder, field: 'giveAccount' }),
      this.bindings.account({ ledger: a, account: body.takeAccount, party: terms.responder, field: 'takeAccount' }),
      this.bindings.compliance([
        { ...leg(terms.a), payer: terms.a.refundee, named: [body.takeAccount] },
        { ...leg(terms.b), payer: body.giveAccount, named: [terms.b.claimant] },
      ]),
    ])
    if (refused !== undefined) return refused
    const event = {
      kind: 'acceptWith',
      by: terms.responder,
      claimantA: body.takeAccount as AccountId,
      refundeeB: body.giveAccount as AccountId,
    } as const
    return runCommand(this.database, key, (unit) => this.#apply(unit, request, event))
  }

  async cancel(request: CancelSwap): Promise<Answer<WireSwap, SwapRefusal>> {
    const { actor } = request
    const found = await this.#seen(request)
    if (!found.ok) return found
    const { initiator, responder } = found.value.state.terms
    const by = [initiator, responder].find((party) => actsFor(actor, party).ok)
    if (by === undefined) return err('forbidden')
    return runCommand(this.database, commandKey('swap.cancel', request), (unit) =>
      this.#apply(unit, request, { kind: 'cancel', by }),
    )
  }

  async get(request: DealById): Promise<Answer<WireSwap, SwapRefusal>> {
    const deal = await this.deals.newest(this.database.manager, swapKind, request)
    return deal === undefined ? err('swap_unknown', undefined, 'id') : ok(this.#view(deal, request))
  }

  async list(page: Page): Promise<Answer<{ readonly items: readonly WireSwap[]; readonly next?: string }, never>> {
    const { limit, after, state, actor } = page
    const found = await this.store.page(this.database.manager, {
      kind: swapKind.kind,
      limit,
      ...(after === undefined ? {} : { after }),
      ...(state === undefined ? {} : { state }),
      ...listedParty(actor),
    })
    const items = found.map((row) => this.#view(this.deals.read(swapKind, row), page))
    const last = items.at(-1)
    return ok({ items, ...(items.length < limit || last === undefined ? {} : { next: last.id }) })
  }

  async #apply(
    unit: Unit,
    request: AcceptSwap | CancelSwap,
    event: Parameters<typeof swapKind.decide>[1],
  ): Promise<Result<WireSwap, SwapRefusal>> {
    const by = { actor: actorName(request.actor), event: event.kind }
    const { id, version } = request
    const applied = await this.deals.apply(unit, swapKind, { id, version, event, by })
    // the border: apply answers this machine's codes and the store's
    if (!applied.ok) return err(refusalOf(applied.code as SwapCode | StoreCode), applied.detail, applied.field)
    return ok(this.#view(applied.value, request))
  }

  async #seen(request: { readonly id: string; readonly actor: ById['actor'] }): Promise<Result<Deal<SwapState>, 'swap_unknown'>> {
    const deal = await this.deals.find(this.database.manager, swapKind, request.id)
    return deal !== undefined && maySee(request.actor, deal.parties) ? ok(deal) : err('swap_unknown', undefined, 'id')
  }

  #view(deal: Deal<SwapState>, { actor }: { readonly actor: ById['actor'] }): WireSwap {
    return swapView(this.ledgers, { deal, coins: deal.coins(), actor, env: deal.env })
  }
}

/** Asks all at once; the first refusal in their order is the answer. */
async function firstOf(checks: readonly Promise<Err<SwapRefusal> | undefined>[]): Promise<Err<SwapRefusal> | undefined> {
  return (await Promise.all(checks)).find((refusal) => refusal !== undefined)
}

function amountsOf(
  body: { readonly giveAmount: string; readonly takeAmount: string },
  { lockMinUnits }: Terms,
): Result<{ give: bigint; take: bigint }, 'amount_out_of_range'> {
  const least = BigInt(lockMinUnits)
  const give = parseAmount(body.giveAmount)
  if (!give.ok || give.value < least) return err('amount_out_of_range', undefined, 'giveAmount')
  const take = parseAmount(body.takeAmount)
  if (!take.ok || take.value < least) return err('amount_out_of_range', undefined, 'takeAmount')
  return ok({ give: give.value, take: take.value })
}

type StoreCode = 'hash_reused' | 'swap_unknown' | 'version_stale'

function refusalOf(code: SwapCode | StoreCode): SwapRefusal {
  switch (code) {
    case 'swap_terms_invalid':
      return 'amount_out_of_range'
    case 'swap_timeouts_too_tight':
    case 'swap_accept_too_late':
    case 'swap_reveal_too_late':
      return 'too_late'
    case 'swap_wrong_party':
      return 'forbidden'
    case 'swap_wrong_state':
    case 'swap_preimage_wrong':
    case 'swap_not_locked':
      return 'wrong_state'
    case 'hash_reused':
    case 'swap_unknown':
    case 'version_stale':
      return code
    default:
      return never(code)
  }
}
