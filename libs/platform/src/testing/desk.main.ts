// A small process for process.it.spec.ts: one command with an effect and an outbox row, one slow command; and an HTTP edge.
import 'reflect-metadata'
import { type Answer, command } from '@huitong/contracts'
import { ok } from '@huitong/primitives'
import { Controller, Get, Module, type OnModuleInit, Sse } from '@nestjs/common'
import { Matches } from 'class-validator'
import { NEVER, type Observable } from 'rxjs'
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm'
import { Handle, Performers, type CommandCode, enqueue, platformMigrations, rows, runCommand, runProcess } from '../index.js'

export class Pay {
  @Matches(/^[a-z0-9-]{1,40}$/) key!: string
}
export class Wait {}

export const deskPay = command<{ paid: number }>()({
  subject: 'desk.pay',
  request: Pay,
  codes: ['idempotency_key_reused', 'in_flight'],
  deadlineMs: 3_000,
})
export const deskWait = command<string>()({ subject: 'desk.wait', request: Wait, deadlineMs: 10_000 })

class Desk1760000000001 implements MigrationInterface {
  readonly name = 'Desk1760000000001'
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table paid (key text not null)')
    await runner.query('create table noted (key text not null)')
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table paid, noted')
  }
}

@Controller()
class Desk implements OnModuleInit {
  constructor(
    private readonly database: DataSource,
    private readonly performers: Performers,
  ) {}

  onModuleInit(): void {
    this.performers.register('note', async (_payload, { key }) => {
      await rows(this.database.manager, 'insert into noted values ($1)', [key])
      return 'done'
    })
  }

  @Handle(deskPay)
  pay({ key }: Pay): Promise<Answer<{ paid: number }, CommandCode>> {
    return runCommand(this.database, { scope: 'pay', key, body: { key } }, async (manager) => {
      await rows(manager, 'insert into paid values ($1)', [key])
      await enqueue(manager, { kind: 'note', key, payload: {} })
      return ok({ paid: 1 })
    })
  }

  @Handle(deskWait)
  async wait(): Promise<Answer<string, never>> {
    await new Promise((resolve) => setTimeout(resolve, 700))
    return ok('waited')
  }
}

@Module({ controllers: [Desk] })
class DeskModule {}

@Controller()
class Edge {
  @Get('greeting')
  greet(): string {
    return 'hello'
  }

  @Sse('endless')
  endless(): Observable<MessageEvent> {
    return NEVER
  }
}

@Module({ controllers: [Edge] })
class EdgeModule {}

if (process.env['HUITONG_ROLE'] === 'edge') {
  await runProcess({ role: 'edge', module: EdgeModule, http: () => undefined })
}

if (process.env['HUITONG_ROLE'] === 'desk') {
  await runProcess({
    role: 'desk',
    module: DeskModule,
    database: { schema: process.env['DESK_SCHEMA'] ?? 'desk', migrations: [...platformMigrations, Desk1760000000001] },
  })
}
