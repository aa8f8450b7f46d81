// Settlement beside the real ledgers, custody and identity, all in this process over a real PostgreSQL and a real NATS. For specs only: it is the
// one place where settlement's specs meet other apps.
import 'reflect-metadata'
import { join } from 'node:path'
import { approvalMessage, bindingHash, encodeApproval } from '@huitong/chain'
import {
  type Answer,
  type Command,
  decodeStatuses,
  encodeEnvelope,
  identityBindAccount,
  identityCreateParty,
  identityHub,
  ledgerAdvanceClock,
  ledgerStatus,
  ledgerSubmit,
} from '@huitong/contracts'
import {
  Bus,
  BusServer,
  Health,
  OutboxWorker,
  Performers,
  type Platform,
  PlatformModule,
  SandboxClock,
  Streams,
  createDatabase,
  loadSettings,
  nativeSign,
  nativeVerifier,
  offsetInFile,
  openDatabase,
  platformMigrations,
  systemEntropy,
} from '@huitong/platform'
import { type ChainId, type Time, expectOk, toHex } from '@huitong/primitives'
import type { INestMicroservice, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { DataSource, MigrationInterface } from 'typeorm'
import { CustodyModule } from '../../../custody/src/custody.module.js'
import { custodyMigrations } from '../../../custody/src/pg/custody-tables.js'
import { Rounds } from '../../../custody/src/rounds.js'
import { IdentityModule } from '../../../identity/src/identity.module.js'
import { identityMigrations } from '../../../identity/src/pg/identity-tables.js'
import { LedgerModule } from '../../../ledger/src/ledger.module.js'
import { ledgerMigrations, schemaOf } from '../../../ledger/src/schema.js'
import { type Key, type Signed, Wallet } from '../../../ledger/src/testing/wallet.js'
import { EffectPerformers } from '../effect/performer.js'
import { settlementMigrations } from '../migrations/tables.js'
import { NOUNS } from '../nouns.js'
import { SettlementModule } from '../settlement.module.js'
import { DEFAULT_TERMS } from '../terms.js'
import { Watchers } from '../watch/watchers.js'
import { ADMIN, type SimServers } from './sim-hub.js'

interface Part {
  readonly role: string
  readonly ledger?: string
  readonly module: Parameters<typeof NestFactory.createMicroservice>[0]
  readonly schema: string
  readonly migrations: readonly Type<MigrationInterface>[]
}

interface Running {
  readonly app: INestMicroservice
  readonly platform: Platform
}

export interface RealLedger {
  readonly name: string
  readonly chain: ChainId
  readonly wallet: Wallet
}

export class RealHub {
  readonly #running: Running[] = []
  readonly ledgers: RealLedger[] = []

  private constructor(
    readonly servers: SimServers,
    readonly names: readonly string[],
    readonly bus: Bus,
  ) {}

  static async start(servers: SimServers, names: readonly string[]): Promise<RealHub> {
    const hub = new RealHub(servers, names, await servers.bus('caller'))
    for (const name of names) {
      const schema = schemaOf(name)
      await hub.#host({ role: 'ledger', ledger: name, module: LedgerModule, schema, migrations: ledgerMigrations })
      const { chain } = await hub.call(ledgerStatus, {}, name)
      const wallet = new Wallet(chain as ChainId, () => hub.now())
      hub.ledgers.push({ name, chain: chain as ChainId, wallet })
    }
    const shared = platformMigrations
    await hub.#host({
      role: 'identity',
      module: IdentityModule,
      schema: 'identity',
      migrations: [...shared, ...identityMigrations],
    })
    await hub.call(identityHub, {})
    const custody = await hub.#host({
      role: 'custody',
      module: CustodyModule,
      schema: 'custody',
      migrations: [...shared, ...custodyMigrations],
    })
    custody.app.get(Rounds).start()
    const module = SettlementModule.of({ terms: () => DEFAULT_TERMS, nouns: NOUNS })
    const settlement = await hub.#host({
      role: 'settlement',
      module,
      schema: 'settlement',
      migrations: [...shared, ...settlementMigrations],
    })
    await settlement.app.get(Watchers).start()
    await settlement.app.get(EffectPerformers).resume()
    return hub
  }

  async stop(): Promise<void> {
    for (const { app, platform } of this.#running.toReversed()) {
      await platform.outbox?.stop()
      await app.close()
      await platform.bus.close()
      await platform.database?.destroy()
    }
    await this.bus.close()
  }

  async call<Request extends object, Value, Code extends string>(
    command: Command<Request, Value, Code>,
    body: NoInfer<Request>,
    to?: string,
  ): Promise<Value> {
    return value(await this.bus.call(command, body, to === undefined ? {} : { to }), command.subject)
  }

  async submit(ledger: RealLedger, signed: Pick<Signed, 'bytes'>): Promise<void> {
    const bytes = expectOk(await this.bus.submit(ledgerSubmit, encodeEnvelope([signed.bytes]), { to: ledger.name }), 'an answer')
    const [status] = expectOk(decodeStatuses(bytes), 'statuses')
    if (status?.outcome !== 'committed') throw new Error(`not committed: ${JSON.stringify(status)}`)
  }

  /** A party whose account is bound on every ledger on which it is open. */
  async party(displayName: string, key: Key): Promise<string> {
    const created = { idempotencyKey: displayName, kind: 'legal', displayName, actor: ADMIN } as const
    const { id } = await this.call(identityCreateParty, created)
    const { hub } = await this.call(identityHub, {})
    for (const { name, chain } of this.ledgers) {
      const hash = bindingHash({ party: id, chain, account: key.account })
      const approval = { subject: 'bind', account: key.account, hash, validUntil: (this.now() + 600_000) as Time } as const
      const signature = toHex(nativeSign(approvalMessage(hub, approval), key.seed))
      const [publicKey = ''] = key.policy.keys
      const proof = { body: toHex(encodeApproval(approval)), publicKey, signature }
      const bound = {
        idempotencyKey: `${displayName} ${name}`,
        party: id,
        ledger: name,
        account: key.account,
        proof,
        actor: ADMIN,
      }
      await this.call(identityBindAccount, bound)
    }
    return id
  }

  async advance(milliseconds: number): Promise<void> {
    const to = this.now() + milliseconds
    for (const { name } of this.ledgers) await this.call(ledgerAdvanceClock, { to }, name)
    for (const { platform } of this.#running) {
      if (platform.clock instanceof SandboxClock) platform.clock.advanceTo(to as Time)
    }
  }

  /** What a process has written down. */
  database(name: string): DataSource {
    const found = this.#running.find(({ platform }) => platform.name === name)?.platform.database
    if (found === undefined) throw new Error(`${name} has no database`)
    return found
  }

  now(): number {
    const [first] = this.#running
    return first === undefined ? Date.now() : first.platform.clock.now()
  }

  async #host(part: Part): Promise<Running> {
    const { folder, postgres } = this.servers
    const name = part.ledger === undefined ? part.role : `${part.role}-${part.ledger}`
    const bus = await this.servers.bus(name)
    const settings = loadSettings({
      HUITONG_DATA: join(folder, 'data'),
      HUITONG_LEDGERS: this.names.join(','),
      HUITONG_SANDBOX: 'true',
      HUITONG_MASTER_KEY: '5a'.repeat(32),
      ...(part.ledger === undefined ? {} : { HUITONG_LEDGER: part.ledger }),
    })
    const database = await openDatabase(createDatabase({ url: postgres.url, schema: part.schema, migrations: part.migrations }))
    const performers = new Performers()
    const platform: Platform = {
      name,
      settings,
      clock: new SandboxClock(offsetInFile(join(folder, 'data', 'clock', name))),
      entropy: systemEntropy,
      verifier: nativeVerifier,
      bus,
      streams: new Streams(bus),
      health: new Health(name),
      database,
      performers,
      outbox: new OutboxWorker(database, performers, { name }),
    }
    // the border: Nest takes a class or a dynamic module alike
    const root = { module: class Root {}, imports: [PlatformModule.of(platform), part.module] } as Part['module']
    const address = part.ledger === undefined ? {} : { address: part.ledger }
    const strategy = new BusServer({ bus, group: name, ...address })
    const app = await NestFactory.createMicroservice(root, { strategy, logger: ['error'], abortOnError: false })
    await app.listen()
    platform.outbox?.start()
    const running = { app, platform }
    this.#running.push(running)
    return running
  }
}

function value<T>(answer: Answer<T, string>, what: string): T {
  if (answer.ok) return answer.value
  throw new Error(`${what}: ${answer.code} ${answer.detail ?? ''} ${answer.field ?? ''}`)
}
