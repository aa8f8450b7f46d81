// Files of evidence are destroyed when their time is over: not while the dispute goes on, not before the time, then for good and on the audit log.
import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { type WireDispute, addEvidence, putEvidencePiece, readEvidence } from '@huitong/contracts'
import { type OrderWorld, valueOf } from '../testing/order-world.js'
import { orderWorldForEach } from '../testing/order-stage.js'
import { actorOf, until } from '../testing/sim-hub.js'
import { EvidenceRetention } from './retention.js'

const DAY = 24 * 3_600_000
let world: OrderWorld

orderWorldForEach((made) => {
  world = made
})

const stored = async (sql: string): Promise<readonly Record<string, unknown>[]> => world.hub.platform.database?.query(sql) ?? []
const destroy = () => world.hub.app.get(EvidenceRetention, { strict: false }).destroy()

async function disputedWithFile(): Promise<{
  readonly dispute: WireDispute
  readonly leg: { readonly ledger: string; readonly coordinate?: string }
}> {
  const order = await world.funded()
  const asked = valueOf(await world.openDispute(order, world.buyer))
  await world.reachDispute(asked.id, 'OPEN')
  const bytes = Buffer.from('the vase has a crack')
  const actor = actorOf(world.buyer.party)
  const upload = createHash('sha256').update(asked.id).digest('hex').slice(0, 32)
  valueOf(await world.hub.bus.call(putEvidencePiece, { id: asked.id, upload, index: 0, data: bytes.toString('base64'), actor }))
  const file = {
    name: 'crack.txt',
    mediaType: 'text/plain',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  } as const
  const dispute = valueOf(
    await world.hub.bus.call(addEvidence, { id: asked.id, upload, ...file, actor, idempotencyKey: world.key() }),
  )
  const [leg] = (await world.get(order)).milestones[0]?.legs ?? []
  if (leg === undefined) throw new Error('a leg')
  return { dispute, leg }
}
const look = ({ id, evidence }: WireDispute) =>
  world.hub.bus.call(readEvidence, { id, evidence: evidence[0]?.id ?? '', index: 0, actor: actorOf(world.shop.party) })

it('keeps the files of a dispute until its time after the end is over, then destroys pieces and key, and says so', async () => {
  const { dispute, leg } = await disputedWithFile()
  const going = await disputedWithFile()
  await world.spend(leg, { kind: 'refund', amount: 10_000n }, { keys: [world.shop.key] })
  await world.reachDispute(dispute.id, 'MOOT')
  expect(await destroy()).toEqual([])
  valueOf(await look(dispute))
  const keptMs = world.hub.terms.evidenceKeptMs
  expect(keptMs).toBe(180 * DAY)
  // the other case is ended by the ledger's own default meanwhile, a day before the first one's time is over
  await world.advanceTo(world.now() + DAY)
  await until('the other is over', async () => (await world.dispute(going.dispute.id)).state === 'MOOT')
  await world.advanceTo(world.now() + keptMs - DAY + 60_000)
  expect(await destroy()).toEqual([dispute.id])
  expect(await destroy()).toEqual([])
  expect(await look(dispute)).toMatchObject({ code: 'evidence_unknown' })
  valueOf(await look(going.dispute))
  // what the case says of the file stays, and its hash with it
  expect((await world.dispute(dispute.id)).evidence).toEqual(dispute.evidence)
  expect(await stored('select dispute from evidence_key')).toHaveLength(1)
  expect(await stored('select dispute from evidence_piece')).toHaveLength(1)
  const said = await stored(
    `select subject from audit_pending where action = 'evidence.destroyed' union all select subject from audit_log where action = 'evidence.destroyed'`,
  )
  expect(said).toEqual([{ subject: dispute.id }])
  await world.advanceTo(world.now() + 2 * DAY)
  expect(await destroy()).toEqual([going.dispute.id])
})
