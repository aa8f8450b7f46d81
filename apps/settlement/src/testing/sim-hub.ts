// A whole settlement in this process over a real PostgreSQL and a real NATS, with ledgers in memory and with a custody and an identity that
// answer what they are told. For specs only.
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blockHashOf, decodeOffer, decodeTransaction, encodeSealedHeader, prescribedOutputs, txIdOf } from '@huitong/chain'
import {
  type Actor,
  AccountOnLedger,
  type Answer,
  ById,
  CancelConversionLeg,
  type CustodyAccounts,
  type CustodyCode,
  LockConversionLeg,
  NoFields,
  OpenLiquidity,
  type SignedTransaction,
  type WireManagedAccount,
  type WireParty,
  custodyAccounts,
  custodyCancelConversionLeg,
  custodyLockConversionLeg,
  custodyOpenLiquidity,
  identityParty,
  identityPartyOfAccount,
} from '@huitong/contracts'
import { type StartedNats, type StartedPostgres, startNats, startPostgres } from '@huitong/launcher'
import {
  Bus,
  BusServer,
  Handle,
  Health,
  OutboxWorker,
  Performers,
  type Platform,
  PlatformModule,
  SandboxClock,
  Streams,
  createDatabase,
  loadSettings,
  nativeVerifier,
  openDatabase,
  platformMigrations,
  systemEntropy,
} from '@huitong/platform'
import {
  type AccountId,
  type Coordinate,
  type Time,
  concat,
  err,
  expectOk,
  fromHex,
  invariant,
  ok,
  toHex,
} from '@huitong/primitives'
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { EffectPerformers } from '../effect/performer.js'
import { settlementMigrations } from '../migrations/tables.js'
import { SettlementModule } from '../settlement.module.js'
import { DEFAULT_TERMS, type Terms } from '../terms.js'
import { Watchers } from '../watch/watchers.js'
import { SimLedger, SimLedgerController } from './sim-ledger.js'
import { type Key, keyOf } from './key.js'
import { lock, open, signed } from './wallet.js'

export const HUB = 'ab'.repeat(32)
const ARBITER = keyOf('arbiter')
const FEE = keyOf('fee')

/** Custody that signs what it is asked for, unless told otherwise. */
export class SimCustody {
  readonly liquidity = new Map<string, Key>()
  readonly answers = new Map<string, SignedTransaction>()
  /** Codes to refuse with, taken one by one. */
  readonly refusals: CustodyCode[] = []
  asked = 0

  constructor(readonly ledgers: readonly SimLedger[]) {}

  ledger(name: string): SimLedger {
    const ledger = this.ledgers.find((candidate) => candidate.name === name)
    invariant(ledger !== undefined, `no ledger ${name}`)
    return ledger
  }

  answer(key: string, ledger: SimLedger, make: () => Uint8Array): Answer<SignedTransaction, CustodyCode> {
    this.asked += 1
    const refusal = this.refusals.shift()
    if (refusal !== undefined) return err(refusal)
    const known = this.answers.get(key)
    if (known !== undefined) return ok(known)
    const bytes = make()
    const { body } = expectOk(decodeTransaction(bytes), 'own bytes')
    const id = txIdOf(ledger.chain, body)
    const made = { ledger: ledger.name, transaction: toHex(bytes), id, validUntil: body.validUntil }
    this.answers.set(key, made)
    return ok(made)
  }
}

@Controller()
class SimCustodyController {
  constructor(private readonly custody: SimCustody) {}

  @Handle(custodyAccounts)
  accounts(_request: NoFields): Answer<CustodyAccounts, never> {
    const ledgers = this.custody.ledgers.map(({ name }) => name)
    const managed = (key: Key, purpose: WireManagedAccount['purpose']): WireManagedAccount => ({
      account: key.account,
      purpose,
      policy: key.policy,
      ledgers,
    })
    return ok({ hub: HUB, accounts: [managed(ARBITER, 'arbiter'), managed(FEE, 'fee')] })
  }

