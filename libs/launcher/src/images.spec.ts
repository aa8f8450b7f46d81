import * as fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { isRecord } from './data-folder.js'
import { IMAGE_LEDGERS, imageNatsConfig, imageRolesScript, secretName } from './images.js'
import { APP_TABLE, callersOf, inboxPrefix, PROCESS_SETTINGS, processTable } from './processes.js'

const DOCKER = path.resolve(import.meta.dirname, '../../../docker')
const text = (name: string): string => fs.readFileSync(path.join(DOCKER, name), 'utf8')
const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

describe('docker/', () => {
  const compose = record(parse(text('compose.yaml'), { merge: true }))
  const services = record(compose['services'])
  const table = processTable(IMAGE_LEDGERS)

  it.each([
    ['nats.conf', imageNatsConfig],
    ['postgres/roles.sql', imageRolesScript],
  ] as const)('%s says what the table of processes says (written anew by vitest -u)', async (name, expected) => {
    await expect(expected()).toMatchFileSnapshot(path.join(DOCKER, name))
  })

  it('has one service per process, and the two servers', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'nats', ...table.map((spec) => spec.role)])
  })

  it.each(table)('gives $role its own program, rights and keys', (spec) => {
    const service = record(services[spec.role])
    const environment = record(service['environment'])
    expect(service['command']).toEqual([spec.entry])
    expect(Object.keys(environment).filter((name) => !PROCESS_SETTINGS.some((known) => known === name))).toEqual([])
    const variable = (kind: Parameters<typeof secretName>[0]): string => `\${${secretName(kind, spec.role)}:?}`
    expect(environment).toMatchObject({
      HUITONG_ROLE: spec.role,
      HUITONG_LEDGERS: IMAGE_LEDGERS.join(','),
      NATS_USER: spec.role,
      NATS_PASSWORD: variable('NATS_PASSWORD'),
      NATS_INBOX_PREFIX: inboxPrefix(spec.role),
      DATABASE_URL: `postgres://${spec.database}:${variable('DATABASE_PASSWORD')}@postgres:5432/huitong`,
    })
    expect(environment['HUITONG_LEDGER']).toBe(spec.ledger)
    expect(environment['HUITONG_CALLERS']).toBe(callersOf(spec, table).join(',') || undefined)
    expect(environment['HUITONG_MASTER_KEY']).toBe(APP_TABLE[spec.app].masterKey ? variable('MASTER_KEY') : undefined)
    expect(Object.keys(record(service['depends_on']))).toEqual(['postgres', 'nats', ...spec.after])
  })

  it('lets nothing but the gateway be reached from outside, and that from this machine only', () => {
    const open = Object.entries(services).flatMap(([role, service]) => (record(service)['ports'] === undefined ? [] : [role]))
    expect(open).toEqual(['gateway'])
    expect(record(services['gateway'])['ports']).toEqual(['127.0.0.1:8787:8787'])
  })

  it('names a bus that keeps what it acknowledged', () => {
    expect(record(services['nats'])['image']).toMatch(/^nats:2\.(1[5-9]|[2-9]\d)/)
    expect(text('nats.conf')).toContain('sync_interval: always')
  })
})
