// Reads over NATS: the ledger's own commands through the product's bus, and the plain handler's one row through Nest's envelope. The client is
// the same process with the same number of requests under way.
import { type Command, ledgerBalances, ledgerCoins, ledgerHistory, ledgerReceipt } from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { expectOk, invariant } from '@huitong/primitives'
import { type NatsConnection, connect } from '@nats-io/transport-node'
import type { NatsAccess } from '../servers.js'
import { random } from '../workload/plan.js'
import type { Workload } from '../workload/plan.js'
import { TransferForm, coordinateOf } from '../workload/transactions.js'
import { walletsOf } from '../workload/wallets.js'
import { transfersOf } from '../workload/read.js'
import { chainOf } from '../workload/lay-out.js'
import { PLAIN_PATTERN } from '../peers/plain-reader.js'

export const READS = ['balance', 'coins', 'history', 'receipt'] as const
export type Read = (typeof READS)[number]

export interface ReadsConfig {
  readonly workload: Workload
  readonly nats: NatsAccess
  /** Transfers of the workload that the ledger holds. */
  readonly transfers: number
  readonly what: Read | 'plain'
  /** Rows that the plain handler chooses from. */
  readonly rows: number
  readonly atOnce: number
  readonly ms: number
}

export interface ReadFigures {
  readonly perSecond: number
  readonly p50: number
}

/** Asks for so long; every answer is looked at, and a wrong one ends the run. */
export async function reads(config: ReadsConfig): Promise<ReadFigures> {
  const asker = config.what === 'plain' ? await plainAsker(config) : await ledgerAsker(config)
  await driveReads(asker.ask, { atOnce: config.atOnce, ms: Math.min(300, config.ms) })
  const figures = await driveReads(asker.ask, config)
  await asker.close()
  return figures
}

interface Asker {
  ask(): Promise<void>
  close(): Promise<void>
}

async function driveReads(ask: () => Promise<void>, { atOnce, ms }: { atOnce: number; ms: number }): Promise<ReadFigures> {
  const took: number[] = []
  const begun = performance.now()
  const client = async (): Promise<void> => {
    for (let now = performance.now(); now - begun < ms;) {
      await ask()
      const then = performance.now()
      took.push(then - now)
      now = then
    }
  }
  await Promise.all(Array.from({ length: atOnce }, client))
  const seconds = (performance.now() - begun) / 1_000
  const sorted = Float64Array.from(took).sort()
  return { perSecond: took.length / seconds, p50: sorted[sorted.length >> 1] ?? Number.NaN }
}

async function ledgerAsker({ workload, nats, transfers, what }: ReadsConfig): Promise<Asker> {
  const bus = await Bus.connect({ url: nats.url, role: 'bench-client', user: nats.user, password: nats.password })
  const next = random(7)
  const accounts = walletsOf(workload.plan.seed, workload.plan.wallets).map(({ account }) => account)
  const form = new TransferForm(chainOf(workload.folder), workload.plan)
  const ids = transfersOf(workload, 0, transfers).map((bytes) => form.idOf(Buffer.from(bytes), 0))
  const to = workload.plan.name
  const any = <T>(from: readonly T[]): T => {
    const chosen = from[next() % from.length]
    invariant(chosen !== undefined, 'something to choose from')
    return chosen
  }
  const call = async <R extends object, V, C extends string>(command: Command<R, V, C>, body: NoInfer<R>): Promise<V> =>
    expectOk(await bus.call(command, body, { to }), command.subject)
  const questions: Readonly<Record<Read, () => Promise<unknown>>> = {
    balance: () => call(ledgerBalances, { account: any(accounts) }),
    coins: () => call(ledgerCoins, { account: any(accounts), relation: 'own', limit: 20 }),
    history: () =>
      call(ledgerHistory, { coordinate: coordinateOf(any(ids), 0).toString('hex'), direction: 'backward', depth: 3, limit: 50 }),
    receipt: () => call(ledgerReceipt, { id: any(ids).toString('hex') }),
  }
  invariant(what !== 'plain', 'a read of the ledger')
  return { ask: async () => void (await questions[what]()), close: () => bus.close() }
}

async function plainAsker({ nats, rows }: ReadsConfig): Promise<Asker> {
  const connection: NatsConnection = await connect({ servers: nats.url, user: nats.user, pass: nats.password })
  const next = random(7)
  let number = 0
  const ask = async (): Promise<void> => {
    const id = 1 + (next() % rows)
    const question = JSON.stringify({ pattern: PLAIN_PATTERN, data: { id }, id: String(++number) })
    const reply = await connection.request(PLAIN_PATTERN, question, { timeout: 10_000 })
    // the border: Nest's answer
    const answer = JSON.parse(reply.string()) as { readonly response?: { readonly id: number } }
    invariant(answer.response?.id === id, 'the plain handler answers with the row')
  }
  return { ask, close: () => connection.close() }
}
