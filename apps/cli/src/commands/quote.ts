// `huitong quote` and `huitong convert`: a firm price for changing one token into another, and taking it.
import type { Command } from 'commander'
import { type Dto, convert } from '@huitong/sdk'
import { type Token, amountOf, moneyText, tokenOf, tokenOn } from '../amounts.js'
import { type Desk, type Holder, asParty } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

interface QuoteOptions {
  readonly wallet: string
  readonly give: string
  readonly take: string
  readonly amount: string
  readonly fixed: string
  readonly hops?: number
}

export function quoteCommand(program: Command): void {
  example(
    terms(program.command('quote').description('a firm price, with every fee, for half a minute')),
    'huitong quote --wallet lin --give TAEL@shanxi --take POINT@jiangnan --amount 20',
    'huitong quote --wallet lin --give TAEL@shanxi --take POINT@jiangnan --amount 19.80 --fixed receive',
  ).action((options: QuoteOptions, command: Command) =>
    asParty(command, options.wallet, async (desk, holder) => {
      const quote = await quoted(desk, holder, options)
      desk.output.say(`take it: huitong convert --wallet ${options.wallet} --quote ${quote.id}`)
    }),
  )
}

/** The options that say what is to be changed into what. */
const terms = (command: Command): Command =>
  command
    .requiredOption('--wallet <name>', 'who asks')
    .requiredOption('--give <token>', 'what you give, like TAEL@shanxi')
    .requiredOption('--take <token>', 'what you want, like POINT@jiangnan')
    .requiredOption('--amount <amount>', 'how much, in whole tokens with decimals')
    .option('--fixed <send|receive>', 'which of the two the amount fixes', 'send')
    .option('--hops <number>', 'through up to so many offers in a row, 1 to 3, where that is cheaper; 1 if not given', Number)

export function convertCommand(program: Command): void {
  example(
    program
      .command('convert')
      .description('take a quote to its end: two hash-locked legs, one secret that only this wallet has')
      .requiredOption('--wallet <name>', 'who converts')
      .requiredOption('--quote <id>', 'a quote made for this wallet'),
    'huitong convert --wallet lin --quote qte_…',
  ).action((options: { wallet: string; quote: string }, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => take(desk, holder, options.quote)),
  )
}

/** Asks for a quote, keeps its terms as this wallet's own word, and tells it. */
async function quoted(desk: Desk, { party, wallet }: Holder, options: QuoteOptions): Promise<Dto['QuoteDto']> {
  const { fixed, hops } = options
  if (fixed !== 'send' && fixed !== 'receive')
    throw new CommandFailure(EXIT.usage, 'fixed_unknown', `--fixed is send or receive, not ${fixed}`)
  if (hops !== undefined && ![1, 2, 3].includes(hops)) throw new CommandFailure(EXIT.usage, 'hops_unknown', '--hops is 1, 2 or 3')
  const [give, take] = [await tokenOf(desk.hub, options.give), await tokenOf(desk.hub, options.take)]
  const quote = await party.hub.createQuote({
    payer: party.id,
    give: { ledger: give.ledger, asset: give.asset },
    take: { ledger: take.ledger, asset: take.asset },
    fixed,
    amount: amountOf(options.amount, fixed === 'send' ? give : take).toString(),
    ...(hops === undefined ? {} : { maxHops: hops }),
  })
  await wallet.keepDeal(quote.id, JSON.stringify(quote))
  desk.output.emit({ ...quote, fees: quote.fees.map((fee) => ({ ...fee })) }, await quoteText(quote, desk, { give, take }))
  return quote
}

async function quoteText(quote: Dto['QuoteDto'], desk: Desk, { give, take }: { give: Token; take: Token }): Promise<string> {
  const fees = []
  for (const fee of quote.fees) {
    const token = await tokenOn(await desk.hub.ledger(fee.ledger), fee.asset)
    fees.push(`  fee      ${moneyText(BigInt(fee.amount), token)} for ${fee.for}`)
  }
  const hops = []
  for (const hop of quote.path ?? [])
    hops.push(`  through  ${await moneyOn(desk, hop.give)} for ${await moneyOn(desk, hop.take)}, ${hop.provider}`)
  return [
    `quote ${quote.id}, firm until ${quote.expiresAt}`,
    `  give     ${moneyText(BigInt(quote.give.amount), give)} on ${give.ledger}`,
    `  get      ${moneyText(BigInt(quote.take.amount), take)} on ${take.ledger}`,
    ...hops,
    ...fees,
    `  rounding ${quote.rounding}`,
    ...quote.compliance.map(
      ({ ledger, verdict, parameter, reason }) => `  rules    ${ledger}: ${verdict} (${parameter}: ${reason})`,
    ),
  ].join('\n')
}

async function moneyOn(desk: Desk, { ledger, asset, amount }: Dto['MoneyDto']): Promise<string> {
  return `${moneyText(BigInt(amount), await tokenOn(await desk.hub.ledger(ledger), asset))} on ${ledger}`
}

/** Goes on where it was interrupted if it is called again: the secret is in the wallet, the rest on the ledgers. */
async function take(desk: Desk, { party, wallet }: Holder, id: string): Promise<void> {
  const known = wallet.deal(id)
  if (known === undefined)
    throw new CommandFailure(
      EXIT.usage,
      'quote_unknown',
      `wallet ${wallet.card.name} has not asked for ${id}: huitong quote makes one`,
    )
  const quote = JSON.parse(known) as Dto['QuoteDto']
  desk.output.note('locking, then checking the provider’s lock on its ledger, then showing the secret')
  const { conversion, paid, got } = await convert(party, quote, { name: id, secrets: wallet.store })
  const [give, taken] = [await desk.hub.ledger(quote.give.ledger), await desk.hub.ledger(quote.take.ledger)]
  const [giveToken, takeToken] = [await tokenOn(give, quote.give.asset), await tokenOn(taken, quote.take.asset)]
  await desk.final(give, paid, {
    text: `locked ${moneyText(BigInt(quote.give.amount), giveToken)}`,
    facts: { leg: 'give', asset: quote.give.asset, amount: quote.give.amount },
  })
  await desk.final(taken, got, {
    text: `got ${moneyText(BigInt(quote.take.amount), takeToken)}`,
    facts: { leg: 'take', asset: quote.take.asset, amount: quote.take.amount },
  })
  desk.output.emit({ id: conversion.id, state: conversion.state }, `${conversion.id} is ${conversion.state}`)
}
