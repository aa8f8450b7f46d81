// One coin of a deal.
import { ConditionDto } from '../coin/condition.dto.js'
import { Amount, AssetCode, Hex, LedgerName, Timestamp } from './fields.js'

/** One coin of a deal: what it must be, what it is, where it went. */
export class LegDto {
  name: string
  @LedgerName() ledger: string
  @AssetCode() asset: string
  @Amount() amount: string
  /** What the coin's condition must be, byte for byte. */
  condition?: ConditionDto
  /** The coin itself, once it is final. */
  @Hex(32) coordinate?: string
  state: string
  /** Transaction that made the coin. */
  @Hex(32) fundedBy?: string
  /** Transaction that spent it. */
  @Hex(32) spentBy?: string
  /** Of an escrow coin that holds money: the arbiter holds it. */
  held?: boolean
  /** The deadline that the ledger enforces now, and what happens then: a hold moves it. */
  @Timestamp() deadline?: string
  default?: 'refund' | 'release'
}
