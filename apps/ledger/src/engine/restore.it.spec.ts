// A long replay at a start: a thread checks stored blocks ahead, and what it cannot check is named by the one who replays. Runs the built process.
import 'reflect-metadata'
import { rows } from '@huitong/platform'
import { Economy, dice } from '../testing/economy.js'
import { type Hosted, Servers, hostLedger } from '../testing/hosted.js'
import { LedgerProcess, build } from '../testing/ledger-process.js'

/** More than a thread is started for, most of them empty. */
const BLOCKS = 520
/** One of those that the thread checks. */
const BROKEN = 400

let servers: Servers
let name: string
let host: Hosted
let height: number
beforeAll(async () => {
  build()
  servers = await Servers.start()
  name = servers.freshName()
  host = await hostLedger(servers, name)
  const economy = new Economy(host, dice(11))
  await economy.begin()
  for (let i = 0; i < 10; i++) await economy.step()
  while (host.ledger.sequencer.head.height < BLOCKS) await host.ledger.sequencer.tick()
  // transactions also among the blocks of the thread
  for (let i = 0; i < 10; i++) await economy.step()
  height = host.ledger.sequencer.head.height
  await host.ledger.close()
}, 120_000)
afterAll(async () => {
  await host.bus.close()
  await host.database.destroy()
  await servers.stop()
})

/** What the started ledger says of its opening. */
function opened({ log }: LedgerProcess): Record<string, unknown> {
  const line = log.split('\n').find((text) => text.includes('"ledger.opened"'))
  return JSON.parse(line ?? '{}')
}

describe('a long replay', () => {
  it('is checked ahead by a thread and ends at the stored head', async () => {
    const ledger = await LedgerProcess.start(servers, name)
    expect(opened(ledger)).toMatchObject({ height, snapshot: 0, blocks: height, ahead: height - 200 })
    expect(ledger.log).not.toContain('ledger.replay.alone')
    await ledger.kill()
  })

  it('names the first block that is not what was sealed', async () => {
    const { manager } = host.database
    await rows(manager, 'alter table blocks disable trigger all')
    await rows(manager, `update blocks set seal = set_byte(seal, 5, get_byte(seal, 5) # 1) where height = $1`, [BROKEN])
    await expect(LedgerProcess.start(servers, name)).rejects.toThrow(`stored block ${BROKEN}: seal_wrong`)
  })
})