  @Handle(custodyOpenLiquidity)
  async openLiquidity({ provider }: OpenLiquidity): Promise<Answer<WireManagedAccount, CustodyCode>> {
    const key = keyOf(`liquidity of ${provider}`)
    this.custody.liquidity.set(provider, key)
    for (const ledger of this.custody.ledgers) await open(ledger, key)
    const ledgers = this.custody.ledgers.map(({ name }) => name)
    return ok({ account: key.account, purpose: 'liquidity', provider, policy: key.policy, ledgers })
  }

  @Handle(custodyLockConversionLeg)
  lockLeg(asked: LockConversionLeg): Answer<SignedTransaction, CustodyCode> {
    const { custody } = this
    const legA = custody.ledger(asked.legA.ledger).state.coin(asked.legA.coordinate as Coordinate)
    if (legA === undefined || legA.condition.kind !== 'hashLock') return err('coin_not_final')
    const { hash, claimant: account } = legA.condition
    const keyOfAccount = [...custody.liquidity.values()].find((candidate) => candidate.account === account)
    if (keyOfAccount === undefined) return err('not_managed')
    const ledger = custody.ledger(asked.ledgerB)
    const { give } = expectOk(decodeOffer(fromHex(asked.terms.offer.body)), 'an offer')
    return custody.answer(`lock ${asked.conversion} ${asked.legA.coordinate}`, ledger, () =>
      lock(ledger, keyOfAccount, {
        asset: give.asset,
        amount: BigInt(asked.terms.amountB),
        validUntil: asked.validUntil as Time,
        condition: {
          kind: 'hashLock',
          hash,
          claimant: asked.claimant as AccountId,
          refundee: account,
          expiry: asked.expiryB as Time,
        },
      }),
    )
  }

  @Handle(custodyCancelConversionLeg)
  cancelLeg(asked: CancelConversionLeg): Answer<SignedTransaction, CustodyCode> {
    const { custody } = this
    const ledger = custody.ledger(asked.legA.ledger)
    const coin = ledger.state.coin(asked.legA.coordinate as Coordinate)
    if (coin === undefined || coin.condition.kind !== 'hashLock') return err('coin_spent')
    const { claimant } = coin.condition
    const key = [...custody.liquidity.values()].find(({ account }) => account === claimant)
    if (key === undefined) return err('not_managed')
    const path = { kind: 'cancel' } as const
    return custody.answer(`cancel ${asked.legA.coordinate}`, ledger, () =>
      signed(
        ledger,
        {
          validUntil: asked.validUntil as Time,
          inputs: [{ coin: coin.coordinate, path }],
          outputs: expectOk(prescribedOutputs(coin, path), 'outputs'),
        },
        key,
      ),
    )
  }
}

/** Whose account is whose, on every ledger alike. */
export class SimIdentity {
  readonly owners = new Map<string, string>()
}

@Controller()
class SimIdentityController {
  constructor(private readonly identity: SimIdentity) {}

  @Handle(identityPartyOfAccount)
  owner({ account }: AccountOnLedger): Answer<{ readonly party: string }, 'account_unbound'> {
    const party = this.identity.owners.get(account)
    return party === undefined ? err('account_unbound') : ok({ party })
  }

  @Handle(identityParty)
  party({ id }: ById): Answer<WireParty, 'party_unknown'> {
    const known = [...this.identity.owners.values()].includes(id)
    return known ? ok({ id, kind: 'legal', displayName: id, createdAt: 0, accounts: [] }) : err('party_unknown')
  }
}

/** PostgreSQL and NATS for one spec file. */
export class SimServers {
  private constructor(
    readonly folder: string,
    readonly postgres: StartedPostgres,
    readonly nats: StartedNats,
  ) {}

