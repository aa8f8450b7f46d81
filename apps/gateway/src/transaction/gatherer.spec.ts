// Gathering: many submissions, few envelopes, to each its own status.
import 'reflect-metadata'
import { type TransactionStatus, decodeEnvelope, encodeStatuses } from '@huitong/contracts'
import { type Bytes, type TxId, err, expectOk, hexOf, ok, sha256 } from '@huitong/primitives'
import { FakeBus } from '../testing/fake-bus.js'
import { GATHER_MAX, TransactionGatherer } from './gatherer.js'

const idOf = (bytes: Bytes): TxId => hexOf<TxId>(sha256(bytes))
const bytesOf = (number: number, length = 4): Bytes => {
  const bytes = new Uint8Array(length)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}
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
    const statuses = await Promise.all(all.map((bytes) => gatherer.submit('east', bytes)))
    statuses.forEach((status, number) => expect(expectOk(status, 'status').id).toBe(idOf(all[number] ?? bytesOf(0))))
    const sizes = bus.envelopes.map(({ bytes }) => expectOk(decodeEnvelope(bytes), 'envelope').length)
    expect(sizes).toEqual([GATHER_MAX, GATHER_MAX, 150 - 2 * GATHER_MAX])
  })

  it('does not wait for others longer than a moment', async () => {
    const gatherer = new TransactionGatherer(new FakeBus().onSubmit(ledger))
    expect((await gatherer.submit('east', bytesOf(1))).ok).toBe(true)
  })

  it('keeps ledgers apart', async () => {
    const bus = new FakeBus().onSubmit(ledger)
    const gatherer = new TransactionGatherer(bus)
    await Promise.all([gatherer.submit('east', bytesOf(1)), gatherer.submit('west', bytesOf(2))])
    expect(bus.envelopes.map(({ subject }) => subject).sort()).toEqual(['ledger.east.submit', 'ledger.west.submit'])
  })

  it('never makes an envelope larger than the bus carries', async () => {
    const bus = new FakeBus().onSubmit(ledger)
    const gatherer = new TransactionGatherer(bus)
    await Promise.all(Array.from({ length: 40 }, (_, number) => gatherer.submit('east', bytesOf(number, 65_535))))
    expect(bus.envelopes.length).toBeGreaterThan(4)
    for (const { bytes } of bus.envelopes) expect(bytes.length).toBeLessThan(600_000)
  })

  it.each(['timeout', 'unavailable', 'internal'] as const)(
    'tells everyone in the envelope when the bus says %s',
    async (code) => {
      const gatherer = new TransactionGatherer(new FakeBus().onSubmit(() => Promise.resolve(err(code))))
      const statuses = await Promise.all([gatherer.submit('east', bytesOf(1)), gatherer.submit('east', bytesOf(2))])
      expect(statuses).toEqual([err(code), err(code)])
    },
  )

  it('answers everyone, whatever the ledger sends back or the bus throws', async () => {
    const short = encodeStatuses([{ outcome: 'unknown', id: idOf(bytesOf(1)) }])
    for (const reply of [new Uint8Array([1, 2, 3]), short]) {
      const gatherer = new TransactionGatherer(new FakeBus().onSubmit(() => Promise.resolve(ok(reply))))
      const statuses = await Promise.all([gatherer.submit('east', bytesOf(1)), gatherer.submit('east', bytesOf(2))])
      expect(statuses.map((status) => status.ok || status.code)).toEqual(['internal', 'internal'])
    }
    const broken = new TransactionGatherer(new FakeBus().onSubmit(() => Promise.reject(new Error('gone'))))
    expect(await broken.submit('east', bytesOf(1))).toEqual(err('internal'))
  })
})
