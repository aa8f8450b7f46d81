// A wallet gives its secrets to the right passphrase only, shows it when a byte was changed, and loses nothing when two commands write at once.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Preimage } from '@huitong/primitives'
import { newMnemonic, systemEntropy } from '@huitong/sdk'
import { WalletFolder, cardAddress } from './wallet-file.js'

const PASSPHRASE = 'correct horse 汇通'
const AT = '2026-01-01T00:00:00.000Z'
const secret = (byte: string): Preimage => byte.repeat(32) as Preimage

let data: string
let wallets: WalletFolder

beforeEach(() => {
  data = mkdtempSync(path.join(os.tmpdir(), 'huitong-wallet-'))
  wallets = new WalletFolder(data)
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

const make = (language: 'en' | 'zh' = 'en') =>
  wallets.create({ name: 'lin', words: newMnemonic(systemEntropy, language), at: AT }, PASSPHRASE)

test.each(['en', 'zh'] as const)('what was put in comes out, with words in %s', async (language) => {
  const made = await make(language)
  await made.update({ party: 'pty_1', opened: true })
  await made.keepApiKey('ht_key')
  const again = wallets.unlock('lin', PASSPHRASE)
  expect(again.words).toBe(made.words)
  expect(again.words.split(' ')).toHaveLength(24)
  expect(again.apiKey).toBe('ht_key')
  expect(again.card).toMatchObject({ name: 'lin', index: 0, opened: true, party: 'pty_1' })
  expect(again.account.address).toBe(cardAddress(wallets.card('lin')))
})

test('a wrong passphrase opens nothing', async () => {
  await make()
  expect(() => wallets.unlock('lin', `${PASSPHRASE}.`)).toThrow(expect.objectContaining({ code: 'wallet_closed', exit: 2 }))
})

test('the file holds no word and no key in plain, and is for its owner alone', async () => {
  const made = await make()
  await made.keepApiKey('ht_key_in_plain')
  await made.store.put('swap', secret('ab'))
  const text = readFileSync(wallets.fileOf('lin'), 'utf8')
  expect(text).not.toContain(made.words.split(' ').slice(0, 3).join(' '))
  expect(text).not.toContain('ht_key_in_plain')
  expect(text).not.toContain(secret('ab'))
  expect(statSync(wallets.fileOf('lin')).mode & 0o777).toBe(0o600)
})

describe('a file that somebody changed is refused', () => {
  const change: Record<string, (file: { card: Record<string, unknown>; box: Record<string, string | number> }) => void> = {
    'the key number in the open': (file) => (file.card['index'] = 1),
    'the party in the open': (file) => (file.card['party'] = 'pty_evil'),
    'the sealed data': (file) => (file.box['data'] = flip(String(file.box['data']))),
    'the tag': (file) => (file.box['tag'] = flip(String(file.box['tag']))),
    'a shortened tag': (file) => (file.box['tag'] = String(file.box['tag']).slice(0, 8)),
    'the nonce': (file) => (file.box['nonce'] = flip(String(file.box['nonce']))),
    'the salt': (file) => (file.box['salt'] = flip(String(file.box['salt']))),
    'a cheaper derivation': (file) => (file.box['n'] = 2),
    'a derivation that would eat the memory': (file) => (file.box['n'] = 2 ** 30),
    'no card': (file) => delete (file as { card?: unknown }).card,
  }
  const flip = (hex: string): string => (hex.startsWith('0') ? `1${hex.slice(1)}` : `0${hex.slice(1)}`)

  test.each(Object.keys(change))('%s', async (what) => {
    await make()
    const file = wallets.fileOf('lin')
    const read = JSON.parse(readFileSync(file, 'utf8'))
    change[what]?.(read)
    writeFileSync(file, JSON.stringify(read))
    expect(() => wallets.unlock('lin', PASSPHRASE)).toThrow(/passphrase is wrong|not a wallet/)
  })
})

test('two commands that keep secrets at once both keep theirs', async () => {
  await make()
  const commands = Array.from({ length: 4 }, () => wallets.unlock('lin', PASSPHRASE))
  await Promise.all(commands.map((command, index) => command.store.put(`swap-${index}`, secret(`0${index}`))))
  const again = wallets.unlock('lin', PASSPHRASE)
  for (const index of commands.keys()) expect(await again.store.get(`swap-${index}`)).toBe(secret(`0${index}`))
})

test('the lock of a command that died does not stand in the way', async () => {
  const made = await make()
  writeFileSync(`${wallets.fileOf('lin')}.lock`, '99999999')
  await made.update({ party: 'pty_2' })
  expect(wallets.card('lin').party).toBe('pty_2')
})

test('a wallet is never replaced, and names stay inside the folder', async () => {
  const made = await make()
  await expect(make()).rejects.toMatchObject({ code: 'wallet_exists' })
  expect(wallets.unlock('lin', PASSPHRASE).words).toBe(made.words)
  expect(() => wallets.card('../lin')).toThrow(expect.objectContaining({ code: 'wallet_name_malformed' }))
})

test('words that are not 24 valid ones make no wallet', async () => {
  await expect(wallets.create({ name: 'bad', words: 'abandon '.repeat(24).trim(), at: AT }, PASSPHRASE)).rejects.toMatchObject({
    code: 'mnemonic_invalid',
  })
  expect(wallets.exists('bad')).toBe(false)
})

test('the next key signs for the same address, and the wallet knows its keys again', async () => {
  const made = await make()
  const { address } = made.account
  await made.update({ index: 1, opened: true })
  const again = wallets.unlock('lin', PASSPHRASE)
  expect(again.account.address).toBe(address)
  expect(again.account.signer.publicKey).toBe(again.signer(1).publicKey)
  expect(again.indexOf(again.signer(7).publicKey)).toBe(7)
})
