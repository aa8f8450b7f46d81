// The ledgers of this hub: names, pinned genesis documents, how far we have read them, how fast they are. Never believes a ledger that has
// become another one.
import { type Genesis, type Rulebook, chainIdOf, decodeGenesis, decodeRulebook, genesisHead } from '@huitong/chain'
import { ledgerGenesis, ledgerRulebook, ledgerStatus } from '@huitong/contracts'
import { Bus, faultFields, log, rows } from '@huitong/platform'
import {
  BLOCK_AHEAD_MAX_MS,
  type BlockHash,
  type ChainId,
  type Result,
  type Time,
  err,
  expectOk,
  fromHex,
  hexOf,
  invariant,
  ok,
  utf8,
} from '@huitong/primitives'
import type { Env, LedgerClock } from '@huitong/protocol'
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { HubClock } from '../clock/hub-clock.js'
import type { Unit } from '../deal/unit.js'
import { LEDGER_NAMES, TERMS, type Terms } from '../terms.js'
import { type LaneFault, LaneHealth } from './lane-health.js'

export interface Ledger {
  readonly name: string
  readonly chain: ChainId
  readonly genesis: Genesis
  /** The version in force as last heard, where it is no longer the genesis's. */
  readonly rulebook?: Rulebook
}

/** The rulebook in force, as far as it is known here; the ledger itself has the last word. */
export const rulebookOf = ({ genesis, rulebook }: Pick<Ledger, 'genesis' | 'rulebook'>): Rulebook => rulebook ?? genesis.rulebook

/** How far our watcher has read a ledger. */
export interface LedgerHead {
  readonly height: number
  readonly hash: BlockHash
  readonly time: Time
}

export type LedgerCode = 'ledger_unknown' | 'ledger_unavailable' | 'clock_behind'

/** The shortest finality we count with: a measured 3 ms would leave no room for one slow disk. */
const FINALITY_LEAST_MS = 1_000
const RETRY_MS = 500

@Injectable()
export class Ledgers implements OnModuleInit {
  readonly #byName = new Map<string, Ledger>()
  readonly #byChain = new Map<ChainId, Ledger>()
  readonly #finalityMs = new Map<ChainId, number>()
  readonly #health = new Map<ChainId, LaneHealth>()
  #isRunning = true

