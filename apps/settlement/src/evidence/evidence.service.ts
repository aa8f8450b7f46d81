// Files in a case: taken in pieces, checked as a whole, entered under their hash; read by the sides of the case and by operators, every look logged.
import {
  type Actor,
  type AddEvidence,
  type Answer,
  DISPUTE_CODES,
  EVIDENCE_BYTES_MAX,
  EVIDENCE_CODES,
  EVIDENCE_PIECE_BYTES,
  type PutEvidencePiece,
  type ReadEvidence,
  type WireDispute,
  type WireEvidence,
} from '@huitong/contracts'
import { appendAudit, runCommand, runUnit } from '@huitong/platform'
import { type Result, err, ok } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { createHash } from 'node:crypto'
import { DataSource } from 'typeorm'
import { actorName } from '../access/access.js'
import { HubClock } from '../clock/hub-clock.js'
import { DealService } from '../deal/deal.service.js'
import { newId } from '../deal/id.js'
import type { Deal } from '../deal/kind.js'
import type { Unit } from '../deal/unit.js'
import type { DisputeDeal } from '../dispute/dispute.file.js'
import { disputeKind, isDecided } from '../dispute/dispute.kind.js'
import { DisputeService, disputeRefusal } from '../dispute/dispute.service.js'
import { EvidenceStore, type UploadAt } from './evidence.store.js'
import { isOfType } from './media-type.js'

type EvidenceCode = (typeof EVIDENCE_CODES)[number]
/** Files of one case: more than anybody can look at. */
const FILES_MAX = 64

@Injectable()
export class EvidenceService {
  constructor(
    private readonly disputes: DisputeService,
    private readonly deals: DealService,
    private readonly store: EvidenceStore,
    private readonly clock: HubClock,
    private readonly database: DataSource,
  ) {}

  async put(request: PutEvidencePiece): Promise<Answer<{ readonly size: number }, EvidenceCode>> {
    const found = await this.#concerned(request)
    if (!found.ok) return found
    if (isDecided(found.value.deal.state.dispute)) return err('wrong_state', 'the case is decided')
    const bytes = new Uint8Array(Buffer.from(request.data, 'base64'))
    if (bytes.length === 0) return err('evidence_incomplete', 'an empty piece')
    if (bytes.length > EVIDENCE_PIECE_BYTES) return err('evidence_too_large', 'a piece', 'data')
    const at = uploadOf(request)
    const size = await runUnit(this.database, { lostCommit: 'again' }, async (unit) => {
      if (request.index === 0) await this.store.forgetWaiting(unit)
      return this.store.put(unit, at, { index: request.index, bytes })
    })
    return size > EVIDENCE_BYTES_MAX ? err('evidence_too_large', `${EVIDENCE_BYTES_MAX} bytes at most`) : ok({ size })
  }

  async add(request: AddEvidence): Promise<Answer<WireDispute, EvidenceCode | (typeof DISPUTE_CODES)[number]>> {
    const { actor, idempotencyKey, upload: _upload, ...body } = request
    const found = await this.#concerned(request)
    if (!found.ok) return found
    const { speaker, by } = found.value
    // the name of the upload is no part of what is asked: the same file again under the same key is the same request
    const key = { scope: `dispute.evidence:${actor.key}`, key: idempotencyKey, body }
    return runCommand<WireDispute, EvidenceCode | (typeof DISPUTE_CODES)[number]>(this.database, key, async (unit) => {
      const at = uploadOf(request)
      if (found.value.deal.state.file.evidence.length >= FILES_MAX) return err('evidence_too_large', `${FILES_MAX} files at most`)
      const fault = await this.#fault(unit, at, request)
      if (fault !== undefined) return fault
      const { name, mediaType, size, sha256 } = request
      const evidence = { id: newId('evd'), at: this.clock.now(), party: speaker, name, mediaType, size, sha256 }
      await this.store.enter(unit, at, evidence.id)
      const event = { kind: 'show', evidence, ...(by === undefined ? {} : { by }) } as const
      const said = { id: request.id, event, by: { actor: actorName(actor), event: 'evidence' } }
      const applied = await this.deals.apply(unit, disputeKind, said)
      return applied.ok ? ok(await this.disputes.view(unit, applied.value, actor)) : disputeRefusal(applied)
    })
  }

  async read(
    request: ReadEvidence,
  ): Promise<Answer<{ readonly file: WireEvidence; readonly pieces: number; readonly data: string }, EvidenceCode>> {
    const found = await this.#concerned(request)
    if (!found.ok) return found
    const file = found.value.deal.state.file.evidence.find(({ id }) => id === request.evidence)
    if (file === undefined) return err('evidence_unknown', undefined, 'evidence')
    const { id: dispute, evidence, index, actor } = request
    return runUnit(this.database, { lostCommit: 'again' }, async (unit) => {
      const piece = await this.store.read(unit, { dispute, evidence, index })
      if (piece === undefined) return err<EvidenceCode>('evidence_unknown', 'no such piece', 'index')
      const detail = { evidence, sha256: file.sha256, reader: found.value.speaker }
      // a look begins with the first piece
      if (index === 0)
        await appendAudit(unit, {
          at: this.clock.now(),
          actor: actorName(actor),
          action: 'evidence.read',
          subject: dispute,
          detail,
        })
      return ok({ file, pieces: piece.pieces, data: Buffer.from(piece.bytes).toString('base64') })
    })
  }

  /** Buyer, merchant, or an operator: nobody else hands files in or looks at them, whatever else they may read. */
  async #concerned(request: { readonly id: string; readonly actor: Actor }): Promise<Result<Concerned, EvidenceCode>> {
    const found = await this.disputes.seen(request)
    if (!found.ok) return found
    const { buyer, merchant } = found.value.state.dispute.terms
    const { actor } = request
    const by = [buyer, merchant].find((party) => party === actor.party)
    const operator = actor.scopes.includes('operator') ? (actor.operator ?? actor.key) : undefined
    const speaker = by ?? operator
    if (speaker === undefined) return err('forbidden', 'files are for the sides of the case and for operators')
    return ok({ deal: found.value, speaker, ...(by === undefined ? {} : { by }) })
  }

  /** The whole upload, piece by piece: as long, of the hash and of the type that was said. */
  async #fault(unit: Unit, at: UploadAt, said: AddEvidence): Promise<ReturnType<typeof err<EvidenceCode>> | undefined> {
    const pieces = await this.store.pieces(unit, at)
    if (pieces === 0) return err('evidence_incomplete', 'pieces are missing', 'upload')
    const hash = createHash('sha256')
    let size = 0
    for (let index = 0; index < pieces; index++) {
      const bytes = await this.store.readUpload(unit, at, index)
      if (index === 0 && !isOfType(said.mediaType, bytes))
        return err('evidence_type_unsupported', `the file is no ${said.mediaType}`, 'mediaType')
      hash.update(bytes)
      size += bytes.length
    }
    if (size !== said.size || hash.digest('hex') !== said.sha256)
      return err('evidence_incomplete', 'size or hash differ from what was said', 'sha256')
    return undefined
  }
}

interface Concerned {
  readonly deal: Deal<DisputeDeal>
  /** Under whose name a file stands. */
  readonly speaker: string
  /** A side of the case, whose file answers the other side. */
  readonly by?: string
}

const uploadOf = ({ id: dispute, upload, actor }: { id: string; upload: string; actor: Actor }): UploadAt => ({
  dispute,
  upload,
  by: actorName(actor),
})
