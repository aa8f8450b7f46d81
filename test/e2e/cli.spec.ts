// The built command line as a person would use it: a hub is started once, every command is its own process and finds it by the data folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAddress, encodeRulebook } from '@huitong/chain'
import { expectOk } from '@huitong/primitives'

const ENTRY = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url))
const PASSPHRASE = 'a passphrase of the spec'

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

let data: string
let hub: ChildProcess
let url: string

function huitong(words: readonly string[], given: { readonly input?: string; readonly passphrase?: string } = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ENTRY, ...words], {
      env: {
        ...process.env,
        HUITONG_DATA: data,
        HUITONG_PASSPHRASE: given.passphrase ?? PASSPHRASE,
        HUITONG_URL: '',
        HUITONG_API_KEY: '',
      },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
    child.stdin.end(given.input ?? '')
  })
}

type Line = Record<string, unknown>

/** Runs with --json; answers the lines, of which the last is the summary. */
async function told(words: readonly string[], given: { readonly input?: string } = {}): Promise<readonly Line[]> {
  const ran = await huitong([...words, '--json'], given)
  expect(ran.code, `${words.join(' ')}: ${ran.err}`).toBe(0)
  const lines = ran.out
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line))
  expect(lines.at(-1)).toMatchObject({ summary: true, ok: true })
  return lines
}

/** The text under a name in the first line. */
const text = (lines: readonly Line[], name: string): string => String(lines[0]?.[name])

beforeAll(async () => {
  data = mkdtempSync(path.join(os.tmpdir(), 'huitong-cli-'))
  await jiangnanHasRegistrar()
  hub = spawn(process.execPath, [ENTRY, 'start', '--json'], { env: { ...process.env, HUITONG_DATA: data } })
  const begun: Line = await new Promise((resolve, reject) => {
    let out = ''
    hub.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.includes('\n')) resolve(JSON.parse(out.slice(0, out.indexOf('\n'))))
    })
    hub.once('exit', (code) => reject(new Error(`the hub ended with ${code}`)))
  })
  url = String(begun['url'])
})

/** A wallet needs no hub, so the registrar can be named before the ledger is founded. */
async function jiangnanHasRegistrar(): Promise<void> {
  await told(['wallet', 'create', 'registrar', '--show-words'])
  const registrar = expectOk(parseAddress(text(await told(['wallet', 'show', 'registrar']), 'address')), 'address')
  const rules = {
    version: 1,
    jurisdiction: 'CN',
    currencyZone: 'CNY',
    lockMaxMs: 2_592_000_000,
    feeShareMaxPpm: 50_000,
    recoveryDelayMinMs: 0,
    registrar,
  }
  mkdirSync(path.join(data, 'ledgers', 'jiangnan'), { recursive: true })
  writeFileSync(path.join(data, 'ledgers', 'jiangnan', 'rulebook.json'), encodeRulebook(rules))
}

afterAll(async () => {
  if (hub.exitCode === null) {
    const ended = new Promise((resolve) => hub.once('exit', resolve))
    hub.kill('SIGTERM')
    await ended
  }
  rmSync(data, { recursive: true, force: true })
})

