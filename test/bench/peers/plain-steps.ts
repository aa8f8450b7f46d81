// A plain NestJS handler over HTTP that writes one row per durable step of a deal, and the client that drives it: what a deal would cost if it
// were nothing but its records, without ledgers, keys, proofs, rules or audit.
import http from 'node:http'
import { Body, Controller, Inject, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm'
import type { Service } from '../service.js'

@Entity('plain_step')
class PlainStep {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' }) id: string
  @Column('text') deal: string
  @Column('int') step: number
  @Column('text') content: string
}

@Controller()
class PlainSteps {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @Post('steps')
  async write(
    @Body() { deal, step, content }: { readonly deal: string; readonly step: number; readonly content: string },
  ): Promise<{ ok: true }> {
    await this.database.getRepository(PlainStep).insert({ deal, step, content })
    return { ok: true }
  }
}

export const plainSteps: Service<{ readonly databaseUrl: string }, { readonly port: number }, null> = async (
  { databaseUrl },
  life,
) => {
  const database = new DataSource({ type: 'postgres', url: databaseUrl, entities: [PlainStep], synchronize: true, poolSize: 16 })
  await database.initialize()
  @Module({ controllers: [PlainSteps], providers: [{ provide: DataSource, useValue: database }] })
  class Root {}
  const app = await NestFactory.create(Root, { logger: false })
  await app.listen(0, '127.0.0.1')
  life.ready({ port: Number(new URL(await app.getUrl()).port) })
  await life.told
  await app.close()
  await database.destroy()
  return null
}

export interface PlainStepsConfig {
  readonly port: number
  readonly atOnce: number
  readonly ms: number
}

/** As much as a transition of a deal carries. */
const CONTENT = 'x'.repeat(300)

/** Rows written and acknowledged per second. */
export async function drivePlainSteps({
  port,
  atOnce,
  ms,
}: PlainStepsConfig): Promise<{ readonly perSecond: number; readonly done: number }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce })
  const post = (body: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const request = http.request({ port, host: '127.0.0.1', path: '/steps', method: 'POST', agent, headers }, (answer) => {
        answer.resume()
        answer.once('end', () => (answer.statusCode === 201 ? resolve() : reject(new Error(`status ${answer.statusCode}`))))
      })
      request.once('error', reject)
      request.end(body)
    })
  let done = 0
  const begun = performance.now()
  const client = async (number: number): Promise<void> => {
    for (let step = 0; performance.now() - begun < ms; step++, done++)
      await post(JSON.stringify({ deal: `deal ${number}`, step, content: CONTENT }))
  }
  await Promise.all(Array.from({ length: atOnce }, (_, number) => client(number)))
  const perSecond = done / ((performance.now() - begun) / 1_000)
  agent.destroy()
  return { perSecond, done }
}
