// The movable clock of a sandbox hub.
import { LedgerName, Timestamp } from '../edge/fields.js'

export class MoveClockDto {
  /** Time to reach. A time that is not ahead changes nothing. */
  @Timestamp() to: number
}

export class LedgerClockDto {
  @LedgerName() ledger: string
  /** The time that its next block would carry. */
  @Timestamp() now: string
}

export class ClockDto {
  /** Whether clocks can be moved at all. */
  sandbox: boolean
  ledgers: LedgerClockDto[]
}
