// Parties: identity keeps them.
import { type Actor, type WireParty, identityBindAccount, identityCreateParty, identityParty } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { apiKeyView } from '../api-key/api-key.view.js'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import type { BindAccountDto, CreatePartyDto, PartyDto } from './party.dto.js'

@Injectable()
export class PartyService {
  constructor(private readonly hub: Hub) {}

  async create(body: CreatePartyDto, write: Write): Promise<PartyDto> {
    return view(await this.hub.ask(identityCreateParty, { ...body, ...write.fields }, { write }))
  }

  async party(id: string, actor: Actor): Promise<PartyDto> {
    return view(await this.hub.ask(identityParty, { id, actor }))
  }

  async bind(party: string, body: BindAccountDto, write: Write): Promise<PartyDto> {
    return view(await this.hub.ask(identityBindAccount, { ...body, party, ...write.fields }, { write }))
  }
}

const view = (party: WireParty): PartyDto => ({
  id: party.id,
  kind: party.kind,
  displayName: party.displayName,
  ...optional('jurisdiction', party.jurisdiction),
  createdAt: timestamp(party.createdAt),
  accounts: party.accounts.map(({ ledger, account, boundAt }) => ({
    ledger,
    account: addressOf(account),
    boundAt: timestamp(boundAt),
  })),
  ...optional('apiKey', mapped(party.apiKey, apiKeyView)),
})
