// API keys.
import { Body, Controller, Delete, Param, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Write, Writing } from '../access/caller.js'
import { Keyed, NeedsKey } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { ApiKeyDto, CreateApiKeyDto } from './api-key.dto.js'
import { ApiKeyService } from './api-key.service.js'

@ApiTags('api-keys')
@Controller('api-keys')
export class ApiKeyController {
  constructor(private readonly apiKeys: ApiKeyService) {}

  /** Makes an API key with scopes that the caller has; the secret is in this answer only. */
  @Post()
  @NeedsKey()
  @Keyed()
  create(@Body() body: CreateApiKeyDto, @Writing() write: Write): Promise<ApiKeyDto> {
    return this.apiKeys.create(body, write)
  }

  /** Revokes an API key; it stops working within five seconds. */
  @Delete(':id')
  @NeedsKey()
  @Keyed()
  revoke(@Param('id', typedId('key')) id: string, @Writing() write: Write): Promise<ApiKeyDto> {
    return this.apiKeys.revoke(id, write)
  }
}
