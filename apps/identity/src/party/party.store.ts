// Parties and the accounts bound to them, in PostgreSQL. Personal data comes and goes sealed; this file cannot open it.
import type { WireParty } from '@huitong/contracts'
import { row, rows } from '@huitong/platform'
import { type Bytes, fromHex, toHex, utf8, fromUtf8 } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'

export interface NewParty {
  readonly id: string
  readonly kind: 'natural' | 'legal'
  readonly displayName: string
  readonly jurisdiction?: string
  readonly personal?: SealedPerson
  readonly createdAt: number
}

/** Data key sealed by the vault; data sealed by the data key. */
export interface SealedPerson {
  readonly key: string
  readonly data: string
}

export interface Binding {
  readonly party: string
  readonly ledger: string
  readonly account: string
  readonly boundAt: number
  readonly proof: { readonly body: string; readonly publicKey: string; readonly signature: string }
}

interface PartyRow {
  readonly id: string
  readonly kind: 'natural' | 'legal'
  readonly display_name: string
  readonly jurisdiction: string | null
  readonly personal_key: Bytes | null
  readonly personal_data: Bytes | null
  readonly created_at: string
}

export async function insertParty(manager: EntityManager, party: NewParty): Promise<void> {
  await rows(
    manager,
    `insert into party (id, kind, display_name, jurisdiction, personal_key, personal_data, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      party.id,
      party.kind,
      party.displayName,
      party.jurisdiction ?? null,
      party.personal === undefined ? null : utf8(party.personal.key),
      party.personal === undefined ? null : utf8(party.personal.data),
      party.createdAt,
    ],
  )
}

export async function partyExists(manager: EntityManager, id: string): Promise<boolean> {
  return (await row(manager, 'select 1 as one from party where id = $1', [id])) !== undefined
}

export async function partyById(manager: EntityManager, id: string): Promise<WireParty | undefined> {
  const found = await row<PartyRow>(manager, 'select * from party where id = $1', [id])
  if (found === undefined) return undefined
  const accounts = await rows<{ ledger: string; account: Bytes; bound_at: string }>(
    manager,
    `select b.ledger, b.account, b.bound_at from binding b join account a using (account)
     where a.party = $1 order by b.bound_at, b.ledger`,
    [id],
  )
  return {
    id: found.id,
    kind: found.kind,
    displayName: found.display_name,
    createdAt: Number(found.created_at),
    ...(found.jurisdiction === null ? {} : { jurisdiction: found.jurisdiction }),
    accounts: accounts.map(({ ledger, account, bound_at }) => ({
      ledger,
      account: toHex(new Uint8Array(account)),
      boundAt: Number(bound_at),
    })),
  }
}

export async function sealedPerson(manager: EntityManager, id: string): Promise<SealedPerson | undefined> {
  const found = await row<PartyRow>(manager, 'select * from party where id = $1', [id])
  const key = found?.personal_key
  const data = found?.personal_data
  if (!key || !data) return undefined
  return { key: fromUtf8(new Uint8Array(key)) ?? '', data: fromUtf8(new Uint8Array(data)) ?? '' }
}

/** Destroys a person's data key and data; what stands on ledgers never named the person. */
export async function erasePerson(manager: EntityManager, id: string, at: number): Promise<void> {
  await rows(
    manager,
    `update party set personal_key = null, personal_data = null, display_name = 'erased', erased_at = coalesce(erased_at, $2)
     where id = $1`,
    [id, at],
  )
}

/** The party an account belongs to, on whatever ledger. */
export async function ownerOfAccount(manager: EntityManager, account: string): Promise<string | undefined> {
  return (await row<{ party: string }>(manager, 'select party from account where account = $1', [fromHex(account)]))?.party
}

/** The party of an account that is bound on this very ledger. */
export async function partyOfBinding(manager: EntityManager, ledger: string, account: string): Promise<string | undefined> {
  const sql = 'select a.party from binding b join account a using (account) where b.ledger = $1 and b.account = $2'
  return (await row<{ party: string }>(manager, sql, [ledger, fromHex(account)]))?.party
}

/** Ledgers on which an account is bound. */
export async function ledgersOfAccount(manager: EntityManager, account: string): Promise<readonly string[]> {
  const sql = 'select ledger from binding where account = $1 order by ledger'
  return (await rows<{ ledger: string }>(manager, sql, [fromHex(account)])).map(({ ledger }) => ledger)
}

/** Binds; false when the account belongs to another party. Binding again changes nothing. */
export async function bind(manager: EntityManager, binding: Binding): Promise<boolean> {
  const account = fromHex(binding.account)
  await rows(manager, 'insert into account (account, party) values ($1, $2) on conflict do nothing', [account, binding.party])
  if ((await ownerOfAccount(manager, binding.account)) !== binding.party) return false
  await rows(
    manager,
    `insert into binding (ledger, account, bound_at, proof, public_key, signature) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [
      binding.ledger,
      account,
      binding.boundAt,
      fromHex(binding.proof.body),
      fromHex(binding.proof.publicKey),
      fromHex(binding.proof.signature),
    ],
  )
  return true
}
