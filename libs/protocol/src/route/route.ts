// A conversion through other tokens: several hash locks under one hash, all of them claimed or all returned. The machine's one entrance.
import { stateCodec } from '../state-codec.js'
import { ROUTE_STATES, type RouteState } from './model.js'

export * from './decide.js'
export * from './effects.js'
export * from './model.js'

export const routeCodec = stateCodec<RouteState>('route', ROUTE_STATES)
