// Submits signed transactions to a ledger and asks it about committed ones.
import { type BusCode, type TransactionStatus, ledgerReceipt, ledgerTransaction } from '@huitong/contracts'
import { type Result, fromHex, never } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { mapped, optional } from '../edge/optional.js'
import { Hub } from '../hub/hub.js'
import { Problem } from '../problem/problem.js'
import { type Submitted, TransactionGatherer } from './gatherer.js'
import type { OutcomeDto, OutcomeListDto, ReceiptDto, SubmitTransactionsDto, TransactionDto } from './transaction.dto.js'
import { receiptView } from './receipt.view.js'
import { transactionView } from './transaction.view.js'

@Injectable()
export class TransactionService {
  constructor(
    private readonly hub: Hub,
    private readonly gatherer: TransactionGatherer,
  ) {}

  async submit(ledger: string, body: SubmitTransactionsDto): Promise<OutcomeListDto> {
    const transactions = transactionsOf(body)
    await this.hub.requireLedger(ledger)
    const statuses = await Promise.all(
      transactions.map((hex) => this.gatherer.submit({ ledger, receipts: body.receipts === true }, fromHex(hex))),
    )
    const [first] = statuses
    // one refusal of the bus for all of them is a refusal of the request
    if (first !== undefined && !first.ok && statuses.every((status) => !status.ok && status.code === first.code))
      throw new Problem(first.code, first.detail)
    return { items: statuses.map(outcomeOf) }
  }

  async transaction(ledger: string, id: string): Promise<TransactionDto> {
    return transactionView(await this.hub.askLedger(ledger, ledgerTransaction, { id }))
  }

  async receipt(ledger: string, id: string): Promise<ReceiptDto> {
    return receiptView((await this.hub.askLedger(ledger, ledgerReceipt, { id })).receipt)
  }
}

function transactionsOf({ transaction, transactions }: SubmitTransactionsDto): readonly string[] {
  if (transaction !== undefined && transactions === undefined) return [transaction]
  if (transactions !== undefined && transaction === undefined) return transactions
  throw new Problem('malformed', 'either transaction or transactions, not both', 'transaction')
}

function outcomeOf(answer: Result<Submitted, BusCode>): OutcomeDto {
  if (answer.ok) {
    const { status, receipt } = answer.value
    return { ...outcomeOfStatus(status), ...optional('receipt', mapped(receipt, receiptView)) }
  }
  // nothing has happened, or nobody knows
  const { code } = answer
  return code === 'unavailable' || code === 'malformed' ? { outcome: 'refused', code } : { outcome: 'unknown', code }
}

function outcomeOfStatus(status: TransactionStatus): OutcomeDto {
  const { outcome } = status
  switch (outcome) {
    case 'committed':
    case 'replayed':
      return { id: status.id, outcome, height: status.height, index: status.index }
    case 'refused':
      return { ...optional('id', status.id), outcome, code: status.code, ...optional('detail', status.detail) }
    case 'unknown':
      return { id: status.id, outcome }
    default:
      return never(outcome)
  }
}
