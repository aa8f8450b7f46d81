// The hub's HTTP interface, one method per call, typed by its OpenAPI document. Adds nothing but types, pins and idempotency keys.
import { type Genesis, browserVerifier, chainIdOf, decodeGenesis } from '@huitong/chain'
import { type ChainId, type Time, type Verifier, utf8 } from '@huitong/primitives'
import { type Exchange, HttpClient, HubError, type HubOptions } from './http.js'
import { LedgerClient } from './ledger-client.js'
import { Unproven } from './unproven.js'
import type { components } from './openapi.js'

export type Dto = components['schemas']

/** Remembers which genesis a ledger's name stands for. What is pinned once is never replaced by what the hub says. */
export interface Pins {
  get(ledger: string): ChainId | undefined
  set(ledger: string, chain: ChainId): void
}

/** Pins for as long as the program runs: the first genesis seen of a ledger is believed. */
export function memoryPins(known: Readonly<Record<string, ChainId>> = {}): Pins {
  const pins = new Map<string, ChainId>(Object.entries(known))
  return { get: (ledger) => pins.get(ledger), set: (ledger, chain) => void pins.set(ledger, chain) }
}

export interface ClientOptions extends HubOptions {
  readonly pins?: Pins
  readonly verifier?: Verifier
}

/** How a write is identified; the same intent always carries the same key. Made up where absent. */
export interface Intent {
  readonly key?: string
}

interface Shared {
  readonly ledgers: Map<string, LedgerClient>
  hub?: string
  terms?: { readonly terms: Dto['HubDto']['terms']; readonly until: number }
}

/** How long the hub's margins are believed: they only change when it is started with others. */
const TERMS_MS = 10_000

export class HubClient {
  readonly http: HttpClient
  private readonly pins: Pins
  private readonly verifier: Verifier

  constructor(
    private readonly options: ClientOptions,
    /** Shared by all clients of one hub that come from one another. */
    private readonly known: Shared = { ledgers: new Map() },
  ) {
    this.http = new HttpClient(options)
    this.pins = options.pins ?? memoryPins()
    this.verifier = options.verifier ?? browserVerifier
  }

  /** The same hub with another party's key. */
  as(apiKey: string): HubClient {
    return new HubClient({ ...this.options, apiKey, pins: this.pins }, this.known)
  }

  /** A ledger whose genesis is pinned (on first sight, if it was not before); throws {@link Unproven} if the hub shows another one. */
  async ledger(name: string): Promise<LedgerClient> {
    const known = this.known.ledgers.get(name)
    if (known !== undefined) return known
    const said = await this.get<Dto['LedgerDto']>(`/ledgers/${name}`)
    if (said.genesis === undefined) throw new HubError('ledger_unavailable', 503, name)
    const genesis = genesisOf(said.genesis, name)
    const chain = chainIdOf(genesis)
    const pinned = this.pins.get(name)
    if (pinned !== undefined && pinned !== chain) throw new Unproven('genesis_mismatch', `${name} is pinned to ${pinned}`)
    if (pinned === undefined) this.pins.set(name, chain)
    const ledger = new LedgerClient(this.http, name, genesis, chain, this.verifier)
    this.known.ledgers.set(name, ledger)
    return ledger
  }

  /** The hub's name in what is signed for it. It never changes, so it is asked for once. */
  async identity(): Promise<string> {
    this.known.hub ??= (await this.hub()).hub
    return this.known.hub
  }

  /** The hub's margins, as it told them in the last seconds. */
  async terms(): Promise<Dto['HubDto']['terms']> {
    const { known, http } = this
    if (known.terms !== undefined && http.clock.now() < known.terms.until) return known.terms.terms
    const { terms } = await this.hub()
    known.terms = { terms, until: http.clock.now() + TERMS_MS }
    return terms
  }

  /** A ledger that was opened before, by its chain. */
  openedLedger(chain: ChainId): LedgerClient | undefined {
    return [...this.known.ledgers.values()].find((ledger) => ledger.chain === chain)
  }

  async ledgerNames(): Promise<readonly string[]> {
    return (await this.get<Dto['LedgerListDto']>('/ledgers')).items.map(({ ledger }) => ledger)
  }

  listLedgers = (): Promise<Dto['LedgerListDto']> => this.get('/ledgers')
  hub = (): Promise<Dto['HubDto']> => this.get('/hub')

  /** Sandbox only: moves every ledger's clock, and the hub's, to `to` or leaves it where it is if that is past. */
  advanceClock = (to: Time): Promise<Dto['ClockDto']> => this.post('/sandbox/clock', { to: iso(to) }, { key: `clock-${to}` })

  /** What time it is on every ledger. */
  clock = (): Promise<Dto['ClockDto']> => this.get('/sandbox/clock')

