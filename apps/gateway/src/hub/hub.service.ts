// The hub's id, ledgers and terms.
import { hubTerms, identityHub } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { addressOf } from '../edge/address.js'
import type { HubDto } from './hub.dto.js'
import { Hub } from './hub.js'

@Injectable()
export class HubService {
  constructor(private readonly hub: Hub) {}

  async facts(): Promise<HubDto> {
    const [{ hub, sandbox, ledgers }, terms] = await Promise.all([this.hub.ask(identityHub, {}), this.hub.ask(hubTerms, {})])
    const { arbiter, feeAccount } = terms
    return {
      hub,
      sandbox,
      ledgers: [...ledgers],
      terms: { ...terms, arbiter: addressOf(arbiter), feeAccount: addressOf(feeAccount) },
    }
  }
}
