// The people of a replay: a buyer per order, a merchant per seller, each with keys of its own that derive from the run's seed. Enrols the newcomers
// of a batch together: accounts sixteen to a transaction, funds in one issue per token.
import type { CoinRecord, ProvenTransaction } from '@huitong/chain'
import { type Amount, type AssetCode, type Preimage, type Time, OPERATIONS_MAX, after, hexOf } from '@huitong/primitives'
import { type HubClient, type LedgerClient, type Party, accountCondition, draftOperations, signTransaction } from '@huitong/sdk'
import { Enrolment } from '../network/enrolment.js'
import type { Founded } from '../network/founding.js'
import { POINT, TAEL, type TokenOf } from '../network/tokens.js'
import type { Journal } from './journal.js'
import { inParallel } from './parallel.js'
import type { PlannedOrder, Tender } from './plan.js'

export const TOKEN_OF: Readonly<Record<Tender, TokenOf>> = { cash: TAEL, points: POINT }

/** The moment at which a batch runs, in ledger time, as the hub said it when it moved the clock. */
export interface Moment {
  readonly batch: number
  readonly now: Time
}

/** Half an hour for transactions, half a day for statements. */
export const validUntil = ({ now }: Moment): Time => after(now, 30 * 60_000)
export const lapsesAt = ({ now }: Moment): Time => after(now, 12 * 3_600_000)

interface Newcomer {
  readonly name: string
  readonly party: Party
  readonly tokens: readonly TokenOf[]
}

export class Cast {
  readonly enrolment: Enrolment
  private readonly parties = new Map<string, Promise<Party>>()
  /** What a buyer was given, until it is spent: spares asking the ledger. */
  private readonly purses = new Map<string, CoinRecord[]>()

  constructor(
    private readonly network: Founded,
    seed: Uint8Array,
    private readonly journal: Journal,
    private readonly width: number,
  ) {
    this.enrolment = new Enrolment(network.hub, seed)
  }

  get hub(): HubClient {
    return this.network.hub
  }

  buyer = (order: string): Promise<Party> => this.person(buyerName(order))
  merchant = (seller: string): Promise<Party> => this.person(merchantName(seller))
  code = (order: string, milestone: number): Preimage =>
    hexOf<Preimage>(this.enrolment.secret(`delivery code/${order}/${milestone}`))
  key = (step: string, name: string): string => this.enrolment.keyOf(step, name)

  /** Coins that the buyer was given on a ledger, if this process saw them being given. */
  purse = (order: string, ledger: string): readonly CoinRecord[] | undefined => this.purses.get(`${ledger}/${order}`)

  /** Forgets what an order needs no more. */
  dismiss(order: string): void {
    this.parties.delete(buyerName(order))
    for (const { ledger } of Object.values(TOKEN_OF)) this.purses.delete(`${ledger}/${order}`)
  }

  /** Makes everybody who appears in these orders known, with accounts and with what the buyers will pay. */
  async welcome(orders: readonly PlannedOrder[], at: Moment): Promise<void> {
    const wanted = new Map<string, Set<TokenOf>>()
    const want = (name: string, token: TokenOf): void => void wanted.set(name, (wanted.get(name) ?? new Set()).add(token))
    for (const order of orders) {
      for (const { tender, seller } of order.milestones) {
        want(buyerName(order.id), TOKEN_OF[tender])
        want(merchantName(seller), TAEL)
      }
      const [first] = order.milestones
      if (order.surplus > 0n && first !== undefined) want(merchantName(first.seller), TOKEN_OF[first.tender])
    }
    const missing = [...wanted]
      .map(([name, tokens]) => ({ name, tokens: [...tokens].filter(({ ledger }) => !this.isBound(name, ledger)) }))
      .filter(({ tokens }) => tokens.length > 0)
    const newcomers = await inParallel(missing, this.width, async ({ name, tokens }) => ({
      name,
      tokens,
      party: await this.person(name),
    }))
    for (const token of Object.values(TOKEN_OF)) await this.open(token, newcomers, at)
    for (const tender of ['cash', 'points'] as const) await this.give(tender, orders, at)
  }

