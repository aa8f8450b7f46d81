// Bounds that hold everywhere, in one place. A rulebook may be stricter than these, never looser.

/** A transaction's bytes, witnesses included. */
export const TRANSACTION_BYTES_MAX = 65_535
export const INPUTS_MAX = 255
export const OUTPUTS_MAX = 255
export const OPERATIONS_MAX = 16
export const MEMO_BYTES_MAX = 512
/** Keys of one account, and recovery authorities of one policy. */
export const KEYS_MAX = 16
/** Signatures on one transaction. */
export const SIGNATURES_MAX = 64
/** `validUntil` may lie at most this far ahead of the including block's time. */
export const VALID_AHEAD_MAX_MS = 24 * 60 * 60 * 1000
/** Raw bytes of a block's transactions: below the bus's largest message (1 MiB) with room for the header. */
export const BLOCK_BYTES_MAX = 900_000
/** A follower refuses a block this far ahead of its own clock. */
export const BLOCK_AHEAD_MAX_MS = 5_000
/** Rows of one page of any list. */
export const PAGE_ROWS_MAX = 200
/** Body of an HTTP request. */
export const HTTP_BODY_BYTES_MAX = 256 * 1024
