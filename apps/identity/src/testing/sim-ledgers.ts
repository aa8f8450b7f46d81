// Identity's port over ledgers in memory under the real rules. For specs only.
import type { WireAccount } from '@huitong/contracts'
import { type AccountId, type Bytes, err, ok } from '@huitong/primitives'
import type { SimLedger } from '@huitong/testing'
import type { Ledgers } from '../ledger/ledgers.js'

export class SimLedgers implements Ledgers {
  constructor(private readonly ledgers: readonly SimLedger[]) {}

  get names(): readonly string[] {
    return this.ledgers.map(({ name }) => name)
  }

  async time(ledger: string) {
    const sim = this.#find(ledger)
    if (sim === undefined) return err('ledger_unknown')
    return sim.isUp ? ok({ chain: sim.chain, final: sim.final, now: sim.now }) : err('ledger_unavailable')
  }

  async account(ledger: string, account: string) {
    const sim = this.#find(ledger)
    if (sim === undefined) return err('ledger_unknown')
    if (!sim.isUp) return err('ledger_unavailable')
    const found = sim.state.account(account as AccountId)
    if (found === undefined) return err('account_unknown')
    const { policy, current, sequence, recovery, terms } = found
    const wire: WireAccount = {
      account,
      policy,
      current,
      sequence,
      ...(recovery === undefined ? {} : { recovery }),
      ...(terms === undefined ? {} : { terms }),
    }
    return ok(wire)
  }

  async isCommitted(ledger: string, transaction: string) {
    const sim = this.#find(ledger)
    return sim === undefined ? err('ledger_unknown') : ok(sim.transactions.has(transaction))
  }

  async submit(ledger: string, transaction: Bytes) {
    const sim = this.#find(ledger)
    if (sim?.isUp !== true) return { outcome: 'unknown' } as const
    const sent = sim.submit(transaction)
    return sent.ok ? ({ outcome: 'committed' } as const) : ({ outcome: 'refused', code: sent.code } as const)
  }

  #find(name: string): SimLedger | undefined {
    return this.ledgers.find((ledger) => ledger.name === name)
  }
}
