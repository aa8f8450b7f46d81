// `huitong account statement` and `huitong ledger journal`: a ledger's past as tables, CSV or JSON. What is shown has been added up here again.
import type { Command } from 'commander'
import { encodeAddress } from '@huitong/chain'
import { type AccountId, type Time, formatAmount, parseAssetCode } from '@huitong/primitives'
import type { Balance, JournalEntry, LedgerClient, Posting, Statement } from '@huitong/sdk'
import { csvLine } from '../csv.js'
import { type Desk, accountIn, atDesk, iso, short, shortAddress } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

interface RangeOptions {
  readonly from?: string
  readonly to?: string
  readonly csv?: boolean
}
interface StatementOptions extends RangeOptions {
  readonly ledger: string
  readonly asset?: string
}

const BOUND = 'a height, or a time like 2026-01-31T00:00:00Z'

export function statementCommand(account: Command): void {
  example(
    account
      .command('statement')
      .argument('<address>', 'ht1…', accountIn)
      .description('opening balance, every change with the balance after it, closing balance; checked to add up')
      .requiredOption('--ledger <ledger>', 'where')
      .option('--asset <code>', 'only this token')
      .option('--from <bound>', `${BOUND}; from the beginning if absent`)
      .option('--to <bound>', `a height (included), or a time (excluded); to now if absent`)
      .option('--csv', 'as CSV'),
    'huitong account statement ht1… --ledger shanxi',
    'huitong account statement ht1… --ledger shanxi --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --csv',
  ).action((id: AccountId, options: StatementOptions, command: Command) =>
    atDesk(command, async (desk) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const asset = options.asset === undefined ? undefined : parseAssetCode(options.asset)
      if (asset?.ok === false) throw new CommandFailure(EXIT.usage, asset.code, `"${options.asset}" is not an asset code`)
      const found = await ledger.statement(id, {
        ...boundOf('from', options.from),
        ...boundOf('to', options.to),
        ...(asset === undefined ? {} : { asset: asset.value }),
      })
      tellStatement(desk, found, { csv: options.csv === true, money: await moneyOn(desk, ledger, options.csv === true) })
      return { entries: found.entries.length, from: found.from, to: found.to }
    }),
  )
}

export function journalCommand(ledger: Command): void {
  example(
    ledger
      .command('journal <ledger>')
      .description('every transaction as a journal entry in double entry; each is checked to sum to zero per token')
      .option('--from <height>', 'first height; the first block if absent')
      .option('--to <height>', 'last height; the newest block if absent')
      .option('--csv', 'as CSV, one posting per line'),
    'huitong ledger journal shanxi --from 100 --to 120',
    'huitong ledger journal shanxi --csv',
  ).action((name: string, options: RangeOptions, command: Command) =>
    atDesk(command, async (desk) => {
      const ledger = await desk.hub.ledger(name)
      const range = { ...heightOf('from', options.from), ...heightOf('to', options.to) }
      const money = await moneyOn(desk, ledger, options.csv === true)
      if (options.csv === true)
        desk.output.say(csvLine(['height', 'index', 'time', 'transaction', 'part', 'account', 'asset', 'amount']))
      let entries = 0
      let postings = 0
      for await (const entry of ledger.journal(range)) {
        entries++
        postings += entry.postings.length
        tellEntry(desk, entry, { csv: options.csv === true, money })
      }
      if (options.csv !== true) desk.output.say(`${entries} entries with ${postings} postings; each sums to zero per token`)
      return { entries, postings }
    }),
  )
}

type Money = (amount: bigint, asset: string) => string

/** Base units for machines and CSV readers alike would lose the decimals: CSV and people get decimals, JSON gets base units. */
async function moneyOn(desk: Desk, ledger: LedgerClient, csv: boolean): Promise<Money> {
  if (desk.output.json && !csv) return (amount) => amount.toString()
  const scales = new Map((await ledger.assets()).map(({ asset, scale }) => [asset as string, scale]))
  return (amount, asset) => formatAmount(amount, scales.get(asset) ?? 0)
}

interface Style {
  readonly csv: boolean
  readonly money: Money
}

