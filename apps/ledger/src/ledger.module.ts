// One ledger: its engine and the controllers that answer for it.
import { Module } from '@nestjs/common'
import { LedgerController } from './ledger.controller.js'
import { RuleController } from './rule.controller.js'
import { LedgerService } from './ledger.service.js'

@Module({ controllers: [LedgerController, RuleController], providers: [LedgerService] })
export class LedgerModule {}
