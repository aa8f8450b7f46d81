// `huitong ledger status` and `huitong ledger prune`: what a ledger takes on disk, and letting spent history leave it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { type Desk, atDesk } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

const POLL_MS = 250

export function storageCommands(ledger: Command): void {
  example(
    ledger.command('status <ledger>').description('height, lag and what it takes on disk, in all and per transaction'),
    'huitong ledger status shanxi',
  ).action((name: string, _options: object, command: Command) => atDesk(command, (desk) => status(desk, name)))
  example(
    ledger
      .command('prune <ledger>')
      .description(
        'let the bytes of old transactions leave the disk that moved coins only and have nothing unspent left (operators); headers and proofs of the rest stay',
      )
      .requiredOption('--keep <blocks>', 'how many of the newest blocks are left as they are', Number),
    'huitong ledger prune shanxi --keep 100000',
  ).action((name: string, options: { readonly keep: number }, command: Command) =>
    atDesk(command, (desk) => prune(desk, name, options.keep)),
  )
}

async function status(desk: Desk, name: string) {
  const { items } = await desk.hub.listLedgers()
  const found = items.find(({ ledger }) => ledger === name)?.status
  if (found === undefined)
    throw new CommandFailure(EXIT.refused, 'ledger_unknown', `${name} is no ledger of this hub, or does not answer`)
  const storage = await (await desk.hub.ledger(name)).storage()
  const { blocksBytesPerTransaction: blocksEach, indexBytesPerTransaction: indexEach } = storage
  desk.output.emit(
    { ledger: name, height: found.height, time: found.time, indexLag: found.indexLag, ...storage },
    [
      `${name}: height ${found.height}, ${found.time}; ${found.indexLag} blocks not searchable yet`,
      `  blocks     ${bytesText(storage.blocksBytes)}${each(blocksEach)}`,
      `  search     ${bytesText(storage.indexBytes)}${each(indexEach)}`,
      `  snapshots  ${bytesText(storage.snapshotBytes)}`,
      storage.pruneTarget === 0
        ? '  pruned     never'
        : `  pruned     up to block ${storage.prunedTo}${storage.prunedTo < storage.pruneTarget ? ` of ${storage.pruneTarget}, going on` : ''}; ` +
          `${storage.prunedTransactions} transactions left the disk; the kept state takes ${bytesText(storage.baseBytes)}`,
    ].join('\n'),
  )
  return { height: found.height }
}

async function prune(desk: Desk, name: string, keep: number) {
  if (!Number.isInteger(keep) || keep < 0) throw new CommandFailure(EXIT.usage, 'keep_malformed', '--keep is a number of blocks')
  const ledger = await desk.hub.ledger(name)
  const { pruneTarget } = await ledger.prune(keep)
  const progress = desk.output.progress(`pruning ${name}`, pruneTarget)
  let storage = await ledger.storage()
  try {
    while (storage.prunedTo < pruneTarget) {
      progress.at(storage.prunedTo)
      await sleep(POLL_MS)
      storage = await ledger.storage()
    }
  } finally {
    progress.stop()
  }
  desk.output.emit(
    { ledger: name, ...storage },
    pruneTarget === 0
      ? `${name}: nothing is older than the newest ${keep} blocks`
      : `${name}: pruned up to block ${pruneTarget}; ${storage.prunedTransactions} transactions have left the disk in all`,
  )
  return { prunedTo: storage.prunedTo, prunedTransactions: storage.prunedTransactions }
}

const each = (bytes: number): string => (bytes === 0 ? '' : `, ${bytes} bytes a transaction`)

function bytesText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`
  return bytes < 10_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${Math.round(bytes / 1_000_000)} MB`
}
