// Carries one transaction of the hub from its making to a final block: its validity is fixed before anybody is asked, its bytes are stored before
// they are sent, the same bytes are sent until they are final or dead, and only then another attempt is made.
import {
  type Condition,
  type Output,
  type SpendPath,
  decodeCondition,
  decodeTransaction,
  encodeTransaction,
  prescribedOutputs,
  txIdOf,
} from '@huitong/chain'
import { type TransactionStatus, decodeStatuses, encodeEnvelope, ledgerCoin, ledgerSubmit } from '@huitong/contracts'
import { Bus, type Performed, killpoint, log, row, rows } from '@huitong/platform'
import {
  type Amount,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  type Preimage,
  type Result,
  type Time,
  type TxId,
  after,
  err,
  expectOk,
  fromHex,
  never,
  ok,
} from '@huitong/primitives'
import { referenceOf } from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { HubClock } from '../clock/hub-clock.js'
import { DealStore } from '../deal/deal.store.js'
import { uuidOf } from '../deal/id.js'
import { type Ledger, Ledgers } from '../ledgers/ledgers.js'

/** How long a transaction of ours stays valid: custody signs for no longer. */
const VALID_MS = 10 * 60_000
/** Until the watcher has told the deal what the ledger has committed. */
const WATCH_MS = 200
const REFUSED_MS = 2_000
const UNKNOWN_MS = 500

/** One attempt: what must be the same whenever it is made again. */
export interface Attempt {
  readonly attempt: number
  /** 8 bytes in hexadecimal, of effect and attempt. */
  readonly reference: string
  readonly validUntil: Time
}

export interface Carried {
  /** The effect's id: one transaction at a time for one effect. */
  readonly effect: string
  readonly deal: string
  readonly ledger: Ledger
  /** No attempt is valid later than this; absent: {@link VALID_MS} from now. */
  readonly notAfter?: Time
  /** It spends a lock by a secret. */
  readonly isClaim?: boolean
  /** Nobody is asked for a signature: what is made is stored with the attempt. */
  readonly isKeyless?: boolean
  /** The ledger's time or ours, whichever is later, if the caller has just read it. */
  readonly seen?: Time
  /** Signed bytes of an attempt; a code when there are none for now. Called again with the same attempt until it answers bytes. */
  readonly make: (attempt: Attempt) => Promise<Result<Bytes, string>>
}

interface Stored {
  readonly attempt: number
  readonly validUntil: Time
  readonly bytes?: Bytes
  readonly state: 'asked' | 'signed' | 'committed' | 'dead'
}

@Injectable()
export class HubTransactions {
  constructor(
    private readonly bus: Bus,
    private readonly database: DataSource,
    private readonly ledgers: Ledgers,
    private readonly clock: HubClock,
    private readonly store: DealStore,
  ) {}

  /** One step towards a final transaction. Never answers `done`: the effect is done when the ledger's facts say so. */
  async carry(carried: Carried): Promise<Performed> {
    const attempt = await this.#attempt(carried)
    if (attempt.state === 'committed') return { retryInMs: WATCH_MS, reason: 'final; its facts are on their way' }
    const { validUntil } = attempt
    let bytes = attempt.bytes
    if (bytes === undefined) {
      const reference = referenceOf(carried.effect, attempt.attempt)
      const made = await carried.make({ attempt: attempt.attempt, reference, validUntil })
      killpoint('effect.signed')
      if (!made.ok) return this.#unmade(carried, attempt, made.code)
      bytes = made.value
      await this.#keep(carried, attempt, bytes)
      killpoint('effect.kept')
    }
    return this.#send(carried, { ...attempt, bytes })
  }

  /** Sends bytes that their deal keeps itself. `undefined`: the outcome is unknown. */
  async submit(ledger: Ledger, bytes: Bytes): Promise<TransactionStatus | undefined> {
    const answer = await this.bus.submit(ledgerSubmit, encodeEnvelope([bytes]), { to: ledger.name })
    killpoint('effect.submitted')
    if (!answer.ok) return undefined
    const statuses = decodeStatuses(answer.value)
    return statuses.ok ? statuses.value[0] : undefined
  }

  /** A transaction that needs no key: one lock, spent by a path that the ledger's time or a known secret allows, into prescribed outputs. */
  async push(
    pushed: Omit<Carried, 'make'> & {
      readonly coin: Coordinate
      readonly path: SpendPath
      readonly preimages: readonly Preimage[]
      /** The coin, if it has just been looked up. */
      readonly output?: Output
    },
  ): Promise<Performed> {
    const { ledger, coin, path, preimages, output: known } = pushed
    return this.carry({
      ...pushed,
      isClaim: path.kind === 'claim',
      isKeyless: true,
      make: async ({ reference, validUntil }) => {
        const output = known === undefined ? await this.coin(ledger, coin) : ok(known)
        if (!output.ok) return output
        const outputs = prescribedOutputs(output.value, path)
        if (!outputs.ok) return outputs
        const body = { validUntil, reference, inputs: [{ coin, path }], outputs: outputs.value, operations: [], memo: '' }
        return ok(encodeTransaction({ body, witnesses: { signatures: [], preimages } }))
      },
    })
  }

  /** A coin by coordinate: from what our watcher has seen, else from the ledger. */
  async coin(ledger: Ledger, coordinate: Coordinate): Promise<Result<Output, string>> {
    const seen = (await this.store.coins(this.database.manager, ledger.chain, [coordinate])).get(coordinate)
    if (seen !== undefined) return ok({ asset: seen.asset, amount: seen.amount, condition: seen.condition })
    const answer = await this.bus.call(ledgerCoin, { coordinate }, { to: ledger.name })
    if (!answer.ok) return err(answer.code)
    const condition = decodeCondition(fromHex(answer.value.condition))
    return condition.ok ? ok(outputOf(answer.value, condition.value)) : condition
  }

