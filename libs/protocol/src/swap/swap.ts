// A swap: two hash-locked legs between two parties who need not trust each other. The machine's one entrance.
import { stateCodec } from '../state-codec.js'
import { SWAP_STATES, type SwapState } from './model.js'

export * from './decide.js'
export * from './effects.js'
export * from './model.js'
export * from './waits.js'

export const swapCodec = stateCodec<SwapState>('swap', SWAP_STATES)
