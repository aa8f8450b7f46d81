// Managed accounts and pins in PostgreSQL. Seeds pass through sealed; this file cannot open them.
import { row, rows } from '@huitong/platform'
import { type AccountId, type Bytes, type PublicKey, fromHex, hexOf, invariant } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import type { PinKind, Pins } from '../ledger/pins.js'
import type { ManagedStore } from './keyring.js'
import { type Managed, type Purpose, managedPolicy } from './managed.js'

interface ManagedRow {
  readonly account: Bytes
  readonly purpose: Purpose
  readonly public_key: Bytes
  readonly provider: string | null
  readonly owner: Bytes | null
}

export class PgManagedStore implements ManagedStore {
  constructor(private readonly database: DataSource) {}

  async all(): Promise<readonly Managed[]> {
    const sql = 'select account, purpose, public_key, provider, owner from managed_account order by created_at, account'
    return (await rows<ManagedRow>(this.database.manager, sql)).map(managedOf)
  }

  async add(managed: Managed, sealedSeed: string): Promise<Managed> {
    await rows(
      this.database.manager,
      `insert into managed_account (account, purpose, public_key, sealed_seed, provider, owner) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing`,
      [
        fromHex(managed.account),
        managed.purpose,
        fromHex(managed.publicKey),
        sealedSeed,
        managed.provider ?? null,
        managed.owner === undefined ? null : fromHex(managed.owner),
      ],
    )
    const all = await this.all()
    const there = all.find((one) => one.purpose === managed.purpose && one.provider === managed.provider)
    invariant(there !== undefined, 'an account that was added is there')
    return there
  }

  async sealedSeed(account: AccountId): Promise<string | undefined> {
    const sql = 'select sealed_seed from managed_account where account = $1'
    return (await row<{ sealed_seed: string }>(this.database.manager, sql, [fromHex(account)]))?.sealed_seed
  }
}

export class PgPins implements Pins {
  constructor(private readonly database: DataSource) {}

  async pin(kind: PinKind, name: string, value: string): Promise<string> {
    const sql = 'insert into pin (kind, name, value) values ($1, $2, $3) on conflict do nothing'
    await rows(this.database.manager, sql, [kind, name, value])
    const pinned = await this.find(kind, name)
    invariant(pinned !== undefined, 'what was pinned is there')
    return pinned
  }

  async find(kind: PinKind, name: string): Promise<string | undefined> {
    const sql = 'select value from pin where kind = $1 and name = $2'
    return (await row<{ value: string }>(this.database.manager, sql, [kind, name]))?.value
  }
}

function managedOf(found: ManagedRow): Managed {
  const publicKey = hexOf<PublicKey>(new Uint8Array(found.public_key))
  return {
    account: hexOf<AccountId>(new Uint8Array(found.account)),
    purpose: found.purpose,
    policy: managedPolicy(publicKey),
    publicKey,
    ...(found.provider === null ? {} : { provider: found.provider }),
    ...(found.owner === null ? {} : { owner: hexOf<AccountId>(new Uint8Array(found.owner)) }),
  }
}
