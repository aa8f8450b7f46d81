// Coins of a ledger by coordinate, and where they come from and went.
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { hash32, ledgerName } from '../edge/params.js'
import { CoinDto, CoinProofDto, HistoryDto, HistoryQuery } from './coin.dto.js'
import { CoinService } from './coin.service.js'

@ApiTags('coins')
@Controller('ledgers/:ledger/coins')
export class CoinController {
  constructor(private readonly coins: CoinService) {}

  /** A coin, spent or not. */
  @Get(':coordinate')
  @Open()
  coin(@Param('ledger', ledgerName) ledger: string, @Param('coordinate', hash32) coordinate: string): Promise<CoinDto> {
    return this.coins.coin(ledger, coordinate)
  }

  /** A coin, the receipt of the transaction that made it, and the ledger's time: what has to be looked at before a secret is shown. */
  @Get(':coordinate/proof')
  @Open()
  proof(@Param('ledger', ledgerName) ledger: string, @Param('coordinate', hash32) coordinate: string): Promise<CoinProofDto> {
    return this.coins.proof(ledger, coordinate)
  }

  /** Where a coin comes from, or where it went: coins and the transactions between them. */
  @Get(':coordinate/history')
  @Open()
  history(
    @Param('ledger', ledgerName) ledger: string,
    @Param('coordinate', hash32) coordinate: string,
    @Query() query: HistoryQuery,
  ): Promise<HistoryDto> {
    return this.coins.history(ledger, coordinate, query)
  }
}
