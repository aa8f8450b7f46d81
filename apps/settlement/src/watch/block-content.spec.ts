// What is read out of a block: refused unless it follows the one before, and each input's own outputs and secret.
import 'reflect-metadata'
import { type Output, blockHashOf, encodeHeader, encodeSealedHeader, prescribedOutputs } from '@huitong/chain'
import type { WireBlock } from '@huitong/contracts'
import { nativeVerifier } from '@huitong/platform'
import { type AssetCode, type Time, after, concat, expectOk, lockOf, toHex } from '@huitong/primitives'
import { SimLedger } from '../testing/sim-ledger.js'
import { keyOf } from '../testing/key.js'
import { fund, lock, must, secretOf, signed } from '../testing/wallet.js'
import { outputsOfInput, preimageOf, publishedBlocks, readBlock } from './block-content.js'

const EUR = 'EUR' as AssetCode
const [ann, bob] = [keyOf('ann'), keyOf('bob')]

async function ledgerWithTwoClaims() {
  const ledger = new SimLedger('east', keyOf('seal'), 1_900_000_000_000 as Time)
  await fund(ledger, {
    issuer: keyOf('bank'),
    asset: EUR,
    holders: [
      [ann, 100n],
      [bob, 0n],
    ],
  })
  const expiry = after(ledger.now(), 60_000)
  for (const name of ['one', 'two']) {
    const condition = {
      kind: 'hashLock',
      hash: lockOf(secretOf(name)),
      claimant: bob.account,
      refundee: ann.account,
      expiry,
    } as const
    await must(ledger, lock(ledger, ann, { asset: EUR, amount: name === 'one' ? 10n : 20n, condition }))
  }
  const locks = [...ledger.state.allCoins()].filter(({ condition }) => condition.kind === 'hashLock')
  const coins = locks.toSorted((a, b) => Number(b.amount - a.amount))
  const path = { kind: 'claim' } as const
  const inputs = coins.map(({ coordinate }) => ({ coin: coordinate, path }))
  const outputs = coins.flatMap((coin) => expectOk(prescribedOutputs(coin, path), 'outputs'))
  await must(ledger, signed(ledger, { inputs, outputs, preimages: [secretOf('two'), secretOf('one')] }))
  return { ledger, coins }
}

const wireOf = ({ blocks }: SimLedger, at: number): WireBlock => {
  const block = blocks.at(at)?.block
  if (block === undefined) throw new Error('a block')
  const { header, transactions } = block
  const hash = blockHashOf(header)
  return {
    height: header.height,
    hash,
    header: toHex(encodeHeader(header)),
    seal: header.seal,
    transactions: transactions.map(toHex).join(''),
  }
}

it('finds each input’s outputs and secret in a transaction that claims two locks', async () => {
  const { ledger, coins } = await ledgerWithTwoClaims()
  const before = ledger.blocks.at(-2)?.block.header
  if (before === undefined) throw new Error('a block before')
  const head = { height: before.height, hash: blockHashOf(before), time: before.time }
  const read = readBlock(ledger.genesis, head, { wire: wireOf(ledger, -1), verifier: nativeVerifier })
  const [seen] = expectOk(read, 'a block').transactions
  if (seen === undefined) throw new Error('a transaction')
  const outputs: readonly Output[] = coins
  expect(coins.map((_coin, index) => outputsOfInput(seen, outputs, index).map(({ amount }) => amount))).toEqual([[20n], [10n]])
  const secrets = coins.map((coin, index) => {
    const input = seen.inputs[index]
    return input === undefined ? undefined : preimageOf(seen, coin, input)
  })
  expect(secrets).toEqual([secretOf('two'), secretOf('one')])
})

it.each([
  ['a gap', (wire: WireBlock) => wire, 2, 'height_wrong'],
  ['a foreign seal', (wire: WireBlock) => ({ ...wire, seal: 'ab'.repeat(64) }), 1, 'seal_wrong'],
  ['missing transactions', (wire: WireBlock) => ({ ...wire, transactions: '' }), 1, 'count_wrong'],
] as const)('refuses %s', async (_name, change, skip, code) => {
  const { ledger } = await ledgerWithTwoClaims()
  const from = ledger.blocks.at(-1 - skip)?.block.header
  if (from === undefined) throw new Error('a block before')
  const head = { height: from.height, hash: blockHashOf(from), time: from.time }
  const read = readBlock(ledger.genesis, head, { wire: change(wireOf(ledger, -1)), verifier: nativeVerifier })
  expect(read).toMatchObject({ ok: false, code })
})

it('refuses another history', async () => {
  const { ledger } = await ledgerWithTwoClaims()
  const from = ledger.blocks.at(-2)?.block.header
  if (from === undefined) throw new Error('a block before')
  const head = { height: from.height, hash: 'cd'.repeat(32) as ReturnType<typeof blockHashOf>, time: from.time }
  const read = readBlock(ledger.genesis, head, { wire: wireOf(ledger, -1), verifier: nativeVerifier })
  expect(read).toMatchObject({ ok: false, code: 'previous_wrong' })
})

it('reads published blocks as the ledger would send them, and nothing out of anything else', async () => {
  const { ledger } = await ledgerWithTwoClaims()
  const published = (at: number) => {
    const { height, header, seal, transactions } = wireOf(ledger, at)
    return { height, block: { header, seal, transactions } }
  }
  const last = ledger.blocks.slice(-2).map(({ block }) => concat(encodeSealedHeader(block.header), ...block.transactions))
  const message = concat(...last)
  expect(publishedBlocks(message)).toEqual([published(-2), published(-1)])
  expect(publishedBlocks(concat(last[1] ?? message, new Uint8Array(7)))).toEqual([published(-1)])
  for (const noise of [new Uint8Array(), message.subarray(0, 50), new Uint8Array(400).fill(7)])
    expect(publishedBlocks(noise)).toEqual([])
})
