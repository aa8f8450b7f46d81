// The hub's terms and, in a sandbox, its clock.
import {
  AdvanceHubClock,
  type Answer,
  NoFields,
  type WireTerms,
  advanceHubClock,
  custodyAccounts,
  hubTerms,
} from '@huitong/contracts'
import type { BusCode } from '@huitong/contracts'
import { Bus, Handle } from '@huitong/platform'
import { type Time, err, ok } from '@huitong/primitives'
import { Controller, Inject } from '@nestjs/common'
import { HubClock } from '../clock/hub-clock.js'
import { TERMS, type Terms } from '../terms.js'
import { Watchers } from '../watch/watchers.js'

@Controller()
export class HubController {
  constructor(
    private readonly clock: HubClock,
    private readonly watchers: Watchers,
    private readonly bus: Bus,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  @Handle(advanceHubClock)
  advance({ to }: AdvanceHubClock): Answer<{ readonly now: number }, 'not_a_sandbox' | 'clock_too_far'> {
    // the border: IsTime has checked it
    const moved = this.clock.advanceTo(to as Time)
    // blocks that were ahead of our clock may be taken now
    this.watchers.wake()
    return moved
  }

  @Handle(hubTerms)
  async hubTerms(_request: NoFields): Promise<Answer<WireTerms, BusCode>> {
    const managed = await this.bus.call(custodyAccounts, {})
    if (!managed.ok) return err('unavailable', 'custody does not answer')
    const arbiter = managed.value.accounts.find(({ purpose }) => purpose === 'arbiter')?.account
    const feeAccount = managed.value.accounts.find(({ purpose }) => purpose === 'fee')?.account
    if (arbiter === undefined || feeAccount === undefined) return err('unavailable', 'custody has no accounts yet')
    const { feePpm, quoteTtlMs, skewMs, marginMs, outageMs, transitMs, longestDisputeMs } = this.terms
    return ok({ arbiter, feeAccount, feePpm, quoteTtlMs, skewMs, marginMs, outageMs, transitMs, longestDisputeMs })
  }
}
