// Every route with one good request: who may call it, what the bus is asked for it, what comes back. The specification of the edge as a table.
import type { RouteCase } from './route-case.js'
import { DEALS } from './routes-deals.js'
import { HOUSE } from './routes-house.js'
import { LEDGER } from './routes-ledger.js'
import { PEOPLE } from './routes-people.js'

export type { RouteCase } from './route-case.js'

export const ROUTES: readonly RouteCase[] = [...LEDGER, ...DEALS, ...PEOPLE, ...HOUSE]
