// The `huitong` command. Reads the command line and hands over; every command is a file under commands/.
import { Command } from 'commander'
import { HubError, Unproven } from '@huitong/sdk'
import { auditCommand } from './commands/audit.js'
import { demoCommand } from './commands/demo.js'
import { holdingCommands } from './commands/holding.js'
import { ledgerCommand } from './commands/ledger.js'
import { replayCommand } from './commands/replay.js'
import { startCommand } from './commands/start.js'
import { verifyCommand } from './commands/verify.js'
import { CommandFailure, EXIT, type ExitCode } from './exit-code.js'
import { Output } from './output.js'

const program = new Command('huitong')
  .description('Huitong (汇通): the hub where independently run token ledgers meet')
  .option('--url <url>', 'the hub to talk to (default: the one that runs on the data folder, else an embedded one)')
  .option('--data <folder>', 'data folder (default: HUITONG_DATA, or .huitong)')
  .option('--json', 'machine output: one JSON object per line on standard output, everything else on standard error')
  .addHelpText(
    'after',
    `
Exit codes: 0 done; 1 a check did not hold; 2 wrong usage or input; 3 refused by the hub; 4 no hub in reach; 5 something the hub said is unproven.`,
  )
  .showHelpAfterError('(huitong --help lists the commands)')
  .exitOverride((error) => {
    const wrong = error.exitCode !== 0
    // The command line was not understood, so neither is its --json: looked for by hand, a machine gets its last line all the same.
    if (wrong)
      new Output(process.argv.includes('--json')).summary({
        ok: false,
        code: 'usage',
        error: error.message.replace(/^error: /, ''),
      })
    process.exit(wrong ? EXIT.usage : EXIT.ok)
  })

holdingCommands(program)
for (const add of [startCommand, demoCommand, auditCommand, ledgerCommand, replayCommand, verifyCommand]) add(program)

// A reader that has seen enough (`| head`) is no failure of ours.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code !== 'EPIPE') throw cause
  process.exit(process.exitCode ?? EXIT.ok)
})

try {
  await program.parseAsync(process.argv)
} catch (cause) {
  const failure = describe(cause)
  const { json } = program.opts<{ json?: boolean }>()
  const output = new Output(json === true)
  output.note(`huitong: ${failure.message}`)
  output.summary({ ok: false, code: failure.code, error: failure.message })
  process.exitCode = failure.exit
}

function describe(cause: unknown): { exit: ExitCode; code: string; message: string } {
  if (cause instanceof CommandFailure) return { exit: cause.exit, code: cause.code, message: cause.message }
  if (cause instanceof Unproven) return { exit: EXIT.unproven, code: cause.code, message: cause.message }
  if (cause instanceof HubError) {
    const away = cause.code === 'unreachable' || cause.code === 'timeout' || cause.code === 'waited_too_long'
    return { exit: away ? EXIT.unreachable : EXIT.refused, code: cause.code, message: cause.message }
  }
  const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  return { exit: EXIT.failed, code: 'internal', message }
}