  constructor(
    private readonly bus: Bus,
    private readonly database: DataSource,
    private readonly clock: HubClock,
    @Inject(LEDGER_NAMES) private readonly names: readonly string[],
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  /** What is pinned is known before the first request comes and before anything owed is performed: a restart finds deals on these ledgers. */
  async onModuleInit(): Promise<void> {
    const pinned = await rows<{ name: string; genesis: string }>(this.database.manager, 'select name, genesis from ledger')
    for (const { name, genesis } of pinned) if (this.names.includes(name)) this.#keep(name, genesis)
  }

  /** Asks each ledger that is not pinned yet, until it answers. `found` is called once for each ledger, in any order. */
  start(found: (ledger: Ledger) => void): void {
    for (const name of this.names) {
      const ledger = this.#byName.get(name)
      if (ledger === undefined) void this.#pinWhenThere(name, found)
      else found(ledger)
    }
  }

  stop(): void {
    this.#isRunning = false
  }

  all(): readonly Ledger[] {
    return [...this.#byName.values()]
  }

  byName(name: string): Ledger | undefined {
    return this.#byName.get(name)
  }

  /** The ledger of a chain that a stored deal names; that it is known is an invariant of the storage. */
  ofChain(chain: ChainId): Ledger {
    const ledger = this.#byChain.get(chain)
    invariant(ledger !== undefined, `no ledger of this hub has chain ${chain}`)
    return ledger
  }

  hasChain(chain: ChainId): boolean {
    return this.#byChain.has(chain)
  }

  /**
   * A ledger that may take new locks. `ledger_unavailable`: silent, stalled or contradicting itself; `clock_behind`: its clock and ours
   * disagree, one of the two is wrong. Deals that exist go on in any case.
   */
  open(name: string): Result<Ledger, LedgerCode> {
    const ledger = this.#byName.get(name)
    if (ledger === undefined) return this.names.includes(name) ? err('ledger_unavailable', name) : err('ledger_unknown', name)
    const fault = this.fault(ledger.chain)
    if (fault === undefined) return ok(ledger)
    const isClock = fault === 'ahead' || fault === 'skewed'
    return err(isClock ? 'clock_behind' : 'ledger_unavailable', `${name} is ${fault}`)
  }

  /** Why a ledger takes no new deals now, if it does not. */
  fault(chain: ChainId): LaneFault | undefined {
    return this.#healthOf(chain).fault()
  }

  /** The watcher read the ledger up to a block of this time just now. */
  heard(chain: ChainId, final: Time): void {
    this.#healthOf(chain).heard(final, this.clock.now())
  }

  /** The ledger offered blocks that cannot follow those we have read. */
  contradicted(chain: ChainId): void {
    this.#healthOf(chain).contradicted()
  }

  /** True if a block of this time must not be taken yet: it is too far ahead of our clock. Remembered until a block fits again. */
  isAhead(chain: ChainId, time: Time): boolean {
    const isAhead = time > this.clock.now() + BLOCK_AHEAD_MAX_MS
    if (isAhead && this.fault(chain) !== 'ahead') log.warn('ledger.ahead', { chain, time, now: this.clock.now() })
    this.#healthOf(chain).ahead(isAhead)
    return isAhead
  }

  #healthOf(chain: ChainId): LaneHealth {
    const known = this.#health.get(chain)
    if (known !== undefined) return known
    const made = new LaneHealth(this.terms.skewMs, () => performance.now())
    this.#health.set(chain, made)
    return made
  }

  /** What machines may know of all ledgers, as of the caller's unit of work. */
  async env(unit: Unit): Promise<Env> {
    const found = await rows<{ chain: Uint8Array; time: string }>(unit, 'select chain, time from ledger')
    // the border: the watcher wrote a block's time
    return this.envOf(found.map(({ chain, time }) => ({ chain: hexOf<ChainId>(chain), time: Number(time) as Time })))
  }

  /** The same from clocks that a unit of work has read already. */
  envOf(read: readonly { readonly chain: ChainId; readonly time: Time }[]): Env {
    const now = this.clock.now()
    const clocks = read.map(({ chain: id, time: final }): [string, LedgerClock] => {
      return [id, { final, seen: final > now ? final : now, finalityMs: this.finalityMs(id) }]
    })
    const { skewMs, latencyMs, outageMs, decisionMs, marginMs } = this.terms
    return { ledgers: Object.fromEntries(clocks), parameters: { skewMs, latencyMs, outageMs, decisionMs, marginMs } }
  }

  /** From sending to final, in milliseconds, rounded up to whole seconds so that two computations of one deadline agree. */
  finalityMs(chain: ChainId): number {
    return Math.ceil(Math.max(FINALITY_LEAST_MS, this.#finalityMs.get(chain) ?? 0) / 1_000) * 1_000
  }

  /** Asks for the measured finality and the ledger's clock. Called now and then by the watcher; true if it should be asked again soon. */
  async measure(ledger: Ledger): Promise<boolean> {
    const from = this.clock.now()
    const status = await this.bus.call(ledgerStatus, {}, { to: ledger.name })
    if (!status.ok) return false
    this.#finalityMs.set(ledger.chain, status.value.finalityP99Ms)
    await this.#renew(ledger.name, status.value.rulebook)
    // the border: a ledger's answer
    const isOff = this.#healthOf(ledger.chain).said(status.value.now as Time, from, this.clock.now())
    if (isOff) log.warn('ledger.skewed', { ledger: ledger.name, now: status.value.now, ours: from })
    return isOff
  }

  /** Reads the rulebook if `version` is not the one that is known. */
  async #renew(name: string, version: number | undefined): Promise<void> {
    const known = this.#byName.get(name)
    if (known === undefined || version === undefined || rulebookOf(known).version === version) return
    const answer = await this.bus.call(ledgerRulebook, {}, { to: name })
    const rulebook = answer.ok ? decodeRulebook(answer.value.rulebook) : answer
    if (!rulebook.ok) return log.warn('ledger.rulebook.unread', { ledger: name, code: rulebook.code })
    const ledger = { ...known, rulebook: rulebook.value }
    this.#byName.set(name, ledger)
    this.#byChain.set(ledger.chain, ledger)
  }

  async head(unit: Unit, chain: ChainId): Promise<LedgerHead> {
    const [found] = await rows<{ height: string; block: Uint8Array; time: string }>(
      unit,
      'select height, block, time from ledger where chain = $1',
      [fromHex(chain)],
    )
    invariant(found !== undefined, `ledger ${chain} is pinned before it is read`)
    return headOf(found)
  }

  async #pinWhenThere(name: string, found: (ledger: Ledger) => void): Promise<void> {
    while (this.#isRunning) {
      try {
        const answer = await this.bus.call(ledgerGenesis, {}, { to: name })
        if (answer.ok) return found(await this.#pin(name, answer.value.genesis))
      } catch (error) {
        log.warn('ledger.pin.failed', { ledger: name, ...faultFields(error) })
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  async #pin(name: string, text: string): Promise<Ledger> {
    const genesis = expectOk(decodeGenesis(utf8(text)), `genesis of ${name}`)
    const head = genesisHead(genesis)
    await rows(
      this.database.manager,
      'insert into ledger (name, chain, genesis, height, block, time) values ($1, $2, $3, 0, $4, $5) on conflict do nothing',
      [name, fromHex(chainIdOf(genesis)), text, fromHex(head.hash), head.time],
    )
    return this.#keep(name, text)
  }

  #keep(name: string, text: string): Ledger {
    const genesis = expectOk(decodeGenesis(utf8(text)), `pinned genesis of ${name}`)
    const ledger = { name, chain: chainIdOf(genesis), genesis }
    this.#byName.set(name, ledger)
    this.#byChain.set(ledger.chain, ledger)
    return ledger
  }
}

function headOf(stored: { readonly height: string; readonly block: Uint8Array; readonly time: string }): LedgerHead {
  // the border: the watcher wrote a block's time
  return { height: Number(stored.height), hash: hexOf<BlockHash>(stored.block), time: Number(stored.time) as Time }
}
