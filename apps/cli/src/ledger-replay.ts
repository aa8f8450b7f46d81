// Checking a whole ledger on this machine: every block downloaded and replayed by the rules, or headers alone. Trusts the pinned genesis only.
import { setImmediate } from 'node:timers/promises'
import {
  type Block,
  type BlockCode,
  type Head,
  type ReplayFault,
  type SealedHeader,
  decodeHeader,
  genesisHead,
  verifyChain,
  verifyHeaders,
} from '@huitong/chain'
import { type BlockHash, type Signature, type Verifier, fromHex, isHex } from '@huitong/primitives'
import { HubError, type LedgerClient, Unproven } from '@huitong/sdk'
import type { Progress } from './output.js'

export type Bar = (title: string, total: number) => Progress

export type LedgerVerdict =
  | {
      readonly ok: true
      readonly head: { readonly height: number; readonly hash: BlockHash }
      readonly transactions: number
      readonly milliseconds: number
    }
  | ({ readonly ok: false } & ReplayFault)

/** Replays a ledger to the height that it had when this began. */
export async function replayLedger(ledger: LedgerClient, verifier: Verifier, bar: Bar): Promise<LedgerVerdict> {
  const begun = performance.now()
  const { height } = await ledger.blocks(1)
  const progress = bar(`replaying ${ledger.name}`, height)
  let transactions = 0
  const counted = async function* (): AsyncGenerator<Block> {
    for await (const block of blocksOf(ledger, height)) {
      transactions += block.transactions.length
      yield block
      progress.at(block.header.height)
    }
  }
  try {
    const outcome = await verifyChain(ledger.genesis, counted(), { verifier })
    if (!outcome.ok) return outcome
    const { head } = outcome.state
    // An answer that stops early would hide everything after it.
    if (head.height < height) throw new Unproven('blocks_missing', `${ledger.name} shows ${head.height} of ${height} blocks`)
    return { ok: true, head, transactions, milliseconds: performance.now() - begun }
  } catch (error) {
    if (error instanceof Damaged) return { ok: false, ...error.fault }
    throw error
  } finally {
    progress.stop()
  }
}

/** Follows headers and seals alone to the present height. */
export async function followHeaders(
  ledger: LedgerClient,
  verifier: Verifier,
  bar: Bar,
): Promise<
  { readonly ok: true; readonly head: Head } | { readonly ok: false; readonly height: number; readonly code: BlockCode }
> {
  let head = genesisHead(ledger.genesis)
  const { height } = await ledger.headers(1)
  const progress = bar(`following ${ledger.name}`, height)
  try {
    while (head.height < height) {
      const from = head.height + 1
      const page = await ledger.headers(from).catch((error: unknown) => damaged(error, from))
      if (page.items.length === 0)
        throw new Unproven('headers_missing', `${ledger.name} shows ${head.height} of ${height} headers`)
      for (const item of page.items) {
        const next = verifyHeaders(ledger.genesis, [headerOf(ledger.name, item)], { verifier, from: head })
        if (!next.ok) return { ok: false, height: head.height + 1, code: next.code }
        head = next.value
      }
      progress.at(head.height)
    }
    return { ok: true, head }
  } catch (error) {
    if (error instanceof Damaged) return { ok: false, height: error.fault.height, code: 'header_malformed' }
    throw error
  } finally {
    progress.stop()
  }
}

/** A block that the hub cannot show, since what is stored as its header is none. */
class Damaged extends Error {
  override readonly name = 'Damaged'
  constructor(readonly fault: ReplayFault) {
    super(fault.code)
  }
}

/** The hub's pages end before a damaged block, so one that cannot be shown begins with it. */
function damaged(error: unknown, height: number): never {
  if (error instanceof HubError && error.code === 'pruned')
    throw new Unproven(
      'pruned',
      `block ${height} was pruned by this ledger: follow its headers instead, or replay it from a node that keeps everything`,
    )
  if (error instanceof HubError && error.code === 'block_damaged') throw new Damaged({ height, code: 'header_malformed' })
  throw error
}

async function* blocksOf(ledger: LedgerClient, height: number): AsyncGenerator<Block> {
  for (let from = 1; from <= height;) {
    const page = await ledger.blocks(from).catch((error: unknown) => damaged(error, from))
    if (page.items.length === 0) return
    for (const item of page.items) {
      yield { header: headerOf(ledger.name, item), transactions: item.transactions.map((bytes) => bytesOf(ledger.name, bytes)) }
      from++
    }
    // Signatures are checked without a pause; a Ctrl-C wants to be heard meanwhile.
    await setImmediate()
  }
}

/** The header from its canonical bytes; what the hub says beside them does not count. */
function headerOf(
  ledger: string,
  item: { readonly header: string; readonly seal: string; readonly height: number },
): SealedHeader {
  const header = decodeHeader(bytesOf(ledger, item.header))
  if (!header.ok || !isHex(item.seal, 64)) throw new Unproven('header_malformed', `${ledger}, block ${item.height}`)
  return { ...header.value, seal: item.seal as Signature }
}

function bytesOf(ledger: string, hex: string): Uint8Array {
  if (!isHex(hex)) throw new Unproven('block_malformed', ledger)
  return fromHex(hex)
}
