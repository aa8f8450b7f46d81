// `huitong coin`: a unit's whole way, back to its issuance or forward to where it went. What the hub tells is checked receipt by receipt.
import type { Command } from 'commander'
import { formatAmount, type Coordinate, type TxId } from '@huitong/primitives'
import { type History, type LedgerClient, Unproven, portionsOf } from '@huitong/sdk'
import { type Token, moneyText, tokenOn } from '../amounts.js'
import { type Desk, atDesk, conditionText, coordinateIn, iso, short } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { historyTree } from '../history-tree.js'
import { example } from './globals.js'

interface HistoryOptions {
  readonly ledger: string
  readonly forward?: boolean
  readonly depth: number
  readonly unverified?: boolean
}

export function coinCommand(program: Command): void {
  const coin = program.command('coin').description('single coins and where they come from')
  example(
    coin
      .command('show')
      .argument('<coordinate>', '64 characters of 0-9 and a-f', coordinateIn)
      .description('a coin, proven by its receipt')
      .requiredOption('--ledger <ledger>', 'where'),
    'huitong coin show 4f2a… --ledger shanxi',
  ).action((coordinate: Coordinate, options: { ledger: string }, command: Command) =>
    atDesk(command, async (desk) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const { coin: found, made, spent } = await ledger.provenCoin(coordinate)
      const token = await tokenOn(ledger, found.asset)
      desk.output.emit(
        {
          ledger: ledger.name,
          coordinate: found.coordinate,
          asset: found.asset,
          amount: found.amount.toString(),
          condition: conditionText(found.condition),
          transaction: found.transaction,
          height: found.height,
          spentBy: spent,
        },
        [
          `${moneyText(found.amount, token)} on ${ledger.name}`,
          `  for          ${conditionText(found.condition)}`,
          `  made by      ${found.transaction}`,
          `               height ${found.height}, ${iso(made)}; proven by its receipt`,
          `  spent        ${spent ?? 'not yet, says the ledger'}`,
        ].join('\n'),
      )
    }),
  )
  example(
    coin
      .command('history')
      .argument('<coordinate>', '64 characters of 0-9 and a-f', coordinateIn)
      .description('the way of a coin’s units as a tree; with the portions it consists of, first in first out')
      .requiredOption('--ledger <ledger>', 'where')
      .option('--forward', 'where the money went, instead of where it came from')
      .option('--depth <number>', 'how many steps of the tree are drawn', Number, 12)
      .option('--unverified', 'believe the hub instead of checking each transaction’s receipt'),
    'huitong coin history 4f2a… --ledger shanxi',
    'huitong coin history 4f2a… --ledger shanxi --forward',
  ).action((coordinate: Coordinate, options: HistoryOptions, command: Command) =>
    atDesk(command, (desk) => history(desk, coordinate, options)),
  )
}

async function history(desk: Desk, coordinate: Coordinate, options: HistoryOptions) {
  if (!Number.isInteger(options.depth) || options.depth < 1)
    throw new CommandFailure(EXIT.usage, 'depth_malformed', '--depth is a number from 1')
  const ledger = await desk.hub.ledger(options.ledger)
  const direction = options.forward === true ? 'forward' : 'backward'
  const found = await ledger.historyOf(coordinate, 10_000, direction)
  const proven = options.unverified === true ? 0 : await verifyHistory(desk, ledger, found)
  const coin = found.coins.get(coordinate)
  if (coin === undefined) throw new Unproven('coin_not_in_history', coordinate)
  const token = await tokenOn(ledger, coin.asset)
  if (desk.output.json) emitHistory(desk, found)
  desk.output.say(historyTree(found, coordinate, { direction, token, depth: options.depth }))
  if (direction === 'backward') tellPortions(desk, found, coordinate, token)
  desk.output.say(
    proven === 0
      ? ''
      : `\n${proven} transaction${proven === 1 ? '' : 's'} checked by receipt against the pinned genesis of ${ledger.name}`,
  )
  return { coins: found.coins.size, transactions: found.transactions.size, proven, direction }
}

function tellPortions(desk: Desk, found: History, coordinate: Coordinate, token: Token): void {
  desk.output.say('\nIts units, first in first out:')
  for (const { amount, path } of portionsOf(coordinate, found)) {
    const way = path.map(short).join(' ← ')
    desk.output.emit({ portion: amount.toString(), path }, `  ${formatAmount(amount, token.scale).padStart(14)}  ${way}`)
  }
}

function emitHistory(desk: Desk, found: History): void {
  for (const coin of found.coins.values())
    desk.output.emit(
      {
        coordinate: coin.coordinate,
        asset: coin.asset,
        amount: coin.amount.toString(),
        transaction: coin.transaction,
        condition: coin.condition === undefined ? undefined : conditionText(coin.condition),
      },
      '',
    )
}

/** Checks every transaction of a history by its receipt: that it is final, spends what the hub says and makes what it says. */
async function verifyHistory(desk: Desk, ledger: LedgerClient, found: History): Promise<number> {
  const bar = desk.output.progress('checking receipts', found.transactions.size)
  let checked = 0
  try {
    for (const { id, inputs, outputs } of found.transactions.values()) {
      const proof = await ledger.proof(id as TxId)
      const spends = proof.transaction.body.inputs.map(({ coin }) => coin)
      const makes = proof.coins.map(({ coordinate }) => coordinate)
      if (!sameList(spends, inputs) || !sameList(makes, outputs)) throw new Unproven('history_wrong', `transaction ${id}`)
      for (const made of proof.coins) {
        const told = found.coins.get(made.coordinate)
        if (told !== undefined && (told.amount !== made.amount || told.asset !== made.asset))
          throw new Unproven('history_wrong', `coin ${made.coordinate}`)
      }
      bar.at(++checked)
    }
  } finally {
    bar.stop()
  }
  return checked
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index])