  createParty = (body: Dto['CreatePartyDto'], intent: Intent = {}): Promise<Dto['PartyDto']> =>
    this.post('/parties', body, intent)
  party = (id: string): Promise<Dto['PartyDto']> => this.get(`/parties/${id}`)
  bindAccount = (party: string, body: Dto['BindAccountDto'], intent: Intent = {}): Promise<Dto['PartyDto']> =>
    this.post(`/parties/${party}/accounts`, body, intent)
  registerCarrier = (body: Dto['RegisterCarrierDto'], intent: Intent = {}): Promise<Dto['CarrierDto']> =>
    this.post('/carriers', body, intent)
  registerOperator = (body: Dto['RegisterOperatorDto'], intent: Intent = {}): Promise<Dto['OperatorDto']> =>
    this.post('/operators', body, intent)
  createApiKey = (body: Dto['CreateApiKeyDto'], intent: Intent = {}): Promise<Dto['ApiKeyDto']> =>
    this.post('/api-keys', body, intent)

  openLiquidity = (body: Dto['OpenLiquidityDto'], intent: Intent = {}): Promise<Dto['LiquidityDto']> =>
    this.post('/liquidity', body, intent)
  createOffer = (body: Dto['CreateOfferDto'], intent: Intent = {}): Promise<Dto['OfferDto']> => this.post('/offers', body, intent)
  offers = (): Promise<Dto['OfferPageDto']> => this.get('/offers')
  createQuote = (body: Dto['CreateQuoteDto'], intent: Intent = {}): Promise<Dto['QuoteDto']> => this.post('/quotes', body, intent)

  createConversion = (body: Dto['CreateConversionDto'], intent: Intent = {}): Promise<Dto['ConversionDto']> =>
    this.post('/conversions', body, intent)
  /** With a version that is known already: the next one that is in none of the states `passing`, as soon as it is there. */
  conversion = (id: string, known?: Known, passing?: readonly string[]): Promise<Dto['ConversionDto']> =>
    this.get(`/conversions/${id}`, newerThan(known, passing))
  conversions = (): Promise<Dto['ConversionPageDto']> => this.get('/conversions')

  createSwap = (body: Dto['CreateSwapDto'], intent: Intent = {}): Promise<Dto['SwapDto']> => this.post('/swaps', body, intent)
  acceptSwap = (id: string, body: Dto['AcceptSwapDto'], intent: Intent = {}): Promise<Dto['SwapDto']> =>
    this.post(`/swaps/${id}/accept`, body, intent)
  cancelSwap = (id: string, intent: Intent = {}): Promise<Dto['SwapDto']> => this.post(`/swaps/${id}/cancel`, {}, intent)
  /** With a version that is known already: the next one that is in none of the states `passing`, as soon as it is there. */
  swap = (id: string, known?: Known, passing?: readonly string[]): Promise<Dto['SwapDto']> =>
    this.get(`/swaps/${id}`, newerThan(known, passing))
  swaps = (): Promise<Dto['SwapPageDto']> => this.get('/swaps')

  createOrder = (body: Dto['CreateOrderDto'], intent: Intent = {}): Promise<Dto['OrderDto']> => this.post('/orders', body, intent)
  /** With a version that is known already: the next one, which the hub answers as soon as it is there (or, after a while, the same again). */
  order = (id: string, known?: Known): Promise<Dto['OrderDto']> => this.get(`/orders/${id}`, newerThan(known))
  orders = (): Promise<Dto['OrderPageDto']> => this.get('/orders')
  agreeOrder = (id: string, body: Dto['AgreeOrderDto'], intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/agree`, body, intent)
  shipOrder = (id: string, body: Dto['ShipOrderDto'], intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/ship`, body, intent)
  deliveredOrder = (id: string, body: Dto['DeliveredOrderDto'], intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/delivered`, body, intent)
  splitOrder = (id: string, body: Dto['SplitOrderDto'], intent: Intent = {}): Promise<Dto['SplitDto']> =>
    this.post(`/orders/${id}/split`, body, intent)
  cancelOrder = (id: string, body: Dto['CancelOrderDto'] = {}, intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/cancel`, body, intent)

