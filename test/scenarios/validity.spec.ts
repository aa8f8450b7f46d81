// What holds for every transaction: its time, its id, its bytes, and that no answer of a signature check outlives the key it was for.
import { SignatureBatch, type TransactionBody, browserVerifier, decodeTransaction, encodeTransaction } from '@huitong/chain'
import { type Bytes, concat, expectOk } from '@huitong/primitives'
import * as fc from 'fast-check'
import { type World, at, fundedWorld, secret } from './ledger-table.js'

const DAY = 86_400_000

function transfer(world: World, change: Partial<TransactionBody> = {}): Bytes {
  const { body } = world.body({ t: 100, signers: ['alice'], spend: 'a1', pay: 'bob 1000 b1', ops: '' })
  return world.sign({ ...body, ...change }, ['alice'])
}

describe('validity in time', () => {
  it('ends with validUntil, inclusive, and begins at most 24 hours before it', () => {
    const world = fundedWorld('alice bob')
    const bytes = transfer(world, { validUntil: at(100 + DAY) })
    expect(world.submitBytes(bytes, at(99))).toBe('valid_until_too_far')
    expect(world.submitBytes(bytes, at(101 + DAY))).toBe('valid_until_passed')
    expect(world.submitBytes(bytes, at(100 + DAY))).toBeUndefined()
  })

  it('commits an id once, and says so before it says anything else', () => {
    const world = fundedWorld('alice bob')
    const bytes = transfer(world)
    expect(world.submitBytes(bytes, at(100))).toBeUndefined()
    expect(world.submitBytes(bytes, at(100))).toBe('already_committed')
    const { body } = world.body({ t: 100, signers: [], spend: '', pay: '', ops: 'anchor alice' })
    const anchor = world.sign(body, ['alice'])
    expect(world.submitBytes(anchor, at(100))).toBeUndefined()
    expect(world.submitBytes(anchor, at(100))).toBe('already_committed')
  })

  it('does nothing for a transaction that does nothing', () => {
    const world = fundedWorld('alice bob')
    const bytes = transfer(world, { inputs: [], outputs: [] })
    expect(world.submitBytes(bytes, at(100))).toBe('nothing_to_do')
  })
})

describe('witnesses', () => {
  it('are exactly those that are needed', () => {
    const world = fundedWorld('alice bob')
    const { body, witnesses } = expectOk(decodeTransaction(transfer(world)), 'own bytes')
    const [group = []] = witnesses.signatures
    const [signature] = group
    const judge = (changed: Partial<typeof witnesses>): string | undefined =>
      world.submitBytes(encodeTransaction({ body, witnesses: { ...witnesses, ...changed } }), at(100))
    expect(judge({ signatures: [] })).toBe('signature_groups')
    expect(judge({ signatures: [group, group] })).toBe('signature_groups')
    expect(judge({ signatures: [[]] })).toBe('signature_count')
    expect(judge({ signatures: [signature === undefined ? [] : [signature, { ...signature, key: 1 }]] })).toBe('signature_count')
    expect(judge({ signatures: [signature === undefined ? [] : [{ ...signature, key: 1 }]] })).toBe('signature_key')
    expect(judge({ preimages: [secret('s')] })).toBe('preimage_count')
    expect(judge({})).toBeUndefined()
  })

  it('of one ledger are worth nothing on another', () => {
    const here = fundedWorld('alice bob')
    const there = fundedWorld('alice bob', { jurisdiction: 'YY' })
    const bytes = transfer(here)
    expect(there.submitBytes(bytes, at(100))).toBe('coin_unknown')
    const { body } = here.body({ t: 100, signers: [], spend: '', pay: '', ops: 'anchor alice' })
    expect(there.submitBytes(here.sign(body, ['alice']), at(100))).toBe('signature_wrong')
  })
})

describe('signatures checked before ordering', () => {
  it('are used as they were answered', () => {
    const world = fundedWorld('alice bob')
    const bytes = transfer(world)
    const batch = new SignatureBatch(64)
    const first = world.validator.collectSignatures(bytes, 0, bytes.length, batch)
    expect([first, batch.count]).toEqual([0, 1])
    const judge = (): string | undefined =>
      world.validator.validate(bytes, 0, bytes.length, at(100), { kind: 'checked', batch, first })
    expect(judge()).toBe('signature_wrong')
    batch.verify(browserVerifier)
    expect(judge()).toBeUndefined()
  })

  it('are stale once the key has been rotated, or are verified anew', () => {
    const world = fundedWorld('alice bob')
    const bytes = transfer(world)
    const batch = new SignatureBatch(64)
    const first = world.validator.collectSignatures(bytes, 0, bytes.length, batch)
    batch.verify(browserVerifier)
    world.run(`50 | alice |  |  | rotate alice fresh | ok`)
    const judge = (otherwise?: typeof browserVerifier): string | undefined =>
      world.validator.validate(bytes, 0, bytes.length, at(100), {
        kind: 'checked',
        batch,
        first,
        ...(otherwise === undefined ? {} : { otherwise }),
      })
    expect(judge()).toBe('signature_stale')
    expect(judge(browserVerifier)).toBe('signature_wrong')
  })

  it('cannot be collected for a coin that does not exist yet', () => {
    const world = fundedWorld('alice bob')
    const { body } = world.body({ t: 100, signers: [], spend: 'later', pay: 'bob 1 b1', ops: '' })
    const bytes = world.sign(body, ['alice'])
    const batch = new SignatureBatch(64)
    expect(world.validator.collectSignatures(bytes, 0, bytes.length, batch)).toBe(-1)
    expect(batch.count).toBe(0)
  })
})

describe('mutated bytes', () => {
  it('never crash the ledger and never validate', () => {
    const world = fundedWorld('alice bob')
    const bytes = transfer(world)
    const mutation = fc.record({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 1, max: 255 }) })
    fc.assert(
      fc.property(fc.uniqueArray(mutation, { minLength: 1, maxLength: 3, selector: (one) => one.at }), (mutations) => {
        const mutated = bytes.slice()
        for (const { at: place, by } of mutations) mutated[place] = (mutated[place] ?? 0) ^ by
        const judged = world.validator.validate(mutated, 0, mutated.length, at(100), {
          kind: 'verify',
          verifier: browserVerifier,
        })
        expect(judged).toBeDefined()
      }),
      { numRuns: 400 },
    )
    expect(world.submitBytes(concat(bytes, Uint8Array.of(0)), at(100))).toBe('trailing_bytes')
    expect(world.submitBytes(bytes, at(100))).toBeUndefined()
  })
})
