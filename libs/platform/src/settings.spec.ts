import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SETTINGS, SettingsError, defaultSettings, loadSettings, needed } from './settings.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'huitong-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const load = (environment: Record<string, string> = {}) => loadSettings({ HUITONG_DATA: folder, ...environment })
const file = (text: string): void => writeFileSync(join(folder, 'huitong.yaml'), text)

it('takes the environment before the file and the file before the default', () => {
  file('HTTP_PORT: 9000\nLOG_LEVEL: warn\nHUITONG_SANDBOX: true\n')
  expect(load({ HTTP_PORT: '9001' })).toEqual({
    ...defaultSettings(),
    dataFolder: folder,
    httpPort: 9001,
    logLevel: 'warn',
    sandbox: true,
  })
  expect(load({ LOG_LEVEL: '' }).logLevel).toBe('warn')
})

it.each([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
])('reads HUITONG_SANDBOX=%s, as people and as the launcher write it', (text, expected) => {
  expect(load({ HUITONG_SANDBOX: text }).sandbox).toBe(expected)
})

it('keeps a key of digits as it was written in the file', () => {
  file(`HUITONG_MASTER_KEY: ${'12'.repeat(32)}\n`)
  expect(load().masterKey).toBe('12'.repeat(32))
})

it.each([
  ['HTTP_PORT', '70000'],
  ['HTTP_PORT', '8e3'],
  ['HTTP_HOST', 'a host'],
  ['LOG_LEVEL', 'loud'],
  ['HUITONG_SANDBOX', 'yes'],
  ['DATABASE_URL', 'mysql://root@127.0.0.1/x'],
  ['NATS_URL', 'nats://a:1,http://b'],
  ['HUITONG_ROLE', 'Ledger 1'],
  ['HUITONG_LEDGER', '../etc'],
  ['HUITONG_CALLERS', 'settlement,>'],
  ['HUITONG_CALLERS', 'settlement,settlement'],
  ['HUITONG_MASTER_KEY', 'AB'.repeat(32)],
  ['HUITONG_DATABASE_POOL', '1'],
])('refuses %s=%s in one sentence that names it', (name, value) => {
  expect(() => load({ [name]: value })).toThrow(SettingsError)
  expect(() => load({ [name]: value })).toThrow(new RegExp(`^${name} must be .+\\.$`))
})

it('never shows the value of a secret', () => {
  for (const [name, value] of [
    ['HUITONG_MASTER_KEY', 'hunter2'],
    ['DATABASE_URL', 'hunter2'],
  ] as const) {
    expect(() => load({ [name]: value })).toThrow(/^((?!hunter2).)*$/)
  }
})

it.each([
  ['HTTPPORT: 1', /sets HTTPPORT, which is no setting/],
  ['HTTP_PORT: [1]', /HTTP_PORT must be a plain value/],
  ['- a\n- b', /one NAME: value per line/],
  ['a: b: c', /cannot be read as YAML/],
])('refuses the file %j', (text, sentence) => {
  file(text)
  expect(() => load()).toThrow(sentence)
})

it('says which setting is needed', () => {
  expect(() => needed(load(), 'databaseUrl')).toThrow('DATABASE_URL is needed and not set.')
  expect(needed(load({ NATS_URL: 'nats://127.0.0.1:4222' }), 'natsUrl')).toBe('nats://127.0.0.1:4222')
})

it('documents every setting once, with a default that is right', () => {
  const all = Object.values(SETTINGS)
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  for (const { name, description, fallback, read } of all) {
    expect(name).toMatch(/^[A-Z][A-Z_]+$/)
    expect(description).toMatch(/^.{10,}\.$/s)
    if (fallback !== undefined) expect(read(fallback)).toHaveProperty('value')
  }
})
