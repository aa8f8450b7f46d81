// API keys: identity makes and revokes them.
import { identityCreateApiKey, identityRevokeApiKey } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { Hub } from '../hub/hub.js'
import type { ApiKeyDto, CreateApiKeyDto } from './api-key.dto.js'
import { apiKeyView } from './api-key.view.js'

@Injectable()
export class ApiKeyService {
  constructor(private readonly hub: Hub) {}

  async create(body: CreateApiKeyDto, write: Write): Promise<ApiKeyDto> {
    return apiKeyView(await this.hub.ask(identityCreateApiKey, { ...body, ...write.fields }, { write }))
  }

  /** To revoke twice changes nothing more: the command needs no key of its own. */
  async revoke(id: string, write: Write): Promise<ApiKeyDto> {
    const { actor } = write.fields
    // the caller's own key was found; it is the named one that was not
    const rename = { key_unknown: 'api_key_unknown' } as const
    return apiKeyView(await this.hub.ask(identityRevokeApiKey, { id, actor }, { write, rename }))
  }
}
