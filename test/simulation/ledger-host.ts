// A ledger process: its own clock, blocks of whatever came within a moment, ticks when a deadline falls due, halts in which nothing moves. The
// rules are libs/chain's, in libs/testing's ledger.
import { decodeEnvelope, encodeStatuses } from '@huitong/contracts'
import { type Bytes, type Time, expectOk } from '@huitong/primitives'
import { LedgerAnswers, SimLedger } from '@huitong/testing'
import { CHEAP } from './keys.js'
import type { Host } from './network.js'
import { Life, type Scheduler } from './scheduler.js'

const TICK_MS = 60_000
const GATHER_MOST_MS = 30

export class LedgerHost implements Host {
  readonly life: Life
  readonly ledger: SimLedger
  readonly answers: LedgerAnswers
  /** Added to the world's time: what this ledger's clock is wrong by. */
  skewMs = 0
  #haltedUntil = 0
  /** A halt that no healing ends. */
  #lastsUntil = 0
  readonly #waiting: (() => void)[] = []
  #isClosing = false
  readonly #deadlines: number[] = []

  constructor(
    readonly name: string,
    private readonly scheduler: Scheduler,
    private readonly onBlock: (host: LedgerHost) => void,
  ) {
    this.life = new Life(name)
    this.ledger = new SimLedger(name, scheduler.now as Time, { cryptography: CHEAP })
    this.answers = new LedgerAnswers(this.ledger)
    this.ledger.onBlock = ({ transactions }) => {
      if (transactions.length > 0) this.#noteDeadlines()
      this.onBlock(this)
    }
    this.#tick()
  }

  /** What its clock shows: the time its next block would carry. */
  get time(): number {
    return Math.max(this.ledger.now, Math.floor(this.scheduler.now + this.skewMs))
  }

  get isHalted(): boolean {
    return this.scheduler.now < this.#haltedUntil
  }

  /** No block until then; what is sent meanwhile is taken up afterwards. */
  halt(milliseconds: number, lasts = false): void {
    this.#haltedUntil = Math.max(this.#haltedUntil, this.scheduler.now + milliseconds)
    if (lasts) this.#lastsUntil = this.#haltedUntil
    this.scheduler.in(milliseconds, this.life, () => this.#resume())
  }

  resumeNow(): void {
    this.#haltedUntil = this.#lastsUntil
    this.#resume()
  }

  answer(subject: string, body: unknown): unknown {
    // the border: the body of a contract, made by our own code
    const asked = body as never
    const verb = subject.slice(subject.lastIndexOf('.') + 1)
    switch (verb) {
      case 'submit':
        return this.#submit(asked)
      case 'status':
        this.#clock()
        return this.answers.status()
      case 'genesis':
        return this.answers.genesis()
      case 'blocks':
        return this.answers.range(asked)
      case 'coin':
        return this.answers.coin(asked)
      case 'coins':
        return this.answers.coins(asked)
      case 'transaction':
        return this.answers.transaction(asked)
      case 'account':
        return this.answers.account(asked)
      case 'asset':
        return this.answers.asset(asked)
      case 'leg':
        return this.answers.leg(asked)
      case 'balances':
        return this.answers.balances(asked)
      default:
        throw new Error(`a simulated ledger answers no ${verb}`)
    }
  }

  /** Judged now, answered when the block is closed. */
  async #submit(envelope: Bytes): Promise<Bytes> {
    while (this.isHalted) await new Promise<void>((resumed) => this.#waiting.push(resumed))
    this.#clock()
    const transactions = expectOk(decodeEnvelope(envelope), 'an envelope')
    const statuses = transactions.map((bytes) => this.answers.admit(bytes))
    if (this.ledger.waiting > 0) await this.#closing()
    return encodeStatuses(statuses)
  }

  #closing(): Promise<void> {
    return new Promise((closed) => {
      this.#waiting.push(closed)
      if (this.#isClosing) return
      this.#isClosing = true
      this.scheduler.in(this.scheduler.random.unit() * GATHER_MOST_MS, this.life, () => {
        this.#isClosing = false
        this.#clock()
        this.ledger.close()
        this.#wake()
      })
    })
  }

  #resume(): void {
    if (this.isHalted) return
    this.#clock()
    this.ledger.close()
    this.#wake()
  }

  #wake(): void {
    for (const waiting of this.#waiting.splice(0)) waiting()
  }

  /** Time never goes back, whatever the clock says. */
  #clock(): void {
    const { ledger } = this
    // what waits was judged by the time that its block will bear
    if (ledger.waiting > 0) return
    const now = Math.floor(this.scheduler.now + this.skewMs)
    if (now > ledger.now) ledger.now = now as Time
  }

  #tick(): void {
    const { ledger } = this
    if (!this.isHalted) {
      this.#clock()
      const due = this.#deadlines.filter((at) => at <= ledger.now)
      if (due.length > 0) this.#deadlines.splice(0, this.#deadlines.length, ...this.#deadlines.filter((at) => at > ledger.now))
      if ((due.length > 0 || ledger.now - ledger.final >= TICK_MS - 1_000) && ledger.waiting === 0) ledger.close()
    }
    const nearest = this.#deadlines.reduce((least, at) => Math.min(least, at - ledger.now), TICK_MS)
    this.scheduler.in(Math.max(50, nearest), this.life, () => this.#tick())
  }

  /** Deadlines of coins that came: the ledger ticks when one falls due. */
  #noteDeadlines(): void {
    for (const coin of this.ledger.state.allCoins()) {
      const { condition } = coin
      const at = condition.kind === 'hashLock' ? condition.expiry : condition.kind === 'escrow' ? condition.deadline : undefined
      if (at !== undefined && at > this.ledger.now && !this.#deadlines.includes(at)) this.#deadlines.push(at)
    }
  }
}
