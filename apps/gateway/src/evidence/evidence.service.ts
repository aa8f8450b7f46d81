// Carries a file between an HTTP connection and settlement in pieces that fit a message, hashing on the way. Keeps nothing.
import {
  type Actor,
  EVIDENCE_BYTES_MAX,
  EVIDENCE_PIECE_BYTES,
  EVIDENCE_TYPES,
  addEvidence,
  putEvidencePiece,
  readEvidence,
} from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Request, Response } from 'express'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Write } from '../access/caller.js'
import type { DisputeDto } from '../dispute/dispute.dto.js'
import { disputeView } from '../dispute/dispute.service.js'
import { Hub } from '../hub/hub.js'
import { Problem } from '../problem/problem.js'

interface Looked {
  readonly id: string
  readonly evidence: string
  readonly actor: Actor
}

@Injectable()
export class EvidenceService {
  constructor(private readonly hub: Hub) {}

  async add(id: string, file: { readonly name: string; readonly request: Request }, write: Write): Promise<DisputeDto> {
    const { request, name } = file
    const mediaType = typeOf(request)
    if (Number(request.headers['content-length'] ?? 0) > EVIDENCE_BYTES_MAX) throw refusal(request, 'evidence_too_large')
    const upload = randomBytes(16).toString('hex')
    const hash = createHash('sha256')
    let [size, index] = [0, 0]
    for await (const bytes of piecesOf(request)) {
      size += bytes.length
      if (size > EVIDENCE_BYTES_MAX) throw refusal(request, 'evidence_too_large')
      hash.update(bytes)
      const piece = { id, upload, index, data: bytes.toString('base64'), actor: write.fields.actor }
      await this.hub.ask(putEvidencePiece, piece)
      index += 1
    }
    const said = { id, upload, name, mediaType, size, sha256: hash.digest('hex'), ...write.fields }
    if (size === 0) throw new Problem('evidence_incomplete', 'an empty file')
    return disputeView(await this.hub.ask(addEvidence, said, { write }))
  }

  async send(looked: Looked, response: Response): Promise<void> {
    const first = await this.hub.ask(readEvidence, { ...looked, index: 0 })
    const { file, pieces } = first
    response.setHeader('Content-Type', file.mediaType)
    response.setHeader('Content-Length', file.size)
    response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
    response.setHeader('Cache-Control', 'private, no-store')
    response.setHeader('Digest', `sha-256=${Buffer.from(file.sha256, 'hex').toString('base64')}`)
    let data = first.data
    for (let index = 0; ; data = (await this.hub.ask(readEvidence, { ...looked, index })).data) {
      if (response.destroyed) return
      if (!response.write(Buffer.from(data, 'base64'))) await Promise.race([once(response, 'drain'), once(response, 'close')])
      index += 1
      if (index >= pieces) break
    }
    response.end()
  }
}

function typeOf(request: Request): (typeof EVIDENCE_TYPES)[number] {
  const said = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  const type = EVIDENCE_TYPES.find((one) => one === said)
  if (type === undefined) throw refusal(request, 'evidence_type_unsupported')
  return type
}

/** The rest of a refused file is not read: the connection ends with the answer. */
function refusal(request: Request, code: 'evidence_too_large' | 'evidence_type_unsupported'): Problem {
  request.res?.setHeader('Connection', 'close')
  return new Problem(code)
}

async function* piecesOf(request: Request): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    waiting.push(bytes)
    length += bytes.length
    while (length >= EVIDENCE_PIECE_BYTES) {
      const all = Buffer.concat(waiting)
      yield all.subarray(0, EVIDENCE_PIECE_BYTES)
      waiting = [all.subarray(EVIDENCE_PIECE_BYTES)]
      length -= EVIDENCE_PIECE_BYTES
    }
  }
  if (length > 0) yield Buffer.concat(waiting)
}
