// Proof of reserves.
import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { ReserveListDto } from './reserve.dto.js'
import { ReserveService } from './reserve.service.js'

@ApiTags('reserves')
@Controller('reserves')
export class ReserveController {
  constructor(private readonly reserves: ReserveService) {}

  /** Per ledger and asset, where everything issued is. */
  @Get()
  @Open()
  list(): Promise<ReserveListDto> {
    return this.reserves.list()
  }
}
