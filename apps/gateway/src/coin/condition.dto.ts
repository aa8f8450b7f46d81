// A coin's condition, readable: one class with the fields of all kinds, `kind` says which of them are present.
import { Address, Amount, Hex, Timestamp } from '../edge/fields.js'

/** Who may spend a coin and where the money may go. Decide by `canonical`; the other fields are the same, readable. */
export class ConditionDto {
  /** The canonical encoding in hexadecimal. */
  canonical: string
  kind: 'account' | 'timeLock' | 'multi' | 'hashLock' | 'escrow'
  /** account, timeLock: the owner. */
  @Address() account?: string
  /** timeLock: spendable from this ledger time on. */
  @Timestamp() until?: string
  /** multi: how many of `accounts` must sign. */
  m?: number
  /** multi: addresses. */
  accounts?: string[]
  /** hashLock: SHA-256 of the 32-byte preimage. */
  @Hex(32) hash?: string
  /** hashLock: is paid against the preimage before `expiry`. */
  @Address() claimant?: string
  /** hashLock: is paid from `expiry` on. */
  @Address() refundee?: string
  @Timestamp() expiry?: string
  /** escrow: 16 bytes in hexadecimal. */
  @Hex(16) order?: string
  milestone?: number
  @Address() payer?: string
  @Address() payee?: string
  @Address() arbiter?: string
  /** escrow: fee for the whole coin, taken from what the payee gets. */
  @Amount() fee?: string
  @Address() feeTo?: string
  /** escrow: from here on only `default` can happen. */
  @Timestamp() deadline?: string
  default?: 'refund' | 'release'
  /** escrow: no hold may move the deadline beyond this. */
  @Timestamp() latest?: string
  paired?: boolean
  held?: boolean
  /** escrow: SHA-256 of the delivery code. */
  @Hex(32) deliveryHash?: string
}
