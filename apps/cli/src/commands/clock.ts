// `huitong clock`: the time on the ledgers; on a sandbox hub it can be moved, forward only and everywhere at once.
import type { Command } from 'commander'
import type { Time } from '@huitong/primitives'
import type { HubClient } from '@huitong/sdk'
import { durationOf, timeFrom } from '../amounts.js'
import { atDesk } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import type { Output } from '../output.js'
import { example } from './globals.js'

export function clockCommand(program: Command): void {
  const clock = program.command('clock').description('the ledgers’ time; a sandbox’s can be moved')
  clock
    .command('show')
    .description('what time it is on every ledger')
    .action((_options: object, command: Command) =>
      atDesk(command, async (desk) => {
        const { items } = await desk.hub.listLedgers()
        tell(
          desk.output,
          items.map(({ ledger, status }) => ({ ledger, now: status?.now ?? '' })),
        )
      }),
    )
  example(
    clock
      .command('advance')
      .description('move the clock of a sandbox hub forward')
      .option('--to <time>', 'to this time, RFC 3339 in UTC')
      .option('--by <duration>', 'by this long: 3d, 12h, 30m'),
    'huitong clock advance --by 3d',
  ).action((options: { to?: string; by?: string }, command: Command) =>
    atDesk(command, async (desk) => {
      if ((options.to === undefined) === (options.by === undefined))
        throw new CommandFailure(EXIT.usage, 'time_missing', 'say either --to TIME or --by DURATION')
      const from = await latest(desk.hub)
      const to = options.by === undefined ? timeFrom(options.to ?? '', from) : ((from + durationOf(options.by)) as Time)
      const { ledgers } = await desk.hub.advanceClock(to)
      tell(
        desk.output,
        ledgers.map(({ ledger, now }) => ({ ledger, now })),
      )
    }),
  )
}

/** The ledger that is ahead of the others decides what "by" is counted from. */
async function latest(hub: HubClient): Promise<Time> {
  const times = (await hub.listLedgers()).items
    .map(({ status }) => Date.parse(status?.now ?? ''))
    .filter((time) => !Number.isNaN(time))
  if (times.length === 0) throw new CommandFailure(EXIT.unreachable, 'ledger_unavailable', 'no ledger tells its time')
  return Math.max(...times) as Time
}

const tell = (output: Output, rows: readonly { ledger: string; now: string }[]): void =>
  output.table(
    [
      { key: 'ledger', title: 'ledger' },
      { key: 'now', title: 'time' },
    ],
    rows,
  )
