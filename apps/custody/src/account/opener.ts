// Opens the managed accounts on every ledger, in the background and for as long as it takes: ledgers may come up later than custody.
import { attachWitnesses, encodeBody, transactionMessage, txIdOf, type TransactionBody } from '@huitong/chain'
import { faultFields, log } from '@huitong/platform'
import { type Entropy, after, toHex } from '@huitong/primitives'
import { VALID_AHEAD_MS } from '../decision/plan.js'
import type { Ledgers } from '../ledger/ledgers.js'
import type { Keyring } from './keyring.js'
import type { Managed } from './managed.js'

export class Opener {
  readonly #open = new Map<string, Set<string>>()

  constructor(
    private readonly ledgers: Ledgers,
    private readonly keyring: Keyring,
    private readonly entropy: Entropy,
  ) {}

  /** Ledgers on which an account is open, as far as was seen. */
  openOn(managed: Managed): readonly string[] {
    return this.ledgers.names.filter((ledger) => this.#open.get(managed.account)?.has(ledger) === true)
  }

  /** True when every managed account is open on every ledger. */
  get isDone(): boolean {
    return this.keyring.accounts.every((managed) => this.openOn(managed).length === this.ledgers.names.length)
  }

  /** One round: whatever is not open yet is tried once. A ledger that is away stops nothing. */
  async round(): Promise<void> {
    for (const managed of this.keyring.accounts) {
      await Promise.all(this.ledgers.names.map((ledger) => this.#tryOpen(ledger, managed)))
    }
  }

  async #tryOpen(ledger: string, managed: Managed): Promise<void> {
    if (this.#open.get(managed.account)?.has(ledger) === true) return
    try {
      if (!(await this.#isOpen(ledger, managed)) && !(await this.#openNow(ledger, managed))) return
      const on = this.#open.get(managed.account) ?? new Set<string>()
      this.#open.set(managed.account, on.add(ledger))
      log.info('custody.account.open', { ledger, account: managed.account, purpose: managed.purpose })
    } catch (error) {
      log.warn('custody.account.not-open', { ledger, account: managed.account, ...faultFields(error) })
    }
  }

  async #isOpen(ledger: string, managed: Managed): Promise<boolean> {
    const account = await this.ledgers.account(ledger, managed.account)
    return account.ok && account.value !== undefined
  }

  async #openNow(ledger: string, managed: Managed): Promise<boolean> {
    const head = await this.ledgers.head(ledger)
    if (!head.ok) return false
    const body: TransactionBody = {
      validUntil: after(head.value.now, VALID_AHEAD_MS),
      reference: toHex(this.entropy.bytes(8)),
      inputs: [],
      outputs: [],
      operations: [{ kind: 'openAccount', policy: managed.policy }],
      memo: '',
    }
    const message = transactionMessage(head.value.chain, txIdOf(head.value.chain, body))
    const signature = await this.keyring.sign(managed.account, message)
    const bytes = attachWitnesses(encodeBody(body), { signatures: [[{ key: 0, signature }]], preimages: [] })
    const sent = await this.ledgers.submit(ledger, bytes)
    if (sent.outcome === 'refused' && sent.code !== 'account_exists')
      log.warn('custody.account.refused', { ledger, account: managed.account, code: sent.code })
    return sent.outcome === 'committed' || (sent.outcome === 'refused' && sent.code === 'account_exists')
  }
}
