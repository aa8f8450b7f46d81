// A plain NestJS microservice over the same NATS server: its one handler reads one row by its primary key through a TypeORM repository.
import { Controller, type INestMicroservice, Inject, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { MessagePattern, type MicroserviceOptions, Payload, Transport } from '@nestjs/microservices'
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm'
import type { NatsAccess } from '../servers.js'
import type { Service } from '../service.js'

export const PLAIN_PATTERN = 'plain.row'

@Entity('plain_row')
class PlainRow {
  @PrimaryColumn('int') id: number
  @Column('text') owner: string
  @Column('bigint') balance: string
}

@Controller()
class PlainReader {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @MessagePattern(PLAIN_PATTERN)
  row(@Payload() { id }: { readonly id: number }): Promise<PlainRow | null> {
    return this.database.getRepository(PlainRow).findOneBy({ id })
  }
}

export interface PlainReaderConfig {
  readonly databaseUrl: string
  readonly nats: NatsAccess
  readonly rows: number
}

export const plainReader: Service<PlainReaderConfig, null, null> = async ({ databaseUrl, nats, rows }, life) => {
  const database = new DataSource({ type: 'postgres', url: databaseUrl, entities: [PlainRow], synchronize: true, poolSize: 16 })
  await database.initialize()
  await database.query(`insert into plain_row select g, md5(g::text), g from generate_series(1, ${rows}) g`)
  @Module({ controllers: [PlainReader], providers: [{ provide: DataSource, useValue: database }] })
  class Root {}
  const service: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(Root, {
    logger: false,
    transport: Transport.NATS,
    options: { servers: [nats.url], user: nats.user, pass: nats.password },
  })
  await service.listen()
  life.ready(null)
  await life.told
  await service.close()
  await database.destroy()
  return null
}
