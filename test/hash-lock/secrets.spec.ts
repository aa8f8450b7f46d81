// Cases 16 to 18 of hash locks, on two ledgers with the real rules: what opens a lock, and which of claim and refund is right at which time.
import { createHash } from 'node:crypto'
import { type TransactionBody, encodeTransaction, prescribedOutputs } from '@huitong/chain'
import { CreateConversion, CreateSwap } from '@huitong/contracts'
import { type AssetCode, type Bytes, type Coordinate, type HashLock, type Preimage, type Time } from '@huitong/primitives'
import { after, expectOk, fromHex, lockOf, sha256, toHex, utf8 } from '@huitong/primitives'
import { type SwapState, createSwap, decideSwap } from '@huitong/protocol'
import { SimLedger, person } from '@huitong/testing'
import { plainToInstance } from 'class-transformer'
import { validateSync } from 'class-validator'
import fc from 'fast-check'

const START = 1_800_000_000_000 as Time
const GOLD = 'GOLD' as AssetCode
const payer = person('payer')
const taker = person('taker')
const secret = toHex(sha256(utf8('thirty-two bytes'))) as Preimage

/** Two ledgers, each with a coin that the payer locked for the taker under each hash; the locks expire a minute later. */
function locked(
  ...hashes: readonly HashLock[]
): readonly { readonly ledger: SimLedger; readonly coins: readonly Coordinate[] }[] {
  return ['east', 'west'].map((name) => {
    const ledger = new SimLedger(name, START)
    ledger.open(payer, taker)
    const coins = hashes.map((hash) => {
      const from = ledger.fund(person(`bank of ${name}`), GOLD, payer.account, 100n)
      const expiry = after(ledger.now, 60_000)
      return ledger.lock(payer, from, 100n, { kind: 'hashLock', hash, claimant: taker.account, refundee: payer.account, expiry })
    })
    return { ledger, coins }
  })
}

let references = 0
function bytesOf(ledger: SimLedger, coin: Coordinate, kind: 'claim' | 'expire', preimages: readonly Preimage[] = []): Bytes {
  const known = ledger.coins.get(coin)
  if (known === undefined) throw new Error('a coin of the ledger')
  const body: TransactionBody = {
    validUntil: after(ledger.now, 60_000),
    reference: (++references).toString(16).padStart(16, '0'),
    inputs: [{ coin, path: { kind } }],
    outputs: expectOk(prescribedOutputs(known, { kind }), 'outputs'),
    operations: [],
    memo: '',
  }
  return encodeTransaction({ body, witnesses: { signatures: [], preimages } })
}

/** The transaction with another secret in it, of whatever size: the last bytes are the number of preimages and the preimages. */
function withSecret(bytes: Bytes, given: Bytes): Bytes {
  const whole = bytes.length - 32
  return Uint8Array.from([...bytes.slice(0, whole), ...given])
}

it('hash lock case 16: a secret is 32 raw bytes on every ledger and at the hub; any other size or spelling opens nothing anywhere', () => {
  const raw = fromHex(secret)
  const asText = toHex(sha256(utf8(secret))) as HashLock
  const long = Uint8Array.from([...raw, ...raw])
  const ofLong = toHex(sha256(long)) as HashLock
  const short = raw.slice(0, 31)
  const ofShort = toHex(sha256(short)) as HashLock
  const results = locked(lockOf(secret), asText, ofLong, ofShort).map(({ ledger, coins: [right, text, double, stub] }) => {
    if (right === undefined || text === undefined || double === undefined || stub === undefined) throw new Error('four coins')
    const refusal = (coin: Coordinate, given: Bytes): string => {
      const sent = ledger.submit(withSecret(bytesOf(ledger, coin, 'claim', [secret]), given))
      return sent.ok ? 'ok' : sent.code
    }
    return [
      refusal(right, short),
      refusal(right, Uint8Array.from([...raw, 0])),
      refusal(right, Uint8Array.from(raw.toReversed())),
      refusal(text, raw),
      refusal(double, long),
      refusal(stub, short),
      refusal(right, raw),
    ]
  })
  expect(results[0]).toEqual([
    'truncated',
    'trailing_bytes',
    'preimage_wrong',
    'preimage_wrong',
    'trailing_bytes',
    'truncated',
    'ok',
  ])
  expect(results[1]).toEqual(results[0])
  // the hub: no hash of another size is agreed to, and no secret of another size is taken although it hashes right
  for (const hash of ['ab'.repeat(31), 'ab'.repeat(33), 'AB'.repeat(32), 'xy'.repeat(32), '']) {
    expect(faultsOf(CreateSwap, { hash })).toContain('hash')
    expect(faultsOf(CreateConversion, { hash })).toContain('hash')
  }
  for (const [hash, given] of [
    [ofLong, toHex(long)],
    [ofShort, toHex(short)],
    [lockOf(secret), secret.toUpperCase()],
  ] as const) {
    const both = bothLocked(hash)
    const reveal = { kind: 'reveal', by: 'payer', preimage: given as Preimage } as const
    expect(decideSwap(both, reveal, environment)).toMatchObject({ ok: false, code: 'swap_preimage_wrong' })
    const heard = decideSwap(both, { kind: 'preimageSeen', preimage: given as Preimage }, environment)
    expect(heard).toMatchObject({ ok: true, value: { state: both, effects: [] } })
  }
  const both = bothLocked(lockOf(secret))
  expect(decideSwap(both, { kind: 'reveal', by: 'payer', preimage: secret }, environment)).toMatchObject({ ok: true })
})

