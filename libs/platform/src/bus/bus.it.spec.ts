// The bus over a real NATS: good answers, every failure as a code, bounded work, drain, reconnect.
import 'reflect-metadata'
import { type Answer, bytesCommand, command } from '@huitong/contracts'
import { type Bytes, err, ok, utf8 } from '@huitong/primitives'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Controller, type INestMicroservice, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Type } from 'class-transformer'
import { IsString, Matches, ValidateNested } from 'class-validator'
import { type TestNats, startNats, until } from '../testing/servers.js'
import { metrics } from '../metrics.js'
import { currentTrace, inTrace } from '../trace.js'
import { Bus } from './bus.js'
import { Handle, HandleBytes } from './handle.js'
import { BusServer } from './server.js'

class Money {
  @Matches(/^[1-9][0-9]{0,18}$/) amount!: string
}
class Pay {
  @IsString() mode!: string
  @ValidateNested() @Type(() => Money) money!: Money
}
class Nothing {}

const pay = command<{ paid: string; trace?: string }>()({
  subject: 'test.pay',
  request: Pay,
  codes: ['broke'],
  deadlineMs: 2_000,
})
const ping = command<string>()({ subject: 'test.{to}.ping', request: Nothing })
const nobody = command<string>()({ subject: 'test.nobody', request: Nothing })
const slow = command<string>()({ subject: 'test.slow', request: Nothing, deadlineMs: 5_000 })
const health = command<string>()({ subject: 'health.vault', request: Nothing })
const sign = command<string>()({ subject: 'vault.sign', request: Pay })
const echo = bytesCommand({ subject: 'test.{to}.echo' })

@Injectable()
class Slow {
  readonly release: (() => void)[] = []
  wait(): Promise<void> {
    return new Promise((resolve) => void this.release.push(resolve))
  }
}

@Controller()
class Desk {
  constructor(private readonly slow: Slow) {}

  @Handle(pay)
  pay(request: Pay): Answer<{ paid: string; trace?: string }, 'broke'> | Promise<Answer<{ paid: string }, 'broke'>> {
    if (request.mode === 'broke') return err('broke', 'no money', 'money')
    if (request.mode === 'throw') throw new Error('the desk fell over')
    if (request.mode === 'reject') return Promise.reject(new Error('the desk fell over later'))
    if (request.mode === 'lie') return err<never>('unheard' as never)
    if (request.mode === 'again') return { ...ok({ paid: request.money.amount }), replayed: true }
    return ok({ paid: request.money.amount, trace: currentTrace()?.traceId ?? '' })
  }

  @Handle(ping)
  ping(): Answer<string, never> {
    return ok('pong')
  }

  @Handle(slow)
  async wait(): Promise<Answer<string, never>> {
    await this.slow.wait()
    return ok('done')
  }

  @HandleBytes(echo)
  async echo(bytes: Bytes): Promise<Bytes> {
    if (bytes.length === 0) throw new Error('nothing to say')
    return bytes
  }
}

@Module({ controllers: [Desk], providers: [Slow] })
class DeskModule {}

let nats: TestNats
let bus: Bus
let serverBus: Bus
let app: INestMicroservice

async function serve(limits: { running?: number; waiting?: number } = {}): Promise<INestMicroservice> {
  const strategy = new BusServer({ bus: serverBus, group: 'desk', address: 'east', ...limits })
  const created = await NestFactory.createMicroservice(DeskModule, { strategy, logger: false })
  await created.listen()
  return created
}

beforeAll(async () => {
  nats = await startNats()
  bus = await Bus.connect({ url: nats.url, role: 'caller' })
  serverBus = await Bus.connect({ url: nats.url, role: 'desk' })
  app = await serve()
})

afterAll(async () => {
  await app.close()
  await bus.close()
  await serverBus.close()
  await nats.stop()
})

const request = (mode: string, amount = '5'): Pay => ({ mode, money: { amount } })

