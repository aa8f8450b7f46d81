// Parties.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs, NeedsKey } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { BindAccountDto, CreatePartyDto, PartyDto, PersonDto } from './party.dto.js'
import { PartyService } from './party.service.js'

@ApiTags('parties')
@Controller('parties')
export class PartyController {
  constructor(private readonly parties: PartyService) {}

  /** Registers a party; the answer holds its first API key. */
  @Post()
  @Needs('parties')
  @Keyed()
  create(@Body() body: CreatePartyDto, @Writing() write: Write): Promise<PartyDto> {
    return this.parties.create(body, write)
  }

  /** One party. */
  @Get(':id')
  @NeedsKey()
  party(@Param('id', typedId('pty')) id: string, @Caller() actor: Actor): Promise<PartyDto> {
    return this.parties.party(id, actor)
  }

  /** Binds an account on a ledger to the party, on its keys' proof. */
  @Post(':id/accounts')
  @HttpCode(200)
  @Needs('parties')
  @Keyed()
  bind(@Param('id', typedId('pty')) id: string, @Body() body: BindAccountDto, @Writing() write: Write): Promise<PartyDto> {
    return this.parties.bind(id, body, write)
  }

  /** Personal data, for the party itself and people on duty; every look is on the audit log. */
  @Get(':id/person')
  @Needs('parties', 'operator')
  person(@Param('id', typedId('pty')) id: string, @Caller() actor: Actor): Promise<PersonDto> {
    return this.parties.person(id, actor)
  }

  /** Erases the personal data for ever. Accounts and deals stay: they never held any. */
  @Delete(':id/person')
  @Needs('parties', 'operator')
  @Keyed()
  erase(@Param('id', typedId('pty')) id: string, @Writing() write: Write): Promise<PartyDto> {
    return this.parties.erase(id, write)
  }
}
