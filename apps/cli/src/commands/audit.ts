// `huitong audit`: every invariant, checked by the auditor from the databases, and the reserves of every token.
import type { Command } from 'commander'
import { CommandFailure, EXIT } from '../exit-code.js'
import { withHub } from '../session.js'
import { nativeHub } from '../native.js'
import { globalsOf, outputOf } from './globals.js'

export function auditCommand(program: Command): void {
  program
    .command('audit')
    .description('check every invariant of every ledger and deal; exits 1 naming the first that does not hold')
    .option('--exercised', 'also fail for an invariant that had no fact to examine')
    .action(async (options: { exercised?: boolean }, command: Command) => {
      const output = outputOf(command)
      await withHub(globalsOf(command), output, async ({ url, adminKey }) => {
        const hub = nativeHub({ url, deadlineMs: 180_000, ...(adminKey === undefined ? {} : { apiKey: adminKey }) })
        const report = await hub.invariants(true)
        const rows = report.items.map((item) => ({
          invariant: item.invariant,
          title: item.title,
          ok: item.verdict === 'ok' || (item.verdict === 'not_exercised' && options.exercised !== true),
          verdict: item.verdict,
          checked: item.checked,
          detail: item.detail,
        }))
        output.table(
          [
            { key: 'invariant', title: '#', align: 'right' },
            { key: 'title', title: 'invariant' },
            { key: 'verdict', title: 'verdict' },
            { key: 'checked', title: 'facts', align: 'right' },
            { key: 'detail', title: '' },
          ],
          rows,
        )
        const broken = rows.find((row) => !row.ok)
        output.summary({
          ok: broken === undefined,
          invariants: rows.length,
          checked: rows.reduce((sum, row) => sum + row.checked, 0),
        })
        if (broken !== undefined)
          throw new CommandFailure(
            EXIT.failed,
            'invariant_broken',
            `invariant ${broken.invariant} (${broken.title}): ${broken.detail ?? broken.verdict}`,
          )
      })
    })
}