function tellStatement(desk: Desk, found: Statement, { csv, money }: Style): void {
  const columns = ['height', 'time', 'transaction', 'asset', 'available', 'locked', 'availableAfter', 'lockedAfter'] as const
  const rows = [
    ...found.opening.map((balance) => rowOfBalance('opening', found.from, balance, money)),
    ...found.entries.flatMap(({ height, time, transaction, changes }) =>
      changes.map((change) => ({
        height,
        time: iso(time as Time),
        transaction: transaction ?? 'time locks opened',
        asset: change.asset as string,
        available: signed(change.available, money(change.available, change.asset), csv || desk.output.json),
        locked: signed(change.locked, money(change.locked, change.asset), csv || desk.output.json),
        availableAfter: money(change.availableAfter, change.asset),
        lockedAfter: money(change.lockedAfter, change.asset),
      })),
    ),
    ...found.closing.map((balance) => rowOfBalance('closing', found.to, balance, money)),
  ]
  if (csv) {
    desk.output.say(csvLine(columns))
    for (const row of rows) desk.output.emit(row, csvLine(columns.map((column) => row[column])))
    return
  }
  const titles = { available: 'available', locked: 'locked', availableAfter: '= available', lockedAfter: '= locked' }
  desk.output.table(
    [
      { key: 'height', title: 'height', align: 'right' },
      { key: 'time', title: 'time' },
      { key: 'transaction', title: 'transaction' },
      { key: 'asset', title: 'token' },
      ...Object.entries(titles).map(([key, title]) => ({ key, title, align: 'right' as const })),
    ],
    desk.output.json ? rows : rows.map((row) => ({ ...row, transaction: short(row.transaction) })),
  )
  desk.output.say(`heights ${found.from} to ${found.to}; opening and every change add up to the closing`)
}

const signed = (amount: bigint, text: string, plain: boolean): string => (!plain && amount > 0n ? `+${text}` : text)

const rowOfBalance = (what: 'opening' | 'closing', height: number, { asset, available, locked }: Balance, money: Money) => ({
  height,
  time: '',
  transaction: what as string,
  asset: asset as string,
  available: '',
  locked: '',
  availableAfter: money(available, asset),
  lockedAfter: money(locked, asset),
})

function tellEntry(desk: Desk, entry: JournalEntry, { csv, money }: Style): void {
  const time = iso(entry.time as Time)
  if (desk.output.json && !csv) {
    const postings = entry.postings.map(({ part, account, asset, amount }) => ({
      part,
      ...(account === undefined ? {} : { account: encodeAddress(account) }),
      asset,
      amount: amount.toString(),
    }))
    desk.output.emit({ height: entry.height, index: entry.index, time, transaction: entry.transaction, postings }, '')
    return
  }
  if (csv) {
    for (const { part, account, asset, amount } of entry.postings) {
      const who = account === undefined ? '' : encodeAddress(account)
      desk.output.say(csvLine([entry.height, entry.index, time, entry.transaction, part, who, asset, money(amount, asset)]))
    }
    return
  }
  desk.output.say(`${entry.height}.${entry.index}  ${time}  ${short(entry.transaction)}`)
  for (const posting of entry.postings)
    desk.output.say(`    ${whoOf(posting).padEnd(26)} ${money(posting.amount, posting.asset).padStart(18)} ${posting.asset}`)
}

function whoOf({ part, account }: Posting): string {
  if (account === undefined) return part === 'shared' ? 'shared coins' : part
  return part === 'locked' ? `${shortAddress(encodeAddress(account))} (locked)` : shortAddress(encodeAddress(account))
}

interface Bounds {
  readonly from?: number
  readonly to?: number
  readonly since?: number
  readonly until?: number
}

function heightOf(name: 'from' | 'to', text: string | undefined): Pick<Bounds, 'from' | 'to'> {
  if (text === undefined) return {}
  if (!/^[0-9]{1,15}$/.test(text))
    throw new CommandFailure(EXIT.usage, 'height_malformed', `--${name} is a height: a whole number`)
  return name === 'from' ? { from: Number(text) } : { to: Number(text) }
}

function boundOf(name: 'from' | 'to', text: string | undefined): Bounds {
  if (text === undefined || /^[0-9]{1,15}$/.test(text)) return heightOf(name, text)
  const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new CommandFailure(EXIT.usage, 'bound_malformed', `--${name} is ${BOUND}`)
  return name === 'from' ? { since: time } : { until: time }
}
