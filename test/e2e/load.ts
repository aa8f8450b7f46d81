// Orders and conversions one after another on several lanes for as long as a test wants, beside payments that are sent once and not insisted on.
// Remembers what was begun and what the hub said of it, so that a test can hold both against what really happened.
import {
  type Dto,
  type Party,
  type SignedTransaction,
  convert,
  memorySecrets,
  signTransaction,
  systemEntropy,
} from '@huitong/sdk'
import { type Time, toHex } from '@huitong/primitives'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { call } from './call.js'
import type { House } from './house.js'
import { Journal } from './journal.js'
import { POINT, TAEL } from './people.js'
import { finish, milestoneOf, pay } from './purchase.js'

const PRICE = 1_000n
const PURSE = 1_000_000n
const PACE_MS = 60
const PAYMENTS = 10

export class Load {
  readonly journal = new Journal()
  readonly settled: Dto['OrderDto'][] = []
  readonly conversions: Dto['ConversionDto'][] = []
  /** Deals that are under way now. */
  inFlight = 0
  private readonly payments = new Map<string, SignedTransaction>()
  private readonly secrets = memorySecrets()

  private constructor(
    private readonly house: House,
    private readonly stage: Stage,
    private readonly merchant: Party,
    private readonly payer: Party,
    private readonly buyers: readonly Party[],
  ) {}

  static async open(house: House, stage: Stage, lanes: number): Promise<Load> {
    const merchant = await stage.person('merchant', [TAEL])
    const payer = await stage.person('payer', [TAEL])
    const names = Array.from({ length: lanes }, (_, lane) => `buyer ${lane}`)
    const buyers = await Promise.all(names.map((name) => stage.person(name, [TAEL, POINT])))
    for (const { account } of buyers) for (const token of [TAEL, POINT]) await stage.grant(account.id, token, PURSE)
    return new Load(house, stage, merchant, payer, buyers)
  }

  /** Every lane goes on with new deals until `isEnough`, and ends what it has begun. Answers the number of deals. */
  async run(name: string, isEnough: () => boolean): Promise<number> {
    const before = this.settled.length + this.conversions.length
    await Promise.all(
      this.buyers.map(async (buyer, lane) => {
        for (let turn = 0; turn === 0 || !isEnough(); turn++) {
          this.inFlight += 1
          await this.deal(buyer, `${name}-${lane}-${turn}`, lane + turn)
          this.inFlight -= 1
        }
      }),
    )
    return this.settled.length + this.conversions.length - before
  }

