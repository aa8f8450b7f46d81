// `huitong verify RECEIPT`: a receipt checked on this machine alone, against a genesis that one has.
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { browserVerifier, chainIdOf, decodeGenesis, encodeAddress, verifyReceipt } from '@huitong/chain'
import { utf8 } from '@huitong/primitives'
import { CommandFailure, EXIT } from '../exit-code.js'
import { outputOf } from './globals.js'

export function verifyCommand(program: Command): void {
  program
    .command('verify <receipt>')
    .description('verify a receipt file offline against a genesis file')
    .requiredOption('--genesis <file>', 'the genesis document of the ledger, as you got it from somebody you trust')
    .action((file: string, options: { genesis: string }, command: Command) => {
      const output = outputOf(command)
      const genesis = decodeGenesis(utf8(read(options.genesis).trim()))
      if (!genesis.ok) throw new CommandFailure(EXIT.usage, genesis.code, `${options.genesis} is not a genesis document`)
      const proven = verifyReceipt(json(read(file), file), { genesis: genesis.value, verifier: browserVerifier })
      if (!proven.ok) throw new CommandFailure(EXIT.unproven, proven.code, `${file} proves nothing: ${proven.code}`)
      const { id, header, coins } = proven.value
      output.emit(
        {
          ok: true,
          ledger: genesis.value.name,
          chain: chainIdOf(genesis.value),
          transaction: id,
          height: header.height,
          sandbox: header.sandbox,
        },
        [
          `final on ${genesis.value.name}${header.sandbox ? ' (a sandbox)' : ''} at height ${header.height}, ${new Date(header.time).toISOString()}`,
          `transaction ${id}`,
          ...coins.map(
            ({ amount, asset, condition }) =>
              `  ${amount} ${asset} ${condition.kind === 'account' ? `to ${encodeAddress(condition.account)}` : `under ${condition.kind}`}`,
          ),
        ].join('\n'),
      )
    })
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
