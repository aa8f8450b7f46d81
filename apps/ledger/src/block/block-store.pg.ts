// The chain of blocks in PostgreSQL. A commit is one statement: it moves the fenced head row and inserts the raw block, or does neither.
import { type BlockHash, type Bytes, type ChainId, type Time, fromHex, hexOf } from '@huitong/primitives'
import { faultFields, isTransient, log, row, rows } from '@huitong/platform'
import type { DataSource } from 'typeorm'
import { type BlockStore, type CommitOutcome, ForeignChain, type Head, type StoredBlock } from './block-store.js'

const COMMIT = `
  with moved as (
    update head set height = $1, hash = $2, time = $3
    where single and epoch = $4 and height = $1 - 1 and hash = $5
    returning height
  )
  insert into blocks (height, hash, time, transactions, header, seal, bytes)
  select moved.height, $2, $3, $6, $7, $8, $9 from moved
  returning height`

const HEAD = `select epoch, height, hash, time, clock_offset, chain from head`

/** Pause between two tries of a commit while the database is away, in milliseconds. */
const RETRY_MS = 50

interface HeadRow {
  readonly epoch: string
  readonly height: string
  readonly hash: Bytes
  readonly time: string
  readonly clock_offset: string
  readonly chain: Bytes
}
interface BlockRow {
  readonly height: string
  readonly hash: Bytes
  readonly time: string
  readonly transactions: number
  readonly header: Bytes
  readonly seal: Bytes
  readonly bytes: Bytes
}

export class PgBlockStore implements BlockStore {
  constructor(private readonly database: DataSource) {}

  async takeOver(chain: ChainId, createdAt: Time): Promise<Head> {
    const { manager } = this.database
    await rows(
      manager,
      `insert into head (chain, epoch, height, hash, time) values ($1, 0, 0, $1, $2) on conflict (single) do nothing`,
      [fromHex(chain), createdAt],
    )
    const taken = await row<HeadRow>(
      manager,
      `update head set epoch = epoch + 1 where chain = $1 returning epoch, height, hash, time, clock_offset, chain`,
      [fromHex(chain)],
    )
    if (taken === undefined) throw new ForeignChain(`the database holds another ledger than the one of genesis ${chain}`)
    return headOf(taken)
  }

  async commit(block: StoredBlock, previous: BlockHash, epoch: number, signal: AbortSignal): Promise<CommitOutcome> {
    for (let attempt = 1; ; attempt++) {
      try {
        const outcome = await this.#try(block, previous, epoch)
        if (attempt > 1) log.info('ledger.commit.recovered', { height: block.height, attempt, outcome })
        return outcome
      } catch (error) {
        if (!isTransient(error) || signal.aborted) throw error
        if (attempt === 1) log.warn('ledger.commit.interrupted', { height: block.height, ...faultFields(error) })
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  async range(from: number, limit: number, bytesMax: number): Promise<readonly StoredBlock[]> {
    const found = await rows<BlockRow>(
      this.database.manager,
      `select height, hash, time, transactions, header, seal, bytes from (
         select *, sum(length(bytes) + length(header) + 64) over (order by height) as size from (
           select * from blocks where height >= $1 order by height limit $2
         ) page
       ) sized where size <= $3 or height = $1 order by height`,
      [from, limit, bytesMax],
    )
    return found.map(blockOf)
  }

  async headers(from: number, limit: number): Promise<readonly StoredBlock[]> {
    const found = await rows<BlockRow>(
      this.database.manager,
      `select height, hash, time, transactions, header, seal, ''::bytea as bytes from blocks where height >= $1 order by height limit $2`,
      [from, limit],
    )
    return found.map(blockOf)
  }

  async keepClockOffset(offset: number, epoch: number): Promise<boolean> {
    const kept = await row<{ clock_offset: string }>(
      this.database.manager,
      `update head set clock_offset = greatest(clock_offset, $1) where epoch = $2 returning clock_offset`,
      [offset, epoch],
    )
    return kept !== undefined
  }

  async #try(block: StoredBlock, previous: BlockHash, epoch: number): Promise<CommitOutcome> {
    const { height, hash, time, transactions, header, seal, bytes } = block
    const values = [height, fromHex(hash), time, epoch, fromHex(previous), transactions, header, seal, bytes]
    const inserted = await rows<{ height: string }>(this.database.manager, COMMIT, values)
    if (inserted.length === 1) return 'committed'
    // Nothing was appended: an earlier try whose answer was lost did it, or somebody else holds the head.
    const head = await row<HeadRow>(this.database.manager, HEAD)
    const isOurs = head !== undefined && Number(head.height) === height && hexOf<BlockHash>(head.hash) === hash
    return isOurs ? 'committed' : 'fenced'
  }
}

const headOf = (head: HeadRow): Head => ({
  epoch: Number(head.epoch),
  height: Number(head.height),
  hash: hexOf<BlockHash>(head.hash),
  time: timeOf(head.time),
  clockOffset: Number(head.clock_offset),
})

const blockOf = (block: BlockRow): StoredBlock => ({
  height: Number(block.height),
  hash: hexOf<BlockHash>(block.hash),
  time: timeOf(block.time),
  transactions: block.transactions,
  header: block.header,
  seal: block.seal,
  bytes: plain(block.bytes),
})

/** The driver's Buffers are slow to take windows on. */
const plain = ({ buffer, byteOffset, length }: Bytes): Bytes => new Uint8Array(buffer, byteOffset, length)

// the border: a bigint column that only this file writes, from a Time
const timeOf = (text: string): Time => Number(text) as Time
