// The transfer as a careful team writes it with TypeORM: one transaction per request, entities, query builder. `insert` and `update` rather than
// `save`, which would ask the database first: this is TypeORM at its best.
import { randomUUID } from 'node:crypto'
import { Column, CreateDateColumn, DataSource, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm'
import type { Service } from '../service.js'
import { type PeerConfig, type PeerFigures, drive } from './double-entry.js'

@Entity('account')
class Account {
  @PrimaryColumn('int') id: number
  @Column('bigint') balance: string
  @Column('bigint') version: string
}

@Entity('transfer')
class Transfer {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' }) id: string
  @Column('uuid') reference: string
  @Column('int', { name: 'from_id' }) fromId: number
  @Column('int', { name: 'to_id' }) toId: number
  @Column('bigint') amount: string
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date
}

@Entity('posting')
class Posting {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' }) id: string
  @Column('bigint', { name: 'transfer_id' }) transferId: string
  @Column('int', { name: 'account_id' }) accountId: number
  @Column('bigint') amount: string
}

export const typeormTransfers: Service<PeerConfig, null, PeerFigures> = async (config, life) => {
  const database = new DataSource({
    type: 'postgres',
    url: config.databaseUrl,
    entities: [Account, Transfer, Posting],
    synchronize: false,
    poolSize: config.clients,
  })
  await database.initialize()
  await Promise.all(Array.from({ length: config.clients }, () => database.query('select pg_sleep(0.05)')))
  life.ready(null)
  await life.told
  const figures = await drive(config, (_, from, to) => transfer(database, { from, to, amount: 1n }))
  await database.destroy()
  return figures
}

interface Order {
  readonly from: number
  readonly to: number
  readonly amount: bigint
}

function transfer(database: DataSource, { from, to, amount }: Order): Promise<void> {
  return database.transaction(async (manager) => {
    const accounts = await manager
      .createQueryBuilder(Account, 'account')
      .setLock('pessimistic_write')
      .where('account.id in (:...ids)', { ids: [from, to] })
      .orderBy('account.id')
      .getMany()
    const payer = accounts.find(({ id }) => id === from)
    if (payer === undefined || BigInt(payer.balance) < amount) throw new Error('funds')
    const made = await manager.insert(Transfer, { reference: randomUUID(), fromId: from, toId: to, amount: amount.toString() })
    // the border: TypeORM gives generated keys without a type
    const transferId = (made.identifiers[0] as { readonly id: string }).id
    await manager.insert(Posting, [
      { transferId, accountId: from, amount: (-amount).toString() },
      { transferId, accountId: to, amount: amount.toString() },
    ])
    await manager.update(Account, { id: from }, { balance: () => `balance - ${amount}`, version: () => 'version + 1' })
    await manager.update(Account, { id: to }, { balance: () => `balance + ${amount}`, version: () => 'version + 1' })
  })
}