  /** Opens the newcomers' accounts on one ledger and binds them. */
  private async open(token: TokenOf, newcomers: readonly Newcomer[], at: Moment): Promise<void> {
    const ledger = await this.network.ledger(token)
    const here = newcomers.filter(({ tokens }) => tokens.includes(token))
    const chunks = Array.from({ length: Math.ceil(here.length / OPERATIONS_MAX) }, (_, index) =>
      here.slice(index * OPERATIONS_MAX, (index + 1) * OPERATIONS_MAX),
    )
    await inParallel(chunks, this.width, (chunk) => this.openTogether(ledger, chunk, at))
    await inParallel(here, this.width, ({ name, party }) =>
      this.journal.step(boundNote(name, token.ledger), () =>
        party.bindOn(ledger, {
          validUntil: lapsesAt(at),
          key: this.key('bind', `${token.ledger}/${name}/${at.now}`),
        }),
      ),
    )
  }

  private async openTogether(ledger: LedgerClient, chunk: readonly Newcomer[], at: Moment): Promise<void> {
    if (chunk.every(({ name }) => this.journal.note(openNote(ledger.name, name)) !== undefined)) return
    const accounts = chunk.map(({ party }) => party.account)
    // nobody is bound before everybody's account is open, so a chunk that is begun again has the same members
    const intent = `open/${accounts.map(({ id }) => id.slice(0, 8)).join('-')}`
    await this.journal.commit(ledger, intent, (reference) => {
      const operations = accounts.map(({ policy }) => ({ kind: 'openAccount', policy }) as const)
      return signTransaction(ledger.chain, draftOperations(operations, { reference, validUntil: validUntil(at) }), { accounts })
    })
    for (const { name } of chunk) this.journal.keep(openNote(ledger.name, name), '1')
  }

  /** One issue for all buyers of a batch who pay in this token. */
  private async give(tender: Tender, orders: readonly PlannedOrder[], at: Moment): Promise<void> {
    const token = TOKEN_OF[tender]
    const payers = orders.map((order) => ({ order: order.id, amount: dueIn(order, tender) })).filter(({ amount }) => amount > 0n)
    if (payers.length === 0) return
    const ledger = await this.network.ledger(token)
    const proof = await this.journal.commit(ledger, `give/${at.batch}`, async (reference) => {
      const outputs = await Promise.all(
        payers.map(async ({ order, amount }) => ({
          asset: token.asset,
          amount,
          condition: accountCondition((await this.buyer(order)).account.id),
        })),
      )
      return this.network.issuer(token).signIssue(ledger, token.asset, outputs, { reference, validUntil: validUntil(at) })
    })
    for (const { order } of payers) {
      const own = coinsOf(proof, (await this.buyer(order)).account.id, token.asset)
      this.purses.set(`${token.ledger}/${order}`, own)
    }
  }

  private person(name: string): Promise<Party> {
    const known = this.parties.get(name)
    if (known !== undefined) return known
    const party = this.enrolment.party(name, { ledgers: [] }).then((enrolled) => enrolled.party)
    this.parties.set(name, party)
    party.catch(() => this.parties.delete(name))
    return party
  }

  private isBound = (name: string, ledger: string): boolean => this.journal.note(boundNote(name, ledger)) !== undefined
}

/** What an order's buyer pays in a token, a surplus included. */
export function dueIn(order: PlannedOrder, tender: Tender): Amount {
  const surplus = order.milestones[0]?.tender === tender ? order.surplus : 0n
  return order.milestones.filter((one) => one.tender === tender).reduce((sum, { amount }) => sum + amount, surplus)
}

const buyerName = (order: string): string => `buyer of ${order}`
const merchantName = (seller: string): string => `seller ${seller}`
const openNote = (ledger: string, name: string): string => `open/${ledger}/${name}`
const boundNote = (name: string, ledger: string): string => `bound/${ledger}/${name}`

const coinsOf = (proof: ProvenTransaction, account: string, asset: AssetCode): CoinRecord[] =>
  proof.coins.filter(
    ({ condition, asset: held }) => held === asset && condition.kind === 'account' && condition.account === account,
  )
