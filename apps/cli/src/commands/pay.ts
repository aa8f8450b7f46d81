// `huitong pay`: money from one account to another on one ledger; done when its receipt is verified and on disk.
import type { Command } from 'commander'
import { encodeAddress } from '@huitong/chain'
import { amountOf, moneyText, tokenOn } from '../amounts.js'
import { accountIn, asHolder, shortAddress } from '../desk.js'
import { example } from './globals.js'

interface PayOptions {
  readonly wallet: string
  readonly ledger: string
  readonly asset: string
  readonly amount: string
  readonly to: string
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
      .requiredOption('--to <address>', 'to whom (ht1…)')
      .option('--memo <text>', 'a note that everybody can read, at most 512 bytes'),
    'huitong pay --wallet lin --ledger shanxi --asset TAEL --amount 12.50 --to ht1…',
  ).action((options: PayOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const account = accountIn(options.to)
      const ledger = await desk.hub.ledger(options.ledger)
      const token = await tokenOn(ledger, options.asset)
      const amount = amountOf(options.amount, token)
      const send = options.memo === undefined ? {} : { memo: options.memo }
      const proof = await party.pay(ledger, { account, asset: token.asset, amount }, send)
      const coin = proof.coins.find(({ condition }) => condition.kind === 'account' && condition.account === account)
      await desk.final(ledger, proof, {
        text: `paid ${moneyText(amount, token)} to ${shortAddress(encodeAddress(account))}`,
        facts: { asset: token.asset, amount: amount.toString(), to: options.to, coordinate: coin?.coordinate },
      })
    }),
  )
}
