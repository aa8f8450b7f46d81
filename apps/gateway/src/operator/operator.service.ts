// Operators: identity keeps them.
import { type WireOperator, identityOperators, identityRegisterOperator } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { apiKeyView } from '../api-key/api-key.view.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import type { OperatorDto, OperatorListDto, RegisterOperatorDto } from './operator.dto.js'

@Injectable()
export class OperatorService {
  constructor(private readonly hub: Hub) {}

  async register(body: RegisterOperatorDto, write: Write): Promise<OperatorDto> {
    return view(await this.hub.ask(identityRegisterOperator, { ...body, ...write.fields }, { write }))
  }

  async list(): Promise<OperatorListDto> {
    const { operators } = await this.hub.ask(identityOperators, {})
    return { items: operators.map(view) }
  }
}

const view = (operator: WireOperator): OperatorDto => ({
  id: operator.id,
  name: operator.name,
  publicKey: operator.publicKey,
  createdAt: timestamp(operator.createdAt),
  ...optional('apiKey', mapped(operator.apiKey, apiKeyView)),
})
