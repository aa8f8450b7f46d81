// `huitong key`: API keys for programs. The secret of a new key is shown once; the hub keeps its hash.
import type { Command } from 'commander'
import type { Dto } from '@huitong/sdk'
import { type Desk, atDesk, unlocked } from '../desk.js'
import { durationOf } from '../amounts.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

type Scope = Dto['ApiKeyDto']['scopes'][number]
const SCOPES: readonly Scope[] = ['admin', 'disputes', 'operator', 'orders', 'parties', 'pay', 'read', 'sandbox', 'trade']

interface CreateOptions {
  readonly label: string
  readonly scopes: string
  readonly party?: string
  readonly expires?: string
  readonly wallet?: string
}

export function keyCommand(program: Command): void {
  const key = program.command('key').description('API keys for programs')
  example(
    key
      .command('create')
      .description('a new API key; its secret is shown once')
      .requiredOption('--label <text>', 'what it is for')
      .requiredOption('--scopes <list>', `comma-separated: ${SCOPES.join(', ')}`)
      .option('--party <id>', 'the party for which it acts')
      .option('--expires <duration>', 'end of its life from now, like 90d')
      .option('--wallet <name>', 'ask by this wallet’s key instead of the machine’s'),
    'huitong key create --label "web shop" --scopes orders,read --party pty_… --expires 90d',
  ).action(async (options: CreateOptions, command: Command) => {
    const scopes = options.scopes.split(',').map(scopeOf)
    const wallet = options.wallet === undefined ? undefined : await unlocked(command, options.wallet)
    await atDesk(command, async (desk) => {
      const hub = wallet === undefined ? desk.hub : desk.party(wallet).hub
      const party = options.party ?? wallet?.card.party
      const made = await hub.createApiKey({
        label: options.label,
        scopes,
        ...(party === undefined ? {} : { party }),
        ...(options.expires === undefined
          ? {}
          : { expiresAt: new Date(hub.http.clock.now() + durationOf(options.expires)).toISOString() }),
      })
      desk.output.emit(
        { ...made },
        [
          `API key ${made.id} (${made.scopes.join(', ')})${made.expiresAt === undefined ? '' : `, until ${made.expiresAt}`}`,
          `  shown once: ${made.secret ?? ''}`,
        ].join('\n'),
      )
    })
  })
  example(
    key
      .command('revoke <id>')
      .description('ends an API key within five seconds')
      .option('--wallet <name>', 'ask by this wallet’s key instead of the machine’s'),
    'huitong key revoke key_…',
  ).action(async (id: string, options: { wallet?: string }, command: Command) => {
    const wallet = options.wallet === undefined ? undefined : await unlocked(command, options.wallet)
    await atDesk(command, (desk) => revoke(desk, wallet === undefined ? desk.hub : desk.party(wallet).hub, id))
  })
}

async function revoke(desk: Desk, hub: Desk['hub'], id: string): Promise<void> {
  const { revokedAt, label } = await hub.revokeApiKey(id)
  desk.output.emit({ id, label, revokedAt }, `${id} (${label}) is revoked`)
}

function scopeOf(text: string): Scope {
  const scope = SCOPES.find((each) => each === text.trim())
  if (scope === undefined)
    throw new CommandFailure(EXIT.usage, 'scope_unknown', `"${text}" is not a scope; there are ${SCOPES.join(', ')}`)
  return scope
}
