// An order in escrow: terms, milestones and the money under them. The machine's one entrance.
import { stateCodec } from '../state-codec.js'
import { ORDER_STATES, type OrderState } from './model.js'

export * from './actions.js'
export * from './decide.js'
export * from './effects.js'
export { type EscrowMatch, buyersLegState, matchEscrow } from './legs.js'
export * from './model.js'
export { coinsOnHold, paymentEnds, restOf } from './payment.js'
export * from './terms.js'
export * from './waits.js'

export const orderCodec = stateCodec<OrderState>('order', ORDER_STATES)
