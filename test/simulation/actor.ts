// Somebody outside of the hub: asks settlement over the network with one key per wish, signs and sends transactions to ledgers, waits. What it was
// answered is written down: the journal is the judge of what was acknowledged.
import {
  type EscrowCondition,
  type SpendPath,
  approvalMessage,
  coordinateOf,
  decodeCondition,
  encodeApproval,
  prescribedOutputs,
} from '@huitong/chain'
import {
  type Actor as ApiActor,
  type Answer,
  type SignedStatement,
  type TransactionStatus,
  decodeStatuses,
  encodeEnvelope,
} from '@huitong/contracts'
import {
  type AssetCode,
  type Bytes,
  type Coordinate,
  type Preimage,
  type Time,
  type TxId,
  after,
  expectOk,
  fromHex,
  hexOf,
  sha256,
  toHex,
  utf8,
} from '@huitong/primitives'
import type { Condition } from '@huitong/chain'
import type { Person } from '@huitong/testing'
import type { LedgerHost } from './ledger-host.js'
import { HUB } from './identity-host.js'
import { cheapSignature } from './keys.js'
import type { Random } from './random.js'
import { Life } from './scheduler.js'
import type { SettlementHost } from './settlement-host.js'
import type { World } from './world.js'

/** One wish, under one idempotency key. */
export interface Wish {
  readonly key: string
  readonly label: string
  /** `refused` has a code; `unknown`: nobody ever answered. */
  outcome: 'unknown' | 'done' | 'refused'
  code?: string
  /** What was made, if something was. */
  id?: string
  answers: number
}

const ASK_MS = 15_000
const TRIES = 12
/** Refusals of the moment: the same wish may be granted in a while. */
const AGAIN = new Set(['ledger_unavailable', 'in_flight', 'clock_behind', 'timeout', 'unavailable'])

export class Actor {
  readonly life: Life
  readonly #used = new Set<string>()
  #made = 0

  constructor(
    readonly world: World,
    readonly party: string,
    /** Changes with the keys; the account stays. */
    public person: Person,
    readonly random: Random,
    private readonly journal: Wish[],
    private readonly operator = false,
  ) {
    this.life = new Life(person.name)
  }

  get api(): ApiActor {
    return this.operator
      ? { key: `key_${this.party}`, operator: this.party, scopes: ['operator'] }
      : { key: `key_${this.party}`, party: this.party, scopes: ['trade', 'orders', 'read'] }
  }

  get now(): Time {
    return Math.floor(this.world.scheduler.now) as Time
  }

  sleep(milliseconds: number): Promise<void> {
    return this.world.scheduler.sleep(milliseconds, this.life)
  }

  /** Between so many seconds. */
  pause(least: number, most: number): Promise<void> {
    return this.sleep((least + this.random.unit() * (most - least)) * 1_000)
  }

  /** Looks again and again until `condition` holds; false when `forMs` are over. */
  async until(condition: () => boolean, forMs: number): Promise<boolean> {
    const end = this.world.scheduler.now + forMs
    while (!condition()) {
      if (this.world.scheduler.now >= end) return false
      await this.sleep(6_000 + this.random.unit() * 14_000)
    }
    return true
  }

  /** A secret of this actor that nobody could guess. */
  secret(label: string): Preimage {
    return hexOf<Preimage>(sha256(utf8(`${this.world.options.seed} ${this.person.name} ${label}`)))
  }

