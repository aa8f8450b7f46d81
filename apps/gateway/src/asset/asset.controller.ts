// Assets of a ledger.
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { assetCode, ledgerName } from '../edge/params.js'
import { AssetDto, AssetListDto, FreezeListDto, FreezeQuery } from './asset.dto.js'
import { AssetService } from './asset.service.js'

@ApiTags('assets')
@Controller('ledgers/:ledger/assets')
export class AssetController {
  constructor(private readonly assets: AssetService) {}

  /** Every asset of the ledger. */
  @Get()
  @Open()
  list(@Param('ledger', ledgerName) ledger: string): Promise<AssetListDto> {
    return this.assets.list(ledger)
  }

  /** One asset. */
  @Get(':asset')
  @Open()
  asset(@Param('ledger', ledgerName) ledger: string, @Param('asset', assetCode) asset: string): Promise<AssetDto> {
    return this.assets.asset(ledger, asset)
  }

  /** Who is frozen for it. */
  @Get(':asset/freezes')
  @Open()
  freezes(
    @Param('ledger', ledgerName) ledger: string,
    @Param('asset', assetCode) asset: string,
    @Query() query: FreezeQuery,
  ): Promise<FreezeListDto> {
    return this.assets.freezes(ledger, asset, query)
  }
}
