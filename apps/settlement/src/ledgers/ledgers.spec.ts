// A restarted settlement knows the ledgers of its deals before it is asked or performs anything. Found by the simulation (seed 122): an owed claim
// was performed before the ledgers were read, and broke an invariant.
import { chainIdOf, encodeGenesis } from '@huitong/chain'
import type { Bus } from '@huitong/platform'
import { SandboxClock } from '@huitong/platform'
import { fromUtf8 } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { HubClock } from '../clock/hub-clock.js'
import { DEFAULT_TERMS } from '../terms.js'
import { NOW, east, west } from '../testing/order-terms.js'
import { Ledgers } from './ledgers.js'

const chain = chainIdOf(east.genesis)

function ledgers(names: readonly string[]): Ledgers {
  const query = async () => [{ name: 'east', genesis: fromUtf8(encodeGenesis(east.genesis)) ?? '' }]
  // the border: what Ledgers uses of the database and the bus
  const database = { manager: { query } } as unknown as DataSource
  const bus = { call: () => new Promise(() => undefined) } as unknown as Bus
  const clock = new HubClock(new SandboxClock({ load: () => 0, save: () => undefined }, { now: () => NOW }))
  return new Ledgers(bus, database, clock, names, DEFAULT_TERMS)
}

it('knows what was pinned once its module is there, and nothing before', async () => {
  const made = ledgers(['east', 'west'])
  expect(() => made.ofChain(chain)).toThrow(/no ledger of this hub/)
  await made.onModuleInit()
  expect(made.ofChain(chain).name).toBe('east')
  expect(made.hasChain(chainIdOf(west.genesis))).toBe(false)
})

it('tells of pinned ledgers at once when the watchers start, and of the others when they answer', async () => {
  const made = ledgers(['east', 'west'])
  await made.onModuleInit()
  const found: string[] = []
  made.start(({ name }) => void found.push(name))
  expect(found).toEqual(['east'])
  made.stop()
})

it('leaves out a pinned ledger that is no longer one of this hub', async () => {
  const made = ledgers(['west'])
  await made.onModuleInit()
  expect(made.all()).toEqual([])
})
