// Questions to identity and the ledgers that a new deal needs answered before it is made: is this account open, and whose is it? A failure of the
// moment is answered as such, and never stored as the answer to a command.
import { type Actor, identityParty, identityPartyOfAccount, ledgerAccount, ledgerAsset } from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { type Err, err } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'

export type BindingCode = 'account_unbound' | 'account_unknown'

/** Lasting facts that are remembered; beyond that they are asked again. */
const LASTING_MAX = 20_000

@Injectable()
export class Bindings {
  /** What stays true for ever once it is: an account is never closed, an asset never withdrawn. The oldest first. */
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
    const owner = await this.bus.call(identityPartyOfAccount, { ledger, account })
    if (owner.ok) return owner.value.party === party ? undefined : err('account_unbound', undefined, field)
    return owner.code === 'account_unbound' ? err('account_unbound', undefined, field) : err('ledger_unavailable', 'identity')
  }

  /** `undefined` if the account is open on the ledger. */
  async open(ledger: string, account: string, field: string): Promise<Err<'account_unknown' | 'ledger_unavailable'> | undefined> {
    if (this.#lasting.has(`account/${ledger}/${account}`)) return undefined
    const found = await this.bus.call(ledgerAccount, { account }, { to: ledger })
    if (found.ok) return this.#learn(`account/${ledger}/${account}`)
    return found.code === 'account_unknown' ? err('account_unknown', undefined, field) : err('ledger_unavailable', ledger)
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

  /** `undefined` if the party exists. */
  async party(party: string, actor: Actor): Promise<Err<'party_unknown' | 'ledger_unavailable'> | undefined> {
    if (actor.party === party) return undefined
    // who exists is no secret between parties; identity hides what is personal by itself
    const found = await this.bus.call(identityParty, { id: party, actor })
    if (found.ok) return undefined
    return found.code === 'party_unknown' ? err('party_unknown', party) : err('ledger_unavailable', 'identity')
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
