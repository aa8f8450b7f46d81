// What buyer and merchant say about an order's money and goods beside its course: which coins count, what is taken, what is accepted.
import type { Command } from 'commander'
import type { Dto } from '@huitong/sdk'
import { type Desk, asParty } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

type Policy = NonNullable<Dto['MilestoneTermsDto']['payment']>

/** Only what departs from giving a coin back stands in the terms. */
export function paymentPolicy(options: { readonly under?: string; readonly over?: string; readonly late?: string }): {
  readonly payment?: Policy
} {
  const under = oneOf('under', options.under, ['refund', 'accept', 'hold', 'top-up'] as const)
  const over = oneOf('over', options.over, ['refund', 'accept', 'hold'] as const)
  const late = oneOf('late', options.late, ['refund', 'accept', 'hold'] as const)
  return under === 'refund' && over === 'refund' && late === 'refund' ? {} : { payment: { under, over, late } }
}

function oneOf<Word extends string>(name: string, given: string | undefined, words: readonly [Word, ...Word[]]): Word {
  const found = given === undefined ? words[0] : words.find((word) => word === given)
  if (found === undefined) throw new CommandFailure(EXIT.usage, 'policy_unknown', `--${name} is one of ${words.join(', ')}`)
  return found
}

interface Options {
  readonly wallet: string
  readonly milestone: number
}

export function paymentCommands(order: Command, tell: (desk: Desk, order: Dto['OrderDto']) => Promise<void>): void {
  example(
    order
      .command('accept <id>')
      .description('the buyer says that what came is right; the money follows with `release`')
      .requiredOption('--wallet <name>', 'the buyer')
      .option('--milestone <number>', 'which milestone', Number, 0),
    'huitong order accept ord_… --wallet han',
  ).action((id: string, { wallet, milestone }: Options, command: Command) =>
    asParty(command, wallet, async (desk, { party }) =>
      tell(desk, await party.hub.acceptOrder(id, { milestone, party: party.id })),
    ),
  )
  example(
    order
      .command('payment <id> <coordinate> <decision>')
      .description('the merchant decides about a coin that is on hold: take it as it is, or return it to its payer')
      .requiredOption('--wallet <name>', 'the merchant')
      .option('--milestone <number>', 'which milestone', Number, 0),
    'huitong order payment ord_… 3f… take --wallet silks',
  ).action((id: string, coordinate: string, given: string, { wallet, milestone }: Options, command: Command) => {
    const decision = given === 'take' || given === 'return' ? given : undefined
    if (decision === undefined) throw new CommandFailure(EXIT.usage, 'decision_unknown', 'take or return')
    return asParty(command, wallet, async (desk, { party }) =>
      tell(desk, await party.hub.decidePayment(id, { milestone, party: party.id, coordinate, decision })),
    )
  })
}
