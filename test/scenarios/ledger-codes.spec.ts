// Every code with which the ledger refuses can be reached, is documented, and gives way to those before it in the list.
import { readFileSync } from 'node:fs'
import {
  type AssetRules,
  BLOCK_CODES,
  DECODE_CODES,
  type DecodeCode,
  type EscrowCondition,
  RECEIPT_CODES,
  RULE_CODES,
  type RuleCode,
  SignatureBatch,
  type Transaction,
  VALIDATION_CODES,
  browserVerifier,
  decodeTransaction,
  encodeTransaction,
  firstCode,
  isLock,
} from '@huitong/chain'
import {
  type AssetCode,
  type Bytes,
  type PublicKey,
  type Signature,
  concat,
  expectOk,
  hexOf,
  invariant,
} from '@huitong/primitives'
import { ORDER, World, at, fundedWorld, lock, met } from './ledger-table.js'

const nobody = new World('')
const ruled = (asset: string, rules: Partial<AssetRules>): AssetRules => ({
  asset: asset as AssetCode,
  tier: 0,
  limits: [],
  counterparties: [],
  ...rules,
})
/** For each rule that a rulebook can have for an asset, an asset that has it. */
const RULED: AssetRules[] = [
  ruled('AT', { limits: [{ tier: 0, perTransaction: 5n }] }),
  ruled('DAY', { limits: [{ tier: 0, perDay: 5n }] }),
  ruled('SIDE', { counterparties: [nobody.id('carol')] }),
  ruled('TAX', { tax: { ppm: 500_000, to: nobody.id('carol') } }),
  ruled('TIER', { tier: 1 }),
]

/** A ledger with one coin of every kind, named after its condition, and an account `old` under recovery. */
function fullWorld(): World {
  const world = fundedWorld('alice bob carol first second', { assets: RULED })
  const escrow: EscrowCondition = {
    kind: 'escrow',
    order: ORDER,
    milestone: 0,
    payer: world.id('alice'),
    payee: world.id('bob'),
    arbiter: world.id('carol'),
    fee: 10n,
    feeTo: world.id('bank'),
    deadline: at(1000),
    default: 'refund',
    latest: at(2000),
    paired: false,
    held: false,
    deliveryHash: lock('d'),
  }
  const hashLock = {
    kind: 'hashLock' as const,
    hash: lock('s'),
    claimant: world.id('bob'),
    refundee: world.id('alice'),
    expiry: at(1000),
  }
  world.conditions.set('E', escrow)
  world.conditions.set('Twin', { ...escrow, paired: true })
  world.conditions.set('Same', { ...escrow, payee: world.id('alice') })
  world.conditions.set('Foreign', { ...escrow, payer: world.id('bob'), payee: world.id('alice') })
  world.conditions.set('Past', { ...escrow, deadline: at(100) })
  world.conditions.set('Long', { ...escrow, latest: at(200_000) })
  world.conditions.set('Held', { ...escrow, held: true })
  world.conditions.set('Dear', { ...escrow, fee: 99n })
  world.conditions.set('H', hashLock)
  world.conditions.set('M', { kind: 'multi', m: 2, accounts: [world.id('alice'), world.id('bob')].sort() })
  for (const name of ['old', 'calm']) world.policy(name, { authorities: 'first second', quorum: 2, delayMs: 5000 })
  world.policy('hasty', { authorities: 'first second', quorum: 2, delayMs: 1 })
  world.run(`
    0 | alice        | a1 | E 100 e, Twin 100 twin, H 100 h, M 100 m, alice 600 a | | ok
    0 | old          |    |          | open old        | ok
    0 | calm         |    |          | open calm       | ok
    0 | bank         |    | old 10 o | issue 10        | ok
    0 | first second |    |          | propose old new | ok
    0 | bank         |    |          | register GEM bank 9 freeze, register ICE bank 9 freeze | ok
    0 | bank         |    | alice 1 gem GEM, bob 1 gem2 GEM | issue 2 GEM | ok
    0 | bank         |    | alice 1 ice ICE  | issue 1 ICE | ok
    0 | bank         |    |          | freeze GEM alice, freeze ICE | ok
    0 | bank         |    |          | register AT bank 9, register DAY bank 9, register SIDE bank 9, register TAX bank 9, register TIER bank 9 | ok
    0 | bank         |    | alice 9 at AT, alice 9 day DAY, alice 9 side SIDE, alice 9 tax TAX, bank 9 tier TIER | issue 9 AT, issue 9 DAY, issue 9 SIDE, issue 9 TAX, issue 9 TIER | ok
  `)
  world.oddKeys.set('weak', `01${'00'.repeat(31)}` as PublicKey)
  return world
}

