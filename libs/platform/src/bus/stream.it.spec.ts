// Streams on a real NATS: ids, expected positions, limits, reading in order, poison, and the loss of everything NATS keeps.
import { utf8 } from '@huitong/primitives'
import { type TestNats, startNats, until } from '../testing/servers.js'
import { Bus } from './bus.js'
import { type Follower, PoisonMessage, follow } from './follow.js'
import { type StreamMessage, type StreamPosition, type StreamSpec, Streams } from './stream.js'

let nats: TestNats
let bus: Bus
let streams: Streams
const followers: Follower[] = []
let number = 0

const fresh = (more: Partial<StreamSpec> = {}): StreamSpec => {
  const name = `S${++number}`
  return { name, subjects: [`s${number}.>`], maxBytes: 1_000_000, maxAgeMs: 3_600_000, discard: 'old', ...more }
}
const text = (message: StreamMessage): string => new TextDecoder().decode(message.data)

beforeAll(async () => {
  nats = await startNats()
  bus = await Bus.connect({ url: nats.url, role: 'streams' })
  streams = new Streams(bus)
})

afterEach(async () => {
  for (const follower of followers.splice(0)) await follower.stop()
})

afterAll(async () => {
  await bus.close()
  await nats.stop()
})

interface Reader {
  readonly seen: string[]
  position: StreamPosition | undefined
  readonly parked: string[]
}

function read(
  stream: string,
  more: { from?: StreamPosition; take?: (message: StreamMessage) => void; attempts?: number; filter?: string } = {},
): Reader {
  const reader: Reader = { seen: [], position: more.from, parked: [] }
  followers.push(
    follow(streams, {
      stream,
      ...(more.attempts === undefined ? {} : { attempts: more.attempts }),
      ...(more.filter === undefined ? {} : { filter: more.filter }),
      position: async () => reader.position,
      take: async (message) => {
        more.take?.(message)
        reader.seen.push(text(message))
        reader.position = { epoch: message.epoch, sequence: message.sequence }
      },
      park: async (message) => {
        reader.parked.push(text(message))
        reader.position = { epoch: message.epoch, sequence: message.sequence }
      },
    }),
  )
  return reader
}

it('drops a second message with the same id and holds the publisher to its expected position', async () => {
  const spec = fresh()
  await streams.ensure(spec)
  await streams.ensure(spec)
  const subject = `s${number}.a`
  expect(await streams.publish(subject, utf8('one'), { id: 'i1', expectLast: 0 })).toEqual({
    ok: true,
    value: { sequence: 1, isDuplicate: false },
  })
  expect(await streams.publish(subject, utf8('one'), { id: 'i1' })).toEqual({
    ok: true,
    value: { sequence: 1, isDuplicate: true },
  })
  expect(await streams.publish(subject, utf8('two'), { id: 'i2', expectLast: 0 })).toMatchObject({ code: 'position_changed' })
  expect(await streams.publish(subject, utf8('two'), { id: 'i2', expectLast: 1 })).toMatchObject({ value: { sequence: 2 } })
  expect(await streams.position(spec.name)).toMatchObject({ sequence: 2 })
  const last = await streams.last(spec.name)
  expect(last).toMatchObject({ sequence: 2, id: 'i2', subject })
  expect(last && text(last)).toBe('two')
})

it('answers unavailable where no stream takes the subject, and stream_full where new messages are refused', async () => {
  expect(await streams.publish('nowhere.at.all', utf8('x'), { id: 'n' })).toMatchObject({ code: 'unavailable' })
  const spec = fresh({ discard: 'new', maxBytes: 2_000 })
  await streams.ensure(spec)
  expect(await streams.last(spec.name)).toBeUndefined()
  const publish = (id: string) => streams.publish(`s${number}.a`, new Uint8Array(1_500), { id })
  expect(await publish('f1')).toMatchObject({ ok: true })
  expect(await publish('f2')).toMatchObject({ code: 'stream_full' })
})

it('reads in order from the start, from a position, and what comes later; a filter leaves out the rest', async () => {
  const spec = fresh()
  const prefix = `s${number}`
  await streams.ensure(spec)
  for (let n = 1; n <= 300; n++)
    await streams.publish(`${prefix}.${n % 2 === 0 ? 'even' : 'odd'}`, utf8(String(n)), { id: `r${number}.${n}` })
  const all = read(spec.name)
  const even = read(spec.name, { filter: `${prefix}.even` })
  const { epoch } = await streams.position(spec.name)
  const tail = read(spec.name, { from: { epoch, sequence: 298 } })
  await until('all are read', () => all.seen.length === 300 && even.seen.length === 150 && tail.seen.length === 2)
  expect(all.seen).toEqual(Array.from({ length: 300 }, (_, n) => String(n + 1)))
  expect(tail.seen).toEqual(['299', '300'])
  await streams.publish(`${prefix}.even`, utf8('later'), { id: `r${number}.later` })
  await until('the later one is read', () => [all, even, tail].every(({ seen }) => seen.at(-1) === 'later'))
})

it('parks what can never be taken, at once or after its attempts, and goes on; waits for a database that is away', async () => {
  const spec = fresh()
  await streams.ensure(spec)
  for (const word of ['good', 'poison', 'stubborn', 'away', 'end'])
    await streams.publish(`s${number}.a`, utf8(word), { id: `p${number}.${word}` })
  let away = 4
  let stubborn = 0
  let poisoned = 0
  const reader = read(spec.name, {
    attempts: 2,
    take: (message) => {
      if (text(message) === 'poison' && ++poisoned > 0) throw new PoisonMessage('not readable')
      if (text(message) === 'stubborn' && ++stubborn > 0) throw new Error('a bug')
      if (text(message) === 'away' && away-- > 0) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
    },
  })
  await until('the end is read', () => reader.seen.includes('end'))
  expect(reader.seen).toEqual(['good', 'away', 'end'])
  expect(reader.parked).toEqual(['poison', 'stubborn'])
  expect({ poisoned, stubborn }).toEqual({ poisoned: 1, stubborn: 2 })
})

it('goes on after a restart, and begins anew when everything NATS kept is lost', async () => {
  const spec = fresh()
  const subject = `s${number}.a`
  await streams.ensure(spec)
  const reader = read(spec.name)
  const publish = async (word: string): Promise<void> => {
    await until('it is published', async () => (await streams.publish(subject, utf8(word), { id: `w${number}.${word}` })).ok)
  }
  for (const word of ['one', 'two', 'three']) await publish(word)
  await until('three are read', () => reader.seen.length === 3)

  await nats.kill()
  await until('the loss is noticed', () => !bus.isConnected)
  expect(await streams.publish(subject, utf8('x'), { id: 'x' })).toMatchObject({ code: 'unavailable' })
  await nats.restart()
  await publish('four')
  await until('the fourth is read', () => reader.seen.at(-1) === 'four')
  expect(reader.seen).toEqual(['one', 'two', 'three', 'four'])

  const { epoch } = await streams.position(spec.name)
  await nats.kill()
  nats.wipe()
  await nats.restart()
  await publish('after')
  await until('the first of the new stream is read', () => reader.seen.at(-1) === 'after')
  expect(reader.seen).toEqual(['one', 'two', 'three', 'four', 'after'])
  const position = await streams.position(spec.name)
  expect(position).toMatchObject({ sequence: 1 })
  expect(position.epoch).not.toBe(epoch)
})
