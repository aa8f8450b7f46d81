// Quotes and conversions from the command line, direct and through several offers: what is asked is what the API is asked, what is told is what it says, for
// people and for machines.
import type { Party } from '@huitong/sdk'
import { type AccountId, expectOk } from '@huitong/primitives'
import { parseAddress } from '@huitong/chain'
import { type Said, huitong } from '../command.js'
import { PEARL, POINT, TAEL } from '../people.js'
import { the, held } from './bank.js'

let account: { readonly id: AccountId }
const run = (...words: readonly string[]): Promise<Said> =>
  huitong(words, { HUITONG_DATA: the().house.folder, HUITONG_PASSPHRASE: 'a passphrase of the spec' })
/** By machine: every line is an object, the last one the summary, and nothing else stands on standard output. */
const told = async (...words: readonly string[]): Promise<readonly Record<string, unknown>[]> => {
  const said = await run(...words, '--json')
  expect(said.code, `${words.join(' ')}: ${said.stderr}`).toBe(0)
  expect(said.stdout.trim().split('\n')).toHaveLength(said.lines.length)
  expect(said.lines.at(-1)).toMatchObject({ summary: true, ok: true })
  return said.lines
}
const quote = ['quote', '--wallet', 'wen', '--give', 'TAEL@shanxi', '--take', 'PEARL@lingnan', '--amount', '20']

beforeAll(async () => {
  await told('wallet', 'create', 'wen', '--show-words')
  await told('party', 'create', '--wallet', 'wen', '--name', 'Wen 温')
  for (const { ledger } of [TAEL, POINT, PEARL]) await told('account', 'open', '--wallet', 'wen', '--ledger', ledger)
  const [shown] = await told('wallet', 'show', 'wen')
  account = { id: expectOk(parseAddress(String(shown?.['address'])), 'an address') }
  await the().stage.grant(account.id, TAEL, 10_000n)
})

it('ways through several offers: a quote is direct unless it is asked for more: from the command line as over HTTP', async () => {
  const refused = await run(...quote, '--json')
  expect([refused.code, refused.lines.at(-1)]).toMatchObject([3, { ok: false, code: 'no_offer' }])
  expect((await run(...quote, '--hops', '1')).code).toBe(3)
  // the API's own default
  const asked = { give: tokenOf(TAEL), take: tokenOf(PEARL), fixed: 'send', amount: '2000' } as const
  const party: Party = await the().stage.person('Asks', [TAEL])
  await expect(party.hub.createQuote({ payer: party.id, ...asked })).rejects.toMatchObject({ code: 'no_offer' })
  for (const hops of ['0', '4', 'two']) {
    const wrong = await run(...quote, '--hops', hops, '--json')
    expect([wrong.code, wrong.lines.at(-1)]).toMatchObject([2, { ok: false, code: 'hops_unknown' }])
  }
})

it('ways through several offers: through points it is had, every hop is told, and it is taken whole', async () => {
  const before = [await held(the(), account, TAEL), await held(the(), account, POINT), await held(the(), account, PEARL)]
  const [offered] = await told(...quote, '--hops', '2')
  expect(offered).toMatchObject({
    id: expect.stringMatching(/^qte_/),
    give: { ledger: 'shanxi', asset: 'TAEL', amount: '2000' },
    take: { ledger: 'lingnan', asset: 'PEARL' },
    path: [
      { give: { asset: 'TAEL', amount: '2000' }, take: { ledger: 'jiangnan', asset: 'POINT', amount: '1980' } },
      { give: { asset: 'POINT', amount: '1980' }, take: { asset: 'PEARL', amount: '1782' } },
    ],
  })
  const [paid, got, ended] = await told('convert', '--wallet', 'wen', '--quote', String(offered?.['id']))
  expect(paid).toMatchObject({ leg: 'give', asset: 'TAEL', amount: '2000', ledger: 'shanxi' })
  expect(got).toMatchObject({ leg: 'take', asset: 'PEARL', amount: '1782', ledger: 'lingnan' })
  expect(ended).toMatchObject({ id: expect.stringMatching(/^cnv_/), state: 'SETTLED' })
  const after = [await held(the(), account, TAEL), await held(the(), account, POINT), await held(the(), account, PEARL)]
  expect(after.map((amount, index) => amount - (before[index] ?? 0n))).toEqual([-2_000n, 0n, 1_782n])
  // taken again it is the same conversion, and nothing more is paid
  const again = await told('convert', '--wallet', 'wen', '--quote', String(offered?.['id']))
  expect(again[2]).toEqual(ended)
  expect(await held(the(), account, TAEL)).toBe(after[0])
})

it('ways through several offers: people read the same: what they give and get, each hop, the rules, and how to take it', async () => {
  const said = await run(...quote, '--hops', '3', '--fixed', 'send')
  expect(said.code).toBe(0)
  const lines = said.stdout.split('\n')
  expect(lines[0]).toMatch(/^quote qte_[0-9a-f]{32}, firm until 20/)
  expect(lines).toContain('  give     20.00 TAEL on shanxi')
  expect(lines).toContain('  get      1.782 PEARL on lingnan')
  expect(lines.filter((line) => line.startsWith('  through '))).toHaveLength(2)
  expect(said.stdout).toContain('  through  20.00 TAEL on shanxi for 19.80 POINT on jiangnan, pty_')
  // a leg between providers is taxed like any other; its provider pays
  expect(said.stdout).toMatch(/ {2}rules {4}jiangnan: pass \(assets\.POINT\.tax: \d+ beside the 1980 to /)
  expect(said.stdout + said.stderr).toContain('huitong convert --wallet wen --quote qte_')
})

it('ways through several offers: what the tax adds is told before it is paid', async () => {
  await the().stage.grant(account.id, POINT, 1_000n)
  const [asked] = await told('quote', '--wallet', 'wen', '--give', 'POINT@jiangnan', '--take', 'TAEL@shanxi', '--amount', '5')
  expect(asked?.['fees']).toMatchObject([{ for: 'tax', ledger: 'jiangnan', asset: 'POINT' }])
  const to = the().stage.network.provider.address
  const said = await run('pay', '--wallet', 'wen', '--ledger', 'jiangnan', '--asset', 'POINT', '--amount', '1', '--to', to)
  expect(said.code).toBe(0)
  expect(said.stdout + said.stderr).toMatch(/and 0\.\d\d POINT of tax, by the rulebook of jiangnan/)
})

const tokenOf = ({ ledger, asset }: typeof TAEL): { ledger: string; asset: string } => ({ ledger, asset })
