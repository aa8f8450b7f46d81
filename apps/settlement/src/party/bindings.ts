// Questions to identity and the ledgers that a new deal needs answered before it is made: is this account open, and whose is it? A failure of the
// moment is answered as such, and never stored as the answer to a command.
import { type Rulebook, decodeRulebook, encodeAddress } from '@huitong/chain'
import {
  type Actor,
  LEG_ACCOUNTS_MAX,
  type WireAccount,
  identityParty,
  identityPartyOfAccount,
  ledgerAccount,
  ledgerAsset,
  ledgerLeg,
  ledgerRulebook,
} from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { type AccountId, type ChainId, type Err, type Result, err, invariant, ok } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { type Ledger, rulebookOf } from '../ledgers/ledgers.js'
import { type Known, type LegBook, type PlannedLeg, legVerdicts, refusalOf } from './compliance.js'

/** A lock that a deal will make. */
export interface AskedLeg extends PlannedLeg {
  readonly ledger: Ledger
  readonly asset: string
}

export type BindingCode = 'account_unbound' | 'account_unknown'

/** Lasting facts that are remembered; beyond that they are asked again. */
const LASTING_MAX = 20_000

@Injectable()
export class Bindings {
  /** What stays true for ever once it is: an account is never closed nor given to another party, an asset never withdrawn. The oldest first. */
  readonly #lasting = new Set<string>()

  constructor(private readonly bus: Bus) {}

