// A hub in memory around custody: simulated ledgers under the real rules, people with keys, and what settlement would send.
import 'reflect-metadata'
import {
  assetRulesOf,
  type ApprovalStatement,
  type DeliveredStatement,
  type OfferStatement,
  type RulingStatement,
  approvalMessage,
  browserVerifier,
  deliveredMessage,
  encodeApproval,
  encodeDelivered,
  encodeOffer,
  encodeRuling,
  offerMessage,
  rulingMessage,
} from '@huitong/chain'
import type { SignedStatement, SignedTransaction } from '@huitong/contracts'
import { Vault } from '@huitong/platform'
import { type AccountId, type AssetCode, type Bytes, type Result, type Time, err, fromHex, ok, toHex } from '@huitong/primitives'
import { type Person, SimLedger, hexSeed, person, seededEntropy, signAs } from '@huitong/testing'
import { Keyring, type ManagedStore } from '../account/keyring.js'
import type { Managed } from '../account/managed.js'
import { Opener } from '../account/opener.js'
import { CustodyService } from '../custody.service.js'
import type { Registry } from '../evidence/registry.js'
import type { Ledgers } from '../ledger/ledgers.js'
import type { Book } from '../signed/book.js'
import { Settler } from '../signed/settler.js'
import { SigningService } from '../signed/signing.service.js'
import { MemoryBook } from './book.memory.js'

export const START = 1_800_000_000_000 as Time
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const HUB = hexSeed('hub')
export const TEA = 'TEA' as AssetCode
export const SILK = 'SILK' as AssetCode
export const PROVIDER = `pty_${'11'.repeat(16)}`
export const BROKER = `pty_${'12'.repeat(16)}`

export const people = {
  issuer: person('issuer'),
  buyer: person('buyer'),
  merchant: person('merchant'),
  provider: person('provider'),
  mallory: person('mallory'),
  carrier: person('carrier'),
  opera: person('operator one'),
  operb: person('operator two'),
  broker: person('broker'),
}

/** The port over simulated ledgers. */
export class SimLedgers implements Ledgers {
  constructor(readonly ledgers: readonly SimLedger[]) {}

  get names(): readonly string[] {
    return this.ledgers.map(({ name }) => name)
  }

  async head(ledger: string) {
    const sim = this.#find(ledger)
    return sim === undefined ? away() : ok({ chain: sim.chain, final: sim.final, now: sim.now })
  }

  async coin(ledger: string, coordinate: string) {
    const sim = this.#find(ledger)
    if (sim === undefined) return away()
    const coin = sim.coins.get(coordinate)
    return ok(coin === undefined ? undefined : { ...coin, ledger, chain: sim.chain })
  }

  async account(ledger: string, account: AccountId) {
    const sim = this.#find(ledger)
    if (sim === undefined) return away()
    const found = sim.state.account(account)
    if (found === undefined) return ok(undefined)
    return ok({ current: found.current, sequence: found.sequence, isRecovering: found.recovery !== undefined })
  }

  async ownCoins(ledger: string, account: AccountId, asset: AssetCode) {
    const sim = this.#find(ledger)
    return sim === undefined ? away() : ok(sim.ownCoins(account, asset))
  }

  async rules(ledger: string, asset: AssetCode) {
    const state = this.#find(ledger)?.state
    if (state === undefined) return away()
    const rules = assetRulesOf(state.rulebook, asset)
    const issuer = state.asset(asset)?.issuer
    return ok(rules === undefined || issuer === undefined ? undefined : { rules, issuer })
  }

  async transaction(ledger: string, id: string) {
    const sim = this.#find(ledger)
    return sim === undefined ? away() : ok(sim.transactions.get(id)?.transaction)
  }

  async submit(ledger: string, transaction: Bytes) {
    const sim = this.#find(ledger)
    const sent = sim?.submit(transaction)
    if (sent === undefined) return { outcome: 'unknown' } as const
    return sent.ok ? ({ outcome: 'committed' } as const) : ({ outcome: 'refused', code: sent.code } as const)
  }

  #find(name: string): SimLedger | undefined {
    return this.ledgers.find((ledger) => ledger.name === name && ledger.isUp)
  }
}

const away = () => err('ledger_unavailable' as const)

/** Settlement's side has no say in who is who. */
export const registry: Registry = {
  hub: async () => ok(HUB),
  operatorOfKey: async (key) => ok([people.opera, people.operb].find(({ publicKey }) => publicKey === key)?.name),
  carrierOfKey: async (key) => ok(key === people.carrier.publicKey ? 'carrier' : undefined),
  isBound: async (_ledger, account, party) =>
    ok((party === PROVIDER && account === people.provider.account) || (party === BROKER && account === people.broker.account)),
}

