// `huitong operator` and `huitong carrier`: whose word counts in disputes and deliveries, known by the public key of their wallets.
import type { Command } from 'commander'
import { atDesk, unlocked } from '../desk.js'
import { example } from './globals.js'

interface RegisterOptions {
  readonly wallet: string
  readonly name: string
}

export function officerCommands(program: Command): void {
  const operator = program.command('operator').description('who rules disputes, two at a time')
  example(
    operator
      .command('register')
      .description('make a wallet’s holder an operator; the API key goes into the wallet')
      .requiredOption('--wallet <name>', 'the operator’s wallet')
      .requiredOption('--name <name>', 'name that others see'),
    'huitong operator register --wallet cheng --name "Operator Cheng 程"',
  ).action(async (options: RegisterOptions, command: Command) => {
    const wallet = await unlocked(command, options.wallet)
    await atDesk(command, async ({ hub, output }) => {
      const { publicKey } = wallet.signer()
      const made = await hub.registerOperator({ name: options.name, publicKey })
      if (made.apiKey?.secret !== undefined) await wallet.keepApiKey(made.apiKey.secret)
      output.emit({ id: made.id, name: made.name, publicKey }, `${made.name} is operator ${made.id}\n  signs by ${publicKey}`)
    })
  })
  const carrier = program.command('carrier').description('whose signature says that something has arrived')
  example(
    carrier
      .command('register')
      .description('make a wallet’s key a carrier’s or a device’s')
      .requiredOption('--wallet <name>', 'the carrier’s wallet')
      .requiredOption('--name <name>', 'name that others see'),
    'huitong carrier register --wallet escort --name "Zhenyuan Escort 镇远镖局"',
  ).action(async (options: RegisterOptions, command: Command) => {
    const wallet = await unlocked(command, options.wallet)
    await atDesk(command, async ({ hub, output }) => {
      const { publicKey } = wallet.signer()
      const made = await hub.registerCarrier({ name: options.name, publicKey })
      output.emit({ id: made.id, name: made.name, publicKey }, `${made.name} is carrier ${made.id}\n  signs by ${publicKey}`)
    })
  })
}
