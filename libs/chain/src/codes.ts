// The closed lists of codes with which the ledger refuses, in descending precedence, one sentence each. docs/ledger-codes.md is tested equal.

/** Why bytes are not a transaction. The first offence in byte order decides. */
export const DECODE_CODES = {
  transaction_too_long: 'The transaction is longer than 65,535 bytes.',
  truncated: 'The bytes end before the transaction does.',
  version_unknown: 'The first byte is not 1, the only version there is.',
  body_length_wrong: 'The stated body length is shorter than what the body must hold.',
  operations_too_many: 'There are more than 16 operations.',
  path_unknown: 'An input names a spending path that does not exist.',
  condition_unknown: 'An output carries a condition that does not exist.',
  operation_unknown: 'An operation of this kind does not exist.',
  flags_unknown: 'A flag byte has a bit set that has no meaning.',
  asset_code_malformed: 'An asset code is not 1 to 8 characters of A-Z and 0-9 beginning with a letter, padded with zero bytes.',
  amount_malformed: 'An amount is zero where it may not be, above 2^63-1, or not written in its shortest form.',
  scale_malformed: 'An asset has more than 9 decimals.',
  list_malformed: 'A list of keys, accounts or rules is empty where it may not be, too long or not strictly ascending.',
  threshold_malformed: 'A threshold or quorum lies outside the list it counts.',
  tier_malformed: 'A tier is above 7.',
  share_malformed: 'A share is above 1,000,000 millionths.',
  delay_malformed: 'A recovery delay is longer than 366 days.',
  memo_too_long: 'The memo is longer than 512 bytes.',
  witness_malformed: 'Key positions in a signature group are not strictly ascending and below 16.',
  signatures_too_many: 'There are more than 64 signatures.',
  trailing_bytes: 'Bytes follow the end of the transaction.',
} as const
export type DecodeCode = keyof typeof DECODE_CODES

/** Why a well-formed transaction is not valid now. Checked in this order, each rule over the whole transaction before the next. */
export const RULE_CODES = {
  already_committed: 'A transaction with this id is committed; its receipt is the answer.',
  valid_until_passed: 'The block time is later than validUntil.',
  valid_until_too_far: 'validUntil lies more than 24 hours ahead of the block time.',
  nothing_to_do: 'The transaction has neither inputs nor operations.',
  input_repeated: 'Two inputs name the same coin.',
  coin_unknown: 'An input names a coin that does not exist or has been spent.',
  path_not_of_condition: 'An input names a path that its coin does not have, or a delivery code where none is set.',
  lock_not_alone: 'A hash lock or escrow coin is spent beside other inputs, with an operation or with a memo.',
  too_early: 'A time lock, an expiry or a default is used before its time has come.',
  too_late: 'A path is used whose time ended at the expiry or deadline.',
  paired_forbidden: 'A paired escrow coin is spent by a path, a default or a split that would part it from its twin.',
  part_wrong: 'A part or split is more than the coin, or less than the whole of a held one.',
  hold_deadline_wrong: 'A hold does not move the deadline forward, or moves it beyond the latest.',
  preimage_count: 'There are more or fewer preimages than inputs need.',
  preimage_wrong: 'A preimage does not open its lock.',
  outputs_not_prescribed: 'The outputs are not exactly those that the spent locks prescribe, in their order.',
  operation_repeated: 'Two operations change the same account or asset.',
  asset_unknown: 'An asset is not registered on this ledger.',
  account_unknown: 'An account is not open on this ledger.',
  escrow_parties: 'Payer, payee and arbiter of a new escrow are not three different accounts.',
  lock_not_own_money: 'A new lock is paid from coins that its refundee or payer does not own alone.',
  lock_time: 'The deadline or expiry of a new lock is not after the block time, or a deadline is after the latest.',
  lock_too_long: 'The expiry or latest of a new lock lies further ahead than the rulebook allows.',
  escrow_terms: 'A new escrow is already held, or is paired and not refunded by default.',
  fee_too_high: 'The fee of a new escrow is above the share that the rulebook allows.',
  asset_exists: 'An asset of this code is registered already.',
  account_exists: 'This account is open already.',
  delay_too_short: 'A policy has a shorter recovery delay than the rulebook allows.',
  power_not_kept: 'The issuer did not keep this power when it registered the asset.',
  rulebook_fixed: 'The genesis names no registrar, so nobody can set another rulebook or a tier.',
  sequence_wrong: 'An operation does not carry the next sequence number of what it changes.',
  supply_exceeded: 'More would be in circulation than the asset allows.',
  freeze_unchanged: 'What is to be frozen is frozen already, or what is to be unfrozen is not frozen.',
  clawback_terms:
    'A clawback has another operation beside it, takes no coin, one of another asset or by another path, or pays another than the issuer.',
  recovery_not_offered: 'The account names no recovery authorities.',
  recovery_pending: 'A recovery of this account is pending already.',
  recovery_none: 'No recovery of this account is pending.',
  recovery_ended: 'The time to cancel the recovery is over.',
  recovery_not_ended: 'The time to cancel the recovery is not over.',
  recovery_too_soon: 'After two cancelled recoveries a third waits a year.',
  unbalanced: 'For some asset, inputs and issued amount differ from outputs and burnt amount.',
  signature_groups: 'There are more or fewer signature groups than accounts that must or may sign.',
  signature_count: 'A group has not exactly as many signatures as the account has to give.',
  signature_key: 'A signature names a key position that the account does not have.',
  account_recovering: 'An account that must sign has a recovery pending: its signatures count only to cancel it.',
  asset_frozen: 'A signature is to spend coins of an asset that is frozen as a whole.',
  account_frozen: 'An account that must sign is frozen for the asset of the coin that it is to spend.',
  quorum_missing: 'Too few of several accounts have signed.',
  tier_too_low: 'The rulebook asks a higher tier of an account that pays, is paid or is named in a lock.',
  counterparty_forbidden: 'Neither side of a payment is among those that the rulebook allows for the asset.',
  transaction_limit: 'An account pays out more at once than the rulebook allows to its tier.',
  day_limit: 'An account pays out more in a day than the rulebook allows to its tier.',
  tax_missing: 'The outputs do not pay the tax that the rulebook sets for the asset.',
  signature_stale: 'The keys of an account changed after its signatures were checked; submit again.',
  signature_wrong: 'A signature does not verify.',
  key_weak:
    'A new key is not the canonical encoding of a point, or of one of small order: no signature under it proves anything.',
} as const
export type RuleCode = keyof typeof RULE_CODES

