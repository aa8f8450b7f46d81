// The opening of specs that play orders over a whole settlement: its servers once for a file, and a world for each test, or one for all. For specs only.
import { OrderWorld } from './order-world.js'
import { SimServers } from './sim-hub.js'

const SERVERS_MS = 60_000
const WORLD_MS = 30_000

/** Hands every test a world of its own, and ends it after the test. */
export function orderWorldForEach(use: (world: OrderWorld) => void): void {
  let servers: SimServers
  let world: OrderWorld
  beforeAll(async () => {
    servers = await SimServers.start()
  }, SERVERS_MS)
  afterAll(() => servers.stop())
  beforeEach(async () => {
    world = await OrderWorld.start(servers)
    use(world)
  }, WORLD_MS)
  afterEach(() => world.stop())
}

/** One world for all tests of the file. */
export function orderWorldForAll(use: (world: OrderWorld) => Promise<void> | void): void {
  let servers: SimServers
  let world: OrderWorld
  beforeAll(async () => {
    servers = await SimServers.start()
    world = await OrderWorld.start(servers)
    await use(world)
  }, SERVERS_MS + WORLD_MS)
  afterAll(async () => {
    await world.stop()
    await servers.stop()
  })
}
