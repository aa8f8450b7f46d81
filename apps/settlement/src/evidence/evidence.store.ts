// Pieces of evidence files in PostgreSQL, each sealed under its case's key, the key under the master key. Only sealed text reaches the database.
import { Vault, row, rows } from '@huitong/platform'
import { type Bytes, expectOk, fromHex, invariant, toHex } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { randomBytes } from 'node:crypto'
import { uuidOf } from '../deal/id.js'
import type { Unit } from '../deal/unit.js'

/** Where a piece is: an upload by somebody, or a file that is in the case. */
export interface UploadAt {
  readonly dispute: string
  /** 16 bytes in hexadecimal. */
  readonly upload: string
  /** Actor that uploads: nobody enters another's upload. */
  readonly by: string
}

@Injectable()
export class EvidenceStore {
  constructor(private readonly vault: Vault) {}

  /** Keeps a piece; the same piece again changes nothing. Answers the bytes of the upload so far. */
  async put(unit: Unit, at: UploadAt, piece: { readonly index: number; readonly bytes: Bytes }): Promise<number> {
    const { dispute, upload, by } = at
    const sealed = (await this.#caseVault(unit, dispute)).seal(piece.bytes, purposeOf(dispute, upload, piece.index))
    await rows(
      unit,
      `insert into evidence_piece (dispute, upload, index, by, size, sealed) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [uuidOf(dispute), fromHex(upload), piece.index, by, piece.bytes.length, sealed],
    )
    const found = await row<{ size: string }>(
      unit,
      'select coalesce(sum(size), 0) as size from evidence_piece where dispute = $1 and upload = $2 and by = $3 and evidence is null',
      [uuidOf(dispute), fromHex(upload), by],
    )
    return Number(found?.size ?? 0)
  }

  /** Pieces of an upload that is not in the case yet, 0, 1, 2 … without a gap; else none. */
  async pieces(unit: Unit, { dispute, upload, by }: UploadAt): Promise<number> {
    const found = await rows<{ index: number }>(
      unit,
      'select index from evidence_piece where dispute = $1 and upload = $2 and by = $3 and evidence is null order by index',
      [uuidOf(dispute), fromHex(upload), by],
    )
    return found.every(({ index }, position) => index === position) ? found.length : 0
  }

  /** The upload becomes the file of this id. */
  async enter(unit: Unit, { dispute, upload, by }: UploadAt, evidence: string): Promise<void> {
    await rows(
      unit,
      'update evidence_piece set evidence = $4 where dispute = $1 and upload = $2 and by = $3 and evidence is null',
      [uuidOf(dispute), fromHex(upload), by, uuidOf(evidence)],
    )
  }

  async readUpload(unit: Unit, { dispute, upload }: UploadAt, index: number): Promise<Bytes> {
    const found = await row<{ sealed: string }>(
      unit,
      'select sealed from evidence_piece where dispute = $1 and upload = $2 and index = $3',
      [uuidOf(dispute), fromHex(upload), index],
    )
    invariant(found !== undefined, 'a piece that was counted is there')
    return this.#open(unit, found.sealed, { dispute, upload, index })
  }

  async read(
    unit: Unit,
    file: { readonly dispute: string; readonly evidence: string; readonly index: number },
  ): Promise<{ readonly bytes: Bytes; readonly pieces: number } | undefined> {
    const { dispute, evidence, index } = file
    const found = await row<{ sealed: string; upload: Uint8Array; pieces: string }>(
      unit,
      `select sealed, upload, (select count(*) from evidence_piece where evidence = $2) as pieces
       from evidence_piece where dispute = $1 and evidence = $2 and index = $3`,
      [uuidOf(dispute), uuidOf(evidence), index],
    )
    if (found === undefined) return undefined
    const upload = toHex(new Uint8Array(found.upload))
    return { bytes: await this.#open(unit, found.sealed, { dispute, upload, index }), pieces: Number(found.pieces) }
  }

  /** Uploads that nobody entered within the hour. */
  async forgetWaiting(unit: Unit): Promise<void> {
    await rows(unit, `delete from evidence_piece where evidence is null and created_at < now() - interval '1 hour'`, [])
  }

  async #open(unit: Unit, sealed: string, at: { dispute: string; upload: string; index: number }): Promise<Bytes> {
    const vault = await this.#caseVault(unit, at.dispute)
    return expectOk(vault.open(sealed, purposeOf(at.dispute, at.upload, at.index)), 'a piece of evidence that we sealed')
  }

  /** The vault of one case, its key made on first use. */
  async #caseVault(unit: Unit, dispute: string): Promise<Vault> {
    const purpose = `evidence-key:${dispute}`
    const fresh = this.vault.seal(new Uint8Array(randomBytes(32)), purpose)
    await rows(unit, 'insert into evidence_key (dispute, sealed) values ($1, $2) on conflict do nothing', [
      uuidOf(dispute),
      fresh,
    ])
    const kept = await row<{ sealed: string }>(unit, 'select sealed from evidence_key where dispute = $1', [uuidOf(dispute)])
    invariant(kept !== undefined, 'a case has a key')
    return new Vault(toHex(expectOk(this.vault.open(kept.sealed, purpose), 'a case key that we sealed')))
  }
}

const purposeOf = (dispute: string, upload: string, index: number): string => `evidence:${dispute}/${upload}/${index}`
