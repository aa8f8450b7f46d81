// What custody answers, one statement each. The closed list of decisions: there is no command that signs anything else.
import {
  AnchorRuling,
  CancelConversionLeg,
  FundPairedLeg,
  HoldForDispute,
  HoldForInspection,
  KeepTerms,
  LockConversionLeg,
  NoFields,
  OpenLiquidity,
  RuleLeg,
  WithdrawLiquidity,
  custodyAccounts,
  custodyAnchorRuling,
  custodyCancelConversionLeg,
  custodyFundPairedLeg,
  custodyHoldForDispute,
  custodyHoldForInspection,
  custodyKeepTerms,
  custodyLockConversionLeg,
  custodyOpenLiquidity,
  custodyRuleLeg,
  custodyWithdraw,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { CustodyService } from './custody.service.js'

@Controller()
export class CustodyController {
  constructor(private readonly custody: CustodyService) {}

  @Handle(custodyAccounts)
  accounts(_request: NoFields) {
    return this.custody.accounts()
  }

  @Handle(custodyOpenLiquidity)
  openLiquidity(request: OpenLiquidity) {
    return this.custody.openLiquidity(request)
  }

  @Handle(custodyWithdraw)
  withdraw(request: WithdrawLiquidity) {
    return this.custody.withdraw(request)
  }

  @Handle(custodyLockConversionLeg)
  lockConversionLeg(request: LockConversionLeg) {
    return this.custody.lockConversionLeg(request)
  }

  @Handle(custodyCancelConversionLeg)
  cancelConversionLeg(request: CancelConversionLeg) {
    return this.custody.cancelConversionLeg(request)
  }

  @Handle(custodyFundPairedLeg)
  fundPairedLeg(request: FundPairedLeg) {
    return this.custody.fundPairedLeg(request)
  }

  @Handle(custodyKeepTerms)
  keepTerms(request: KeepTerms) {
    return this.custody.keepTerms(request)
  }

  @Handle(custodyHoldForInspection)
  holdForInspection(request: HoldForInspection) {
    return this.custody.holdForInspection(request)
  }

  @Handle(custodyHoldForDispute)
  holdForDispute(request: HoldForDispute) {
    return this.custody.holdForDispute(request)
  }

  @Handle(custodyRuleLeg)
  ruleLeg(request: RuleLeg) {
    return this.custody.ruleLeg(request)
  }

  @Handle(custodyAnchorRuling)
  anchorRuling(request: AnchorRuling) {
    return this.custody.anchorRuling(request)
  }
}
