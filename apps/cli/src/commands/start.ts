// `huitong start`: the whole hub on this machine until Ctrl-C.
import type { Command } from 'commander'
import { defaultDataFolder, findRunningHub, startHub } from '@huitong/launcher'
import { CommandFailure, EXIT } from '../exit-code.js'
import { globalsOf, outputOf } from './globals.js'

export function startCommand(program: Command): void {
  program
    .command('start')
    .description('start the hub with everything embedded, supervised, until Ctrl-C')
    .option('--port <number>', 'port of the HTTP interface', Number)
    .option('--no-sandbox', 'ledgers whose clocks nobody can move (only for a new data folder)')
    .action(async (options: { port?: number; sandbox: boolean }, command: Command) => {
      const output = outputOf(command)
      const dataFolder = globalsOf(command).data ?? defaultDataFolder()
      const running = findRunningHub(dataFolder)
      if (running !== undefined)
        throw new CommandFailure(
          EXIT.usage,
          'already_running',
          `a hub runs on ${dataFolder} already: ${running.url} (process ${running.pid})`,
        )
      const hub = await startHub({
        dataFolder,
        sandbox: options.sandbox,
        log: (line) => output.note(line),
        ...(options.port === undefined ? {} : { httpPort: options.port }),
      })
      output.emit(
        { url: hub.url, docs: `${hub.url}/docs`, data: hub.dataFolder, ledgers: hub.network.ledgers.map(({ name }) => name) },
        [
          `Huitong is running.`,
          `  HTTP interface   ${hub.url}/v1`,
          `  documentation    ${hub.url}/docs`,
          `  ledgers          ${hub.network.ledgers.map(({ name }) => name).join(', ')}`,
          `  data             ${hub.dataFolder}`,
          `  admin key        ${hub.dataFolder}/admin.key (send it as "Authorization: Bearer …")`,
          `Ctrl-C stops all of it.`,
        ].join('\n'),
      )
      await new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve())
        process.once('SIGTERM', () => resolve())
      })
      output.note('stopping')
      await hub.stop()
    })
}