  async #attempt(carried: Carried): Promise<Stored> {
    const last = await this.#last(carried.effect)
    if (last !== undefined && last.state !== 'dead') {
      if (last.state === 'committed' || !(await this.#isOver(carried.ledger.chain, last.validUntil))) return last
      // a final block is later than its validUntil: had it been committed, the deal would have been told before that block's time
      await this.#mark(carried.effect, last.attempt, 'dead')
    }
    const next = last === undefined ? 0 : last.attempt + 1
    const ends = after(carried.seen ?? (await this.#latest(carried.ledger.chain)), VALID_MS)
    const validUntil = carried.notAfter !== undefined && carried.notAfter < ends ? carried.notAfter : ends
    return (
      (await this.#begin(carried, next, validUntil)) ??
      (await this.#last(carried.effect)) ?? { attempt: next, validUntil, state: 'asked' }
    )
  }

  /** Writes a new attempt down, with its bytes where they need nobody; undefined if somebody else began it. */
  async #begin(carried: Carried, attempt: number, validUntil: Time): Promise<Stored | undefined> {
    const { effect, deal, ledger } = carried
    const reference = referenceOf(effect, attempt)
    const made = carried.isKeyless === true ? await carried.make({ attempt, reference, validUntil }) : err('signature_missing')
    const bytes = made.ok ? made.value : undefined
    if (bytes !== undefined) killpoint('effect.signed')
    const state = bytes === undefined ? 'asked' : 'signed'
    const id = bytes === undefined ? null : fromHex(transactionOf(ledger, bytes))
    const begun = await rows(
      this.database.manager,
      `insert into hub_transaction (effect, attempt, deal, ledger, valid_until, state, bytes, transaction)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning attempt`,
      [effect, attempt, uuidOf(deal), ledger.name, validUntil, state, bytes ?? null, id],
    )
    if (begun.length === 0) return undefined
    if (bytes !== undefined) killpoint('effect.kept')
    return { attempt, validUntil, state, ...(bytes === undefined ? {} : { bytes }) }
  }

  async #send(carried: Carried, attempt: Stored & { readonly bytes: Bytes }): Promise<Performed> {
    const status = await this.submit(carried.ledger, attempt.bytes)
    if (carried.isClaim === true) killpoint('claim.submitted')
    if (status === undefined) return { retryInMs: UNKNOWN_MS, reason: 'outcome unknown' }
    switch (status.outcome) {
      case 'committed':
      case 'replayed':
        await this.#mark(carried.effect, attempt.attempt, 'committed')
        return { retryInMs: WATCH_MS, reason: 'final; its facts are on their way' }
      case 'unknown':
        return { retryInMs: UNKNOWN_MS, reason: 'outcome unknown' }
      case 'refused':
        // the same bytes stay right until they are dead: a coin may land, a time may come
        log.info('transaction.refused', { effect: carried.effect, ledger: carried.ledger.name, code: status.code })
        return { retryInMs: REFUSED_MS, reason: `refused: ${status.code}` }
      default:
        return never(status)
    }
  }

  #unmade(carried: Carried, attempt: Stored, code: string): Performed {
    log.info('transaction.unmade', { effect: carried.effect, attempt: attempt.attempt, code })
    return { retryInMs: REFUSED_MS, reason: code }
  }

  async #keep(carried: Carried, attempt: Stored, bytes: Bytes): Promise<void> {
    await rows(
      this.database.manager,
      `update hub_transaction set bytes = $3, transaction = $4, state = 'signed' where effect = $1 and attempt = $2 and state = 'asked'`,
      [carried.effect, attempt.attempt, bytes, fromHex(transactionOf(carried.ledger, bytes))],
    )
  }

  async #mark(effect: string, attempt: number, state: 'committed' | 'dead'): Promise<void> {
    await rows(this.database.manager, 'update hub_transaction set state = $3 where effect = $1 and attempt = $2', [
      effect,
      attempt,
      state,
    ])
  }

  async #last(effect: string): Promise<Stored | undefined> {
    const found = await row<{ attempt: number; valid_until: string; bytes: Uint8Array | null; state: Stored['state'] }>(
      this.database.manager,
      'select attempt, valid_until, bytes, state from hub_transaction where effect = $1 order by attempt desc limit 1',
      [effect],
    )
    if (found === undefined) return undefined
    const { attempt, state } = found
    // the border: #attempt wrote a Time
    const validUntil = Number(found.valid_until) as Time
    return { attempt, state, validUntil, ...(found.bytes === null ? {} : { bytes: new Uint8Array(found.bytes) }) }
  }

  async #isOver(chain: ChainId, validUntil: Time): Promise<boolean> {
    return (await this.ledgers.head(this.database.manager, chain)).time > validUntil
  }

  async #latest(chain: ChainId): Promise<Time> {
    const { time } = await this.ledgers.head(this.database.manager, chain)
    const now = this.clock.now()
    return time > now ? time : now
  }
}

const transactionOf = ({ chain }: Ledger, bytes: Bytes): TxId =>
  txIdOf(chain, expectOk(decodeTransaction(bytes), 'a transaction made for us').body)

function outputOf(coin: { readonly asset: string; readonly amount: string }, condition: Condition): Output {
  // the border: a coin that a ledger of ours answered
  return { asset: coin.asset as AssetCode, amount: BigInt(coin.amount) as Amount, condition }
}

/** The bytes in a custody answer. */
export const bytesOf = (signed: { readonly transaction: string }): Bytes => fromHex(signed.transaction)