describe('call', () => {
  it('answers a value, a code of the contract with detail and field, and passes on that an answer is replayed', async () => {
    expect(await bus.call(pay, request('good'))).toMatchObject({ ok: true, value: { paid: '5' } })
    expect(await bus.call(pay, request('broke'))).toEqual({ ok: false, code: 'broke', detail: 'no money', field: 'money' })
    expect(await bus.call(pay, request('again'))).toEqual({ ok: true, value: { paid: '5' }, replayed: true })
  })

  it.each(['throw', 'reject', 'lie'])('answers internal when the handler does %s', async (mode) => {
    expect(await bus.call(pay, request(mode))).toMatchObject({ ok: false, code: 'internal' })
  })

  it.each([
    ['a nested field', request('good', '-1'), 'money.amount'],
    ['a field nobody declared', { ...request('good'), extra: 1 }, 'extra'],
    ['a field of a wrong type', { ...request('good'), mode: 7 }, 'mode'],
    ['a missing field', { money: { amount: '1' } }, 'mode'],
  ])('answers malformed with its name for %s', async (_name, body, field) => {
    expect(await bus.call(pay, body as Pay)).toMatchObject({ ok: false, code: 'malformed', field })
  })

  it('reaches an addressed service, and answers unavailable at once where nobody listens', async () => {
    expect(await bus.call(ping, {}, { to: 'east' })).toEqual(ok('pong'))
    const start = Date.now()
    expect(await bus.call(ping, {}, { to: 'west' })).toMatchObject({ code: 'unavailable' })
    expect(await bus.call(nobody, {})).toMatchObject({ code: 'unavailable' })
    expect(Date.now() - start).toBeLessThan(1_000)
    await expect(bus.call(ping, {}, { to: 'a.b' })).rejects.toThrow(TypeError)
  })

  it('answers timeout when the deadline passes first', async () => {
    expect(await bus.call(slow, {}, { deadlineMs: 50 })).toEqual({ ok: false, code: 'timeout' })
    for (const release of app.get(Slow).release.splice(0)) release()
  })

  it('carries the trace to the other side', async () => {
    const [there, here] = await inTrace(undefined, async () => [await bus.call(pay, request('good')), currentTrace()?.traceId])
    expect(there).toMatchObject({ value: { trace: here } })
  })
})

describe('submit', () => {
  it('carries bytes both ways and a failure as a code', async () => {
    expect(await bus.submit(echo, utf8('envelope'), { to: 'east' })).toEqual({ ok: true, value: Buffer.from('envelope') })
    expect(await bus.submit(echo, new Uint8Array(), { to: 'east' })).toEqual({ ok: false, code: 'internal' })
    expect(await bus.submit(echo, utf8('x'), { to: 'west' })).toMatchObject({ code: 'unavailable' })
  })
})

describe('the server', () => {
  it('refuses at once what its queue cannot hold, and finishes what it took before it stops', async () => {
    await app.close()
    app = await serve({ running: 1, waiting: 1 })
    const first = bus.call(slow, {})
    await until('the first request runs', () => app.get(Slow).release.length === 1)
    const second = bus.call(slow, {})
    await bus.connection.flush()
    expect(await bus.call(pay, request('good'))).toMatchObject({ code: 'unavailable' })
    const closing = app.close()
    app.get(Slow).release[0]?.()
    await until('the second request runs', () => app.get(Slow).release.length === 2)
    expect(await bus.call(pay, request('good'))).toMatchObject({ code: 'unavailable' })
    app.get(Slow).release[1]?.()
    expect(await first).toEqual(ok('done'))
    expect(await second).toEqual(ok('done'))
    await closing
    app = await serve()
  })

  it('lets those go who wait for an answer of a process that has begun anew, and nobody else', async () => {
    const [caller, silent, fresh] = await Promise.all(
      ['caller', 'mute', 'mute'].map((role) => Bus.connect({ url: nats.url, role })),
    )
    if (caller === undefined || silent === undefined || fresh === undefined) throw new Error('three connections')
    silent.connection.subscribe('mute.ask')
    silent.connection.subscribe('ledger.mute.ask')
    await silent.connection.flush()
    const ask = command<string>()({ subject: 'mute.ask', request: Nothing, deadlineMs: 10_000 })
    const other = command<string>()({ subject: 'ledger.{to}.ask', request: Nothing, deadlineMs: 2_000 })
    const begun = performance.now()
    const [asked, unasked] = [caller.call(ask, {}), caller.call(other, {}, { to: 'mute' })]
    await caller.connection.flush()
    fresh.begun('mute')
    expect(await asked).toMatchObject({ ok: false, code: 'timeout', detail: 'mute has begun anew' })
    expect(performance.now() - begun).toBeLessThan(1_500)
    expect(await unasked).toMatchObject({ ok: false, code: 'timeout' })
    expect(performance.now() - begun).toBeGreaterThan(1_900)
    await Promise.all([caller, silent, fresh].map((one) => one.close()))
  })

  it('serves again after NATS was killed and restarted; a call made meanwhile waits for it', async () => {
    await nats.kill()
    await until('the loss is noticed', () => !bus.isConnected && !serverBus.isConnected)
    expect(await bus.call(ping, {}, { to: 'east', deadlineMs: 100 })).toMatchObject({ code: 'unavailable' })
    const waiting = bus.call(nobody, {}, { deadlineMs: 10_000 })
    await nats.restart()
    expect(await waiting).toMatchObject({ code: 'unavailable', detail: 'nobody answers' })
    await until('both are back', async () => (await bus.call(ping, {}, { to: 'east' })).ok)
  })
})

