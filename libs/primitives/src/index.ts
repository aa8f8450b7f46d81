// The ground floor: values everyone shares. No Node built-ins, no framework, no clock, no randomness.
export * from './ambient.js'
export * from './amount.js'
export * from './bytes.js'
export * from './hash.js'
export * from './ids.js'
export * from './limits.js'
export * from './result.js'
