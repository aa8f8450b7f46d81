// What a ledger is born with: its genesis document and its sealing key, in `ledgers/<name>` of the data folder. Made once, never changed after.
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import path from 'node:path'
import { chainIdOf, decodeGenesis, decodeRulebook, encodeGenesis, type Genesis, type Rulebook } from '@huitong/chain'
import { nativePublicKey } from '@huitong/platform'
import { type Bytes, type ChainId, type Clock, expectOk, fromHex, fromUtf8, hexOf, invariant, isHex } from '@huitong/primitives'

export interface Birth {
  readonly genesis: Genesis
  /** The exact text whose SHA-256 is the chain id. */
  readonly text: string
  readonly chain: ChainId
  /** 32-byte seed of the sealing key. */
  readonly sealingSeed: Bytes
}

/** A data folder that does not fit what the process is told to run. */
export class GenesisUnfit extends Error {
  override readonly name = 'GenesisUnfit'
}

export interface BirthOptions {
  /** Folder of all ledgers' folders. */
  readonly folder: string
  readonly name: string
  readonly sandbox: boolean
  readonly clock: Clock
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The rulebook of a ledger whose founder said nothing else. ZZ and XXX: the codes of ISO 3166 and ISO 4217 for "none". */
export const defaultRulebook = (sandbox: boolean): Rulebook => ({
  version: 1,
  jurisdiction: 'ZZ',
  currencyZone: 'XXX',
  lockMaxMs: 4 * 365 * DAY_MS,
  feeShareMaxPpm: 50_000,
  recoveryDelayMinMs: sandbox ? 0 : 3 * DAY_MS,
})

/** The founder's own rules, laid into the ledger's folder before its first start: registrar, assets' rules, limits of locks and fees. */
const RULEBOOK_FILE = 'rulebook.json'

/**
 * Reads the ledger's genesis and key, or makes them at the first start, with the founder's {@link RULEBOOK_FILE} if there is one. The key is written before the document that names it, so a crash
 * between the two leaves a key that the next start uses. Throws {@link GenesisUnfit}.
 */
export function loadOrCreateBirth(options: BirthOptions): Birth {
  const folder = path.join(options.folder, options.name)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keyFile = path.join(folder, 'sealing.key')
  const genesisFile = path.join(folder, 'genesis.json')
  const isNew = !fs.existsSync(genesisFile)
  if (isNew && !fs.existsSync(keyFile)) writeWhole(keyFile, `${randomBytes(32).toString('hex')}\n`, 0o600)
  if (!fs.existsSync(keyFile)) throw new GenesisUnfit(`${keyFile} is missing beside the genesis: restore it from its backup`)
  const sealingSeed = readSeed(keyFile)
  if (isNew) writeWhole(genesisFile, genesisText(options, sealingSeed, rulebookIn(folder, options.sandbox)), 0o644)
  return read(genesisFile, sealingSeed, options)
}

function rulebookIn(folder: string, sandbox: boolean): Rulebook {
  const file = path.join(folder, RULEBOOK_FILE)
  if (!fs.existsSync(file)) return defaultRulebook(sandbox)
  const found = decodeRulebook(compact(fs.readFileSync(file, 'utf8')))
  if (!found.ok) throw new GenesisUnfit(`${file} is not a rulebook in the order and form of \`huitong rulebook show --json\``)
  if (found.value.version !== 1)
    throw new GenesisUnfit(`${file} is version ${found.value.version}; a ledger is founded with version 1`)
  return found.value
}

/** The same JSON without spaces and line ends between its parts; a text that is no JSON comes back as it is. */
function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}

function genesisText(options: BirthOptions, sealingSeed: Bytes, rulebook: Rulebook): string {
  const bytes = encodeGenesis({
    format: 'huitong-genesis-1',
    name: options.name,
    createdAt: options.clock.now(),
    sandbox: options.sandbox,
    sealingKey: hexOf(nativePublicKey(sealingSeed)),
    rulebook,
  })
  const text = fromUtf8(bytes)
  invariant(text !== undefined, 'a genesis is UTF-8 text')
  return text
}

function read(file: string, sealingSeed: Bytes, options: BirthOptions): Birth {
  const bytes = new Uint8Array(fs.readFileSync(file))
  const decoded = decodeGenesis(bytes)
  if (!decoded.ok) throw new GenesisUnfit(`${file} is no genesis in canonical form: ${decoded.detail ?? decoded.code}`)
  const genesis = expectOk(decoded, file)
  if (genesis.name !== options.name) throw new GenesisUnfit(`${file} is the genesis of ${genesis.name}, not of ${options.name}`)
  if (genesis.sandbox !== options.sandbox)
    throw new GenesisUnfit(
      `a hub is all sandbox or none: ${file} says sandbox ${genesis.sandbox}, the settings ${options.sandbox}`,
    )
  if (genesis.sealingKey !== hexOf(nativePublicKey(sealingSeed)))
    throw new GenesisUnfit(`the sealing key beside ${file} is not the one that the genesis names`)
  return { genesis, text: fromUtf8(bytes) ?? '', chain: chainIdOf(genesis), sealingSeed }
}

function readSeed(file: string): Bytes {
  const text = fs.readFileSync(file, 'utf8').trim()
  if (!isHex(text, 32)) throw new GenesisUnfit(`${file} does not hold 32 bytes in hexadecimal`)
  return fromHex(text)
}

/** The whole file or nothing, on disk before it has its name. */
export function writeWhole(file: string, content: string | Bytes, mode: number): void {
  const draft = `${file}.${process.pid}.new`
  const handle = fs.openSync(draft, 'w', mode)
  try {
    fs.writeFileSync(handle, content)
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
  fs.renameSync(draft, file)
  const folder = fs.openSync(path.dirname(file), 'r')
  try {
    fs.fsyncSync(folder)
  } finally {
    fs.closeSync(folder)
  }
}
