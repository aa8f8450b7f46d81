// Carriers.
import { Body, Controller, Get, Param, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Write, Writing } from '../access/caller.js'
import { Keyed, Needs, NeedsKey } from '../access/scope.js'
import { hash32 } from '../edge/params.js'
import { CarrierDto, RegisterCarrierDto } from './carrier.dto.js'
import { CarrierService } from './carrier.service.js'

@ApiTags('carriers')
@Controller('carriers')
export class CarrierController {
  constructor(private readonly carriers: CarrierService) {}

  /** Registers a carrier or device by its public key. */
  @Post()
  @Needs('operator')
  @Keyed()
  register(@Body() body: RegisterCarrierDto, @Writing() write: Write): Promise<CarrierDto> {
    return this.carriers.register(body, write)
  }

  /** The carrier of a public key. */
  @Get(':publicKey')
  @NeedsKey()
  carrier(@Param('publicKey', hash32) publicKey: string): Promise<CarrierDto> {
    return this.carriers.carrier(publicKey)
  }
}
