// What processes may say to each other: message classes and closed code lists. No transport, no framework.
export * from './codes.js'
export * from './command.js'
