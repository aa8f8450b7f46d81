// API keys in PostgreSQL. Reads and writes rows; decides nothing, and never sees a secret, only its hash.
import type { Scope } from '@huitong/contracts'
import { type Bytes, type Time } from '@huitong/primitives'
import { row, rows } from '@huitong/platform'
import type { EntityManager } from 'typeorm'

export interface StoredKey {
  readonly id: string
  readonly publicId: string
  readonly secretHash: Bytes
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly party?: string
  readonly operator?: string
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
}

interface KeyRow {
  readonly id: string
  readonly public_id: string
  readonly secret_hash: Bytes
  readonly label: string
  readonly scopes: Scope[]
  readonly party: string | null
  readonly operator: string | null
  readonly created_at: string
  readonly expires_at: string | null
  readonly revoked_at: string | null
}

export async function insertKey(manager: EntityManager, key: StoredKey): Promise<void> {
  await rows(
    manager,
    `insert into api_key (id, public_id, secret_hash, label, scopes, party, operator, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      key.id,
      key.publicId,
      key.secretHash,
      key.label,
      key.scopes,
      key.party ?? null,
      key.operator ?? null,
      key.createdAt,
      key.expiresAt ?? null,
    ],
  )
}

export async function keyByPublicId(manager: EntityManager, publicId: string): Promise<StoredKey | undefined> {
  return stored(await row<KeyRow>(manager, 'select * from api_key where public_id = $1', [publicId]))
}

export async function keyById(manager: EntityManager, id: string): Promise<StoredKey | undefined> {
  return stored(await row<KeyRow>(manager, 'select * from api_key where id = $1', [id]))
}

/** Marks a key revoked; a second time changes nothing. */
export async function revokeKey(manager: EntityManager, id: string, at: Time): Promise<void> {
  await rows(manager, 'update api_key set revoked_at = $2 where id = $1 and revoked_at is null', [id, at])
}

export async function hasAdminKey(manager: EntityManager): Promise<boolean> {
  const found = await row<{ one: number }>(manager, `select 1 as one from api_key where 'admin' = any(scopes) limit 1`)
  return found !== undefined
}

function stored(found: KeyRow | undefined): StoredKey | undefined {
  if (found === undefined) return undefined
  return {
    id: found.id,
    publicId: found.public_id,
    secretHash: new Uint8Array(found.secret_hash),
    label: found.label,
    scopes: found.scopes,
    createdAt: Number(found.created_at),
    ...(found.party === null ? {} : { party: found.party }),
    ...(found.operator === null ? {} : { operator: found.operator }),
    ...(found.expires_at === null ? {} : { expiresAt: Number(found.expires_at) }),
    ...(found.revoked_at === null ? {} : { revokedAt: Number(found.revoked_at) }),
  }
}
