// Carries open recovery cases to the ledgers and back: reads the account, tells the machine, sends what the state owes. Sleeps while no case is open.
import { encodeTransaction, type KeySet } from '@huitong/chain'
import type { WireAccount } from '@huitong/contracts'
import { appendAudit, faultFields, log, runUnit } from '@huitong/platform'
import { type RecoveryEffect, type RecoveryEvent, type RecoveryState, decideRecovery, recoveryEffects } from '@huitong/protocol'
import { type Clock, type Entropy, type Time, after, never, toHex } from '@huitong/primitives'
import type { OnApplicationShutdown } from '@nestjs/common'
import type { DataSource } from 'typeorm'
import type { LedgerTime, Ledgers } from '../ledger/ledgers.js'
import { type CaseLeg, type RecoveryCase, draftLeg, isSigned, proposalBytes } from './case.js'
import { envOf } from './recovery.service.js'
import { lockCase, openCases, updateCase } from './recovery.store.js'

const INTERVAL_MS = 500
const FINALISE_VALID_MS = 10 * 60_000

/** A leg as its ledger shows it now. */
interface Sight {
  readonly leg: CaseLeg
  readonly time: LedgerTime
  readonly account: WireAccount
}

export class RecoveryWatch implements OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined
  #isRunning = false
  #isWanted = false
  #isStopped = false

  constructor(
    private readonly database: DataSource,
    private readonly ledgers: Ledgers,
    private readonly clock: Clock,
    private readonly entropy: Entropy,
  ) {}

  /** Looks at all open cases now, and again every half second while there are any. */
  wake(): void {
    this.#isWanted = true
    if (this.#isRunning || this.#isStopped) return
    clearTimeout(this.#timer)
    this.#isRunning = true
    void this.#round()
  }

  onApplicationShutdown(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #round(): Promise<void> {
    this.#isWanted = false
    let open = 1
    try {
      const cases = await openCases(this.database.manager)
      open = cases.length
      for (const one of cases) await this.visit(one)
    } catch (error) {
      log.warn('recovery.round.failed', faultFields(error))
    }
    this.#isRunning = false
    if (this.#isStopped) return
    if (this.#isWanted) this.wake()
    else if (open > 0) this.#timer = setTimeout(() => this.wake(), INTERVAL_MS)
  }

  /** One look at one case: news in, then whatever the state owes goes out. */
  async visit(one: RecoveryCase): Promise<void> {
    const sights = (await Promise.all(one.legs.map((leg) => this.#look(leg, one.state.terms.account)))).flatMap(
      (sight) => sight ?? [],
    )
    const current = await this.#tell(one, sights)
    if (current === undefined) return
    const times = current.legs.map((leg) => sights.find((sight) => sight.leg.ledger === leg.ledger)?.time ?? unseen(leg))
    const effects = recoveryEffects(current.state, envOf(times))
    for (const sight of sights) await this.#perform(current, sight, effects)
  }

  async #look(leg: CaseLeg, account: string): Promise<Sight | undefined> {
    // the account first: a time read later can only be later
    const found = await this.ledgers.account(leg.ledger, account)
    const time = await this.ledgers.time(leg.ledger)
    return found.ok && time.ok && time.value.chain === leg.chain ? { leg, time: time.value, account: found.value } : undefined
  }

  /** Saves what the ledgers say, if it is news. Answers the case as it stands now. */
  async #tell(one: RecoveryCase, sights: readonly Sight[]): Promise<RecoveryCase | undefined> {
    if (this.#next(one, sights) === undefined) return one
    return runUnit(this.database, { lostCommit: 'again' }, async (manager) => {
      const locked = await lockCase(manager, one.id)
      const next = locked === undefined ? undefined : this.#next(locked, sights)
      if (next === undefined) return locked
      const at = this.clock.now()
      await updateCase(manager, next, { event: 'ledgers', at })
      const detail = { state: next.state.state, ledgers: next.state.ledgers.map(({ chain, fate }) => `${chain} ${fate}`) }
      await appendAudit(manager, { at, actor: 'identity', action: 'recovery.moved', subject: one.id, detail })
      return next
    })
  }

  /** The case after this news, or undefined if nothing is new. */
  #next(one: RecoveryCase, sights: readonly Sight[]): RecoveryCase | undefined {
    let state: RecoveryState = one.state
    for (const sight of sights) {
      const event = eventOf(state, sight)
      const decided = event === undefined ? undefined : decideRecovery(state, event, envOf(sights.map(({ time }) => time)))
      if (decided?.ok === true) state = decided.value.state
    }
    const legs = one.legs.map((leg) => this.#renewed(state, leg, sights))
    const isNew = state !== one.state || legs.some((leg, index) => leg !== one.legs[index])
    return isNew ? { ...one, state, legs, version: one.version + 1 } : undefined
  }

  /** A body that can no longer be included, or that carries a stale number, is replaced; its signatures go with it. */
  #renewed(state: RecoveryState, leg: CaseLeg, sights: readonly Sight[]): CaseLeg {
    const sight = sights.find((seen) => seen.leg.ledger === leg.ledger)
    const on = state.ledgers.find(({ chain }) => chain === leg.chain)
    if (sight === undefined || on?.fate !== 'unproposed' || sight.account.recovery !== undefined) return leg
    const isDead = sight.time.final > leg.validUntil
    if (!isDead) return leg
    const { account, keys } = state.terms
    const { sequence } = sight.account
    const reference = toHex(this.entropy.bytes(8))
    return {
      ...draftLeg({ ledger: leg.ledger, chain: leg.chain, account, keys, sequence, now: sight.time.now, reference }),
      needsAll: leg.needsAll,
    }
  }

  async #perform(one: RecoveryCase, sight: Sight, effects: readonly RecoveryEffect[]): Promise<void> {
    const leg = one.legs.find(({ ledger }) => ledger === sight.leg.ledger)
    if (leg === undefined) return
    for (const effect of effects) {
      if (effect.kind !== 'notifyOldKeys' && effect.chain !== sight.leg.chain) continue
      switch (effect.kind) {
        case 'notifyOldKeys':
          // every device of the party sees the case among its recoveries
          break
        case 'propose':
          if (isSigned(leg, one.policy)) await this.#propose(one, leg)
          break
        case 'finalise':
          await this.#finalise(one, sight)
          break
        default:
          never(effect)
      }
    }
  }

  async #propose(one: RecoveryCase, leg: CaseLeg): Promise<void> {
    const sent = await this.ledgers.submit(leg.ledger, proposalBytes(leg, one.policy))
    log.info('recovery.proposed', { recovery: one.id, ledger: leg.ledger, outcome: sent.outcome })
    if (sent.outcome !== 'refused') return this.wake()
    log.warn('recovery.refused', { recovery: one.id, ledger: leg.ledger, code: sent.code })
    if (sent.code === 'quorum_missing' && !leg.needsAll) await this.#demandAll(one.id, leg.ledger)
  }

  /** After a cancelled proposal the ledger takes the next one from all authorities only. */
  async #demandAll(id: string, ledger: string): Promise<void> {
    await runUnit(this.database, { lostCommit: 'again' }, async (manager) => {
      const one = await lockCase(manager, id)
      if (one === undefined) return
      const legs = one.legs.map((leg) => (leg.ledger === ledger ? { ...leg, needsAll: true } : leg))
      await updateCase(manager, { ...one, legs, version: one.version + 1 }, { event: 'all-needed', at: this.clock.now() })
    })
  }

  async #finalise(one: RecoveryCase, { leg, time, account }: Sight): Promise<void> {
    const operation = { kind: 'finaliseRecovery', account: one.state.terms.account, sequence: account.sequence } as const
    const validUntil = after(time.now, FINALISE_VALID_MS)
    const reference = toHex(this.entropy.bytes(8))
    const body = { validUntil, reference, inputs: [], outputs: [], operations: [operation], memo: '' }
    // nobody signs: from the end on anyone may finalise, once
    const bytes = encodeTransaction({ body, witnesses: { signatures: [], preimages: [] } })
    const sent = await this.ledgers.submit(leg.ledger, bytes)
    log.info('recovery.finalised', { recovery: one.id, ledger: leg.ledger, ...sent })
    this.wake()
  }
}

/** What a ledger's account says that the machine does not know yet. */
function eventOf(state: RecoveryState, { leg, account }: Sight): RecoveryEvent | undefined {
  const on = state.ledgers.find(({ chain }) => chain === leg.chain)
  const { chain } = leg
  const { recovery, current } = account
  if (on?.fate === 'unproposed' && recovery !== undefined && isSame(recovery.keys, state.terms.keys))
    return { kind: 'proposed', chain, end: recovery.end as Time }
  if (on?.fate === 'unproposed' && recovery === undefined && isSame(current, state.terms.keys))
    return { kind: 'finalised', chain }
  if (on?.fate !== 'proposed' || recovery !== undefined) return undefined
  return { kind: isSame(current, state.terms.keys) ? 'finalised' : 'cancelled', chain }
}

const isSame = (one: { readonly keys: readonly string[]; readonly threshold: number }, other: KeySet): boolean =>
  one.threshold === other.threshold && one.keys.join() === other.keys.join()

/** A ledger that does not answer: no deadline has passed there as far as we know. */
const unseen = (leg: CaseLeg): LedgerTime => ({ chain: leg.chain, final: 0 as Time, now: 0 as Time })
