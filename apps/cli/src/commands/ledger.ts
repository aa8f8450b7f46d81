// `huitong ledger`: what the hub's ledgers are and how they do, and whether all they ever wrote is right.
import type { Command } from 'commander'
import { VALIDATION_CODES, BLOCK_CODES, browserVerifier, type ReplayFault } from '@huitong/chain'
import { type Desk, atDesk, short } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { followHeaders, replayLedger } from '../ledger-replay.js'
import { example } from './globals.js'
import { storageCommands } from './ledger-storage.js'
import { journalCommand } from './reports.js'

export function ledgerCommand(program: Command): void {
  const ledger = program.command('ledger').description('ledgers of the hub, and their verification from genesis')
  list(ledger)
  journalCommand(ledger)
  storageCommands(ledger)
  example(
    ledger
      .command('verify <ledger>')
      .description(
        'download every block and replay it by the ledger’s rules from the pinned genesis; names the first that is wrong',
      )
      .option('--index', 'then have the ledger compare its search tables, row by row, with its blocks (operators)'),
    'huitong ledger verify shanxi',
    'huitong ledger verify shanxi --index',
  ).action((name: string, options: { readonly index?: boolean }, command: Command) =>
    atDesk(command, async (desk) => {
      const facts = await verify(desk, name)
      return options.index === true ? { ...facts, ...(await verifyIndex(desk, name)) } : facts
    }),
  )
  example(
    ledger.command('headers <ledger>').description('the light check: follow headers and seals alone from the pinned genesis'),
    'huitong ledger headers shanxi',
  ).action((name: string, _options: object, command: Command) =>
    atDesk(command, async (desk) => {
      const followed = await followHeaders(await desk.hub.ledger(name), browserVerifier, (title, total) =>
        desk.output.progress(title, total),
      )
      if (!followed.ok) throw wrong(desk, name, { height: followed.height, code: followed.code })
      const { head } = followed
      desk.output.emit(
        { ledger: name, headers: head.height, head: head.hash },
        `${name}: ${head.height} headers follow one another from the pinned genesis, each sealed; head ${short(head.hash)}`,
      )
    }),
  )
}

function list(ledger: Command): void {
  ledger
    .command('list')
    .description('name, chain id, height and time of every ledger')
    .action((_options: object, command: Command) =>
      atDesk(command, async (desk) => {
        const { items } = await desk.hub.listLedgers()
        desk.output.table(
          [
            { key: 'ledger', title: 'ledger' },
            { key: 'height', title: 'height', align: 'right' },
            { key: 'now', title: 'time' },
            { key: 'finalityMs', title: 'final in ms', align: 'right' },
            { key: 'chain', title: 'chain id' },
          ],
          items.map((item) => ({
            ledger: item.ledger,
            height: item.status?.height,
            now: item.status?.now,
            finalityMs: item.status?.finalityP50Ms,
            chain: desk.output.json ? item.chain : short(item.chain ?? 'not in reach'),
          })),
        )
        return { ledgers: items.length }
      }),
    )
}

async function verify(desk: Desk, name: string) {
  const ledger = await desk.hub.ledger(name)
  const outcome = await replayLedger(ledger, browserVerifier, (title, total) => desk.output.progress(title, total))
  if (!outcome.ok) throw wrong(desk, name, outcome)
  const { head, transactions, milliseconds } = outcome
  desk.output.emit(
    { ledger: name, chain: ledger.chain, blocks: head.height, transactions, head: head.hash, ms: milliseconds },
    [
      `${name}: every block and every signature is right`,
      `  from     the genesis pinned as ${ledger.chain}`,
      `  replayed ${head.height} blocks with ${transactions} transactions in ${(milliseconds / 1000).toFixed(1)} s`,
      `  head     ${head.hash}`,
    ].join('\n'),
  )
  return { blocks: head.height, transactions }
}

async function verifyIndex(desk: Desk, name: string) {
  const ledger = await desk.hub.ledger(name)
  const { height } = await ledger.blocks(1)
  const progress = desk.output.progress(`search tables of ${name}`, height)
  let rows = 0
  try {
    for (let from = 1; from <= height;) {
      const page = await ledger.checkIndex(from)
      if (page.fault !== undefined) {
        const { table, ...fault } = page.fault
        desk.output.emit({ ledger: name, ...page.fault }, `${name}: WRONG at ${placeOf(fault)}, in ${table}`)
        const sentence = `what ${table} holds is not what the bytes of the block say`
        throw new CommandFailure(EXIT.unproven, 'storage_wrong', `${name}, ${placeOf(fault)}: ${sentence}`)
      }
      rows += page.rows
      from = page.to + 1
      progress.at(page.to)
    }
  } finally {
    progress.stop()
  }
  desk.output.emit(
    { ledger: name, indexedRows: rows, height },
    `  search   ${rows} rows of the search tables are what the blocks say`,
  )
  return { indexedRows: rows }
}

const placeOf = ({ height, transaction }: { readonly height: number; readonly transaction?: number | undefined }): string =>
  `block ${height}${transaction === undefined ? '' : `, transaction ${transaction}`}`

function wrong(desk: Desk, name: string, fault: ReplayFault): CommandFailure {
  const sentences: Readonly<Record<string, string>> = { ...VALIDATION_CODES, ...BLOCK_CODES }
  const where = placeOf(fault)
  desk.output.emit(
    { ledger: name, height: fault.height, transaction: fault.transaction, code: fault.code },
    `${name}: WRONG at ${where}`,
  )
  return new CommandFailure(EXIT.unproven, fault.code, `${name}, ${where}: ${sentences[fault.code] ?? fault.code}`)
}
