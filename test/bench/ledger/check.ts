// After a run: the stored blocks are read again from the database, replayed by the rules, added up coin by coin, and compared with what the
// driver was told. Uses nothing of the process that was measured.
import * as fs from 'node:fs'
import path from 'node:path'
import {
  type Genesis,
  LedgerState,
  Validator,
  decodeGenesis,
  decodeSealedHeader,
  replayBlock,
  splitTransactions,
} from '@huitong/chain'
import { installNativeHash, nativeVerifier } from '@huitong/platform'
import { expectOk } from '@huitong/primitives'
import { Client } from 'pg'
import { schemaOf } from '../../../apps/ledger/src/schema.js'
import type { Workload } from '../workload/plan.js'
import { transfersOf } from '../workload/read.js'
import { Journal } from './journal.js'

export interface ChainVerdict {
  /** Acknowledged transfers that do not stand where their acknowledgement says. */
  readonly lost: number
  /** Base units by which the unspent coins differ from what was issued and not burnt. */
  readonly difference: string
  /** What broke first when the blocks were replayed; absent: nothing. */
  readonly fault?: string
  readonly blocks: number
  readonly transactions: number
  /** Bytes of transactions in the blocks. */
  readonly rawBytes: number
}

export interface CheckConfig {
  readonly workload: Workload
  readonly databaseUrl: string
  /** Journals with the number of the workload's first transfer in each. */
  readonly journals: readonly { readonly file: string; readonly from: number }[]
}

export interface Stored {
  readonly height: number
  readonly header: Uint8Array
  readonly seal: Uint8Array
  readonly bytes: Uint8Array
}

const PAGE = 400

export async function checkChain(config: CheckConfig): Promise<ChainVerdict> {
  installNativeHash()
  const { workload, databaseUrl } = config
  const genesis = expectOk(decodeGenesis(new Uint8Array(fs.readFileSync(path.join(workload.folder, 'genesis.json')))), 'genesis')
  const checker = new ChainChecker(genesis)
  for (const { file, from } of config.journals) {
    const told = Journal.read(file)
    const transfers = transfersOf(workload, from, told.length / 2)
    transfers.forEach((bytes, position) => checker.expect(told[2 * position] ?? 0, told[2 * position + 1] ?? 0, bytes))
  }
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    for (let height = 0; ;) {
      const page = await client.query<Stored>(
        `select height::int as height, header, seal, bytes from ${schemaOf(workload.plan.name)}.blocks where height > $1 order by height limit ${PAGE}`,
        [height],
      )
      for (const block of page.rows) checker.block(block)
      const last = page.rows.at(-1)
      if (last === undefined) break
      height = last.height
    }
  } finally {
    await client.end()
  }
  return checker.verdict()
}

/** Holds a chain of stored blocks against acknowledgements. */
export class ChainChecker {
  /** Acknowledged bytes by place. */
  readonly #expected = new Map<number, Map<number, Uint8Array>>()
  readonly #state: LedgerState
  readonly #validator: Validator
  #acknowledged = 0
  #found = 0
  #fault: string | undefined
  #blocks = 0
  #transactions = 0
  #rawBytes = 0

  constructor(genesis: Genesis) {
    this.#state = new LedgerState(genesis)
    this.#validator = new Validator(this.#state)
  }

  /** The driver was told that these very bytes stand there; height 0: it was told nothing. */
  expect(height: number, index: number, bytes: Uint8Array): void {
    if (height === 0) return
    this.#acknowledged += 1
    const block = this.#expected.get(height) ?? new Map<number, Uint8Array>()
    block.set(index, bytes)
    this.#expected.set(height, block)
  }

  block({ height, header, seal, bytes }: Stored): void {
    this.#blocks += 1
    this.#rawBytes += bytes.length
    const split = splitTransactions(bytes)
    if (!split.ok) return this.#broken(height, split.code)
    const transactions = split.value
    this.#transactions += transactions.length
    for (const [index, expected] of this.#expected.get(height) ?? [])
      if (transactions[index] !== undefined && Buffer.compare(transactions[index], expected) === 0) this.#found += 1
    if (this.#fault !== undefined) return
    const sealed = decodeSealedHeader(Buffer.concat([header, seal]))
    if (!sealed.ok) return this.#broken(height, sealed.code)
    // the ledger checked the signatures; what is looked for here is money made or lost, and the rates of signatures are no part of that
    const fault = this.#replay({ header: sealed.value, transactions })
    if (fault !== undefined) this.#broken(height, fault)
  }

  #replay(block: Parameters<typeof replayBlock>[1]): string | undefined {
    try {
      const fault = replayBlock(this.#validator, block, { verifier: nativeVerifier, trustSignatures: true })
      return fault === undefined
        ? undefined
        : `${fault.code}${fault.transaction === undefined ? '' : `, transaction ${fault.transaction}`}`
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #broken(height: number, what: string): void {
    this.#fault ??= `block ${height}: ${what}`
  }

  verdict(): ChainVerdict {
    const sums = new Map<string, bigint>()
    for (const { issued, burnt, asset } of this.#state.assets.all()) sums.set(asset, burnt - issued)
    for (const { asset, amount } of this.#state.allCoins()) sums.set(asset, (sums.get(asset) ?? 0n) + amount)
    const difference = [...sums.values()].reduce((sum, each) => sum + (each < 0n ? -each : each), 0n)
    return {
      lost: this.#acknowledged - this.#found,
      difference: difference.toString(),
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      blocks: this.#blocks,
      transactions: this.#transactions,
      rawBytes: this.#rawBytes,
    }
  }
}