/** Every code that `validate` answers, in descending precedence. */
export const VALIDATION_CODES = { ...DECODE_CODES, ...RULE_CODES } as const
export type ValidationCode = DecodeCode | RuleCode

/** Why a receipt proves nothing, in the order of the checks. */
export const RECEIPT_CODES = {
  receipt_malformed: 'The receipt is not of the known form.',
  chain_mismatch: 'The receipt is of another ledger.',
  genesis_mismatch: 'The genesis is not the one whose hash is the ledger’s id.',
  header_malformed: 'The header is not one that this codec writes.',
  header_chain_mismatch: 'The header belongs to another ledger.',
  sandbox_mismatch: 'The header’s sandbox flag is not the ledger’s.',
  seal_wrong: 'The seal is not by the ledger’s sealing key.',
  transaction_malformed: 'The transaction bytes do not decode.',
  inclusion_wrong: 'The path does not lead from the transaction to the header’s root.',
} as const
export type ReceiptCode = keyof typeof RECEIPT_CODES

/** Why a block does not follow the one before it, in the order of the checks. */
export const BLOCK_CODES = {
  header_malformed: 'The header is not one that this codec writes.',
  header_chain_mismatch: 'The header belongs to another ledger.',
  height_wrong: 'The height is not one more than the previous block’s.',
  previous_wrong: 'The previous hash is not the hash of the block before.',
  time_backwards: 'The time is before the previous block’s.',
  sandbox_mismatch: 'The sandbox flag is not the genesis’s.',
  seal_wrong: 'The seal is not by the ledger’s sealing key.',
  count_wrong: 'The block holds another number of transactions than its header says.',
  size_wrong: 'The block’s bytes are not as many as its header says.',
  root_wrong: 'The Merkle root is not that of the block’s transactions.',
} as const
export type BlockCode = keyof typeof BLOCK_CODES

const RANK: ReadonlyMap<string, number> = new Map(Object.keys(VALIDATION_CODES).map((code, rank) => [code, rank]))

/** Of two refusals the one that takes precedence. */
export function firstCode<C extends ValidationCode>(a: C | undefined, b: C | undefined): C | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return (RANK.get(a) ?? 0) <= (RANK.get(b) ?? 0) ? a : b
}
