// Pruning in PostgreSQL. A batch is one transaction: kept forms in, bytes out, progress on; a crash leaves it whole or not begun. Every step is
// fenced by the head's epoch, as commits are.
import { type Genesis, type LedgerState, readSnapshot } from '@huitong/chain'
import { changed, row, rows } from '@huitong/platform'
import { type Bytes, concat, invariant } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import type { StoredBlock } from '../block/block-store.js'
import { type KeptNode, decodeNodes, encodeNodes } from './kept-block.js'

export interface PruneProgress {
  /** Blocks up to here may have lost transactions, once the run is through. */
  readonly target: number
  /** Where the run stands; equal to the target if none is under way. */
  readonly height: number
  /** Height of the kept state; 0: none. */
  readonly base: number
}
export interface PrunedBlock {
  readonly block: StoredBlock
  readonly nodes: readonly KeptNode[]
  /** Transactions that are gone by now, in all. */
  readonly gone: number
}

/** Part of a state in one row. */
const PART_BYTES = 4 * 2 ** 20
// operations are kept for ever: they made accounts, assets and rules. The search tables say which transactions have nothing left to spend.
const SPENT = `select t.height, t.position from transactions t
  where t.height between $1 and $2 and not exists (
    select from coins c where c.seq between t.first_coin and t.first_coin + t.coins - 1
      and not exists (select from spends s where s.coin = c.seq and s.height <= $3)
  ) order by t.seq`

export class PgPruneStore {
  constructor(private readonly database: DataSource) {}

  async progress(): Promise<PruneProgress> {
    const found = await row<{ target: string; height: string; base: string | null }>(
      this.database.manager,
      `select target, height, base from pruning`,
    )
    invariant(found !== undefined, 'the ledger keeps how far it was pruned')
    return { target: Number(found.target), height: Number(found.height), base: Number(found.base ?? 0) }
  }

  /** Begins a run up to `target` anew from the first block: what was unspent at an earlier run may be spent by now. */
  async begin(target: number, epoch: number): Promise<boolean> {
    const sql = `update pruning set target = $1, height = 0 where exists (select from head where epoch = $2) and target < $1 and base >= $1`
    return (await changed(this.database.manager, sql, [target, epoch])) === 1
  }

  /** Positions of the transactions of these blocks whose coins were all spent up to `target`. */
  async spent(from: number, to: number, target: number): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
    const found = await rows<{ height: string; position: number }>(this.database.manager, SPENT, [from, to, target])
    const positions = new Map<number, Set<number>>()
    for (const { height, position } of found) {
      const known = positions.get(Number(height))
      if (known === undefined) positions.set(Number(height), new Set([position]))
      else known.add(position)
    }
    return positions
  }

  /** Throws if the kept form is not what the block's header speaks of. */
  async nodesOf(blocks: readonly StoredBlock[]): Promise<ReadonlyMap<number, readonly KeptNode[]>> {
    const found = await rows<{ height: string; kept: Bytes }>(
      this.database.manager,
      `select height, kept from pruned_blocks where height = any($1::bigint[])`,
      [blocks.map(({ height }) => height)],
    )
    return new Map(
      found.map(({ height, kept }) => {
        const block = blocks.find((each) => each.height === Number(height))
        const nodes = block && decodeNodes(kept, block)
        invariant(nodes !== undefined, `what is kept of block ${height} leads to the root in its header`)
        return [Number(height), nodes]
      }),
    )
  }

  /** Keeps these forms, lets the bytes go, and moves the run from `from` to `to`. False if another writer has taken over. */
  async prune(
    pruned: readonly PrunedBlock[],
    run: { readonly from: number; readonly to: number; readonly epoch: number },
  ): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const fence = `update pruning set height = $2 where height = $1 and exists (select from head where epoch = $3)`
      if ((await changed(manager, fence, [run.from, run.to, run.epoch])) !== 1) return false
      if (pruned.length === 0) return true
      await rows(
        manager,
        `insert into pruned_blocks (height, kept, gone, size)
         select height, kept, gone, length(kept) from unnest($1::bigint[], $2::bytea[], $3::int[]) as p(height, kept, gone)
         on conflict (height) do update set kept = excluded.kept, gone = excluded.gone, size = excluded.size`,
        [pruned.map(({ block }) => block.height), pruned.map(({ nodes }) => encodeNodes(nodes)), pruned.map(({ gone }) => gone)],
      )
      const whole = pruned.filter(({ block }) => block.bytes.length > 0).map(({ block }) => block.height)
      await rows(manager, `update blocks set bytes = ''::bytea where height = any($1::bigint[])`, [whole])
      return true
    })
  }

  /** Makes the room that is free within the table usable for new blocks. */
  async vacuum(): Promise<void> {
    await rows(this.database.manager, 'vacuum blocks')
    await rows(this.database.manager, 'vacuum pruned_blocks')
  }

  /** Keeps the state after block `height` for restarts, in place of an earlier one. */
  async keepBase(height: number, snapshot: Bytes): Promise<void> {
    const { manager } = this.database
    await rows(manager, `delete from base_state where height = $1`, [height])
    for (let at = 0, part = 0; at < snapshot.length; at += PART_BYTES, part++)
      await rows(manager, `insert into base_state (height, part, bytes) values ($1, $2, $3)`, [
        height,
        part,
        snapshot.subarray(at, at + PART_BYTES),
      ])
    await this.database.transaction(async (inner) => {
      await rows(inner, `update pruning set base = $1 where base is null or base < $1`, [height])
      await rows(inner, `delete from base_state where height <> (select base from pruning)`)
    })
  }

  /** The kept state, if there is one of a height above this one; throws if it is not whole. */
  async base(
    genesis: Genesis,
    { seed, above }: { readonly seed: number; readonly above: number },
  ): Promise<LedgerState | undefined> {
    const { base } = await this.progress()
    if (base <= above) return undefined
    const parts = await rows<{ bytes: Bytes }>(
      this.database.manager,
      `select bytes from base_state where height = $1 order by part`,
      [base],
    )
    const state = readSnapshot(concat(...parts.map(({ bytes }) => bytes)), genesis, seed)
    invariant(state.ok, `the state kept for block ${base} is whole`)
    return state.value
  }
}