describe('a request that wants its answer outside of the inboxes of those who may ask', () => {
  let guarded: INestMicroservice
  let forger: Bus
  const handled: Pay[] = []

  @Controller()
  class Vault {
    @Handle(sign)
    sign(asked: Pay): Answer<string, never> {
      handled.push(asked)
      return ok('signed')
    }

    @Handle(health)
    health(): Answer<string, never> {
      return ok('well')
    }
  }
  @Module({ controllers: [Vault] })
  class VaultModule {}

  beforeAll(async () => {
    const strategy = new BusServer({ bus: serverBus, group: 'vault', callers: ['caller'] })
    guarded = await NestFactory.createMicroservice(VaultModule, { strategy, logger: false })
    await guarded.listen()
    forger = await Bus.connect({ url: nats.url, role: 'forger' })
  })
  afterAll(async () => {
    await guarded.close()
    await forger.close()
  })
  beforeEach(() => void handled.splice(0))

  const foreign = async (): Promise<number> =>
    (await metrics.foreign.get()).values.find(({ labels }) => labels.subject === 'vault.sign')?.value ?? 0

  /** The forged message is followed by a good one: once that is answered, the other has had its turn. */
  async function settled(): Promise<void> {
    expect(await bus.call(sign, request('good'))).toEqual(ok('signed'))
  }

  it('does not concern health, which everybody may ask for', async () => {
    expect(await forger.call(health, {})).toEqual(ok('well'))
    expect(await forger.call(sign, request('good'), { deadlineMs: 200 })).toMatchObject({ code: 'timeout' })
  })

  it.each([
    ['nowhere', undefined],
    ["at another service's door", 'custody.sign'],
    ['in an inbox of somebody else', '_INBOX_forger.1'],
    ['in an inbox with a name that only begins alike', '_INBOX_callers.1'],
  ])('is refused: %s', async (_name, reply) => {
    const before = await foreign()
    const answers: string[] = []
    const subscription = bus.connection.subscribe(reply ?? 'unused', {
      callback: (_error, { subject }) => void answers.push(subject),
    })
    await bus.connection.flush()
    forger.connection.publish('vault.sign', utf8(JSON.stringify(request('forged'))), reply === undefined ? {} : { reply })
    await forger.connection.flush()
    await settled()
    subscription.unsubscribe()
    expect(handled).toEqual([request('good')])
    expect(answers).toEqual([])
    expect(await foreign()).toBe(before + 1)
  })

  it.each([AckPolicy.None, AckPolicy.Explicit])(
    'is refused: an event that a stream was asked to deliver (%s)',
    async (ack_policy) => {
      const before = await foreign()
      const jsm = await jetstreamManager(forger.connection)
      await jsm.streams.add({ name: 'FORGED', subjects: ['forged.>'] })
      await jsm.consumers.add('FORGED', { name: 'aimed', deliver_subject: 'vault.sign', deliver_group: 'vault', ack_policy })
      await jetstream(forger.connection).publish('forged.it', utf8(JSON.stringify(request('forged'))))
      await until('the stream has delivered it', async () => (await foreign()) === before + 1)
      await settled()
      expect(handled).toEqual([request('good')])
      await jsm.streams.delete('FORGED')
    },
  )
})

describe('with a user of its own', () => {
  it('may use its subjects and its inbox only', async () => {
    const user = (name: string, rights: string): string => `{ user: ${name}, password: pw-${name}, permissions: { ${rights} } }`
    const guarded = await startNats(`authorization { users: [
      ${user('desk', 'subscribe: ["test.pay"], publish: ["_INBOX_caller.>"]')}
      ${user('caller', 'subscribe: ["_INBOX_caller.>"], publish: ["test.pay"]')}
      ${user('guest', 'subscribe: ["_INBOX_guest.>"], publish: ["test.other"]')}
    ] }`)
    const connect = (role: string): Promise<Bus> => Bus.connect({ url: guarded.url, role, user: role, password: `pw-${role}` })
    const [desk, caller, guest] = await Promise.all(['desk', 'caller', 'guest'].map(connect))
    try {
      desk?.connection.subscribe('test.pay', {
        callback: (_error, message) => void message.respond(utf8('{"ok":true,"value":{"paid":"5"}}')),
      })
      await desk?.connection.flush()
      expect(await caller?.call(pay, request('good'))).toEqual(ok({ paid: '5' }))
      expect(await guest?.call(pay, request('good'), { deadlineMs: 500 })).toMatchObject({ code: 'unavailable' })
    } finally {
      for (const one of [desk, caller, guest]) await one?.close()
      await guarded.stop()
    }
  })
})
