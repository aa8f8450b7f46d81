// Parties: identity keeps them.
import {
  type Actor,
  type WireParty,
  identityBindAccount,
  identityCreateParty,
  identityErasePerson,
  identityParty,
  identityPerson,
} from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { apiKeyView } from '../api-key/api-key.view.js'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import type { BindAccountDto, CreatePartyDto, PartyDto, PersonDto } from './party.dto.js'

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

  async person(id: string, actor: Actor): Promise<PersonDto> {
    const { legalName, email } = await this.hub.ask(identityPerson, { id, actor })
    return { ...optional('legalName', legalName), ...optional('email', email) }
  }

  /** To erase twice changes nothing more: the command needs no key of its own. */
  async erase(id: string, write: Write): Promise<PartyDto> {
    const { actor } = write.fields
    return view(await this.hub.ask(identityErasePerson, { id, actor }, { write }))
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
