// The hub's own accounts as custody tells them: arbiter, fee account and the hub's id. Asked once, then kept: they never change, only the ledgers
// on which they are open become more.
import { custodyAccounts } from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { type AccountId, type Result, err, ok } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'

export interface HubAccountsKnown {
  /** Signing domain of statements, 32 bytes in hexadecimal. */
  readonly hub: string
  readonly arbiter: AccountId
  readonly fee: AccountId
}

@Injectable()
export class HubAccounts {
  #known: HubAccountsKnown | undefined
  #ledgers: ReadonlySet<string> = new Set()

  constructor(private readonly bus: Bus) {}

  /** `ledger_unavailable`: custody does not answer, or the accounts are not open on one of these ledgers yet. */
  async on(ledgers: readonly string[]): Promise<Result<HubAccountsKnown, 'ledger_unavailable'>> {
    if (this.#known === undefined || !ledgers.every((name) => this.#ledgers.has(name))) await this.#ask()
    const missing = ledgers.find((name) => !this.#ledgers.has(name))
    if (this.#known === undefined) return err('ledger_unavailable', 'custody does not say which accounts are the hub’s')
    if (missing !== undefined) return err('ledger_unavailable', `the hub’s accounts are not open on ${missing}`)
    return ok(this.#known)
  }

  async #ask(): Promise<void> {
    const answer = await this.bus.call(custodyAccounts, {})
    if (!answer.ok) return
    const { hub, accounts } = answer.value
    const arbiter = accounts.find(({ purpose }) => purpose === 'arbiter')
    const fee = accounts.find(({ purpose }) => purpose === 'fee')
    if (arbiter === undefined || fee === undefined) return
    // the border: custody's own answer
    this.#known = { hub, arbiter: arbiter.account as AccountId, fee: fee.account as AccountId }
    this.#ledgers = new Set(arbiter.ledgers.filter((name) => fee.ledgers.includes(name)))
  }
}