  /** `undefined` if the account is open on the ledger and bound to the party. */
  async account(asked: {
    readonly ledger: string
    readonly account: string
    readonly party: string
    readonly field: string
  }): Promise<Err<BindingCode | 'ledger_unavailable'> | undefined> {
    const { ledger, account, party, field } = asked
    const open = await this.open(ledger, account, field)
    if (open !== undefined) return open
    if (this.#lasting.has(`owner/${ledger}/${account}/${party}`)) return undefined
    const owner = await this.bus.call(identityPartyOfAccount, { ledger, account })
    if (owner.ok && owner.value.party === party) return this.#learn(`owner/${ledger}/${account}/${party}`)
    if (owner.ok) return err('account_unbound', undefined, field)
    return owner.code === 'account_unbound' ? err('account_unbound', undefined, field) : err('ledger_unavailable', 'identity')
  }

  /** `undefined` if the account is open on the ledger. */
  async open(ledger: string, account: string, field: string): Promise<Err<'account_unknown' | 'ledger_unavailable'> | undefined> {
    if (this.#lasting.has(`account/${ledger}/${account}`)) return undefined
    const found = await this.bus.call(ledgerAccount, { account }, { to: ledger })
    if (found.ok) return this.#learn(`account/${ledger}/${account}`)
    if (found.code !== 'account_unknown') return err('ledger_unavailable', ledger)
    // the border: 32 bytes in hexadecimal, checked by the contract
    return err('account_unknown', notOpen(field, account as AccountId, ledger), field)
  }

  /** `undefined` if the asset is registered on its ledger. */
  async asset(token: {
    readonly ledger: string
    readonly asset: string
  }): Promise<Err<'asset_unknown' | 'ledger_unavailable'> | undefined> {
    if (this.#lasting.has(`asset/${token.ledger}/${token.asset}`)) return undefined
    const found = await this.bus.call(ledgerAsset, { asset: token.asset }, { to: token.ledger })
    if (found.ok) return this.#learn(`asset/${token.ledger}/${token.asset}`)
    return found.code === 'asset_unknown' ? err('asset_unknown', token.asset) : err('ledger_unavailable', token.ledger)
  }

  /** `undefined` if no rule of its ledger forbids a leg. */
  async compliance(legs: readonly AskedLeg[]): Promise<Err<'not_compliant' | 'ledger_unavailable'> | undefined> {
    // each ledger is asked once for an asset and once for an account, however many legs name them
    const asked = new Map<string, { readonly token: Pick<AskedLeg, 'ledger' | 'asset'>; readonly accounts: Set<string> }>()
    for (const { ledger, asset, payer, named } of legs) {
      const key = keyOf({ ledger, asset })
      const one = asked.get(key) ?? { token: { ledger, asset }, accounts: new Set() }
      for (const account of payer === undefined ? named : [payer, ...named]) one.accounts.add(account)
      asked.set(key, one)
    }
    const read = await Promise.all(
      [...asked].map(async ([key, { token, accounts }]) => [key, await this.legBook(token, [...accounts])] as const),
    )
    const books = new Map(read)
    for (const leg of legs) {
      const book = books.get(keyOf(leg))
      if (book?.ok !== true) return err('ledger_unavailable', leg.ledger.name)
      const refused = refusalOf(legVerdicts(book.value, leg))
      if (refused !== undefined) return refused
    }
    return undefined
  }

  /**
   * What a ledger says of its rules, of an asset and of accounts, to judge legs by. Accounts of which it says nothing are left out: it judges
   * them itself when the coin comes.
   */
  async legBook(
    { ledger, asset: code }: Pick<AskedLeg, 'ledger' | 'asset'>,
    accounts: readonly string[],
  ): Promise<Result<LegBook, 'ledger_unavailable' | 'asset_unknown'>> {
    const pages = Array.from({ length: Math.max(1, Math.ceil(accounts.length / LEG_ACCOUNTS_MAX)) }, (_, page) =>
      accounts.slice(page * LEG_ACCOUNTS_MAX, (page + 1) * LEG_ACCOUNTS_MAX),
    )
    const answers = await Promise.all(
      pages.map((page) => this.bus.call(ledgerLeg, { asset: code, accounts: [...page] }, { to: ledger.name })),
    )
    const failed = answers.find((answer) => !answer.ok)
    if (failed?.ok === false)
      return failed.code === 'asset_unknown' ? err('asset_unknown', code) : err('ledger_unavailable', ledger.name)
    const legs = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
    const [leg] = legs
    invariant(leg !== undefined, 'a leg is asked for at least once')
    const known = legs.flatMap((one) => one.accounts).flatMap(knownOf)
    const rulebook = await this.#rulebook(ledger, known[0]?.standing.rulebook)
    if (rulebook === undefined) return err('ledger_unavailable', ledger.name)
    const { issuer, frozen = false } = leg.asset
    // the border: a ledger's answer
    return ok({ ledger: ledger.name, rulebook, asset: { code, issuer: issuer as AccountId, frozen }, known })
  }

  /** The version that the ledger says is in force; versions never change, so each is read once. */
  async #rulebook(ledger: Ledger, version: number | undefined): Promise<Rulebook | undefined> {
    const known = rulebookOf(ledger)
    if (version === undefined || version === known.version) return known
    const kept = this.#rulebooks.get(ledger.chain)
    if (kept?.version === version) return kept
    const answer = await this.bus.call(ledgerRulebook, {}, { to: ledger.name })
    const read = answer.ok ? decodeRulebook(answer.value.rulebook) : answer
    if (!read.ok) return undefined
    this.#rulebooks.set(ledger.chain, read.value)
    return read.value
  }

  readonly #rulebooks = new Map<ChainId, Rulebook>()

  /** `undefined` if the party exists. */
  async party(party: string, actor: Actor, field: string): Promise<Err<'party_unknown' | 'ledger_unavailable'> | undefined> {
    if (actor.party === party || this.#lasting.has(`party/${party}`)) return undefined
    // who exists is no secret between parties; identity hides what is personal by itself
    const found = await this.bus.call(identityParty, { id: party, actor })
    if (found.ok) return this.#learn(`party/${party}`)
    return found.code === 'party_unknown' ? err('party_unknown', party, field) : err('ledger_unavailable', 'identity')
  }

  /** Is `party` the owner of the account on one of these ledgers? */
  async ownedOnAny(
    ledgers: readonly string[],
    owned: { readonly account: string; readonly party: string },
  ): Promise<Err<'account_unbound' | 'ledger_unavailable'> | undefined> {
    let isAway = false
    for (const ledger of ledgers) {
      const owner = await this.bus.call(identityPartyOfAccount, { ledger, account: owned.account })
      if (owner.ok && owner.value.party === owned.party) return undefined
      if (!owner.ok && owner.code !== 'account_unbound') isAway = true
    }
    return isAway ? err('ledger_unavailable', 'identity') : err('account_unbound', undefined, 'owner')
  }

  #learn(fact: string): undefined {
    const [oldest] = this.#lasting.size < LASTING_MAX ? [] : this.#lasting
    if (oldest !== undefined) this.#lasting.delete(oldest)
    this.#lasting.add(fact)
    return undefined
  }
}

/** For people: which account, in which part, and what helps. */
export const notOpen = (role: string, account: AccountId, ledger: string): string =>
  `${role}: ${encodeAddress(account)} is not open on ${ledger}; its owner has to open it there first`

/** What a ledger says of an account; nothing where it says nothing of its standing. */
function knownOf({ account, standing }: WireAccount): readonly Known[] {
  // the border: a ledger's answer
  return standing === undefined ? [] : [{ account: account as AccountId, standing }]
}

const keyOf = ({ ledger, asset }: Pick<AskedLeg, 'ledger' | 'asset'>): string => `${ledger.name}/${asset}`
