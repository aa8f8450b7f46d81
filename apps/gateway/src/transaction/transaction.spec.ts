// Submission over HTTP: one or many, each with what became of it.
import 'reflect-metadata'
import { encodeProven, encodeStatuses } from '@huitong/contracts'
import { type TxId, err, ok } from '@huitong/primitives'
import request from 'supertest'
import { type Edge, keyOf, startEdge } from '../testing/edge.js'
import { RECEIPT } from '../testing/routes-ledger.js'
import { branded, h32 } from '../testing/samples.js'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
})
afterAll(() => edge.close())

const submit = (body: object, path = '/v1/ledgers/east/transactions'): request.Test =>
  request(edge.url)
    .post(path)
    .set('Authorization', `Bearer ${keyOf('pay')}`)
    .send(body)
const idOf = (byte: number): TxId => branded<TxId>(h32(byte))

describe('submitting transactions', () => {
  it('answers one outcome per transaction, in the order of the request', async () => {
    const statuses = encodeStatuses([
      { outcome: 'committed', id: idOf(1), height: 7, index: 0 },
      { outcome: 'replayed', id: idOf(2), height: 3, index: 9 },
      { outcome: 'refused', id: idOf(3), code: 'coin_unknown', detail: 'spent' },
      { outcome: 'refused', id: undefined, code: 'truncated' },
      { outcome: 'unknown', id: idOf(5) },
    ])
    edge.bus.onSubmit(() => Promise.resolve(ok(statuses)))
    const response = await submit({ transactions: ['01', '02', '03', '04', '05'] })
    expect(response.status).toBe(200)
    expect(response.body).toEqual({
      items: [
        { outcome: 'committed', id: h32(1), height: 7, index: 0 },
        { outcome: 'replayed', id: h32(2), height: 3, index: 9 },
        { outcome: 'refused', id: h32(3), code: 'coin_unknown', detail: 'spent' },
        { outcome: 'refused', code: 'truncated' },
        { outcome: 'unknown', id: h32(5) },
      ],
    })
  })

  it('answers receipts to whoever asks for them', async () => {
    const statuses = encodeStatuses([{ outcome: 'committed', id: idOf(1), height: 7, index: 0 }])
    edge.bus.onSubmit((_, subject) =>
      Promise.resolve(subject.endsWith('proven') ? ok(encodeProven(statuses, [JSON.stringify(RECEIPT)])) : err('internal')),
    )
    const response = await submit({ transaction: '01', receipts: true })
    expect(response.body).toEqual({ items: [{ outcome: 'committed', id: h32(1), height: 7, index: 0, receipt: RECEIPT }] })
  })

  it.each([
    ['unavailable', 503],
    ['timeout', 504],
    ['internal', 502],
  ] as const)('is refused as a whole when the bus says %s of all of it', async (code, status) => {
    edge.bus.onSubmit(() => Promise.resolve(err(code)))
    const response = await submit({ transaction: '01' })
    expect([response.status, response.body.code]).toEqual([status, code])
  })

  it('says of each what is known when only one envelope got lost', async () => {
    let envelopes = 0
    edge.bus.onSubmit(() => {
      envelopes += 1
      if (envelopes === 1) return Promise.resolve(err('timeout'))
      return Promise.resolve(ok(encodeStatuses([{ outcome: 'committed', id: idOf(1), height: 7, index: 0 }])))
    })
    const response = await submit({ transactions: Array.from({ length: 65 }, () => '01') })
    expect(response.body.items[0]).toEqual({ outcome: 'unknown', code: 'timeout' })
    expect(response.body.items[64]).toEqual({ outcome: 'committed', id: h32(1), height: 7, index: 0 })
  })

  it.each([
    {},
    { transaction: '01', transactions: ['01'] },
    { transactions: [] },
    { transaction: '0' },
    { transaction: 'zz' },
    { transactions: ['01', 5] },
  ])('refuses %j', async (body) => {
    const response = await submit(body)
    expect([response.status, response.body.code]).toEqual([400, 'malformed'])
  })

  it('knows the ledgers of the hub', async () => {
    const response = await submit({ transaction: '01' }, '/v1/ledgers/north/transactions')
    expect([response.status, response.body.code]).toEqual([404, 'ledger_unknown'])
  })
})
