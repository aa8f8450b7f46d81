// The hub itself.
import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { HubDto } from './hub.dto.js'
import { HubService } from './hub.service.js'

@ApiTags('hub')
@Controller('hub')
export class HubController {
  constructor(private readonly hub: HubService) {}

  /** Hub id, ledgers and terms. */
  @Get()
  @Open()
  facts(): Promise<HubDto> {
    return this.hub.facts()
  }
}
