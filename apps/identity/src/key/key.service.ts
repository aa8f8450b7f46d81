// API keys: made, shown once, checked on every request, revoked. Never stores or logs a secret.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Actor,
  type Answer,
  type ById,
  type CreateApiKey,
  type PresentedKey,
  type Principal,
  type Scope,
  type WireApiKey,
} from '@huitong/contracts'
import { appendAudit, log, runCommand, runUnit } from '@huitong/platform'
import { type Bytes, type Clock, type Entropy, err, ok } from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import { newId } from '../ids.js'
import { isAdmin, isOwner, mayGrant, nameOf } from '../may.js'
import { operatorExists } from '../registry/registry.store.js'
import { partyExists } from '../party/party.store.js'
import { deriveSecret, formatApiKey, isSecretOf, parseApiKey, publicIdOf, secretHash } from './api-key.js'
import { type StoredKey, hasAdminKey, insertKey, keyById, keyByPublicId, revokeKey } from './key.store.js'

export interface NewKey {
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly party?: string
  readonly operator?: string
  readonly expiresAt?: number
}

export interface KeyWorld {
  readonly database: DataSource
  readonly clock: Clock
  readonly entropy: Entropy
  /** Root of the derived secrets, see api-key.ts. */
  readonly root: Bytes
}

/** Compared with when a key does not exist, so that the answer takes as long. */
const NOBODY = secretHash('nobody')

export class KeyService {
  constructor(private readonly world: KeyWorld) {}

  async authenticate({ apiKey }: PresentedKey): Promise<Answer<Principal, 'key_unknown' | 'key_revoked' | 'key_expired'>> {
    const parsed = parseApiKey(apiKey)
    if (parsed === undefined) return err('key_unknown')
    const found = await keyByPublicId(this.world.database.manager, parsed.publicId)
    const isRight = isSecretOf(parsed.secret, found?.secretHash ?? NOBODY)
    if (found === undefined || !isRight) return err('key_unknown')
    if (found.revokedAt !== undefined) return err('key_revoked')
    if (found.expiresAt !== undefined && this.world.clock.now() >= found.expiresAt) return err('key_expired')
    return ok({
      key: found.id,
      scopes: found.scopes,
      ...(found.party === undefined ? {} : { party: found.party }),
      ...(found.operator === undefined ? {} : { operator: found.operator }),
    })
  }

  async create(request: CreateApiKey): Promise<Answer<WireApiKey, CreateCode>> {
    const { idempotencyKey, actor, ...body } = request
    const wanted = { ...body, ...ownPartyOf(actor, body) }
    const answer = await runCommand(
      this.world.database,
      { scope: `identity.create-api-key:${actor.key}`, key: idempotencyKey, body },
      async (manager) => {
        const refused = await refusal(manager, actor, wanted)
        return refused === undefined ? ok(await this.make(manager, { actor: nameOf(actor), key: wanted })) : err(refused)
      },
    )
    return answer.ok ? { ...answer, value: this.withSecret(answer.value) } : answer
  }