/** For each code a row that must come back with it (a second table, where given, goes before). */
const ROWS: Record<
  Exclude<
    RuleCode,
    'already_committed' | 'valid_until_passed' | 'valid_until_too_far' | 'signature_key' | 'signature_stale' | 'signature_groups'
  >,
  string | [string, string]
> = {
  nothing_to_do: '100 | alice | | alice 1 x | ',
  input_repeated: '100 | alice | a, a | alice 1200 x | ',
  coin_unknown: '100 | alice | nowhere | alice 600 x | ',
  path_not_of_condition: '100 | alice | a/release 5 | alice 600 x | ',
  lock_not_alone: '100 | alice | h/claim s, a | bob 700 x | ',
  too_early: '100 | | e/default | alice 100 x | ',
  too_late: '1000 | alice | e/release 100 | bob 90 x, bank 10 y | ',
  paired_forbidden: '100 | alice | twin/release 100 | bob 90 x, bank 10 y | ',
  part_wrong: '100 | alice | e/release 101 | bob 90 x, bank 10 y | ',
  hold_deadline_wrong: '100 | carol | e/hold 2001 | E 100 x | ',
  preimage_count: '100 | | h/claim | bob 100 x | ',
  preimage_wrong: '100 | | h/claim other | bob 100 x | ',
  outputs_not_prescribed: '100 | | h/claim s | alice 100 x | ',
  operation_repeated: '100 | alice | | | anchor alice, anchor alice',
  asset_unknown: '100 | alice | a | alice 600 x EUR | ',
  account_unknown: '100 | alice | a | nobody 600 x | ',
  escrow_parties: '100 | alice | a | Same 600 x | ',
  lock_not_own_money: '100 | alice | a | Foreign 600 x | ',
  lock_time: '100 | alice | a | Past 600 x | ',
  lock_too_long: '100 | alice | a | Long 600 x | ',
  escrow_terms: '100 | alice | a | Held 600 x | ',
  fee_too_high: '100 | alice | a | Dear 600 x | ',
  asset_exists: '100 | bank | | | register USD bank 5',
  account_exists: '100 | alice | | | open alice',
  delay_too_short: '100 | hasty | | | open hasty',
  power_not_kept: '100 | bank | | | freeze USD',
  rulebook_fixed: '100 | bank | | | rules 1 1 1',
  sequence_wrong: '100 | alice | | | anchor alice #7',
  supply_exceeded: '100 | bank | | alice 1000000 x | issue 1000000',
  freeze_unchanged: '100 | bank | | | freeze GEM alice',
  clawback_terms: '100 | alice | a/clawback | bank 600 x | ',
  recovery_not_offered: '100 | first second | | | propose alice new',
  recovery_pending: '100 | first second | | | propose old new',
  recovery_none: '100 | alice | | | cancel alice',
  recovery_ended: '5000 | old | | | cancel old',
  recovery_not_ended: '4999 | | | | finalise old',
  recovery_too_soon: [
    `100 | old | | | cancel old | ok
     100 | first second | | | propose old new | ok
     100 | old first | | | cancel old | ok`,
    '100 | first second | | | propose old new',
  ],
  unbalanced: '100 | alice | a | alice 599 x | ',
  signature_count: '100 | | a | alice 600 x | ',
  account_recovering: '100 | old | o | alice 10 x | ',
  asset_frozen: '100 | alice | ice | bob 1 x ICE | ',
  account_frozen: '100 | alice | gem | bob 1 x GEM | ',
  quorum_missing: '100 | alice | m | alice 100 x | ',
  tier_too_low: '100 | bank | tier | bob 9 x TIER | ',
  counterparty_forbidden: '100 | alice | side | bob 9 x SIDE | ',
  transaction_limit: '100 | alice | at | bob 6 x AT, alice 3 y AT | ',
  day_limit: '100 | alice | day | bob 6 x DAY, alice 3 y DAY | ',
  tax_missing: '100 | alice | tax | bob 9 x TAX | ',
  key_weak: '100 | alice | | | rotate alice weak',
  signature_wrong: '100 | bob~alice | a | alice 600 x | ',
}

