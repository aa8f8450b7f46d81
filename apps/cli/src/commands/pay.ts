// `huitong pay`: money from one account to another on one ledger; done when its receipt is verified and on disk.
import type { Command } from 'commander'
import { type Output, encodeAddress } from '@huitong/chain'
import type { AccountId } from '@huitong/primitives'
import { HubError, type Send } from '@huitong/sdk'
import { type Token, amountOf, moneyText, tokenOn } from '../amounts.js'
import { accountIn, asHolder, shortAddress } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

interface PayOptions {
  readonly wallet: string
  readonly ledger: string
  readonly asset: string
  readonly amount: string
  readonly to: AccountId
  readonly memo?: string
}

export function payCommand(program: Command): void {
  example(
    program
      .command('pay')
      .description('pay an amount to an address; prints where the verified receipt is')
      .requiredOption('--wallet <name>', 'who pays')
      .requiredOption('--ledger <ledger>', 'on which ledger')
      .requiredOption('--asset <code>', 'in which token')
      .requiredOption('--amount <amount>', 'how much, in whole tokens with decimals')
      .requiredOption('--to <address>', 'to whom (ht1…)', accountIn)
      .option('--memo <text>', 'a note that everybody can read, at most 512 bytes'),
    'huitong pay --wallet lin --ledger shanxi --asset TAEL --amount 12.50 --to ht1…',
  ).action((options: PayOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const account = options.to
      const ledger = await desk.hub.ledger(options.ledger)
      const token = await tokenOn(ledger, options.asset)
      const amount = amountOf(options.amount, token)
      const taxes: Output[] = []
      const send: Send = {
        ...(options.memo === undefined ? {} : { memo: options.memo }),
        taxed: (tax) => {
          taxes.push(...tax)
          for (const due of tax) desk.output.note(`and ${moneyText(due.amount, token)} of tax, by the rulebook of ${ledger.name}`)
        },
      }
      const proof = await party.pay(ledger, { account, asset: token.asset, amount }, send).catch(inTokens(token))
      const tax = taxes.reduce((sum, due) => sum + due.amount, 0n)
      const coin = proof.coins.find(({ condition }) => condition.kind === 'account' && condition.account === account)
      await desk.final(ledger, proof, {
        text: `paid ${moneyText(amount, token)} to ${shortAddress(encodeAddress(account))}`,
        facts: {
          asset: token.asset,
          amount: amount.toString(),
          to: encodeAddress(account),
          coordinate: coin?.coordinate,
          ...(tax === 0n ? {} : { tax: tax.toString() }),
        },
      })
    }),
  )
}

/** The refusal that people meet most, told in the units in which they asked. */
const inTokens =
  (token: Token) =>
  (cause: unknown): never => {
    const match = cause instanceof HubError && cause.code === 'funds_insufficient' ? /^(\d+) of (\d+) /.exec(cause.detail) : null
    if (match === null) throw cause
    const [held, wanted] = [moneyText(BigInt(match[1] ?? '0'), token), moneyText(BigInt(match[2] ?? '0'), token)]
    throw new CommandFailure(EXIT.refused, 'funds_insufficient', `only ${held} in hand, ${wanted} wanted; nothing was paid`)
  }
