// Moves a sandbox hub's clocks: every ledger first, then settlement, so that no deal is ever ahead of the ledgers it acts on.
import { advanceHubClock, identityHub, ledgerAdvanceClock, ledgerStatus } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import { Problem } from '../problem/problem.js'
import type { ClockDto, MoveClockDto } from './sandbox.dto.js'

@Injectable()
export class SandboxService {
  constructor(private readonly hub: Hub) {}

  async clock(): Promise<ClockDto> {
    const { sandbox, ledgers } = await this.hub.ask(identityHub, {})
    const clocks = ledgers.map(async (ledger) => {
      const { now } = await this.hub.ask(ledgerStatus, {}, { to: ledger })
      return { ledger, now: timestamp(now) }
    })
    return { sandbox, ledgers: await Promise.all(clocks) }
  }

  /** Times are absolute: after a failure half-way the same request again reaches the same state. */
  async move({ to }: MoveClockDto): Promise<ClockDto> {
    const { sandbox, ledgers } = await this.hub.ask(identityHub, {})
    if (!sandbox) throw new Problem('not_a_sandbox')
    const moved = await Promise.all(
      ledgers.map(async (ledger) => {
        const { now } = await this.hub.ask(ledgerAdvanceClock, { to }, { to: ledger })
        return { ledger, now: timestamp(now) }
      }),
    )
    await this.hub.ask(advanceHubClock, { to })
    return { sandbox, ledgers: moved }
  }
}
