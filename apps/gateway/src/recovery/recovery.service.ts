// Recovery cases: identity keeps them.
import {
  type Actor,
  type WireRecovery,
  identityApproveRecovery,
  identityOpenRecovery,
  identityRecovery,
} from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { policyView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { ApproveRecoveryDto, OpenRecoveryDto, RecoveryDto } from './recovery.dto.js'

@Injectable()
export class RecoveryService {
  constructor(private readonly hub: Hub) {}

  async open(body: OpenRecoveryDto, write: Write): Promise<RecoveryDto> {
    return view(await this.hub.ask(identityOpenRecovery, { ...body, ...write.fields }, { write }))
  }

  async recovery(id: string, actor: Actor): Promise<RecoveryDto> {
    return view(await this.hub.ask(identityRecovery, { id, actor }))
  }

  async approve(id: string, body: ApproveRecoveryDto, write: Write): Promise<RecoveryDto> {
    return view(await this.hub.ask(identityApproveRecovery, { ...body, id, ...write.fields }, { write }))
  }
}

const view = (recovery: WireRecovery): RecoveryDto => ({
  id: recovery.id,
  party: recovery.party,
  account: addressOf(recovery.account),
  policy: policyView(recovery.policy),
  keys: { keys: [...recovery.keys.keys], threshold: recovery.keys.threshold },
  state: recovery.state,
  legs: recovery.legs.map((leg) => ({
    ledger: leg.ledger,
    body: leg.body,
    approvals: leg.approvals.map(({ authority, key }) => ({ authority: addressOf(authority), key })),
    state: leg.state,
    ...optional('end', mapped(leg.end, timestamp)),
  })),
  createdAt: timestamp(recovery.createdAt),
  version: recovery.version,
})
