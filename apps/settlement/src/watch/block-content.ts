// What a block says, read from its bytes: which coins each transaction made and spent, by which path, with which secrets. Pure; decides nothing
// and knows no deal.
import {
  type Block,
  type Coin,
  type Condition,
  type Genesis,
  type Input,
  type Output,
  type Transaction,
  HEADER_BYTES,
  coordinateOf,
  decodeHeader,
  decodeTransaction,
  isLock,
  preimageNeeded,
  prescribedOutputs,
  splitTransactions,
  txIdOf,
  verifyBlock,
} from '@huitong/chain'
import type { WireBlock } from '@huitong/contracts'
import {
  type Bytes,
  type HashLock,
  type Preimage,
  type Result,
  type Signature,
  type TxId,
  type Verifier,
  err,
  fromHex,
  lockOf,
  ok,
  toHex,
} from '@huitong/primitives'
import type { LedgerHead } from '../ledgers/ledgers.js'

/** A transaction of a final block with its coins named. */
export interface SeenTransaction {
  readonly id: TxId
  readonly inputs: readonly Input[]
  readonly outputs: readonly Coin[]
  readonly preimages: readonly Preimage[]
}

export interface SeenBlock {
  readonly head: LedgerHead
  readonly transactions: readonly SeenTransaction[]
}

/** A block's bytes as they travel: header and transactions in hexadecimal. */
export type SentBlock = Pick<WireBlock, 'header' | 'seal' | 'transactions'>

const SEAL_BYTES = 64

/** The blocks of a message on their ledger's stream (each its sealed header, then its transactions), with the heights they claim; nothing of it is checked yet. */
export function publishedBlocks(data: Bytes): readonly { readonly height: number; readonly block: SentBlock }[] {
  const blocks: { height: number; block: SentBlock }[] = []
  for (let at = 0; at < data.length;) {
    const [seal, transactions] = [at + HEADER_BYTES, at + HEADER_BYTES + SEAL_BYTES]
    const header = decodeHeader(data.subarray(at, seal))
    if (!header.ok) break
    const { height, size } = header.value
    const [from, end] = [at, transactions + size]
    const hex = (begin: number, until: number): string => toHex(data.subarray(begin, until))
    blocks.push({
      height,
      block: { header: hex(from, seal), seal: hex(seal, transactions), transactions: hex(transactions, end) },
    })
    at = end
  }
  return blocks
}

/** A block as the ledger sent it, checked against the block before: chain, previous hash, seal, root, counts. */
export function readBlock(
  genesis: Genesis,
  from: LedgerHead,
  given: { readonly wire: SentBlock; readonly verifier: Verifier },
): Result<SeenBlock, string> {
  const header = decodeHeader(fromHex(given.wire.header))
  if (!header.ok) return header
  const transactions = splitTransactions(fromHex(given.wire.transactions))
  if (!transactions.ok) return transactions
  // the border: verifyBlock refuses a seal that is no signature
  const block: Block = { header: { ...header.value, seal: given.wire.seal as Signature }, transactions: transactions.value }
  const head = verifyBlock(genesis, from, block, given.verifier)
  if (!head.ok) return head
  const seen: SeenTransaction[] = []
  for (const bytes of block.transactions) {
    const decoded = decodeTransaction(bytes)
    if (!decoded.ok) return err(decoded.code, `a transaction of block ${head.value.height}`)
    seen.push(seenOf(header.value.chain, decoded.value))
  }
  return ok({ head: head.value, transactions: seen })
}

function seenOf(chain: Parameters<typeof txIdOf>[0], { body, witnesses }: Transaction): SeenTransaction {
  const id = txIdOf(chain, body)
  const outputs = body.outputs.map((output, index) => ({ ...output, coordinate: coordinateOf(id, index) }))
  return { id, inputs: body.inputs, outputs, preimages: witnesses.preimages }
}

/** The hash by which a coin belongs to a deal, if it is a hash lock. */
export const hashOf = (condition: Condition): HashLock | undefined => (condition.kind === 'hashLock' ? condition.hash : undefined)

/** The secret that this input showed, if its path shows one. */
export function preimageOf(seen: SeenTransaction, coin: Output, input: Input): Preimage | undefined {
  const hash = preimageNeeded(coin.condition, input.path)
  return hash === undefined ? undefined : seen.preimages.find((preimage) => lockOf(preimage) === hash)
}

/**
 * The outputs that one input of a transaction prescribes. Locks are spent with their like only and their outputs stand in input order, so
 * the coins of all inputs before it must be known.
 */
export function outputsOfInput(seen: SeenTransaction, coins: readonly Output[], index: number): readonly Coin[] {
  let start = 0
  for (let at = 0; at < index; at++) start += prescribedCount(coins[at], seen.inputs[at])
  const count = prescribedCount(coins[index], seen.inputs[index])
  return seen.outputs.slice(start, start + count)
}

function prescribedCount(coin: Output | undefined, input: Input | undefined): number {
  if (coin === undefined || input === undefined || !isLock(coin.condition)) return 0
  const outputs = prescribedOutputs(coin, input.path)
  return outputs.ok ? outputs.value.length : 0
}
