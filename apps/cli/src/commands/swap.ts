// `huitong swap`: two people exchange two tokens on two ledgers. Either both get what was agreed or both get their own back.
import type { Command } from 'commander'
import { type AssetCode, type HashLock, toHex } from '@huitong/primitives'
import { type Dto, type SwapTerms, answerSwap, completeSwap, proposeSwap } from '@huitong/sdk'
import { durationOf, moneyOf, moneyText, tokenOn } from '../amounts.js'
import { type Desk, type Holder, asParty } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'
import { legLine } from './legs.js'

export function swapCommand(program: Command): void {
  const swap = program.command('swap').description('exchange tokens with another party, both or neither')
  example(
    swap
      .command('propose')
      .description('offer an exchange to a party; the secret stays in this wallet')
      .requiredOption('--wallet <name>', 'who proposes')
      .requiredOption('--with <party>', 'the other side, pty_…')
      .requiredOption('--give <money>', 'what you give, like "30 TAEL@shanxi"')
      .requiredOption('--take <money>', 'what you want, like "9 PEARL@lingnan"'),
    'huitong swap propose --wallet shen --with pty_… --give "30 TAEL@shanxi" --take "9 PEARL@lingnan"',
  ).action((options: ProposeOptions, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => propose(desk, holder, options)),
  )
  example(
    swap
      .command('accept <id>')
      .description('the other side: accept, wait for the proposer’s lock, check it, lock in turn')
      .requiredOption('--wallet <name>', 'who accepts')
      .option('--wait <duration>', 'how long to wait for the proposer', '10m'),
    'huitong swap accept swp_… --wallet bai',
  ).action((id: string, options: WaitOptions, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => accept(desk, holder, id, options)),
  )
  example(
    swap
      .command('complete <id>')
      .description('the proposer: lock, wait for the other lock, check it on its ledger, take it')
      .requiredOption('--wallet <name>', 'who proposed')
      .option('--wait <duration>', 'how long to wait for the other side', '10m'),
    'huitong swap complete swp_… --wallet shen',
  ).action((id: string, options: WaitOptions, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => complete(desk, holder, id, options)),
  )
  example(
    swap
      .command('cancel <id>')
      .description('give a swap up before it is locked')
      .requiredOption('--wallet <name>', 'one of the two'),
    'huitong swap cancel swp_… --wallet shen',
  ).action((id: string, options: { wallet: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => tell(desk, await party.hub.cancelSwap(id))),
  )
  example(
    swap.command('show <id>').description('both legs, states and deadlines').requiredOption('--wallet <name>', 'one of the two'),
    'huitong swap show swp_… --wallet bai',
  ).action((id: string, options: { wallet: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => tell(desk, await party.hub.swap(id))),
  )
}

interface ProposeOptions {
  readonly wallet: string
  readonly with: string
  readonly give: string
  readonly take: string
}

interface WaitOptions {
  readonly wallet: string
  readonly wait: string
}

async function propose(desk: Desk, { party, wallet }: Holder, options: ProposeOptions): Promise<void> {
  const [give, take] = [await moneyOf(desk.hub, options.give), await moneyOf(desk.hub, options.take)]
  const name = `swap-${toHex(party.hub.http.entropy.bytes(8))}`
  const terms: SwapTerms = { counterparty: options.with, give, take }
  const made = await proposeSwap(party, terms, { name, secrets: wallet.store })
  // One's own word about the terms: what is locked later is compared with it, not with what the hub then says.
  await wallet.keepDeal(made.id, JSON.stringify({ name, counterparty: options.with, give: plain(give), take: plain(take) }))
  desk.output.emit(
    { id: made.id, state: made.state, hash: made.hash, give: plain(give), take: plain(take) },
    [
      `${made.id}: ${moneyText(give.amount, give)} on ${give.ledger} for ${moneyText(take.amount, take)} on ${take.ledger}; ${made.state}`,
      `  the other side: huitong swap accept ${made.id} --wallet …`,
      `  then you:       huitong swap complete ${made.id} --wallet ${options.wallet}`,
    ].join('\n'),
  )
}

const plain = (money: { ledger: string; asset: AssetCode; amount: bigint }) => ({
  ledger: money.ledger,
  asset: money.asset,
  amount: money.amount.toString(),
})

async function accept(desk: Desk, { party }: Holder, id: string, options: WaitOptions): Promise<void> {
  const swap = await party.hub.swap(id)
  await tell(desk, swap)
  desk.output.note('waiting for the proposer’s lock, to be checked on its ledger')
  await answerSwap(party, swap, { deadlineMs: durationOf(options.wait) })
  desk.output.emit({ id, locked: true }, `locked: when the proposer takes it, the secret is out and the other leg is yours`)
}

async function complete(desk: Desk, { party, wallet }: Holder, id: string, options: WaitOptions): Promise<void> {
  const known = wallet.deal(id)
  const swap = await party.hub.swap(id)
  if (known === undefined || wallet.secretOf(swap.hash as HashLock) === undefined)
    throw new CommandFailure(EXIT.usage, 'swap_of_others', `wallet ${wallet.card.name} did not propose ${id}`)
  const own = JSON.parse(known) as OwnTerms
  const terms: SwapTerms = {
    counterparty: own.counterparty,
    give: { ...own.give, amount: BigInt(own.give.amount) },
    take: { ...own.take, amount: BigInt(own.take.amount) },
  }
  desk.output.note('waiting for the other side’s lock, to be checked on its ledger')
  const got = await completeSwap(party, id, terms, {
    name: own.name,
    secrets: wallet.store,
    patience: { deadlineMs: durationOf(options.wait) },
  })
  const ledger = await desk.hub.ledger(terms.take.ledger)
  const token = await tokenOn(ledger, terms.take.asset)
  await desk.final(ledger, got, {
    text: `got ${moneyText(terms.take.amount, token)}; the other side gets its part by the secret that this showed`,
    facts: { id, asset: token.asset, amount: own.take.amount },
  })
}

interface OwnTerms {
  readonly name: string
  readonly counterparty: string
  readonly give: { readonly ledger: string; readonly asset: AssetCode; readonly amount: string }
  readonly take: { readonly ledger: string; readonly asset: AssetCode; readonly amount: string }
}

async function tell(desk: Desk, swap: Dto['SwapDto']): Promise<void> {
  desk.output.emit(
    { ...swap, legA: { ...swap.legA, condition: undefined }, legB: { ...swap.legB, condition: undefined } },
    [
      `${swap.id} is ${swap.state}`,
      `  ${swap.initiator} gives`,
      `    ${await legLine(desk.hub, swap.legA)}`,
      `  ${swap.counterparty} gives`,
      `    ${await legLine(desk.hub, swap.legB)}`,
      ...(swap.nextDeadline === undefined ? [] : [`  by ${swap.nextDeadline.at}, or ${swap.nextDeadline.default}`]),
      ...(swap.allowedActions.length === 0 ? [] : [`  you can: ${swap.allowedActions.join(', ')}`]),
    ].join('\n'),
  )
}
