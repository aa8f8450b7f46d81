// Which ledgers a hub runs: `network.json` in the data folder, written once at the first start and then the truth.
// Must never be changed by the launcher afterwards: a ledger that disappears from it would disappear with its coins.
import { invariant } from '@huitong/primitives'
import { isRecord, readJson, writeAtomically, type DataFolder } from './data-folder.js'

export interface LedgerConfig {
  /** 2-31 small letters and digits. */
  readonly name: string
  readonly [setting: string]: unknown
}

export interface Network {
  readonly version: 1
  /** A hub is all sandbox or none; decided at the first start. */
  readonly sandbox: boolean
  readonly ledgers: readonly LedgerConfig[]
}

export const DEFAULT_LEDGERS: readonly LedgerConfig[] = [{ name: 'shanxi' }, { name: 'jiangnan' }, { name: 'lingnan' }]

/** Reads the network, or writes the wished one at first start. Throws if a wish contradicts what is there. */
export function openNetwork(
  folder: DataFolder,
  wished: { readonly ledgers?: readonly LedgerConfig[] | undefined; readonly sandbox?: boolean | undefined },
): Network {
  const stored = readJson(folder.networkFile)
  if (stored === undefined) {
    const fresh: Network = { version: 1, sandbox: wished.sandbox ?? false, ledgers: wished.ledgers ?? DEFAULT_LEDGERS }
    invariant(fresh.ledgers.length > 0, 'a hub has at least one ledger')
    writeAtomically(folder.networkFile, `${JSON.stringify(fresh, null, 2)}\n`)
    return fresh
  }
  const network = parseNetwork(stored, folder.networkFile)
  if (wished.sandbox !== undefined && wished.sandbox !== network.sandbox) {
    throw new Error(
      `${folder.root} holds ${network.sandbox ? 'a sandbox hub' : 'a hub that is no sandbox'}: that is decided at its first start`,
    )
  }
  const names = network.ledgers.map((ledger) => ledger.name)
  const missing = (wished.ledgers ?? []).filter((ledger) => !names.includes(ledger.name))
  if (missing.length > 0) {
    const list = missing.map((ledger) => ledger.name).join(', ')
    throw new Error(`${folder.networkFile} names the ledgers ${names.join(', ')}, not ${list}: add them there first`)
  }
  return network
}

function parseNetwork(value: unknown, file: string): Network {
  const ledgers = isRecord(value) && Array.isArray(value['ledgers']) ? value['ledgers'].map(parseLedger) : []
  if (!isRecord(value) || value['version'] !== 1 || ledgers.length === 0 || ledgers.includes(undefined)) {
    throw new Error(`${file} is no network of version 1 with at least one named ledger`)
  }
  return { version: 1, sandbox: value['sandbox'] === true, ledgers: ledgers.filter((each) => each !== undefined) }
}

function parseLedger(value: unknown): LedgerConfig | undefined {
  if (!isRecord(value) || typeof value['name'] !== 'string') return undefined
  return { ...value, name: value['name'] }
}