  static async start(): Promise<SimServers> {
    const folder = mkdtempSync(join(tmpdir(), 'huitong-settlement-'))
    chmodSync(folder, 0o711)
    const [postgres, nats] = await Promise.all([startPostgres({ folder }), startNats({ folder, users: [] })])
    return new SimServers(folder, postgres, nats)
  }

  bus(role: string): Promise<Bus> {
    return Bus.connect({ url: this.nats.url, role, user: this.nats.user, password: this.nats.password })
  }

  /** NATS killed, all that JetStream kept lost, NATS back on its port. */
  async wipeNats(): Promise<void> {
    await this.nats.kill9()
    rmSync(join(this.folder, 'nats', 'jetstream'), { recursive: true, force: true })
    await this.nats.restart()
  }

  async stop(): Promise<void> {
    await Promise.all([this.postgres.stop(), this.nats.stop()])
    rmSync(this.folder, { recursive: true, force: true })
  }
}

interface Served {
  readonly app: INestMicroservice
  readonly bus: Bus
}

export class SimHub {
  readonly custody: SimCustody
  readonly identity = new SimIdentity()
  readonly schema = `t_${randomBytes(6).toString('hex')}`
  readonly #served: Served[] = []
  #settlement: { app: INestMicroservice; platform: Platform } | undefined
  /** How far the hub's own clock is off, and which ledgers it does not follow because they stand still. */
  wallShiftMs = 0
  readonly halted = new Set<SimLedger>()
  /** The hub's own time follows the slowest running ledger's, as the wall does. */
  readonly #wall = {
    now: (): Time => {
      const running = this.ledgers.filter((ledger) => !this.halted.has(ledger)).map((ledger) => ledger.now())
      return (Math.min(...running) + this.wallShiftMs) as Time
    },
  }

  private constructor(
    readonly servers: SimServers,
    readonly ledgers: readonly SimLedger[],
    readonly nouns: readonly Type<object>[],
    /** What settlement starts with the next time. */
    public terms: Terms,
    readonly bus: Bus,
  ) {
    this.custody = new SimCustody(ledgers)
  }

  static async start(
    servers: SimServers,
    options: {
      readonly nouns: readonly Type<object>[]
      readonly terms?: Partial<Terms>
      readonly names?: readonly string[]
      readonly registrars?: readonly Key[]
    },
  ): Promise<SimHub> {
    const suffix = randomBytes(3).toString('hex')
    const start = 1_900_000_000_000 as Time
    const names = options.names ?? ['east', 'west']
    const ledgers = names.map(
      (name, index) => new SimLedger(`${name}-${suffix}`, keyOf(`seal of ${name}`), start, options.registrars?.[index]),
    )
    const bus = await servers.bus(`caller-${suffix}`)
    const hub = new SimHub(servers, ledgers, options.nouns, { ...DEFAULT_TERMS, ...options.terms }, bus)
    for (const ledger of ledgers) {
      for (const key of [ARBITER, FEE]) await open(ledger, key)
      await hub.#publishes(ledger)
      await hub.#serve(SimLedgerController, SimLedger, ledger, { group: ledger.name, address: ledger.name })
    }
    await hub.#serve(SimCustodyController, SimCustody, hub.custody, { group: 'custody' })
    await hub.#serve(SimIdentityController, SimIdentity, hub.identity, { group: 'identity' })
    await hub.startSettlement()
    return hub
  }

  /** Settlement as a process would start: outbox, watchers, what was owed. */
  async startSettlement(): Promise<void> {
    const bus = await this.servers.bus('settlement')
    const database = await openDatabase(
      createDatabase({
        url: this.servers.postgres.url,
        schema: this.schema,
        migrations: [...platformMigrations, ...settlementMigrations],
      }),
    )
    const performers = new Performers()
    let offset = 0
    const store = { load: () => offset, save: (value: number) => void (offset = value) }
    const platform: Platform = {
      name: 'settlement',
      settings: loadSettings({
        HUITONG_DATA: this.servers.folder,
        HUITONG_MASTER_KEY: '5a'.repeat(32),
        HUITONG_LEDGERS: this.ledgers.map(({ name }) => name).join(','),
      }),
      clock: new SandboxClock(store, this.#wall),
      entropy: systemEntropy,
      verifier: nativeVerifier,
      bus,
      streams: new Streams(bus),
      health: new Health('settlement'),
      database,
      performers,
      outbox: new OutboxWorker(database, performers, { name: 'settlement' }),
    }
    const root = {
      module: class Root {},
      imports: [PlatformModule.of(platform), SettlementModule.of({ terms: () => this.terms, nouns: this.nouns })],
    }
    const app = await NestFactory.createMicroservice(root, {
      strategy: new BusServer({ bus, group: 'settlement' }),
      logger: ['error'],
      abortOnError: false,
    })
    await app.listen()
    platform.outbox?.start()
    app.get(Watchers).start()
    await app.get(EffectPerformers).resume()
    this.#settlement = { app, platform }
  }

  /** Ends settlement as a stop does; what it owed waits in the outbox. */
  async stopSettlement(): Promise<void> {
    const running = this.#settlement
    if (running === undefined) return
    this.#settlement = undefined
    await running.platform.outbox?.stop()
    await running.app.close()
    await running.platform.bus.close()
    await running.platform.database?.destroy()
  }

  get platform(): Platform {
    invariant(this.#settlement !== undefined, 'settlement runs')
    return this.#settlement.platform
  }

  get app(): INestMicroservice {
    invariant(this.#settlement !== undefined, 'settlement runs')
    return this.#settlement.app
  }

  /** Time passes everywhere, and shows on the ledgers that run. */
  async advance(milliseconds: number): Promise<void> {
    for (const ledger of this.ledgers) if (!this.halted.has(ledger)) await ledger.advance(milliseconds)
  }

  async stop(): Promise<void> {
    await this.stopSettlement()
    for (const { app, bus } of this.#served.toReversed()) {
      await app.close()
      await bus.close()
    }
    await this.bus.close()
  }

  /** Blocks go out on the ledger's stream: a hint that watchers may lose without harm. */
  async #publishes(ledger: SimLedger): Promise<void> {
    const streams = new Streams(this.bus)
    const limits = { maxBytes: 10_000_000, maxAgeMs: 3_600_000, discard: 'old' } as const
    await streams.ensure({ name: `BLOCKS_${ledger.name}`, subjects: [`blocks.${ledger.name}`], ...limits })
    ledger.onBlock = ({ header, transactions }) => {
      const message = concat(encodeSealedHeader(header), ...transactions)
      void streams.publish(`blocks.${ledger.name}`, message, { id: blockHashOf(header) })
    }
  }

  async #serve<T extends object>(
    controller: Type<object>,
    token: Type<T> | (abstract new (...given: never[]) => T),
    value: T,
    at: { readonly group: string; readonly address?: string },
  ): Promise<void> {
    const bus = await this.servers.bus(at.group)
    @Module({ controllers: [controller], providers: [{ provide: token, useValue: value }] })
    class Served {}
    const app = await NestFactory.createMicroservice(Served, { strategy: new BusServer({ bus, ...at }), logger: ['error'] })
    await app.listen()
    this.#served.push({ app, bus })
  }
}

/** The actor of a party's own key. */
export const actorOf = (party: string): Actor => ({ key: `key_${party}`, party, scopes: ['trade', 'orders', 'read'] })
export const ADMIN: Actor = { key: 'key_admin', scopes: ['admin'] }

export const partyId = (name: string): string => `pty_${Buffer.from(name.padEnd(16, '.')).toString('hex').slice(0, 32)}`

/** Waits until `condition` holds; fails after `withinMs` with the sentence. */
export async function until(sentence: string, condition: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs
  while (Date.now() < end) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`still not true after ${withinMs} ms: ${sentence}`)
}
