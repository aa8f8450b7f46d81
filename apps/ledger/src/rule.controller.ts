// The commands of libs/contracts/src/ledger-rules.ts, one statement each.
import {
  type ByAccount,
  type FreezesOfAsset,
  type WireFreezes,
  type WireStanding,
  ledgerFreezes,
  ledgerRulebook,
  ledgerStanding,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { type Result, ok } from '@huitong/primitives'
import { Controller } from '@nestjs/common'
import { LedgerService } from './ledger.service.js'
import type { RuleReads } from './read/rule-reads.js'

@Controller()
export class RuleController {
  constructor(private readonly service: LedgerService) {}

  private get reads(): RuleReads {
    return this.service.ledger.ruleReads
  }

  @Handle(ledgerRulebook)
  async rulebook(): Promise<Result<{ readonly rulebook: string }, never>> {
    return ok(await this.reads.rulebook())
  }

  @Handle(ledgerFreezes)
  freezes(request: FreezesOfAsset): Promise<Result<WireFreezes, 'asset_unknown' | 'cursor_unknown'>> {
    return this.reads.freezes(request)
  }

  @Handle(ledgerStanding)
  standing({ account }: ByAccount): Promise<Result<WireStanding, 'account_unknown'>> {
    return this.reads.standing(account)
  }
}
