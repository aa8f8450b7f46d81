// `huitong ledger`: what the hub's ledgers are and how they do.
import type { Command } from 'commander'
import { HubClient } from '@huitong/sdk'
import { withHub } from '../session.js'
import { globalsOf, outputOf } from './globals.js'

export function ledgerCommand(program: Command): void {
  const ledger = program.command('ledger').description('ledgers of the hub')
  ledger
    .command('list')
    .description('name, chain id, height and time of every ledger')
    .action(async (_options: object, command: Command) => {
      const output = outputOf(command)
      await withHub(globalsOf(command), output, async ({ url }) => {
        const { items } = await new HubClient({ url }).listLedgers()
        output.table(
          [
            { key: 'ledger', title: 'ledger' },
            { key: 'height', title: 'height', align: 'right' },
            { key: 'now', title: 'time' },
            { key: 'finalityMs', title: 'finality p50 ms', align: 'right' },
            { key: 'chain', title: 'chain id' },
          ],
          items.map((item) => ({
            ledger: item.ledger,
            height: item.status?.height,
            now: item.status?.now,
            finalityMs: item.status?.finalityP50Ms,
            chain: item.chain,
          })),
        )
        output.summary({ ok: true, ledgers: items.length })
      })
    })
}
