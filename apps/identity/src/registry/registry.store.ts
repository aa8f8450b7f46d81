// Carriers and operators with their public keys, in PostgreSQL. A key stands for one of them only, and is never changed.
import type { WireCarrier, WireOperator } from '@huitong/contracts'
import { row, rows } from '@huitong/platform'
import { type Bytes, fromHex, toHex } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'

type Table = 'carrier' | 'hub_operator'

interface Registered {
  readonly id: string
  readonly name: string
  readonly publicKey: string
  readonly createdAt: number
}

interface RegisteredRow {
  readonly id: string
  readonly name: string
  readonly public_key: Bytes
  readonly created_at: string
}

/** False, and nothing is written, when the key is registered already. */
export async function insertRegistered(manager: EntityManager, table: Table, one: Registered): Promise<boolean> {
  const sql = `insert into ${table} (id, name, public_key, created_at) values ($1, $2, $3, $4)
    on conflict (public_key) do nothing returning id`
  return (await row(manager, sql, [one.id, one.name, fromHex(one.publicKey), one.createdAt])) !== undefined
}

export async function carrierOfKey(manager: EntityManager, publicKey: string): Promise<WireCarrier | undefined> {
  const found = await row<RegisteredRow>(manager, 'select * from carrier where public_key = $1', [fromHex(publicKey)])
  return found === undefined ? undefined : registered(found)
}

export async function allOperators(manager: EntityManager): Promise<readonly WireOperator[]> {
  return (await rows<RegisteredRow>(manager, 'select * from hub_operator order by id')).map(registered)
}

export async function operatorExists(manager: EntityManager, id: string): Promise<boolean> {
  return (await row(manager, 'select 1 as one from hub_operator where id = $1', [id])) !== undefined
}

const registered = (found: RegisteredRow): Registered => ({
  id: found.id,
  name: found.name,
  publicKey: toHex(new Uint8Array(found.public_key)),
  createdAt: Number(found.created_at),
})
