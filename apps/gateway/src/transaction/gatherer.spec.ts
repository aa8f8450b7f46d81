// Gathering: many submissions, few envelopes, to each its own status.
import 'reflect-metadata'
import { type TransactionStatus, decodeEnvelope, encodeProven, encodeStatuses } from '@huitong/contracts'
import { type Bytes, type TxId, err, expectOk, hexOf, ok, sha256 } from '@huitong/primitives'
import { FakeBus } from '../testing/fake-bus.js'
import { GATHER_MAX, TransactionGatherer } from './gatherer.js'

const idOf = (bytes: Bytes): TxId => hexOf<TxId>(sha256(bytes))
const bytesOf = (number: number, length = 4): Bytes => {
  const bytes = new Uint8Array(length)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}
const east = { ledger: 'east', receipts: false }

/** A ledger that commits everything at height 7. */
const ledger = (bytes: Bytes): Promise<ReturnType<typeof ok<Bytes>>> => {
  const statuses = expectOk(decodeEnvelope(bytes), 'envelope').map((transaction, index): TransactionStatus => ({
    outcome: 'committed',
    id: idOf(transaction),
    height: 7,
    index,
  }))
  return Promise.resolve(ok(encodeStatuses(statuses)))
}

describe('the gatherer', () => {
  it('puts what comes together into full envelopes and gives each submitter its own status', async () => {
    const bus = new FakeBus().onSubmit(ledger)
    const gatherer = new TransactionGatherer(bus)
    const all = Array.from({ length: 150 }, (_, number) => bytesOf(number))
    const statuses = await Promise.all(all.map((bytes) => gatherer.submit(east, bytes)))
    statuses.forEach((status, number) => expect(expectOk(status, 'status').status.id).toBe(idOf(all[number] ?? bytesOf(0))))
    const sizes = bus.envelopes.map(({ bytes }) => expectOk(decodeEnvelope(bytes), 'envelope').length)
    expect(sizes).toEqual([GATHER_MAX, GATHER_MAX, 150 - 2 * GATHER_MAX])
  })

  it('does not wait for others longer than a moment', async () => {
    const gatherer = new TransactionGatherer(new FakeBus().onSubmit(ledger))
    expect((await gatherer.submit(east, bytesOf(1))).ok).toBe(true)
  })

  it('gathers while an envelope is under way, and sends at once when it is answered', async () => {
    let answerFirst = (): void => undefined
    const bus = new FakeBus().onSubmit(async (bytes) => {
      if (bus.envelopes.length === 1) await new Promise<void>((resolve) => (answerFirst = resolve))
      return ledger(bytes)
    })
    const gatherer = new TransactionGatherer(bus)
    const first = gatherer.submit(east, bytesOf(1))
    await new Promise(setImmediate)
    expect(bus.envelopes.length).toBe(1)
    const others = [gatherer.submit(east, bytesOf(2)), gatherer.submit(east, bytesOf(3))]
    answerFirst()
    await Promise.all([first, ...others])
    expect(bus.envelopes.map(({ bytes }) => expectOk(decodeEnvelope(bytes), 'envelope').length)).toEqual([1, 2])
  })

  it('hands out receipts to those who want them, in envelopes of their own', async () => {
    const bus = new FakeBus().onSubmit(async (bytes, subject) => {
      const statuses = expectOk(await ledger(bytes), 'statuses')
      return subject === 'ledger.east.submit' ? ok(statuses) : ok(encodeProven(statuses, ['{"n":1}', undefined]))
    })
    const gatherer = new TransactionGatherer(bus)
    const proven = { ledger: 'east', receipts: true }
    const answers = await Promise.all([
      gatherer.submit(proven, bytesOf(1)),
      gatherer.submit(east, bytesOf(2)),
      gatherer.submit(proven, bytesOf(3)),
    ])
    expect(answers.map((answer) => expectOk(answer, 'answer').receipt)).toEqual(['{"n":1}', undefined, undefined])
    expect(bus.envelopes.map(({ subject }) => subject).sort()).toEqual(['ledger.east.submit', 'ledger.east.submit-proven'])
  })

  it('keeps ledgers apart', async () => {
    const bus = new FakeBus().onSubmit(ledger)
    const gatherer = new TransactionGatherer(bus)
    await Promise.all([gatherer.submit(east, bytesOf(1)), gatherer.submit({ ledger: 'west', receipts: false }, bytesOf(2))])
    expect(bus.envelopes.map(({ subject }) => subject).sort()).toEqual(['ledger.east.submit', 'ledger.west.submit'])
  })

  it('never makes an envelope larger than the bus carries', async () => {
    const bus = new FakeBus().onSubmit(ledger)
    const gatherer = new TransactionGatherer(bus)
    await Promise.all(Array.from({ length: 40 }, (_, number) => gatherer.submit(east, bytesOf(number, 65_535))))
    expect(bus.envelopes.length).toBeGreaterThan(4)
    for (const { bytes } of bus.envelopes) expect(bytes.length).toBeLessThan(600_000)
  })

  it.each(['timeout', 'unavailable', 'internal'] as const)(
    'tells everyone in the envelope when the bus says %s',
    async (code) => {
      const gatherer = new TransactionGatherer(new FakeBus().onSubmit(() => Promise.resolve(err(code))))
      const statuses = await Promise.all([gatherer.submit(east, bytesOf(1)), gatherer.submit(east, bytesOf(2))])
      expect(statuses).toEqual([err(code), err(code)])
    },
  )

  it('answers everyone, whatever the ledger sends back or the bus throws', async () => {
    const short = encodeStatuses([{ outcome: 'unknown', id: idOf(bytesOf(1)) }])
    for (const reply of [new Uint8Array([1, 2, 3]), short]) {
      const gatherer = new TransactionGatherer(new FakeBus().onSubmit(() => Promise.resolve(ok(reply))))
      const statuses = await Promise.all([gatherer.submit(east, bytesOf(1)), gatherer.submit(east, bytesOf(2))])
      expect(statuses.map((status) => status.ok || status.code)).toEqual(['internal', 'internal'])
    }
    const broken = new TransactionGatherer(new FakeBus().onSubmit(() => Promise.reject(new Error('gone'))))
    expect(await broken.submit(east, bytesOf(1))).toEqual(err('internal'))
  })
})
