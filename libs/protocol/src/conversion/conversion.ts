// A conversion: two hash-locked legs between a payer and a liquidity provider. The machine's one entrance.
import { stateCodec } from '../state-codec.js'
import { CONVERSION_STATES, type ConversionState } from './model.js'

export * from './decide.js'
export * from './effects.js'
export * from './model.js'
export * from './waits.js'

export const conversionCodec = stateCodec<ConversionState>('conversion', CONVERSION_STATES)
