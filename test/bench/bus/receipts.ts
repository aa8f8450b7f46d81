// Receipts and genesis of a running ledger, as anybody may ask for them.
import { ledgerGenesis, ledgerReceipt } from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { expectOk } from '@huitong/primitives'
import type { NatsAccess } from '../servers.js'
import { chainOf } from '../workload/lay-out.js'
import type { Workload } from '../workload/plan.js'
import { transfersOf } from '../workload/read.js'
import { TransferForm } from '../workload/transactions.js'

export interface ReceiptsConfig {
  readonly workload: Workload
  readonly nats: NatsAccess
  readonly count: number
}

export async function receipts({
  workload,
  nats,
  count,
}: ReceiptsConfig): Promise<{ readonly genesis: string; readonly receipts: string[] }> {
  const bus = await Bus.connect({ url: nats.url, role: 'bench-client', user: nats.user, password: nats.password })
  const form = new TransferForm(chainOf(workload.folder), workload.plan)
  const to = workload.plan.name
  const made: string[] = []
  for (const bytes of transfersOf(workload, 0, count)) {
    const id = form.idOf(Buffer.from(bytes), 0).toString('hex')
    made.push(expectOk(await bus.call(ledgerReceipt, { id }, { to }), 'a receipt').receipt)
  }
  const { genesis } = expectOk(await bus.call(ledgerGenesis, {}, { to }), 'the genesis')
  await bus.close()
  return { genesis, receipts: made }
}
