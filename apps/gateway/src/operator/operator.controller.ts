// Operators.
import { Body, Controller, Get, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { OperatorDto, OperatorListDto, RegisterOperatorDto } from './operator.dto.js'
import { OperatorService } from './operator.service.js'

@ApiTags('operators')
@Controller('operators')
export class OperatorController {
  constructor(private readonly operators: OperatorService) {}

  /** Registers an operator by public key; the answer holds its API key. */
  @Post()
  @Needs('admin')
  @Keyed()
  register(@Body() body: RegisterOperatorDto, @Writing() write: Write): Promise<OperatorDto> {
    return this.operators.register(body, write)
  }

  /** The operators on duty. */
  @Get()
  @Needs('operator', 'disputes')
  list(): Promise<OperatorListDto> {
    return this.operators.list()
  }
}
