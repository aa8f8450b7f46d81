// One watcher per ledger: takes its blocks in order from the cursor in our own database and tells their facts. The publication of a block is
// a hint: what it carries is taken if it is sealed and follows what was taken before, everything else is read from the ledger. Losing NATS' data
// costs nothing but the hint.
import { custodyAccounts, ledgerBlocks } from '@huitong/contracts'
import { Bus, Streams, VERIFIER, counter, faultFields, gauge, killpoint, log, runUnit } from '@huitong/platform'
import type { Bytes, Verifier } from '@huitong/primitives'
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { isBroken } from '../deal/deal.service.js'
import { Alarms } from '../alarm/alarms.js'
import type { LaneFault } from '../ledgers/lane-health.js'
import { type Ledger, type LedgerHead, Ledgers } from '../ledgers/ledgers.js'
import { type SeenBlock, type SentBlock, publishedBlocks, readBlock } from './block-content.js'
import { BlockFacts } from './block-facts.js'

/** Blocks come by themselves: looking finds what a hint has lost. */
const POLL_MS = 1_000
/** After a look that has found something: hints are being lost. */
const SOON_MS = 250
const FAILED_MS = 1_000
/** Blocks of one question. */
const RANGE = 64
/** Transactions of one unit of work: its locks on the heads of audit and events hold up everybody else. */
const UNIT_TRANSACTIONS = 64
const MEASURE_MS = 10_000
/** After a measurement that looked wrong. */
const ASK_AGAIN_MS = 1_000

const taken = counter('huitong_watch_blocks_total', 'Blocks taken by the watchers, by ledger.', ['ledger'])
const behind = gauge('huitong_watch_behind_blocks', 'Blocks that a ledger has and we have not taken, by ledger.', ['ledger'])

@Injectable()
export class Watchers implements OnModuleDestroy {
  readonly #watchers: Watcher[] = []

  constructor(
    private readonly ledgers: Ledgers,
    private readonly facts: BlockFacts,
    private readonly bus: Bus,
    private readonly streams: Streams,
    private readonly database: DataSource,
    private readonly alarms: Alarms,
    @Inject(VERIFIER) private readonly verifier: Verifier,
  ) {}

  start(): void {
    const { facts, ledgers, bus, streams, database, alarms, verifier } = this
    this.ledgers.start((ledger) => {
      const watcher = new Watcher(ledger, { facts, ledgers, bus, streams, database, alarms, verifier })
      this.#watchers.push(watcher)
      watcher.start()
    })
  }