  decidePayment = (id: string, body: Dto['DecidePaymentDto'], intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/payments`, body, intent)
  acceptOrder = (id: string, body: Dto['AcceptOrderDto'], intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/accept`, body, intent)
  rejectOrder = (id: string, body: Dto['RejectOrderDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/orders/${id}/reject`, body, intent)
  requestRefund = (id: string, body: Dto['RequestRefundDto'], intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/refunds`, body, intent)
  answerRefund = (id: string, refund: string, body: Dto['AnswerRefundDto'], intent: Intent = {}): Promise<Dto['OrderDto']> =>
    this.post(`/orders/${id}/refunds/${refund}/answer`, body, intent)

  openDispute = (body: Dto['OpenDisputeDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post('/disputes', body, intent)
  dispute = (id: string, known?: Known): Promise<Dto['DisputeDto']> => this.get(`/disputes/${id}`, newerThan(known))
  disputes = (): Promise<Dto['DisputePageDto']> => this.get('/disputes')
  sayInDispute = (id: string, body: Dto['SayInDisputeDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/disputes/${id}/messages`, body, intent)
  offerInDispute = (id: string, body: Dto['OfferInDisputeDto'], intent: Intent = {}): Promise<Dto['OfferDraftDto']> =>
    this.post(`/disputes/${id}/offers`, body, intent)
  answerOffer = (id: string, offer: string, body: Dto['AnswerOfferDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/disputes/${id}/offers/${offer}/answer`, body, intent)
  appealRuling = (id: string, body: Dto['AppealRulingDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/disputes/${id}/appeals`, body, intent)
  acceptRuling = (id: string, body: Dto['AcceptRulingDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/disputes/${id}/acceptances`, body, intent)
  stepReturn = (id: string, body: Dto['StepReturnDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/disputes/${id}/return`, body, intent)
  /** Hands a file in as it is. */
  addEvidence = (
    id: string,
    file: { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array },
    intent: Intent = {},
  ): Promise<Dto['DisputeDto']> => {
    const { name, ...bytes } = file
    const exchange: Exchange = { method: 'POST', path: `/v1/disputes/${id}/evidence`, query: { name }, file: bytes }
    return this.http.send(intent.key === undefined ? exchange : { ...exchange, idempotencyKey: intent.key })
  }
  /** The bytes of a file; nothing is checked here (see readEvidence). */
  evidence = (id: string, evidence: string): Promise<Uint8Array> =>
    this.http.send({ method: 'GET', path: `/v1/disputes/${id}/evidence/${evidence}`, answer: 'bytes' })

  ruleDispute = (id: string, body: Dto['RuleDisputeDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/disputes/${id}/rulings`, body, intent)
  signRuling = (id: string, body: Dto['SignRulingDto'], intent: Intent = {}): Promise<Dto['DisputeDto']> =>
    this.post(`/disputes/${id}/signatures`, body, intent)

  openRecovery = (body: Dto['OpenRecoveryDto'], intent: Intent = {}): Promise<Dto['RecoveryDto']> =>
    this.post('/recoveries', body, intent)
  approveRecovery = (id: string, body: Dto['ApproveRecoveryDto'], intent: Intent = {}): Promise<Dto['RecoveryDto']> =>
    this.post(`/recoveries/${id}/approvals`, body, intent)
  recovery = (id: string): Promise<Dto['RecoveryDto']> => this.get(`/recoveries/${id}`)

  /** The offer taken from or put back on the market; deals under way go on. */
  setOfferState = (id: string, body: Dto['SetOfferStateDto'], intent: Intent = {}): Promise<Dto['OfferDto']> =>
    this.post(`/offers/${id}/state`, body, intent)
  quote = (id: string): Promise<Dto['QuoteDto']> => this.get(`/quotes/${id}`)
  revokeApiKey = (id: string): Promise<Dto['ApiKeyDto']> =>
    this.http.send({ method: 'DELETE', path: `/v1/api-keys/${id}`, idempotencyKey: `revoke-${id}` })
  /** Orders, newest first, page by page. */
  orderPage = (query: { state?: string; after?: string; limit?: number }): Promise<Dto['OrderPageDto']> =>
    this.get('/orders', query)

  reserves = (): Promise<Dto['ReserveListDto']> => this.get('/reserves')
  /** Every invariant, checked now by the auditor; `full` from the beginning of every ledger. */
  invariants = (full: boolean): Promise<Dto['InvariantListDto']> => this.get('/audit/invariants', { full: String(full) })

  private get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    return this.http.send<T>({ method: 'GET', path: `/v1${path}`, query })
  }

  private post<T>(path: string, body: unknown, intent: Intent): Promise<T> {
    const exchange: Exchange = { method: 'POST', path: `/v1${path}`, body }
    return this.http.send<T>(intent.key === undefined ? exchange : { ...exchange, idempotencyKey: intent.key })
  }
}

function genesisOf(text: string, ledger: string): Genesis {
  const genesis = decodeGenesis(utf8(text))
  if (!genesis.ok) throw new Unproven(genesis.code, ledger)
  return genesis.value
}

/** A deal as it was seen last. */
export type Known = { readonly version: number } | undefined

const newerThan = (known: Known, passing?: readonly string[]): Readonly<Record<string, string | number | undefined>> => ({
  newerThan: known?.version,
  ...(known === undefined || passing === undefined ? {} : { passing: passing.join(',') }),
})

/** RFC 3339 in UTC, as the hub's HTTP interface speaks of time. */
export const iso = (time: Time): string => new Date(time).toISOString()
