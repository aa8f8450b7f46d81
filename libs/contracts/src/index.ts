// What processes may say to each other: message classes and closed code lists. No transport, no framework.
export * from './auditor.js'
export * from './codes.js'
export * from './command.js'
export * from './custody.js'
export * from './fields.js'
export * from './identity.js'
export * from './ledger.js'
export * from './settlement.js'
