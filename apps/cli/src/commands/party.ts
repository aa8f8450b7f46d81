// `huitong party`: people and institutions as the hub knows them. Names live at the hub, encrypted; ledgers see only accounts.
import type { Command } from 'commander'
import { type Desk, atDesk, unlocked } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import type { OpenWallet } from '../wallet/wallet-file.js'
import { example } from './globals.js'

interface CreateOptions {
  readonly name: string
  readonly kind: string
  readonly wallet?: string
  readonly legalName?: string
  readonly email?: string
  readonly jurisdiction?: string
}

export function partyCommand(program: Command): void {
  const party = program.command('party').description('people and institutions that the hub knows')
  example(
    party
      .command('create')
      .description('enrol somebody; with --wallet their API key goes into the wallet, encrypted')
      .requiredOption('--name <name>', 'name that others see')
      .option('--wallet <name>', 'the wallet of the holder')
      .option('--kind <natural|legal>', 'a person or an institution', 'natural')
      .option('--legal-name <name>', 'as on the identity document; kept encrypted')
      .option('--email <address>', 'kept encrypted')
      .option('--jurisdiction <code>', 'ISO 3166 code of the country'),
    'huitong party create --wallet lin --name "Lin 林"',
  ).action(async (options: CreateOptions, command: Command) => {
    const wallet = options.wallet === undefined ? undefined : await unlocked(command, options.wallet)
    if (wallet?.card.party !== undefined)
      throw new CommandFailure(EXIT.usage, 'party_known', `wallet ${options.wallet} belongs to ${wallet.card.party} already`)
    await atDesk(command, (desk) => enrol(desk, options, wallet))
  })
  example(
    party
      .command('show <id>')
      .description('a party and its accounts; for a wallet: --wallet NAME')
      .option('--wallet <name>', 'ask by this wallet’s key'),
    'huitong party show pty_… --wallet lin',
  ).action(async (id: string, options: { wallet?: string }, command: Command) => {
    const wallet = options.wallet === undefined ? undefined : await unlocked(command, options.wallet)
    await atDesk(command, async (desk) => {
      const found = await (wallet === undefined ? desk.hub : desk.party(wallet).hub).party(id)
      desk.output.emit(
        { ...found, apiKey: undefined },
        [
          `${found.displayName} (${found.kind === 'legal' ? 'institution' : 'person'}${found.jurisdiction === undefined ? '' : `, ${found.jurisdiction}`})`,
          `  ${found.id}, known since ${found.createdAt}`,
          ...found.accounts.map(({ ledger, account }) => `  ${ledger.padEnd(10)} ${account}`),
          ...(found.accounts.length === 0 ? ['  no accounts yet: huitong account open'] : []),
        ].join('\n'),
      )
    })
  })
}

async function enrol(desk: Desk, options: CreateOptions, wallet: OpenWallet | undefined): Promise<void> {
  const { kind } = options
  if (kind !== 'natural' && kind !== 'legal')
    throw new CommandFailure(EXIT.usage, 'kind_unknown', `--kind is natural or legal, not ${kind}`)
  const made = await desk.hub.createParty({
    kind,
    displayName: options.name,
    ...(options.legalName === undefined ? {} : { legalName: options.legalName }),
    ...(options.email === undefined ? {} : { email: options.email }),
    ...(options.jurisdiction === undefined ? {} : { jurisdiction: options.jurisdiction }),
  })
  const secret = made.apiKey?.secret
  if (wallet !== undefined) {
    await wallet.update({ party: made.id })
    if (secret !== undefined) await wallet.keepApiKey(secret)
  }
  const kept = wallet !== undefined
  desk.output.emit(
    { id: made.id, displayName: made.displayName, kind: made.kind, ...(kept || secret === undefined ? {} : { apiKey: secret }) },
    [
      `${made.displayName} is ${made.id}`,
      kept ? `  its API key is in wallet ${wallet.card.name}` : `  API key, shown once: ${secret ?? 'none'}`,
    ].join('\n'),
  )
}
