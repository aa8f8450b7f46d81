// `huitong verify RECEIPT`: a receipt checked on this machine alone, against a genesis that one has.
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import {
  type Genesis,
  RECEIPT_CODES,
  browserVerifier,
  chainIdOf,
  decodeGenesis,
  parseReceipt,
  verifyReceipt,
} from '@huitong/chain'
import { fromHex, fromUtf8, utf8 } from '@huitong/primitives'
import { conditionText } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { PinsFile } from '../wallet/pins-file.js'
import { dataRootOf, example, outputOf } from './globals.js'

export function verifyCommand(program: Command): void {
  example(
    program
      .command('verify <receipt>')
      .description('verify a receipt file without any hub')
      .option(
        '--genesis <file>',
        'the ledger’s genesis as you got it from somebody you trust (default: the one pinned in the data folder)',
      ),
    'huitong verify .huitong/receipts/shanxi-12-4f2a….json',
    'huitong verify receipt.json --genesis shanxi.genesis.json',
  ).action((file: string, options: { genesis?: string }, command: Command) => {
    const output = outputOf(command)
    const receipt = json(read(file), file)
    const genesis = options.genesis === undefined ? pinnedGenesis(command, receipt, file) : genesisIn(options.genesis)
    const proven = verifyReceipt(receipt, { genesis, verifier: browserVerifier })
    if (!proven.ok) throw new CommandFailure(EXIT.unproven, proven.code, `${file} proves nothing: ${RECEIPT_CODES[proven.code]}`)
    const { id, header, coins, transaction } = proven.value
    const memo = transaction.body.memo === '' ? undefined : fromUtf8(fromHex(transaction.body.memo))
    output.emit(
      {
        ok: true,
        ledger: genesis.name,
        chain: chainIdOf(genesis),
        transaction: id,
        height: header.height,
        sandbox: header.sandbox,
        coins: coins.map((coin) => ({
          coordinate: coin.coordinate,
          asset: coin.asset,
          amount: coin.amount.toString(),
          condition: conditionText(coin.condition),
        })),
      },
      [
        `final on ${genesis.name}${header.sandbox ? ' (a sandbox)' : ''} at height ${header.height}, ${new Date(header.time).toISOString()}`,
        `  transaction ${id}`,
        ...coins.map(({ amount, asset, condition }) => `  ${amount} base units of ${asset} to ${conditionText(condition)}`),
        ...transaction.body.operations.map(({ kind }) => `  ${kind}`),
        ...(memo === undefined ? [] : [`  memo: ${memo}`]),
      ].join('\n'),
    )
    output.summary({ ok: true })
  })
}

function genesisIn(file: string): Genesis {
  const genesis = decodeGenesis(utf8(read(file).trim()))
  if (!genesis.ok) throw new CommandFailure(EXIT.usage, genesis.code, `${file} is not a genesis document`)
  return genesis.value
}

/** The genesis of the receipt's chain, if that chain is pinned here. */
function pinnedGenesis(command: Command, receipt: unknown, file: string): Genesis {
  const parsed = parseReceipt(receipt)
  if (parsed === undefined)
    throw new CommandFailure(EXIT.unproven, 'receipt_malformed', `${file} proves nothing: ${RECEIPT_CODES.receipt_malformed}`)
  const genesis = new PinsFile(dataRootOf(command), () => undefined).genesisOf(parsed.chain)
  if (genesis === undefined)
    throw new CommandFailure(
      EXIT.usage,
      'genesis_missing',
      `no genesis of chain ${parsed.chain} is pinned in ${dataRootOf(command)}: name one with --genesis`,
    )
  return genesis
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailure(EXIT.usage, 'file_unreadable', `cannot read ${file}`)
  }
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandFailure(EXIT.usage, 'receipt_malformed', `${file} is not JSON`)
  }
}