  /** Asks for a change until an answer comes, always under the same key. */
  async ask<T>(
    label: string,
    work: (
      settlement: SettlementHost,
      write: { readonly idempotencyKey: string; readonly actor: ApiActor },
    ) => Promise<Answer<T, string>>,
  ): Promise<Answer<T, string> | undefined> {
    this.#made += 1
    const key = `${this.person.name}/${this.#made}`
    const wish: Wish = { key, label, outcome: 'unknown', answers: 0 }
    this.journal.push(wish)
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const answer = await this.#once((settlement) => work(settlement, { idempotencyKey: key, actor: this.api }))
      const code = answer.ok ? undefined : answer.code
      if (code === undefined || !AGAIN.has(code)) {
        this.#written(wish, answer)
        // one in twenty asks again although it was answered: the answer must be the same
        if (this.random.chance(0.05))
          this.#written(wish, await this.#once((s) => work(s, { idempotencyKey: key, actor: this.api })))
        return answer
      }
      await this.pause(1, 10)
    }
    this.world.note(`${this.person.name} gives up: ${label}`)
    return undefined
  }

  /** Asks what is, without changing anything. */
  async read<T>(work: (settlement: SettlementHost) => Promise<Answer<T, string>>): Promise<T | undefined> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const answer = await this.#once(work)
      if (answer.ok) return answer.value
      if (!AGAIN.has(answer.code)) return undefined
      await this.pause(1, 6)
    }
    return undefined
  }

  async #once<T>(work: (settlement: SettlementHost) => Promise<Answer<T, string>>): Promise<Answer<T, string>> {
    const reply = await this.world.network.ask({
      from: this.life,
      to: 'settlement',
      deadlineMs: ASK_MS,
      work: async () => {
        const { settlement } = this.world
        return settlement === undefined ? undefined : work(settlement)
      },
    })
    if (!reply.ok) return reply
    return reply.value ?? { ok: false, code: 'unavailable' }
  }

  #written(wish: Wish, answer: Answer<unknown, string>): void {
    if (!answer.ok && AGAIN.has(answer.code)) return
    const outcome = answer.ok ? 'done' : 'refused'
    const id =
      answer.ok && typeof answer.value === 'object' && answer.value !== null && 'id' in answer.value
        ? String(answer.value.id)
        : undefined
    if (wish.answers > 0 && (wish.outcome !== outcome || wish.id !== id)) {
      this.world.fail(
        'one answer per key',
        `${wish.label}: ${wish.outcome} ${wish.id ?? ''}, then ${outcome} ${id ?? (answer.ok ? '' : answer.code)}`,
        [wish.key],
      )
    }
    wish.answers += 1
    wish.outcome = outcome
    if (id !== undefined) wish.id = id
    if (!answer.ok) wish.code = answer.code
    this.world.note(
      `${this.person.name} ${wish.label}: ${answer.ok ? `done ${id ?? ''}` : `refused ${answer.code} ${answer.detail ?? ''}`}`,
    )
  }

  /** Sends the same bytes until they are final or dead. The id, if they are final. */
  async send(host: LedgerHost, bytes: Bytes, what: string): Promise<TransactionStatus | undefined> {
    const envelope = encodeEnvelope([bytes])
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const reply = await this.world.network.ask({
        from: this.life,
        to: host.name,
        deadlineMs: 5_000,
        work: (asked) => asked.answer('ledger.submit', envelope) as Promise<Bytes>,
      })
      const statuses = reply.ok ? decodeStatuses(reply.value) : undefined
      const status = statuses?.ok === true ? statuses.value[0] : undefined
      if (status !== undefined && status.outcome !== 'unknown') {
        this.world.note(
          `${this.person.name} ${what} on ${host.name}: ${status.outcome} ${status.outcome === 'refused' ? status.code : ''}`.trimEnd(),
        )
        return status
      }
      await this.pause(1, 8)
    }
    return undefined
  }

  /** Locks an amount of own coins under a condition. The new coin, once final. */
  async lock(
    host: LedgerHost,
    locked: { readonly asset: string; readonly amount: bigint; readonly condition: Condition; readonly validMs?: number },
  ): Promise<Coordinate | undefined> {
    const { asset, amount, condition, validMs = 5 * 60_000 } = locked
    // the border: assets of views
    const own = host.ledger
      .ownCoins(this.person.account, asset as AssetCode)
      .filter(({ coordinate }) => !this.#used.has(coordinate))
    const coins = []
    let sum = 0n
    for (const coin of own) {
      if (sum >= amount) break
      coins.push(coin)
      sum += coin.amount
    }
    if (sum < amount) return undefined
    for (const { coordinate } of coins) this.#used.add(coordinate)
    const plain = { kind: 'account', account: this.person.account } as const
    const change = sum > amount ? [{ asset: asset as AssetCode, amount: sum - amount, condition: plain }] : []
    const inputs = coins.map(({ coordinate }) => ({ coin: coordinate, path: { kind: 'own' } as const }))
    const outputs = [{ asset: asset as AssetCode, amount, condition }, ...change]
    const bytes = host.ledger.signed({ inputs, outputs, validUntil: after(host.ledger.now, validMs) }, [this.person])
    const status = await this.send(host, bytes, `locks ${amount} ${asset} (${condition.kind})`)
    return status?.outcome === 'committed' || status?.outcome === 'replayed' ? coordinateOf(status.id, 0) : undefined
  }

  /** Spends a lock by one of its paths, signed by these people. */
  async spend(
    host: LedgerHost,
    coin: Coordinate,
    path: SpendPath,
    given: { readonly by?: readonly Person[]; readonly secret?: Preimage } = {},
  ): Promise<TxId | undefined> {
    const found = host.ledger.coins.get(coin)
    if (found === undefined || found.spentBy !== undefined) return undefined
    const outputs = prescribedOutputs(found, path)
    if (!outputs.ok) return undefined
    const inputs = [{ coin, path }]
    const validUntil = after(host.ledger.now, 60_000)
    if (host.ledger.state.coin(coin) === undefined) return undefined
    const preimages = given.secret === undefined ? [] : [given.secret]
    const bytes = host.ledger.signed({ inputs, outputs: outputs.value, validUntil }, given.by ?? [], preimages)
    const status = await this.send(host, bytes, `spends ${coin.slice(0, 8)} by ${path.kind}`)
    return status?.outcome === 'committed' || status?.outcome === 'replayed' ? status.id : undefined
  }

  /** A statement under this person's key. */
  stated(body: Bytes, message: Bytes): SignedStatement {
    return { body: toHex(body), publicKey: this.person.publicKey, signature: cheapSignature(this.person, message) }
  }

  approval(subject: 'orderTerms' | 'dispute', hash: string): SignedStatement {
    const statement = { subject, account: this.person.account, hash, validUntil: after(this.now, 20 * 60_000) }
    return this.stated(encodeApproval(statement), approvalMessage(HUB, statement))
  }
}

export const conditionOf = (leg: { readonly condition?: string } | undefined): Condition | undefined =>
  leg?.condition === undefined ? undefined : expectOk(decodeCondition(fromHex(leg.condition)), 'a leg with a condition')

export const escrowOf = (leg: { readonly condition?: string } | undefined): EscrowCondition | undefined => {
  const condition = conditionOf(leg)
  return condition?.kind === 'escrow' ? condition : undefined
}