describe('rules', () => {
  it.each(Object.entries(ROWS))('%s', (code, row) => {
    const world = fullWorld()
    const [before, last] = typeof row === 'string' ? ['', row] : row
    world.run(`${before}\n${last} | ${code}`)
  })

  it('already_committed, valid_until_passed, valid_until_too_far', () => {
    const world = fullWorld()
    const { body } = world.body({ t: 100, signers: [], spend: 'a', pay: 'bob 600 x', ops: '' })
    const bytes = world.sign(body, ['alice'])
    expect(world.submitBytes(bytes, at(101))).toBe('valid_until_passed')
    expect(world.submitBytes(bytes, at(99 - 86_400_000))).toBe('valid_until_too_far')
    expect(world.submitBytes(bytes, at(100))).toBeUndefined()
    expect(world.submitBytes(bytes, at(101))).toBe('already_committed')
  })

  it('signature_groups, signature_key; signature_stale', () => {
    const world = fullWorld()
    const { body } = world.body({ t: 100, signers: [], spend: 'a', pay: 'bob 600 x', ops: '' })
    const [group = []] = expectOk(decodeTransaction(world.sign(body, ['alice'])), 'own').witnesses.signatures
    const judge = (signatures: Transaction['witnesses']['signatures']): string | undefined =>
      world.submitBytes(encodeTransaction({ body, witnesses: { signatures, preimages: [] } }), at(100))
    expect(judge([])).toBe('signature_groups')
    expect(judge([group.map((one) => ({ ...one, key: 15 }))])).toBe('signature_key')
    const bytes = world.sign(body, ['alice'])
    const source = { kind: 'checked' as const, batch: new SignatureBatch(0), first: -1 }
    expect(world.validator.validate(bytes, 0, bytes.length, at(100), source)).toBe('signature_stale')
    met.add('signature_stale')
  })

  it('give way to those before them', () => {
    const world = fullWorld()
    world.run(`
      100 | bob~alice | a, a | nobody 5 x EUR |              | input_repeated
      100 | bob~alice | a    | nobody 5 x EUR |              | asset_unknown
      100 | bob~alice | a    | nobody 5 x     | anchor bob #9 | account_unknown
      100 | bob~alice | a    | bob 5 x        | anchor bob #9 | sequence_wrong
      100 | bob~alice | a    | bob 5 x        |              | unbalanced
      100 | bob~alice | a    | bob 600 x      |              | signature_wrong
    `)
    expect(firstCode('unbalanced', 'coin_unknown')).toBe('coin_unknown')
    expect(firstCode('truncated', 'already_committed')).toBe('truncated')
  })

  it('keep conservation and balances whatever was refused', () => {
    const world = fullWorld()
    for (const coin of world.state.allCoins()) invariant(coin.amount > 0n, 'coins of nothing')
    expect([...world.state.allCoins()].filter((coin) => isLock(coin.condition))).toHaveLength(3)
  })
})

