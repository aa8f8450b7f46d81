// What a command stands on: the hub that answers, the pins that it must fit, and for a holder's command the opened wallet. Every write ends
// with a verified receipt on disk.
import path from 'node:path'
import type { Command } from 'commander'
import { type Condition, type ProvenTransaction, encodeAddress, parseAddress } from '@huitong/chain'
import { type AccountId, type Coordinate, type Time, brandHex, never } from '@huitong/primitives'
import { type HubClient, type LedgerClient, Party } from '@huitong/sdk'
import { dataRootOf, globalsOf, outputOf } from './commands/globals.js'
import { CommandFailure, EXIT } from './exit-code.js'
import { nativeHub } from './native.js'
import type { JsonObject, Output } from './output.js'
import { type Session, withHub } from './session.js'
import { passphraseFor } from './wallet/passphrase.js'
import { PinsFile } from './wallet/pins-file.js'
import { replaceFile } from './wallet/safe-file.js'
import { type OpenWallet, WalletFolder } from './wallet/wallet-file.js'

/** How long the hub may take over one call, retries included: as long as a person watches a still terminal. */
const DEADLINE_MS = 20_000

export class Desk {
  readonly pins: PinsFile
  /** With the key of this machine (admin.key, HUITONG_API_KEY), if there is one. */
  readonly hub: HubClient

  constructor(
    readonly session: Session,
    readonly output: Output,
  ) {
    this.pins = new PinsFile(session.folder.root, (line) => output.note(line))
    const { url, adminKey } = session
    this.hub = nativeHub({
      url,
      pins: this.pins,
      deadlineMs: DEADLINE_MS,
      ...(adminKey === undefined ? {} : { apiKey: adminKey }),
    })
  }

  /** The wallet's holder before the hub: by the wallet's own API key if it has one. */
  party(wallet: OpenWallet): Party {
    const { apiKey, card } = wallet
    return new Party(apiKey === undefined ? this.hub : this.hub.as(apiKey), card.name, card.party ?? '', wallet.account)
  }

  /** Saves a transaction's receipt, verified again from what is written, and the genesis by which anyone verifies it. */
  async keepReceipt(ledger: LedgerClient, proof: ProvenTransaction): Promise<Kept> {
    const receipt = await ledger.receipt(proof.id)
    ledger.verify(receipt)
    const file = path.join(
      this.session.folder.root,
      'receipts',
      `${ledger.name}-${proof.header.height}-${proof.id.slice(0, 16)}.json`,
    )
    replaceFile(file, `${JSON.stringify(receipt, null, 2)}\n`)
    return { receipt: relative(file), genesis: relative(this.pins.keepGenesis(ledger.genesis)) }
  }

  /** Says that a transaction is final, after its receipt was verified and kept. */
  async final(
    ledger: LedgerClient,
    proof: ProvenTransaction,
    told: { readonly text: string; readonly facts?: JsonObject },
  ): Promise<void> {
    const kept = await this.keepReceipt(ledger, proof)
    const { id, header } = proof
    this.output.emit(
      { ...told.facts, ledger: ledger.name, transaction: id, height: header.height, time: iso(header.time), ...kept },
      [
        told.text,
        `  final on ${ledger.name} at height ${header.height}, ${iso(header.time)}${header.sandbox ? ' (sandbox)' : ''}; proven by its receipt`,
        `  transaction  ${id}`,
        `  receipt      ${kept.receipt}`,
        `  check it     huitong verify ${kept.receipt}`,
      ].join('\n'),
    )
  }
}

export interface Kept {
  readonly [name: string]: string
  readonly receipt: string
  readonly genesis: string
}

/** A holder's command: the desk, the opened wallet and its party. */
export interface Holder {
  readonly wallet: OpenWallet
  readonly party: Party
}

/** Runs a command that needs the hub alone; prints the summary line of `--json` when it is through. */
export async function atDesk(command: Command, work: (desk: Desk) => Promise<JsonObject | void>): Promise<void> {
  const facts = await withDesk(command, work)
  outputOf(command).summary({ ok: true, ...facts })
}

/** The same without the summary, for a command that has more to do. */
export function withDesk<T>(command: Command, work: (desk: Desk) => Promise<T>): Promise<T> {
  const output = outputOf(command)
  return withHub(globalsOf(command), output, (session) => work(new Desk(session, output)))
}

/** Runs a command of a wallet's holder. The passphrase comes first: without it no hub is asked, or started, for nothing. */
export async function asHolder(
  command: Command,
  name: string,
  work: (desk: Desk, holder: Holder) => Promise<JsonObject | void>,
): Promise<void> {
  const wallet = await unlocked(command, name)
  await atDesk(command, (desk) => work(desk, { wallet, party: desk.party(wallet) }))
}

/** A holder whom the hub knows as a party: deals are between parties. */
export const asParty = (
  command: Command,
  name: string,
  work: (desk: Desk, holder: Holder) => Promise<JsonObject | void>,
): Promise<void> =>
  asHolder(command, name, (desk, holder) => {
    if (holder.wallet.card.party !== undefined) return work(desk, holder)
    throw new CommandFailure(
      EXIT.usage,
      'party_missing',
      `the hub does not know who holds wallet ${name}; enrol first: huitong party create --wallet ${name} --name "…"`,
    )
  })

export const walletsOf = (command: Command): WalletFolder => new WalletFolder(dataRootOf(command))

export async function unlocked(command: Command, name: string): Promise<OpenWallet> {
  const wallets = walletsOf(command)
  wallets.card(name)
  return wallets.unlock(name, await passphraseFor(name))
}

/** An address that a person gave. */
export function accountIn(text: string): AccountId {
  const parsed = parseAddress(text)
  if (!parsed.ok)
    throw new CommandFailure(EXIT.usage, parsed.code, `"${text}" is not an address (ht1…): a character is wrong or missing`)
  return parsed.value
}

export function coordinateIn(text: string): Coordinate {
  const coordinate = brandHex<Coordinate>(text, 32)
  if (coordinate === undefined)
    throw new CommandFailure(EXIT.usage, 'coordinate_malformed', `"${text}" is not a coordinate: 64 characters of 0-9 and a-f`)
  return coordinate
}

/** Who may spend a coin, in few words. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'account':
      return encodeAddress(condition.account)
    case 'timeLock':
      return `${encodeAddress(condition.account)} from ${iso(condition.until)}`
    case 'multi':
      return `${condition.m} of ${condition.accounts.map(encodeAddress).join(', ')}`
    case 'hashLock':
      return `locked for ${encodeAddress(condition.claimant)} by hash until ${iso(condition.expiry)}`
    case 'escrow':
      return `escrow for ${encodeAddress(condition.payee)} until ${iso(condition.deadline)}, then ${condition.default}`
    default:
      return never(condition)
  }
}

export const iso = (time: Time): string => new Date(time).toISOString()

/** Ids for people: enough of them to find the rest. */
export const short = (id: string): string => (id.length > 14 ? `${id.slice(0, 12)}…` : id)

export const shortAddress = (address: string): string => `${address.slice(0, 8)}…${address.slice(-6)}`

/** As one would type it from here, if that is shorter. */
export function relative(file: string): string {
  const near = path.relative(process.cwd(), file)
  return near.length < file.length && !near.startsWith('..') ? near : file
}
