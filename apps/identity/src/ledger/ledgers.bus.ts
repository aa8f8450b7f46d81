// Ledgers over the bus. Believes a ledger's answers about itself; decides nothing.
import {
  type WireAccount,
  decodeStatuses,
  encodeEnvelope,
  ledgerAccount,
  ledgerStatus,
  ledgerSubmit,
  ledgerTransaction,
} from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { type Bytes, type ChainId, type Result, brandHex, err, ok, parseTime } from '@huitong/primitives'
import type { LedgerTime, Ledgers, Sent } from './ledgers.js'

export class BusLedgers implements Ledgers {
  constructor(
    private readonly bus: Bus,
    readonly names: readonly string[],
  ) {}

  async time(ledger: string): Promise<Result<LedgerTime, 'ledger_unknown' | 'ledger_unavailable'>> {
    if (!this.names.includes(ledger)) return err('ledger_unknown', `no ledger ${ledger}`)
    const status = await this.bus.call(ledgerStatus, {}, { to: ledger })
    if (!status.ok) return err('ledger_unavailable', status.detail)
    const chain = brandHex<ChainId>(status.value.chain, 32)
    const final = parseTime(status.value.time)
    const now = parseTime(status.value.now)
    if (chain === undefined || !final.ok || !now.ok) return err('ledger_unavailable', 'the ledger answers nonsense')
    return ok({ chain, final: final.value, now: now.value })
  }

  async account(
    ledger: string,
    account: string,
  ): Promise<Result<WireAccount, 'account_unknown' | 'ledger_unknown' | 'ledger_unavailable'>> {
    if (!this.names.includes(ledger)) return err('ledger_unknown', `no ledger ${ledger}`)
    const found = await this.bus.call(ledgerAccount, { account }, { to: ledger })
    if (found.ok) return ok(found.value)
    return found.code === 'account_unknown' ? err('account_unknown') : err('ledger_unavailable', found.detail)
  }

  async isCommitted(ledger: string, id: string): Promise<Result<boolean, 'ledger_unknown' | 'ledger_unavailable'>> {
    if (!this.names.includes(ledger)) return err('ledger_unknown', `no ledger ${ledger}`)
    const found = await this.bus.call(ledgerTransaction, { id }, { to: ledger })
    if (found.ok) return ok(true)
    return found.code === 'transaction_unknown' ? ok(false) : err('ledger_unavailable', found.detail)
  }

  async submit(ledger: string, transaction: Bytes): Promise<Sent> {
    const reply = await this.bus.submit(ledgerSubmit, encodeEnvelope([transaction]), { to: ledger })
    const statuses = reply.ok ? decodeStatuses(reply.value) : undefined
    const status = statuses?.ok === true ? statuses.value[0] : undefined
    switch (status?.outcome) {
      case 'committed':
      case 'replayed':
        return { outcome: 'committed' }
      case 'refused':
        return { outcome: 'refused', code: status.code }
      default:
        return { outcome: 'unknown' }
    }
  }
}
