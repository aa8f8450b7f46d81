// Accounts of a ledger by address.
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { NeedsKey, Open } from '../access/scope.js'
import { CoinPageDto } from '../coin/coin.dto.js'
import { address, ledgerName } from '../edge/params.js'
import {
  AccountDto,
  AccountPartyDto,
  BalanceListDto,
  BalanceQuery,
  CoinQuery,
  StandingDto,
  StatementDto,
  StatementQuery,
} from './account.dto.js'
import { AccountService } from './account.service.js'

@ApiTags('accounts')
@Controller('ledgers/:ledger/accounts/:address')
export class AccountController {
  constructor(private readonly accounts: AccountService) {}

  /** Who controls an account. */
  @Get()
  @Open()
  account(@Param('ledger', ledgerName) ledger: string, @Param('address', address) account: string): Promise<AccountDto> {
    return this.accounts.account(ledger, account)
  }

  /** How it stands under the ledger's rules: tier, freezes, and what counts against limits per day. */
  @Get('standing')
  @Open()
  standing(@Param('ledger', ledgerName) ledger: string, @Param('address', address) account: string): Promise<StandingDto> {
    return this.accounts.standing(ledger, account)
  }

  /** Its unspent coins, in a stable order. */
  @Get('coins')
  @Open()
  coins(
    @Param('ledger', ledgerName) ledger: string,
    @Param('address', address) account: string,
    @Query() query: CoinQuery,
  ): Promise<CoinPageDto> {
    return this.accounts.coins(ledger, account, query)
  }

  /** Its balances now, or as of a height. */
  @Get('balances')
  @Open()
  balances(
    @Param('ledger', ledgerName) ledger: string,
    @Param('address', address) account: string,
    @Query() query: BalanceQuery,
  ): Promise<BalanceListDto> {
    return this.accounts.balances(ledger, account, query)
  }

  /** What changed its balances between two heights or times, with the balances before and after. */
  @Get('statement')
  @Open()
  statement(
    @Param('ledger', ledgerName) ledger: string,
    @Param('address', address) account: string,
    @Query() query: StatementQuery,
  ): Promise<StatementDto> {
    return this.accounts.statement(ledger, account, query)
  }

  /** The party it is bound to. */
  @Get('party')
  @NeedsKey()
  party(@Param('ledger', ledgerName) ledger: string, @Param('address', address) account: string): Promise<AccountPartyDto> {
    return this.accounts.party(ledger, account)
  }
}