  /** Resolves when so many deals are under way. */
  async waitFor(deals: number): Promise<void> {
    while (this.inFlight < deals) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  /** Height of the ledger that everything passes. */
  async height(): Promise<number> {
    const { body } = await call(this.house.url, { path: `/v1/ledgers/${TAEL.ledger}` })
    const { height } = (body['status'] ?? {}) as { height?: number }
    return height ?? 0
  }

  /** In turn: paid in another token (two ledgers, two legs), a conversion, paid in the merchant's token. */
  private async deal(buyer: Party, name: string, kind: number): Promise<void> {
    const { journal, merchant } = this
    if (kind % 3 === 1) return this.conversion(buyer, name)
    const purchase = { name, buyer, merchant, amount: PRICE, ...(kind % 3 === 0 ? { payIn: POINT } : {}) }
    this.settled.push(await finish(journal, await pay(journal, purchase), () => undefined))
  }

  private async conversion(buyer: Party, name: string): Promise<void> {
    const asked = {
      payer: buyer.id,
      give: { ledger: TAEL.ledger, asset: TAEL.asset },
      take: { ledger: POINT.ledger, asset: POINT.asset },
      fixed: 'send',
      amount: `${PRICE}`,
    } as const
    const quote = await this.journal.insist(`quote ${name}`, () => buyer.hub.createQuote(asked, { key: `quote-${name}` }))
    const patience = { deadlineMs: 60_000 }
    const { conversion } = await convert(buyer, quote, { name, secrets: this.secrets, patience })
    this.conversions.push(conversion)
  }

  /** Payments of the payer to the merchant, each of a coin of its own, signed beforehand. */
  async prepare(point: string): Promise<readonly string[]> {
    const ledger = await this.stage.network.ledger(TAEL)
    const pays = (account: Party['account']) => ({ kind: 'account', account: account.id }) as const
    const outputs = Array.from({ length: PAYMENTS }, () => ({
      asset: TAEL.asset,
      amount: 1n,
      condition: pays(this.payer.account),
    }))
    const { coins } = await this.stage.network.issuer(TAEL).issue(ledger, TAEL.asset, outputs)
    const validUntil = ((await ledger.now()) + 10 * 60_000) as Time
    const output = { asset: TAEL.asset, amount: 1n, condition: pays(this.merchant.account) }
    return Promise.all(
      coins.map(async ({ coordinate: coin }, index) => {
        const inputs = [{ coin, path: { kind: 'own' } as const }]
        const reference = toHex(systemEntropy.bytes(8))
        const body = { validUntil, reference, inputs, outputs: [output], operations: [], memo: '' }
        const name = `payment ${point} ${index}`
        this.payments.set(name, await signTransaction(ledger.chain, body, { accounts: [this.payer.account] }))
        return name
      }),
    )
  }

  /** Sends each once and believes what it is told. */
  async sendOnce(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await new Promise((resolve) => setTimeout(resolve, PACE_MS))
      await this.journal.once(name, async () => {
        const body = { transactions: [toHex(this.payments.get(name)?.bytes ?? new Uint8Array())] }
        const path = `/v1/ledgers/${TAEL.ledger}/transactions`
        const as = this.payer.hub.http.options.apiKey
        const answer = await call(this.house.url, { path, as, key: name.replaceAll(' ', '-'), body })
        // 503: nothing was sent on; any other fault leaves it open
        if (answer.status >= 400) return answer.status < 500 || answer.status === 503 ? 'refused' : 'unknown'
        const [item] = answer.body['items'] as { outcome: 'committed' | 'replayed' | 'refused' | 'unknown' }[]
        return item?.outcome === 'refused' ? 'refused' : item?.outcome === 'unknown' ? 'unknown' : 'acknowledged'
      })
    }
  }

  /** What contradicts the journal among the payments whose names begin so. */
  async contradictions(prefix: string): Promise<readonly string[]> {
    const effects = new Map<string, number>()
    for (const [name, { id }] of this.payments) {
      if (!name.startsWith(prefix)) continue
      const { status } = await call(this.house.url, { path: `/v1/ledgers/${TAEL.ledger}/transactions/${id}/receipt` })
      effects.set(name, status === 200 ? 1 : 0)
    }
    return this.journal.contradictions(effects, prefix)
  }

  /** What contradicts the journal among all orders: each acknowledged one exists once, settled for exactly what was agreed. */
  async orderContradictions(): Promise<readonly string[]> {
    const effects = new Map<string, number>()
    const wrong: string[] = []
    let after: string | undefined
    do {
      const query = { limit: 200, ...(after === undefined ? {} : { after }) }
      const page = await this.house.admin.orderPage(query)
      for (const order of page.items) {
        const name = `order ${order.reference}`
        effects.set(name, (effects.get(name) ?? 0) + 1)
        const { state, refunded, remaining, funded } = milestoneOf(order)
        const isRight = state === 'SETTLED' && funded === `${PRICE}` && refunded === '0' && remaining === '0'
        if (!isRight) wrong.push(`${name}: ${state}, funded ${funded}, refunded ${refunded}, remaining ${remaining}`)
      }
      after = page.next
    } while (after !== undefined)
    return [...wrong, ...this.journal.contradictions(effects, 'order ')]
  }

  count = (fate: 'acknowledged' | 'refused' | 'unknown'): number => this.journal.count(fate, 'payment ')
}
