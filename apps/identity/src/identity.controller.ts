// What identity answers, one statement each: the services decide.
import {
  AccountOnLedger,
  ApproveRecovery,
  AuditPage,
  BindAccount,
  ById,
  ByPublicKey,
  CreateApiKey,
  CreateParty,
  NoFields,
  OpenRecovery,
  PresentedKey,
  RegisterCarrier,
  RegisterOperator,
  identityApproveRecovery,
  identityAudit,
  identityAuthenticate,
  identityBindAccount,
  identityCarrierOfKey,
  identityCreateApiKey,
  identityCreateParty,
  identityErasePerson,
  identityHub,
  identityOpenRecovery,
  identityOperators,
  identityParty,
  identityPartyOfAccount,
  identityPerson,
  identityRecovery,
  identityRegisterCarrier,
  identityRegisterOperator,
  identityRevokeApiKey,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { AuditService } from './audit/audit.service.js'
import { HubService } from './hub/hub.service.js'
import { KeyService } from './key/key.service.js'
import { PartyService } from './party/party.service.js'
import { RecoveryService } from './recovery/recovery.service.js'
import { RegistryService } from './registry/registry.service.js'

@Controller()
export class IdentityController {
  constructor(
    private readonly keys: KeyService,
    private readonly parties: PartyService,
    private readonly registry: RegistryService,
    private readonly recoveries: RecoveryService,
    private readonly hub: HubService,
    private readonly log: AuditService,
  ) {}

  @Handle(identityAuthenticate)
  authenticate(request: PresentedKey) {
    return this.keys.authenticate(request)
  }

  @Handle(identityCreateApiKey)
  createApiKey(request: CreateApiKey) {
    return this.keys.create(request)
  }

  @Handle(identityRevokeApiKey)
  revokeApiKey(request: ById) {
    return this.keys.revoke(request)
  }

  @Handle(identityCreateParty)
  createParty(request: CreateParty) {
    return this.parties.create(request)
  }

  @Handle(identityParty)
  party(request: ById) {
    return this.parties.party(request)
  }

  @Handle(identityPerson)
  person(request: ById) {
    return this.parties.person(request)
  }

  @Handle(identityErasePerson)
  erasePerson(request: ById) {
    return this.parties.erase(request)
  }

  @Handle(identityBindAccount)
  bindAccount(request: BindAccount) {
    return this.parties.bind(request)
  }

  @Handle(identityPartyOfAccount)
  partyOfAccount(request: AccountOnLedger) {
    return this.parties.partyOfAccount(request)
  }

  @Handle(identityRegisterCarrier)
  registerCarrier(request: RegisterCarrier) {
    return this.registry.registerCarrier(request)
  }

  @Handle(identityCarrierOfKey)
  carrierOfKey(request: ByPublicKey) {
    return this.registry.carrierOfKey(request)
  }

  @Handle(identityRegisterOperator)
  registerOperator(request: RegisterOperator) {
    return this.registry.registerOperator(request)
  }

  @Handle(identityOperators)
  operators(_request: NoFields) {
    return this.registry.operators()
  }

  @Handle(identityOpenRecovery)
  openRecovery(request: OpenRecovery) {
    return this.recoveries.open(request)
  }

  @Handle(identityApproveRecovery)
  approveRecovery(request: ApproveRecovery) {
    return this.recoveries.approve(request)
  }

  @Handle(identityRecovery)
  recovery(request: ById) {
    return this.recoveries.recovery(request)
  }

  @Handle(identityHub)
  info(_request: NoFields) {
    return this.hub.info()
  }

  @Handle(identityAudit)
  audit(request: AuditPage) {
    return this.log.page(request)
  }
}
