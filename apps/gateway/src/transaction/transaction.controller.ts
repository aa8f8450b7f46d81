// Transactions of a ledger: submit, look up, prove.
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Needs, Open } from '../access/scope.js'
import { hash32, ledgerName } from '../edge/params.js'
import { OutcomeListDto, ReceiptDto, SubmitTransactionsDto, TransactionDto } from './transaction.dto.js'
import { TransactionService } from './transaction.service.js'

@ApiTags('transactions')
@Controller('ledgers/:ledger/transactions')
export class TransactionController {
  constructor(private readonly transactions: TransactionService) {}

  /**
   * Submits signed transactions and answers when they are durable or refused, one outcome each. The id is the key: sending the same bytes
   * again is safe and answers `replayed`. An Idempotency-Key is accepted and changes nothing.
   */
  @Post()
  @HttpCode(200)
  @Needs('pay')
  submit(@Param('ledger', ledgerName) ledger: string, @Body() body: SubmitTransactionsDto): Promise<OutcomeListDto> {
    return this.transactions.submit(ledger, body)
  }

  /** A committed transaction. */
  @Get(':id')
  @Open()
  transaction(@Param('ledger', ledgerName) ledger: string, @Param('id', hash32) id: string): Promise<TransactionDto> {
    return this.transactions.transaction(ledger, id)
  }

  /** Its receipt, which anyone can verify offline. */
  @Get(':id/receipt')
  @Open()
  receipt(@Param('ledger', ledgerName) ledger: string, @Param('id', hash32) id: string): Promise<ReceiptDto> {
    return this.transactions.receipt(ledger, id)
  }
}
