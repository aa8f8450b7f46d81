// The auditor's reading of raw bytes against the ledger's own writing of them: two pieces of code that share nothing but the format.
import * as chain from '@huitong/chain'
import { type Bytes, type ChainId, type Signature, type Time, concat, fromHex, hexOf, toHex } from '@huitong/primitives'
import * as fc from 'fast-check'
import * as arbitrary from '../../libs/chain/src/testing/arbitraries.js'
import { Unreadable } from '../../apps/auditor/src/chain/byte-reader.js'
import { headerHash, readHeader, sealedMessage, treeRoot } from '../../apps/auditor/src/chain/header.js'
import { type ReadCondition, coordinate, readTransaction, readTransactions } from '../../apps/auditor/src/chain/transaction.js'

const CHAIN = '5a'.repeat(32)
// the border: any 32 bytes can be a chain's id
const chainId = CHAIN as ChainId

function conditionAsRead(condition: chain.Condition): ReadCondition {
  switch (condition.kind) {
    case 'account':
    case 'timeLock':
      return { kind: 'held', owner: condition.account }
    case 'multi':
      return { kind: 'held' }
    case 'hashLock':
      return condition
    case 'escrow': {
      const { default: byDefault, held, paired, ...same } = condition
      return { ...same, releasesByDefault: byDefault === 'release', isHeld: held, isPaired: paired }
    }
  }
}

function amountOf(path: chain.SpendPath): { amount?: bigint } {
  if (path.kind === 'release' || path.kind === 'refund') return { amount: path.amount }
  return path.kind === 'agree' || path.kind === 'rule' ? { amount: path.toPayee } : {}
}

const moved = (body: chain.TransactionBody, kind: 'issue' | 'burn') =>
  body.operations.flatMap((one) => (one.kind === kind ? [{ kind, asset: one.asset, amount: one.amount }] : []))

it('reads every transaction that the ledger can write, with the same identities', () => {
  fc.assert(
    fc.property(arbitrary.transaction, (transaction) => {
      const bytes = chain.encodeTransaction(transaction)
      const { body } = transaction
      const id = chain.txIdOf(chainId, body)
      expect(readTransaction(CHAIN, bytes)).toEqual({
        id,
        bytes,
        inputs: body.inputs.map(({ coin, path }) => ({ coin, path: path.kind, ...amountOf(path) })),
        outputs: body.outputs.map(({ asset, amount, condition }) => ({ asset, amount, condition: conditionAsRead(condition) })),
        issued: moved(body, 'issue'),
        burnt: moved(body, 'burn'),
      })
      expect(coordinate(id, 258)).toBe(chain.coordinateOf(id, 258))
    }),
    { numRuns: 300 },
  )
})

it('splits a block where the ledger does, and has the same root', () => {
  fc.assert(
    fc.property(fc.array(arbitrary.transaction, { maxLength: 20 }), (transactions) => {
      const parts = transactions.map((transaction) => chain.encodeTransaction(transaction))
      const read = readTransactions(CHAIN, concat(...parts)).map(({ bytes }) => bytes)
      expect(read.map(toHex)).toEqual(parts.map(toHex))
      expect(treeRoot(read)).toBe(chain.rootOfTransactions(parts))
    }),
    { numRuns: 60 },
  )
})

it('refuses a truncation instead of guessing', () => {
  fc.assert(
    fc.property(arbitrary.transaction, fc.nat(), (transaction, cut) => {
      const bytes = chain.encodeTransaction(transaction)
      expect(() => readTransaction(CHAIN, bytes.subarray(0, cut % bytes.length))).toThrow(Unreadable)
    }),
    { numRuns: 200 },
  )
})

it('reads headers, their hash and what is sealed', () => {
  const header: chain.SealedHeader = {
    chain: chainId,
    height: 2 ** 40 + 3,
    previous: hexOf(fromHex('11'.repeat(32))),
    root: '22'.repeat(32),
    transactions: 70_000,
    size: 800_000,
    time: 1_700_000_000_123 as Time,
    sandbox: true,
    seal: '00'.repeat(64) as Signature,
  }
  const bytes: Bytes = chain.encodeSealedHeader(header).subarray(0, 118)
  const { sandbox, seal: _seal, ...same } = header
  expect(readHeader(bytes)).toEqual({ ...same, isSandbox: sandbox })
  expect(headerHash(bytes)).toBe(chain.blockHashOf(header))
  expect(toHex(sealedMessage(CHAIN, headerHash(bytes)))).toBe(toHex(chain.sealMessage(header)))
  expect(() => readHeader(bytes.subarray(1))).toThrow(Unreadable)
})