test('from new words to a payment that anyone verifies offline', async () => {
  for (const name of ['bank', 'lin', 'mei']) {
    await told(['wallet', 'create', name, '--show-words', ...(name === 'lin' ? ['--language', 'zh'] : [])])
    await told(['party', 'create', '--wallet', name, '--name', `${name} 票号`])
    await told(['account', 'open', '--wallet', name, '--ledger', 'shanxi'])
  }
  const [lin, mei] = [
    text(await told(['wallet', 'show', 'lin']), 'address'),
    text(await told(['wallet', 'show', 'mei']), 'address'),
  ]
  await told(['asset', 'register', 'SILK', '--wallet', 'bank', '--ledger', 'shanxi', '--max-supply', '1000000'])
  const issued = await told(['asset', 'issue', 'SILK', '--wallet', 'bank', '--ledger', 'shanxi', '--amount', '500', '--to', lin])
  const pay = ['pay', '--wallet', 'lin', '--ledger', 'shanxi', '--asset', 'SILK', '--to', mei]
  const paid = await told([...pay, '--amount', '12.50', '--memo', '第一笔'])
  expect(paid[0]).toMatchObject({ asset: 'SILK', amount: '1250', to: mei })
  expect(await told(['account', 'balances', mei])).toContainEqual(
    expect.objectContaining({ asset: 'SILK', available: '1250', scale: 2 }),
  )

  // Mei's change is the second output: its units are Lin's, which were the bank's.
  await told(['pay', '--wallet', 'mei', '--ledger', 'shanxi', '--asset', 'SILK', '--to', lin, '--amount', '2.50'])
  const [change] = await told(['account', 'coins', mei, '--ledger', 'shanxi'])
  const history = await told(['coin', 'history', String(change?.['coordinate']), '--ledger', 'shanxi'])
  const portions = history.filter((line) => line['portion'] !== undefined)
  expect(portions).toEqual([
    { portion: '1000', path: [change?.['coordinate'], text(paid, 'coordinate'), text(issued, 'coordinate')] },
  ])
  expect(history.at(-1)).toMatchObject({ proven: 3 })
  const drawn = await huitong(['coin', 'history', text(paid, 'coordinate'), '--ledger', 'shanxi', '--forward'])
  expect(drawn.out).toMatch(/^12\.50 SILK .*\n├─ 2\.50 SILK .*\n└─ 10\.00 SILK/)

  const receipt = text(paid, 'receipt')
  expect(await told(['verify', receipt])).toContainEqual(
    expect.objectContaining({ ok: true, transaction: text(paid, 'transaction') }),
  )
  expect(await told(['verify', receipt, '--genesis', text(paid, 'genesis')])).toHaveLength(2)
  const bent = path.join(data, 'bent.json')
  writeFileSync(
    bent,
    readFileSync(receipt, 'utf8').replace(
      /("seal": ")(.)/,
      (_whole, head: string, digit: string) => head + (digit === '0' ? '1' : '0'),
    ),
  )
  expect(await huitong(['verify', bent])).toMatchObject({ code: 5 })

  const whole = await told(['ledger', 'verify', 'shanxi'])
  const light = await told(['ledger', 'headers', 'shanxi'])
  expect(light[0]).toMatchObject({ headers: whole[0]?.['blocks'], head: whole[0]?.['head'] })
})

test('a rotated key pays from the same address, and the words find it again', async () => {
  const before = text(await told(['wallet', 'show', 'mei']), 'address')
  const words = text(await told(['wallet', 'show', 'mei', '--show-words']), 'words')
  await told(['account', 'rotate', '--wallet', 'mei'])
  await told(['pay', '--wallet', 'mei', '--ledger', 'shanxi', '--asset', 'SILK', '--to', before, '--amount', '1'])
  await told(['account', 'open', '--wallet', 'mei', '--ledger', 'lingnan'])
  await told(['wallet', 'restore', 'again', '--words', '-', '--ledger', 'shanxi'], { input: words })
  expect((await told(['wallet', 'show', 'again']))[0]).toMatchObject({ address: before, key: 1 })
})

test('who does wrong is told what, by sentence, code and exit code', async () => {
  const pay = [
    'pay',
    '--wallet',
    'lin',
    '--ledger',
    'shanxi',
    '--asset',
    'SILK',
    '--to',
    text(await told(['wallet', 'show', 'mei']), 'address'),
  ]
  const cases: readonly [string[], number, RegExp][] = [
    [['payy'], 2, /Did you mean pay/],
    [[...pay, '--amount', '1', '--memmo', 'x'], 2, /Did you mean --memo/],
    [['pay', '--ledger', 'shanxi'], 2, /required option '--wallet/],
    [[...pay, '--amount', '12.505'], 2, /has 3 decimals, SILK has 2/],
    [[...pay, '--amount', '100000'], 3, /funds_insufficient|only .* SILK in hand/],
    [[...pay.slice(0, -1), 'ht1nobody', '--amount', '1'], 2, /a character is wrong or missing/],
    [['wallet', 'show', 'nobody'], 2, /no wallet named nobody/],
    [['ledger', 'verify', 'nowhere'], 3, /ledger_unknown/],
    [['ledger', 'list', '--url', 'http://127.0.0.1:1'], 4, /no answer/],
    [['wallet', 'create', 'unseen'], 2, /--show-words/],
  ]
  for (const [words, code, sentence] of cases) {
    const ran = await huitong(words)
    expect({ words, code: ran.code }).toEqual({ words, code })
    expect(ran.err).toMatch(sentence)
  }
  expect(await huitong([...pay, '--amount', '1'], { passphrase: 'another one' })).toMatchObject({ code: 2 })
  const silent = await huitong([...pay, '--amount', '0', '--json'])
  expect(JSON.parse(silent.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ summary: true, ok: false, code: 'amount_zero' })
})

test('a hub that shows another block or another genesis is caught', async () => {
  const flip = (hex: string, at: number): string => hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1)
  const liar = await between((address, body) => {
    if (!address.includes('/shanxi/blocks')) return body
    const page: { items: { height: number; transactions: string[] }[] } = JSON.parse(body)
    const block = page.items.find(({ height }) => height === 3)
    if (block !== undefined) block.transactions = block.transactions.map((bytes) => flip(bytes, 60))
    return JSON.stringify(page)
  })
  const caught = await huitong(['ledger', 'verify', 'shanxi', '--url', liar.url])
  expect(caught).toMatchObject({ code: 5 })
  expect(caught.err).toMatch(/block 3/)
  await liar.stop()

  const impostor = await between((address, body) =>
    address.endsWith('/ledgers/shanxi')
      ? body.replace(/sealingKey\\":\\"(.)/, (_all, digit: string) => `sealingKey\\":\\"${digit === '0' ? '1' : '0'}`)
      : body,
  )
  const refused = await huitong([
    'account',
    'show',
    text(await told(['wallet', 'show', 'mei']), 'address'),
    '--ledger',
    'shanxi',
    '--url',
    impostor.url,
  ])
  expect(refused).toMatchObject({ code: 5 })
  expect(refused.err).toMatch(/genesis_mismatch/)
  await impostor.stop()
})

/** A hub in between that changes answers. */
async function between(change: (address: string, body: string) => string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    void fetch(url + (request.url ?? ''), { headers: { accept: 'application/json' } }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(change(request.url ?? '', await answer.text()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}

test('a ledger’s past: statement, journal, storage, search tables compared, spent history pruned', async () => {
  const lin = text(await told(['wallet', 'show', 'lin']), 'address')
  const lines = await told(['account', 'statement', lin, '--ledger', 'shanxi'])
  expect(lines.at(-2)).toMatchObject({ transaction: 'closing', asset: 'SILK', availableAfter: '49000' })
  const changes = lines.slice(0, -2).map((line) => BigInt(String(line['available'])))
  expect(changes.reduce((sum, change) => sum + change, 0n)).toBe(49_000n)
  const csv = await huitong(['account', 'statement', lin, '--ledger', 'shanxi', '--csv'])
  expect(csv.out.split('\n')[0]).toBe('height,time,transaction,asset,available,locked,availableAfter,lockedAfter')
  expect(csv.out.trim().split('\n').at(-1)).toMatch(/closing,SILK,,,490\.00,0\.00$/)
  const table = await huitong(['account', 'statement', lin, '--ledger', 'shanxi', '--from', '2026-01-01T00:00:00Z'])
  expect(table.out).toMatch(/\+500\.00/)

  const journal = await told(['ledger', 'journal', 'shanxi'])
  const postings = journal.flatMap((line) => (Array.isArray(line['postings']) ? line['postings'] : []))
  expect(postings.filter(({ part }) => part === 'issued')).toEqual([{ part: 'issued', asset: 'SILK', amount: '-50000' }])
  expect((await huitong(['ledger', 'journal', 'shanxi', '--csv'])).out).toMatch(/,issued,,SILK,-500\.00/)

  expect((await told(['ledger', 'status', 'shanxi']))[0]).toMatchObject({ ledger: 'shanxi', pruneTarget: 0 })
  expect((await told(['ledger', 'verify', 'shanxi', '--index'])).at(-1)).toMatchObject({ indexedRows: expect.any(Number) })
  // Lin's first coin was paid on, and Mei's first one too: the payment to her has nothing unspent but Lin's change
  await told(['pay', '--wallet', 'lin', '--ledger', 'shanxi', '--asset', 'SILK', '--to', lin, '--amount', '490'])
  const pruned = await told(['ledger', 'prune', 'shanxi', '--keep', '0'])
  expect(pruned.at(-1)).toMatchObject({ prunedTransactions: 2 })
  expect(await huitong(['ledger', 'verify', 'shanxi'])).toMatchObject({ code: 5 })
  expect((await told(['ledger', 'headers', 'shanxi'])).at(-1)).toMatchObject({ ok: true })
  expect((await told(['account', 'statement', lin, '--ledger', 'shanxi'])).at(-2)).toMatchObject({ availableAfter: '49000' })
})

test('an issuer that kept its powers freezes, frees and takes back; what it does not keep, it has not', async () => {
  const at = ['--ledger', 'jiangnan']
  // no token before there is a registrar: its account is the first on the ledger
  for (const name of ['registrar', 'guild', 'wang', 'zhao']) {
    if (name !== 'registrar') await told(['wallet', 'create', name, '--show-words'])
    await told(['party', 'create', '--wallet', name, '--name', name])
    await told(['account', 'open', '--wallet', name, ...at])
  }
  const [wang, zhao] = [
    text(await told(['wallet', 'show', 'wang']), 'address'),
    text(await told(['wallet', 'show', 'zhao']), 'address'),
  ]
  const guild = ['--wallet', 'guild', ...at]
  const register = ['asset', 'register', ...guild, '--max-supply', '1000']
  const alone = await huitong([...register, 'JADE'])
  expect(alone).toMatchObject({ code: 3 })
  expect(alone.err).toMatch(/signature_groups/)
  await told([...register, 'JADE', '--freeze', '--clawback', '--registrar', 'registrar'])
  await told([...register, 'SALT', '--registrar', 'registrar'])
  for (const code of ['JADE', 'SALT']) await told(['asset', 'issue', code, ...guild, '--amount', '100', '--to', wang])
  const pay = (code: string): string[] => ['pay', '--wallet', 'wang', ...at, '--asset', code, '--to', zhao, '--amount', '10']
  const because = ['--reason', 'court order 12/26']

  await told(['asset', 'freeze', 'JADE', ...guild, '--account', wang, ...because])
  expect((await told(['asset', 'freezes', 'JADE', ...at]))[0]).toMatchObject({ frozen: false, accounts: [wang] })
  const frozen = await huitong(pay('JADE'))
  expect(frozen).toMatchObject({ code: 3 })
  expect(frozen.err).toMatch(/frozen/)
  await told(pay('SALT'))
  await told(['asset', 'unfreeze', 'JADE', ...guild, '--account', wang, ...because])
  await told(pay('JADE'))
  await told(['asset', 'freeze', 'JADE', ...guild, ...because])
  expect((await told(['asset', 'freezes', 'JADE', ...at]))[0]).toMatchObject({ frozen: true, accounts: [] })
  expect((await huitong(['asset', 'show', 'JADE', ...at])).out).toMatch(/frozen as a whole/)
  expect(await huitong(pay('JADE'))).toMatchObject({ code: 3 })

  const taken = await told(['asset', 'clawback', 'JADE', ...guild, '--from', wang, ...because])
  expect(taken[0]).toMatchObject({ amount: '9000', from: wang })
  const left = await told(['account', 'balances', wang])
  expect(left.some((line) => line['asset'] === 'JADE' && line['available'] !== '0')).toBe(false)
  for (const words of [
    ['freeze', 'SALT', '--account', wang],
    ['clawback', 'SALT', '--from', wang],
  ]) {
    const refused = await huitong(['asset', ...words, ...guild, ...because])
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.err).toMatch(/power/)
  }
})

test('a registrar says what its ledger allows, and how well owners are known', async () => {
  const at = ['--ledger', 'jiangnan']
  const [wang, zhao] = [
    text(await told(['wallet', 'show', 'wang']), 'address'),
    text(await told(['wallet', 'show', 'zhao']), 'address'),
  ]
  const shown = await told(['rulebook', 'show', ...at])
  expect(shown[0]).toMatchObject({ version: 1, jurisdiction: 'CN' })
  const file = path.join(data, 'rules.json')
  const limits = [{ tier: 1, perTransaction: '500' }]
  writeFileSync(file, JSON.stringify({ ...shown[0], assets: [{ asset: 'SALT', tier: 1, limits, counterparties: [] }] }))
  const registrar = ['--wallet', 'registrar', ...at]
  expect(await told(['rulebook', 'set', ...registrar, '--file', file])).toContainEqual(expect.objectContaining({ version: 2 }))
  expect((await huitong(['rulebook', 'show', ...at])).out).toMatch(/SALT: tier 1 and above\n +from tier 1: 500 at once/)

  const pay = ['pay', '--wallet', 'wang', ...at, '--asset', 'SALT', '--to', zhao, '--amount']
  expect((await huitong([...pay, '5'])).err).toMatch(/tier_too_low/)
  for (const account of [wang, zhao]) await told(['rulebook', 'tier', ...registrar, '--account', account, '--tier', '1'])
  await told([...pay, '5'])
  const large = await huitong([...pay, '5.01'])
  expect(large).toMatchObject({ code: 3 })
  expect(large.err).toMatch(/transaction_limit/)
  const tier = ['rulebook', 'tier', ...at, '--account', wang]
  expect(await huitong([...tier, '--wallet', 'wang', '--tier', '7'])).toMatchObject({ code: 3 })
  expect(await huitong([...tier, '--wallet', 'registrar', '--tier', '8'])).toMatchObject({ code: 2 })
})
