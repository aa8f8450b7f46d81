// The commands of those who hold, pay, trade and buy, in the order in which `huitong --help` teaches them.
import type { Command } from 'commander'
import { accountCommand } from './account.js'
import { assetCommand } from './asset.js'
import { clockCommand } from './clock.js'
import { coinCommand } from './coin.js'
import { keyCommand } from './key.js'
import { partyCommand } from './party.js'
import { payCommand } from './pay.js'
import { walletCommand } from './wallet.js'

export function holdingCommands(program: Command): void {
  program.commandsGroup('Hold and pay:')
  for (const add of [walletCommand, partyCommand, accountCommand, payCommand, coinCommand, assetCommand]) add(program)
  program.commandsGroup('Operate:')
  for (const add of [clockCommand, keyCommand]) add(program)
  program.commandsGroup('Run and check:')
}
