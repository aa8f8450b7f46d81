import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { DataFolder } from './data-folder.js'
import { imageNatsConfig, imageRolesScript } from './images.js'
import { findNatsServer } from './nats-binary.js'
import { startPostgres } from './postgres.js'

describe('the texts of the images', () => {
  let folder: string
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-images-'))
  })
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('make the roles in a new cluster', async () => {
    const server = await startPostgres({ folder })
    const client = new Client({ connectionString: server.url })
    await client.connect()
    const script = imageRolesScript()
    const plain = script.replaceAll(/^\\.*$/gm, '').replaceAll(/:'password_(\w+)'/g, "'p-$1'")
    await client.query(plain)
    await client.end()
    const ledger = new Client({ connectionString: server.url.replace(/\/\/[^@]+@/, '//ledger_shanxi:p-ledger_shanxi@') })
    await ledger.connect()
    expect((await ledger.query('SELECT current_schema() AS schema')).rows).toEqual([{ schema: 'ledger_shanxi' }])
    await ledger.end()
    await server.stop()
  })

  it('are a configuration that the bus accepts, and not without its passwords', async () => {
    const binary = await findNatsServer(new DataFolder(folder), () => undefined)
    const text = imageNatsConfig()
    const file = path.join(folder, 'nats.conf')
    fs.writeFileSync(file, text.replace('/data/jetstream', path.join(folder, 'jetstream')))
    const names = [...text.matchAll(/\$(NATS_PASSWORD_\w+)/g)].map((match) => match[1] ?? '')
    const env = Object.fromEntries(names.map((name) => [name, `p${name.length}`]))
    expect(execFileSync(binary, ['-t', '-c', file], { env, stdio: 'pipe' })).toBeDefined()
    expect(() => execFileSync(binary, ['-t', '-c', file], { env: {}, stdio: 'pipe' })).toThrow(/NATS_PASSWORD/)
  })
})
