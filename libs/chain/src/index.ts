// The ledger's rules as pure functions: the browser, the CLI, an auditor and the ledger process check the same bytes with the same code.
export * from './block.js'
export { decodeCondition, encodeCondition, encodeOutput } from './codec/condition.js'
export { type GenesisCode, decodeGenesis, decodeRulebook, encodeGenesis, encodeRulebook } from './codec/genesis.js'
export { HEADER_BYTES, decodeHeader, encodeHeader } from './codec/header.js'
export { RECOVERY_DELAY_MAX_MS } from './codec/policy.js'
export { COUNTERPARTIES_MAX, RULED_ASSETS_MAX, TIER_MAX } from './codec/rulebook.js'
export {
  attachWitnesses,
  decodeBody,
  decodeTransaction,
  encodeBody,
  encodeTransaction,
  splitDamaged,
  endOfTransaction,
  splitTransactions,
} from './codec/transaction.js'
export * from './codes.js'
export * from './covenant.js'
export * from './ids.js'
export * from './merkle.js'
export * from './model.js'
export * from './money-rules.js'
export * from './receipt.js'
export * from './signers.js'
export * from './signing.js'
export * from './statements.js'
export * from './verifier.js'
export * from './approved.js'
export * from './statement-reading.js'
export * from './outline.js'
export * from './recovery.js'
export { AccountSet } from './state/accounts.js'
export { KeyTable, type KeyTableOptions } from './state/table.js'
export { AssetSet } from './state/assets.js'
export { CoinSet } from './state/coins.js'
export { HOURS_BEFORE, HOUR_MS, Outflows } from './state/outflows.js'
export { LedgerState } from './state/state.js'
export { rulebookDetail } from './validate/entry.js'
export * from './validate/signatures.js'
export { Validator } from './validate/validator.js'
export * from './replay.js'
export * from './state/snapshot.js'
export * from './strong-key.js'