export class MemoryManaged implements ManagedStore {
  readonly #rows = new Map<string, { readonly managed: Managed; readonly seed: string }>()

  async all() {
    return [...this.#rows.values()].map(({ managed }) => managed)
  }

  async add(managed: Managed, seed: string) {
    this.#rows.set(managed.account, { managed, seed })
    return managed
  }

  async sealedSeed(account: AccountId) {
    return this.#rows.get(account)?.seed
  }
}

export interface World {
  readonly east: SimLedger
  readonly west: SimLedger
  readonly custody: CustodyService
  readonly keyring: Keyring
  readonly book: MemoryBook
  readonly settler: Settler
  readonly liquidity: AccountId
}

/** Custody over two ledgers on which everybody has an account; the provider's liquidity holds 100,000 SILK on the west. */
export async function world(given: { readonly book?: Book; readonly store?: ManagedStore } = {}): Promise<World> {
  const east = new SimLedger('east', START)
  const west = new SimLedger('west', START)
  for (const ledger of [east, west]) ledger.open(...Object.values(people))
  const ledgers = new SimLedgers([east, west])
  const entropy = seededEntropy('custody')
  const memory = new MemoryBook()
  const book = given.book ?? memory
  const keyring = new Keyring(given.store ?? new MemoryManaged(), new Vault('ab'.repeat(32)), entropy)
  await keyring.start()
  const opener = new Opener(ledgers, keyring, entropy)
  await opener.round()
  const settler = new Settler(ledgers, book)
  const clock = { now: () => START }
  let counter = 0
  const newId = () => `00000000-0000-7000-8000-${(counter++).toString(16).padStart(12, '0')}`
  const signing = new SigningService({ ledgers, keyring, book, settler, clock, entropy, newId })
  const verifier = browserVerifier
  const custody = new CustodyService({ ledgers, keyring, registry, verifier, book, signing, opener, clock })
  const opened = await custody.openLiquidity({ provider: PROVIDER, owner: people.provider.account })
  if (!opened.ok) throw new Error(opened.code)
  const liquidity = opened.value.account as AccountId
  west.fund(people.issuer, SILK, liquidity, 100_000n)
  return { east, west, custody, keyring, book: memory, settler, liquidity }
}

const statement = (body: Bytes, who: Person, message: Bytes): SignedStatement => ({
  body: toHex(body),
  publicKey: who.publicKey,
  signature: signAs(who, message),
})

export const signedOffer = (offer: OfferStatement, who: Person = people.provider): SignedStatement =>
  statement(encodeOffer(offer), who, offerMessage(HUB, offer))
export const signedApproval = (approval: ApprovalStatement, who: Person): SignedStatement =>
  statement(encodeApproval(approval), who, approvalMessage(HUB, approval))
export const signedDelivery = (delivered: DeliveredStatement, who: Person = people.carrier): SignedStatement =>
  statement(encodeDelivered(delivered), who, deliveredMessage(delivered))
export const signedRuling = (ruling: RulingStatement, ...who: readonly Person[]): SignedStatement[] =>
  who.map((one) => statement(encodeRuling(ruling), one, rulingMessage(HUB, ruling)))

/** The provider gives 3 SILK on the west for each 2 TEA on the east. */
export function offerOf(world: World, change: Partial<OfferStatement> = {}): OfferStatement {
  return {
    offer: 'aa'.repeat(16),
    give: { chain: world.west.chain, asset: SILK, account: world.liquidity },
    take: { chain: world.east.chain, asset: TEA, account: world.liquidity },
    numerator: 3n,
    denominator: 2n,
    min: 10n,
    max: 10_000n,
    inventory: 50_000n,
    expiry: (START + 24 * HOUR) as Time,
    ...change,
  }
}

/** Sends what custody signed to its ledger; the ledger's own rules have the last word. */
export function submit(world: World, answer: Result<SignedTransaction, string>): string {
  if (!answer.ok) throw new Error(`custody refused: ${answer.code} ${answer.detail ?? ''}`)
  const sim = answer.value.ledger === 'east' ? world.east : world.west
  const sent = sim.submit(fromHex(answer.value.transaction))
  if (!sent.ok) throw new Error(`${sim.name} refuses: ${sent.code}`)
  return sent.id
}
