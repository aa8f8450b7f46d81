import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ProvenTransaction, TransactionBody } from '@huitong/chain'
import { type Bytes, type Time, type TxId, hexOf, sha256, toHex, utf8 } from '@huitong/primitives'
import { HubError, type SignedTransaction } from '@huitong/sdk'
import { Journal } from './journal.js'

let folder: string
const file = (): string => path.join(folder, 'deep', 'journal.jsonl')
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const body: TransactionBody = {
  validUntil: 0 as Time,
  reference: '00'.repeat(8),
  inputs: [],
  outputs: [],
  operations: [],
  memo: '',
}
let signatures = 0
const sign = async (reference: string): Promise<SignedTransaction> => {
  signatures += 1
  const bytes: Bytes = utf8(`${reference}/${signatures}`)
  return { id: hexOf<TxId>(sha256(bytes)), body, bytes }
}

/** A ledger that answers in turn: a refusal's code, `killed` (the process dies), or that it is done. */
function ledger(...answers: string[]) {
  const sent: string[] = []
  const commit = async ({ bytes }: Pick<SignedTransaction, 'bytes'>): Promise<ProvenTransaction> => {
    sent.push(toHex(bytes))
    const code = answers.shift() ?? 'done'
    if (code !== 'done') throw new HubError(code, 422, '')
    return { id: hexOf<TxId>(bytes) } as ProvenTransaction
  }
  return { name: 'shanxi', sent, commit }
}

describe('a replay’s journal', () => {
  test('after a kill the same bytes are sent again, not others', async () => {
    const shanxi = ledger('killed')
    await expect(Journal.open(file()).commit(shanxi, 'fund/1', sign)).rejects.toThrow('killed')
    await Journal.open(file()).commit(shanxi, 'fund/1', sign)
    expect(shanxi.sent).toHaveLength(2)
    expect(shanxi.sent[1]).toBe(shanxi.sent[0])
  })

  test('what is sent is on disk before', async () => {
    const commit = async ({ bytes }: Pick<SignedTransaction, 'bytes'>): Promise<ProvenTransaction> => {
      expect(readFileSync(file(), 'utf8')).toContain(toHex(bytes))
      return { id: hexOf<TxId>(bytes) } as ProvenTransaction
    }
    await Journal.open(file()).commit({ name: 'shanxi', commit }, 'fund/1', sign)
    expect.assertions(1)
  })

  test('what can never be taken any more is signed anew, and another refusal is final', async () => {
    const shanxi = ledger('valid_until_passed', 'sequence_wrong', 'done')
    await Journal.open(file()).commit(shanxi, 'give/1', sign)
    expect(new Set(shanxi.sent).size).toBe(3)
    const other = ledger('coin_unknown')
    await expect(Journal.open(file()).commit(other, 'give/2', sign)).rejects.toThrow('coin_unknown')
    expect(other.sent).toHaveLength(1)
  })

  test('intents and ledgers are kept apart', async () => {
    const journal = Journal.open(file())
    const [shanxi, jiangnan] = [ledger(), { ...ledger(), name: 'jiangnan' }]
    await journal.commit(shanxi, 'fund/1', sign)
    await journal.commit(shanxi, 'fund/2', sign)
    await journal.commit(jiangnan, 'fund/1', sign)
    expect(new Set([...shanxi.sent, ...jiangnan.sent]).size).toBe(3)
  })

  test('a line cut off by a kill is as if it had never been written', () => {
    const journal = Journal.open(file())
    journal.keep('order/1', 'ord_1')
    appendFileSync(file(), '{"note":"order/2","val')
    const again = Journal.open(file())
    expect(again.note('order/1')).toBe('ord_1')
    expect(again.note('order/2')).toBeUndefined()
    again.keep('order/3', 'ord_3')
    expect(Journal.open(file()).note('order/3')).toBe('ord_3')
  })

  test('a step that was done is not done again; one that failed is', async () => {
    let runs = 0
    const fails = async (): Promise<void> => {
      runs += 1
      throw new Error('no')
    }
    await expect(Journal.open(file()).step('bind', fails)).rejects.toThrow('no')
    await Journal.open(file()).step('bind', async () => void (runs += 1))
    await Journal.open(file()).step('bind', async () => void (runs += 1))
    expect(runs).toBe(2)
  })
})