  /** Writes a key in the caller's transaction. The answer has no secret; {@link withSecret} adds it when it leaves. */
  async make(manager: EntityManager, made: { readonly actor: string; readonly key: NewKey }): Promise<WireApiKey> {
    const { clock, entropy, root } = this.world
    const id = newId('key')
    const { label, scopes, party, operator, expiresAt } = made.key
    const stored: StoredKey = {
      id,
      publicId: publicIdOf(entropy.bytes(4)),
      secretHash: secretHash(deriveSecret(root, id)),
      label,
      scopes,
      createdAt: clock.now(),
      ...(party === undefined ? {} : { party }),
      ...(operator === undefined ? {} : { operator }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }
    await insertKey(manager, stored)
    await appendAudit(manager, {
      at: clock.now(),
      actor: made.actor,
      action: 'api-key.created',
      subject: id,
      detail: { scopes, ...(party === undefined ? {} : { party }), ...(operator === undefined ? {} : { operator }) },
    })
    return { ...wireOf(stored), secret: stored.publicId }
  }

  /** Replaces the public id, which stands in the secret's place in stored answers, by the whole key. */
  withSecret(key: WireApiKey): WireApiKey {
    if (key.secret === undefined) return key
    return { ...key, secret: formatApiKey({ publicId: key.secret, secret: deriveSecret(this.world.root, key.id) }) }
  }

  async revoke({ id, actor }: ById): Promise<Answer<WireApiKey, 'key_unknown' | 'forbidden'>> {
    return runUnit(this.world.database, { lostCommit: 'again' }, async (manager) => {
      const found = await keyById(manager, id)
      if (found === undefined) return err<'key_unknown' | 'forbidden'>('key_unknown')
      const isOwn = found.party !== undefined && (isOwner(actor, found.party) || actor.key === found.id)
      if (!isAdmin(actor) && !isOwn) return err<'key_unknown' | 'forbidden'>('forbidden')
      if (found.revokedAt !== undefined) return ok(wireOf(found))
      const at = this.world.clock.now()
      await revokeKey(manager, id, at)
      await appendAudit(manager, { at, actor: nameOf(actor), action: 'api-key.revoked', subject: id, detail: {} })
      return ok(wireOf({ ...found, revokedAt: at }))
    })
  }

  /**
   * First start: makes the one admin key and writes it to `admin.key` in the data folder, readable by its owner alone. The file is
   * written before the row is committed, so that there is never an admin key that nobody has.
   */
  async bootstrap(folder: string): Promise<void> {
    await runUnit(this.world.database, { lostCommit: 'again' }, async (manager) => {
      await manager.query('lock table api_key in share row exclusive mode')
      if (await hasAdminKey(manager)) return
      const key = { label: 'bootstrap', scopes: ['admin'] as const }
      const made = this.withSecret(await this.make(manager, { actor: 'identity', key }))
      await mkdir(folder, { recursive: true })
      const path = join(folder, 'admin.key')
      await writeFile(path, `${made.secret ?? ''}\n`, { mode: 0o600 })
      log.info('identity.admin-key.written', { key: made.id })
    })
  }
}

/** A key for nobody in particular is for the party whose key asks for it. */
const ownPartyOf = (
  actor: Actor,
  wanted: { readonly party?: string; readonly operator?: string },
): { readonly party?: string } =>
  actor.party === undefined || wanted.party !== undefined || wanted.operator !== undefined ? {} : { party: actor.party }

type CreateCode = 'party_unknown' | 'operator_unknown' | 'scope_forbidden' | 'forbidden' | 'idempotency_key_reused' | 'in_flight'

async function refusal(
  manager: EntityManager,
  actor: Actor,
  wanted: NewKey,
): Promise<'party_unknown' | 'operator_unknown' | 'scope_forbidden' | 'forbidden' | undefined> {
  if (!isAdmin(actor) && !(wanted.party !== undefined && isOwner(actor, wanted.party))) return 'forbidden'
  if (!isAdmin(actor) && wanted.operator !== undefined) return 'forbidden'
  if (!mayGrant(actor, wanted)) return 'scope_forbidden'
  if (wanted.scopes.includes('operator') && wanted.operator === undefined) return 'scope_forbidden'
  if (wanted.party !== undefined && !(await partyExists(manager, wanted.party))) return 'party_unknown'
  if (wanted.operator !== undefined && !(await operatorExists(manager, wanted.operator))) return 'operator_unknown'
  return undefined
}

function wireOf(key: StoredKey): WireApiKey {
  const { id, label, scopes, createdAt, party, operator, expiresAt, revokedAt } = key
  return {
    id,
    label,
    scopes,
    createdAt,
    ...(party === undefined ? {} : { party }),
    ...(operator === undefined ? {} : { operator }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(revokedAt === undefined ? {} : { revokedAt }),
  }
}