describe('bytes', () => {
  const world = fullWorld()
  const { body } = world.body({ t: 100, signers: [], spend: 'a', pay: 'bob 600 x', ops: 'register EUR bank 5' })
  const plain = { ...body, operations: [] }
  const whole = world.sign(body, ['alice', 'bank'])
  /** The bytes with some of them replaced, counted from the start. */
  const patch = (bytes: Bytes, at: number, ...values: number[]): Bytes => {
    const copy = bytes.slice()
    copy.set(values, at)
    return copy
  }
  const output = 20 + 33
  const operation = output + 8 + 3 + 32
  const key = 32
  const open = world.body({ t: 100, signers: [], spend: '', pay: '', ops: 'open zed' }).body
  const opening = world.sign(open, ['zed'])
  const ruling = world.sign(world.body({ t: 100, signers: [], spend: '', pay: '', ops: 'rules 1 1 1' }).body, [])
  const tiering = world.sign(world.body({ t: 100, signers: [], spend: '', pay: '', ops: 'tier alice 2' }).body, [])
  const withMemo = { ...plain, memo: '00'.repeat(512) }
  const signature = hexOf<Signature>(new Uint8Array(64))
  const signatures = Array.from({ length: 16 }, (_, key) => ({ key, signature }))
  const many = (groups: number): Bytes =>
    encodeTransaction({ body: plain, witnesses: { signatures: Array.from({ length: groups }, () => signatures), preimages: [] } })
  const bytesOf: Record<DecodeCode, Bytes> = {
    transaction_too_long: new Uint8Array(65_536),
    truncated: whole.subarray(0, 60),
    version_unknown: patch(whole, 0, 2),
    body_length_wrong: patch(whole, 1, 0, 60),
    operations_too_many: patch(whole, 19, 17),
    path_unknown: patch(whole, 20 + 32, 99),
    condition_unknown: patch(whole, output + 8, 0x92),
    operation_unknown: patch(whole, operation, 99),
    flags_unknown: patch(whole, operation + 1 + 8 + 1 + 2 + 32, 4),
    asset_code_malformed: patch(whole, output, 97),
    amount_malformed: patch(whole, output + 8 + 1, 0),
    scale_malformed: patch(whole, operation + 9, 10),
    list_malformed: patch(opening, 21, 0),
    threshold_malformed: patch(opening, 22 + key, 2),
    tier_malformed: patch(tiering, 20 + 1 + 32 + 4, 8),
    share_malformed: patch(ruling, 21 + 4 + 6, 255),
    delay_malformed: patch(opening, 22 + key + 3, 255),
    memo_too_long: lengthen(encodeTransaction({ body: withMemo, witnesses: { signatures: [], preimages: [] } })),
    witness_malformed: patch(whole, whole.length - 1 - 65, 16),
    // One signature group more than the sixty-four signatures that a transaction may carry.
    signatures_too_many: patch(concat(many(4).subarray(0, -1), many(1).subarray(-2 - 16 * 65)), bodySize(many(4)), 5),
    trailing_bytes: concat(whole, Uint8Array.of(0)),
  }

  function bodySize(bytes: Bytes): number {
    return (bytes[1] ?? 0) * 256 + (bytes[2] ?? 0)
  }

  /** One more byte of memo. */
  function lengthen(bytes: Bytes): Bytes {
    const size = bodySize(bytes)
    return patch(concat(bytes.subarray(0, size), Uint8Array.of(0), bytes.subarray(size)), 1, (size + 1) >> 8, (size + 1) & 255)
  }

  it.each(Object.entries(bytesOf))('%s', (code, bytes) => {
    expect(decodeTransaction(bytes)).toMatchObject({ ok: false, code })
    const source = { kind: 'verify' as const, verifier: browserVerifier }
    const judged = world.validator.validate(bytes, 0, bytes.length, at(100), source)
    expect(judged).toBe(code)
    if (judged !== undefined) met.add(judged)
  })

  it('and rules together: every code of the closed list came back above, and no other', () => {
    expect([...met].sort()).toEqual(Object.keys(VALIDATION_CODES).sort())
  })
})

describe('docs/ledger-codes.md', () => {
  it('lists exactly these codes and sentences in this order', () => {
    const rows = (codes: Record<string, string>): string =>
      Object.entries(codes)
        .map(([code, text]) => `| \`${code}\` | ${text} |`)
        .join('\n')
    const table = (codes: Record<string, string>): string => `| code | meaning |\n| --- | --- |\n${rows(codes)}`
    const text = readFileSync(new URL('../../docs/ledger-codes.md', import.meta.url), 'utf8')
    for (const codes of [DECODE_CODES, RULE_CODES, BLOCK_CODES, RECEIPT_CODES])
      expect(squeeze(text)).toContain(squeeze(table(codes)))
    expect(Object.keys(VALIDATION_CODES)).toHaveLength(Object.keys(DECODE_CODES).length + Object.keys(RULE_CODES).length)
  })

  /** The formatter pads tables; what they say stays. */
  function squeeze(text: string): string {
    return text.replace(/-{3,}/g, '---').replace(/[ \t]+/g, ' ')
  }
})
