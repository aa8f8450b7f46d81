// The tables of a ledger: its head and its raw blocks. The search tables beside them are not looked at: they are made of the blocks.
import { row, rows } from '@huitong/platform'
import { type Bytes, fromHex } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'
import { hexText } from '../chain/byte-reader.js'
import type { RawBlock } from '../replay/ledger-replay.js'
import type { HeadFact } from './facts.js'

/** Blocks of one page, and the bytes after which a page ends. */
const PAGE_BLOCKS = 256
const PAGE_BYTES = 8_000_000

/** The schema of the ledger `east-2` is `ledger_east_2`. Throws on what is no ledger's name: the result stands in SQL. */
export function schemaOf(ledger: string): string {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(ledger)) throw new TypeError(`not a ledger's name: ${ledger}`)
  return `ledger_${ledger.replaceAll('-', '_')}`
}

export async function readHeads(manager: EntityManager, ledgers: readonly string[]): Promise<readonly HeadFact[]> {
  const heads: HeadFact[] = []
  for (const name of ledgers) {
    const found = await row<{ chain: Bytes; height: string; hash: Bytes }>(
      manager,
      `select chain, height, hash from ${schemaOf(name)}.head`,
    )
    if (found === undefined) continue
    heads.push({ name, chain: hexText(found.chain), height: Number(found.height), hash: hexText(found.hash) })
  }
  return heads
}

interface BlockRow {
  readonly height: string
  readonly hash: Bytes
  readonly header: Bytes
  readonly seal: Bytes
  readonly bytes: Bytes
}

export async function* readBlocks(
  manager: EntityManager,
  range: { readonly ledger: string; readonly from: number; readonly to: number },
): AsyncGenerator<RawBlock> {
  const schema = schemaOf(range.ledger)
  for (let from = range.from; from <= range.to;) {
    const page = await rows<BlockRow>(
      manager,
      `select height, hash, header, seal, bytes from (
         select *, sum(length(bytes)) over (order by height) as size from (
           select * from ${schema}.blocks where height between $1 and $2 order by height limit $3
         ) page
       ) sized where size - length(bytes) <= $4 order by height`,
      [from, range.to, PAGE_BLOCKS, PAGE_BYTES],
    )
    for (const { height, hash, header, seal, bytes } of page) {
      yield { height: Number(height), hash: hexText(hash), header, seal, bytes }
      from = Number(height) + 1
    }
    if (page.length === 0) return
  }
}

/** A coordinate is a hash that no output carries: where its 32 bytes stand in a block, an input has spent it. */
export async function wasSpent(
  manager: EntityManager,
  { ledger, coin, height }: { readonly ledger: string; readonly coin: string; readonly height: number },
): Promise<boolean> {
  const sql = `select height from ${schemaOf(ledger)}.blocks where height <= $1 and position($2::bytea in bytes) > 0 limit 1`
  return (await row(manager, sql, [height, fromHex(coin)])) !== undefined
}
