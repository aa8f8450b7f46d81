// Which genesis each ledger's name stands for on this machine. The first one seen is written down and said; nothing the hub shows later replaces it.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { type Genesis, chainIdOf, decodeGenesis, encodeGenesis } from '@huitong/chain'
import { type ChainId, brandHex, fromUtf8, utf8 } from '@huitong/primitives'
import type { Pins } from '@huitong/sdk'
import { CommandFailure, EXIT } from '../exit-code.js'
import { replaceFile } from './safe-file.js'

const FORMAT = 'huitong-pins-1'

export class PinsFile implements Pins {
  readonly file: string
  private readonly folder: string

  constructor(
    dataFolder: string,
    private readonly note: (line: string) => void,
  ) {
    this.file = path.join(dataFolder, 'pins.json')
    this.folder = path.join(dataFolder, 'genesis')
  }

  get(ledger: string): ChainId | undefined {
    return this.all().get(ledger)
  }

  /** Writes a pin for a name that has none; an existing one stays what it is. */
  set(ledger: string, chain: ChainId): void {
    const known = this.all()
    if (known.has(ledger)) return
    known.set(ledger, chain)
    const text = JSON.stringify({ format: FORMAT, ledgers: Object.fromEntries(known) }, null, 2)
    mkdirSync(path.dirname(this.file), { recursive: true })
    replaceFile(this.file, `${text}\n`)
    this.note(`pinned ledger ${ledger} on first use: chain ${chain} (${this.file}). Compare it with what its operator published.`)
  }

  all(): Map<string, ChainId> {
    if (!existsSync(this.file)) return new Map()
    const pins = new Map<string, ChainId>()
    for (const [ledger, said] of Object.entries(this.parse())) {
      const chain = brandHex<ChainId>(said, 32)
      if (chain === undefined) throw this.malformed()
      pins.set(ledger, chain)
    }
    return pins
  }

  /** Keeps a genesis by its own hash, for verification without the hub; answers the file. */
  keepGenesis(genesis: Genesis): string {
    const file = this.genesisFile(chainIdOf(genesis))
    if (!existsSync(file)) replaceFile(file, `${fromUtf8(encodeGenesis(genesis)) ?? ''}\n`)
    return file
  }

  /** The genesis of a pinned chain, if it is kept here and its hash is the pin. */
  genesisOf(chain: ChainId): Genesis | undefined {
    const pinned = [...this.all().values()].includes(chain)
    if (!pinned || !existsSync(this.folder) || !readdirSync(this.folder).includes(path.basename(this.genesisFile(chain))))
      return undefined
    const genesis = decodeGenesis(utf8(readFileSync(this.genesisFile(chain), 'utf8').trim()))
    return genesis.ok && chainIdOf(genesis.value) === chain ? genesis.value : undefined
  }

  private genesisFile(chain: ChainId): string {
    return path.join(this.folder, `${chain}.json`)
  }

  private parse(): Record<string, unknown> {
    try {
      const read = JSON.parse(readFileSync(this.file, 'utf8')) as { format?: unknown; ledgers?: Record<string, unknown> }
      if (read.format === FORMAT && typeof read.ledgers === 'object') return read.ledgers
    } catch {
      // Falls through: pins that cannot be read are never taken for none.
    }
    throw this.malformed()
  }

  private malformed(): CommandFailure {
    return new CommandFailure(
      EXIT.usage,
      'pins_malformed',
      `${this.file} is not readable as pins; restore it, or remove it to pin anew`,
    )
  }
}