  async onModuleDestroy(): Promise<void> {
    this.ledgers.stop()
    await Promise.all(this.#watchers.map((watcher) => watcher.stop()))
  }

  /** Looks at every ledger at once: after the clock was moved, or when something is known to have happened. */
  wake(): void {
    for (const watcher of this.#watchers) watcher.wake()
  }
}

interface Means {
  readonly ledgers: Ledgers
  readonly facts: BlockFacts
  readonly bus: Bus
  readonly streams: Streams
  readonly database: DataSource
  readonly alarms: Alarms
  readonly verifier: Verifier
}

/** Of one look: there is more, blocks were read from the ledger up to its head, no hint has lost any, or something could not be read. */
type Progress = 'more' | 'found' | 'head' | 'unreadable'

class Watcher {
  #isRunning = false
  #loop: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined
  #isAwake = false
  #measuredAt = Number.NEGATIVE_INFINITY
  #arbiters: ReadonlySet<string> = new Set()
  #lane: LaneFault | undefined
  /** Where we stand, as long as nobody else can have moved it. */
  #head: LedgerHead | undefined
  /** Blocks that were published beyond where we stand, by height. */
  readonly #offered = new Map<number, SentBlock>()

  constructor(
    private readonly ledger: Ledger,
    private readonly means: Means,
  ) {}

  start(): void {
    this.#isRunning = true
    const { streams } = this.means
    // what was missed is read from the ledger all the same, a second later
    const end = streams.hint(`blocks.${this.ledger.name}`, (data) => {
      this.#offer(data)
      this.wake()
    })
    this.#loop = this.#run().finally(end)
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.wake()
    await this.#loop
  }

  wake(): void {
    this.#isAwake = true
    this.#wake()
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      let pauseMs = POLL_MS
      try {
        this.#isAwake = false
        await this.#measure()
        const progress = await this.#takeRange()
        await this.#noteLane()
        if (progress === 'more') pauseMs = 0
        if (progress === 'found') pauseMs = SOON_MS
        if (progress === 'unreadable') pauseMs = FAILED_MS
      } catch (error) {
        log.warn('watch.failed', { ledger: this.ledger.name, ...faultFields(error) })
        pauseMs = FAILED_MS
      }
      if (pauseMs > 0 && this.#isRunning) await this.#sleep(pauseMs)
    }
  }

  /** Keeps published blocks until their turn comes. Too many, or too old ones: they are read from the ledger. */
  #offer(data: Bytes): void {
    for (const { height, block } of publishedBlocks(data)) {
      if (height <= (this.#head?.height ?? 0)) continue
      if (this.#offered.size >= RANGE) this.#offered.clear()
      this.#offered.set(height, block)
    }
  }

  async #takeRange(): Promise<Progress> {
    const { ledgers, database } = this.means
    const { chain } = this.ledger
    const head = (this.#head ??= await ledgers.head(database.manager, chain))
    // what was published meanwhile has set the alarm again
    if (await this.#takeOffered(head)) return 'head'
    return this.#takeFromLedger(head)
  }

  /** Takes published blocks that follow where we stand; false if there are none that can be believed. */
  async #takeOffered(head: LedgerHead): Promise<boolean> {
    const { ledgers, verifier } = this.means
    const { chain, genesis, name } = this.ledger
    const read: SeenBlock[] = []
    let from = head
    for (let wire = this.#next(from); wire !== undefined; wire = this.#next(from)) {
      const seen = readBlock(genesis, from, { wire, verifier })
      // what the ledger itself says decides
      if (!seen.ok || ledgers.isAhead(chain, seen.value.head.time)) break
      read.push(seen.value)
      from = seen.value.head
    }
    if (read.length === 0) return false
    ledgers.heard(chain, from.time)
    await this.#tellInParts(head, read)
    taken.inc({ ledger: name }, read.length)
    return true
  }

  #next({ height }: LedgerHead): SentBlock | undefined {
    const wire = this.#offered.get(height + 1)
    this.#offered.delete(height + 1)
    return wire
  }

  async #takeFromLedger(head: LedgerHead): Promise<Progress> {
    const { bus, ledgers } = this.means
    const { name, chain } = this.ledger
    const answer = await bus.call(ledgerBlocks, { from: head.height + 1, limit: RANGE }, { to: name })
    if (!answer.ok) return 'unreadable'
    const { blocks, height } = answer.value
    behind.set({ ledger: name }, Math.max(0, height - head.height))
    if (height < head.height) {
      log.warn('watch.ledger.shorter', { ledger: name, height, taken: head.height })
      ledgers.contradicted(chain)
      return 'unreadable'
    }
    const read: SeenBlock[] = []
    let from = head
    for (const wire of blocks) {
      const seen = readBlock(this.ledger.genesis, from, { wire, verifier: this.means.verifier })
      if (!seen.ok) {
        // a gap, another history or a broken block: nothing of it is believed, and a person must look
        log.warn('watch.block.refused', { ledger: name, height: from.height + 1, code: seen.code })
        ledgers.contradicted(chain)
        break
      }
      if (ledgers.isAhead(chain, seen.value.head.time)) break
      read.push(seen.value)
      from = seen.value.head
    }
    if (read.length === blocks.length) ledgers.heard(chain, from.time)
    if (read.length === 0) return blocks.length === 0 ? 'head' : 'unreadable'
    await this.#tellInParts(head, read)
    taken.inc({ ledger: name }, read.length)
    return read.length === blocks.length && from.height < height ? 'more' : 'found'
  }

  /** In units of work that stay short: whole blocks, so many transactions at most unless one block has more. */
  async #tellInParts(head: LedgerHead, blocks: readonly SeenBlock[]): Promise<void> {
    let from = head
    let part: SeenBlock[] = []
    let transactions = 0
    for (const block of blocks) {
      part.push(block)
      transactions += block.transactions.length
      if (transactions < UNIT_TRANSACTIONS) continue
      await this.#tell(from, part)
      from = block.head
      part = []
      transactions = 0
    }
    if (part.length > 0) await this.#tell(from, part)
  }

  async #tell(from: LedgerHead, blocks: readonly SeenBlock[]): Promise<void> {
    const { database, facts } = this.means
    const last = blocks.at(-1)
    killpoint('watch.read')
    const tell = (isCareful: boolean): Promise<LedgerHead | undefined> =>
      runUnit(database, { lostCommit: 'again' }, async (unit) => {
        // if not, they are told already, by an earlier run whose COMMIT was answered to nobody
        const isTold = await facts.tell(unit, this.ledger, { from: from.height, blocks, arbiters: this.#arbiters, isCareful })
        return isTold ? last?.head : undefined
      })
    // until it is known how this ends, the database knows where we stand
    this.#head = undefined
    try {
      this.#head = await tell(false)
    } catch (error) {
      if (!isBroken(error)) throw error
      this.#head = await tell(true)
    }
    killpoint('watch.told')
  }

  async #measure(): Promise<void> {
    if (performance.now() - this.#measuredAt < MEASURE_MS) return
    this.#measuredAt = performance.now()
    if (await this.means.ledgers.measure(this.ledger)) this.#measuredAt -= MEASURE_MS - ASK_AGAIN_MS
    if (this.#arbiters.size > 0) return
    const managed = await this.means.bus.call(custodyAccounts, {}, { deadlineMs: 1_000 })
    if (!managed.ok) return
    this.#arbiters = new Set(managed.value.accounts.filter(({ purpose }) => purpose === 'arbiter').map(({ account }) => account))
  }

  /** Tells people when the ledger stops or starts to take new deals. */
  async #noteLane(): Promise<void> {
    const { ledgers, alarms, database } = this.means
    const fault = ledgers.fault(this.ledger.chain)
    if (fault === this.#lane) return
    const about = { kind: 'ledger.closed', subject: this.ledger.name } as const
    await runUnit(database, { lostCommit: 'again' }, async (unit) => {
      await alarms.clear(unit, about)
      if (fault !== undefined) await alarms.raise(unit, { ...about, detail: `no new deals: ${fault}`, parties: [] })
    })
    this.#lane = fault
  }

  async #sleep(milliseconds: number): Promise<void> {
    if (this.#isAwake) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => undefined
  }
}