it('hash lock case 17: only SHA-256 opens a lock; a deal that names another function is refused before anything is locked', () => {
  const made = (algorithm: string): HashLock =>
    createHash(algorithm).update(fromHex(secret)).digest('hex').slice(0, 64) as HashLock
  const twice = toHex(sha256(sha256(fromHex(secret)))) as HashLock
  const others = [made('sha3-256'), made('sha512-256'), made('blake2s256'), made('sha512'), twice]
  for (const { ledger, coins } of locked(...others, lockOf(secret))) {
    const answers = coins.map((coin) => ledger.submit(bytesOf(ledger, coin, 'claim', [secret])))
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.code))
    expect(codes).toEqual([...others.map(() => 'preimage_wrong'), 'ok'])
  }
  for (const hashFunction of ['keccak-256', 'sha3-256', 'sha-512', 'SHA-256', 'ripemd-160', '']) {
    expect(faultsOf(CreateSwap, { hashFunction })).toContain('hashFunction')
    expect(faultsOf(CreateConversion, { hashFunction })).toContain('hashFunction')
  }
  expect(faultsOf(CreateSwap, { hashFunction: 'sha-256' })).not.toContain('hashFunction')
  expect(faultsOf(CreateSwap, {})).not.toContain('hashFunction')
})

it('hash lock case 18: one millisecond before the expiry only the claim is right, from it on only the refund, and of two at once one', () => {
  const attempt = (offset: number, first: 'claim' | 'expire'): readonly string[] =>
    locked(lockOf(secret)).map(({ ledger, coins: [coin] }) => {
      if (coin === undefined) throw new Error('a coin')
      const condition = ledger.coins.get(coin)?.condition
      if (condition?.kind !== 'hashLock') throw new Error('a lock')
      ledger.advance(condition.expiry + offset - ledger.now)
      const claim = bytesOf(ledger, coin, 'claim', [secret])
      const refund = bytesOf(ledger, coin, 'expire')
      const order = first === 'claim' ? [claim, refund] : [refund, claim]
      const codes = order.map((bytes) => ledger.submit(bytes)).map((answer) => (answer.ok ? 'ok' : answer.code))
      const paid = [taker, payer].map(({ account }) =>
        ledger.ownCoins(account, GOLD).reduce((sum, { amount }) => sum + amount, 0n),
      )
      return `${codes.join(' ')} taker ${paid[0]} payer ${paid[1]}`
    })
  const both = (line: string) => [line, line]
  expect(attempt(-1, 'claim')).toEqual(both('ok coin_unknown taker 100 payer 0'))
  expect(attempt(-1, 'expire')).toEqual(both('too_early ok taker 100 payer 0'))
  expect(attempt(0, 'claim')).toEqual(both('too_late ok taker 0 payer 100'))
  expect(attempt(0, 'expire')).toEqual(both('ok coin_unknown taker 0 payer 100'))
  expect(attempt(1, 'claim')).toEqual(both('too_late ok taker 0 payer 100'))
  fc.assert(
    fc.property(
      fc.integer({ min: -50_000, max: 50_000 }),
      fc.constantFrom('claim' as const, 'expire' as const),
      (offset, first) => {
        const [line = ''] = attempt(offset, first)
        expect(line.endsWith(offset < 0 ? 'taker 100 payer 0' : 'taker 0 payer 100')).toBe(true)
        expect(line.split(' ').filter((word) => word === 'ok')).toHaveLength(1)
      },
    ),
    { numRuns: 20 },
  )
})

// ---------------------------------------------------------------------------------------------------------------- what the above is made of

function faultsOf(message: typeof CreateSwap | typeof CreateConversion, fields: object): readonly string[] {
  return validateSync(plainToInstance(message as typeof CreateSwap, fields)).map(({ property }) => property)
}

function bothLocked(hash: HashLock): SwapState {
  const chain = (letter: string) => letter.repeat(64) as SwapState['terms']['a']['chain']
  const leg = { asset: GOLD, amount: 100n, claimant: taker.account, refundee: payer.account }
  const terms = {
    id: 'swp_1',
    initiator: 'payer',
    responder: 'taker',
    hash,
    acceptBy: after(START, 60_000),
    lockABy: after(START, 120_000),
    lockBBy: after(START, 180_000),
    a: { ...leg, chain: chain('a'), expiry: after(START, 7_200_000) },
    b: { ...leg, chain: chain('b'), claimant: payer.account, refundee: taker.account, expiry: after(START, 3_600_000) },
  }
  const proposed = expectOk(createSwap(terms, environment), 'a swap').state
  const lock = { coordinate: 'cd'.repeat(32) as Coordinate, at: START }
  const b = { coordinate: 'ef'.repeat(32) as Coordinate, at: START }
  return { ...proposed, state: 'BOTH_LOCKED', a: { fate: 'open', lock }, b: { fate: 'open', lock: b } }
}
const clock = { final: START, seen: START, finalityMs: 1_000 }
const environment = {
  ledgers: { ['a'.repeat(64)]: clock, ['b'.repeat(64)]: clock },
  parameters: { skewMs: 5_000, latencyMs: 5_000, outageMs: 600_000, decisionMs: 60_000, marginMs: 60_000 },
}
