// What processes may say to each other: message classes and closed code lists. No transport, no framework.
// the decorators of the message classes read types through it: it has to be there before the first of them runs
import 'reflect-metadata'
export * from './auditor.js'
export * from './codes.js'
export * from './command.js'
export * from './custody.js'
export * from './dispute.js'
export * from './envelope.js'
export * from './fields.js'
export * from './identity.js'
export * from './ledger.js'
export * from './settlement.js'
