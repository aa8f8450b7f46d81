// The commands of those who hold, pay, trade and buy, in the order in which `huitong --help` teaches them.
import type { Command } from 'commander'
import { accountCommand } from './account.js'
import { assetCommand } from './asset.js'
import { rulebookCommand } from './rulebook.js'
import { clockCommand } from './clock.js'
import { coinCommand } from './coin.js'
import { disputeCommand } from './dispute.js'
import { keyCommand } from './key.js'
import { offerCommand } from './offer.js'
import { officerCommands } from './officer.js'
import { orderCommand } from './order.js'
import { partyCommand } from './party.js'
import { payCommand } from './pay.js'
import { convertCommand, quoteCommand } from './quote.js'
import { recoveryCommand } from './recovery.js'
import { swapCommand } from './swap.js'
import { walletCommand } from './wallet.js'

export function holdingCommands(program: Command): void {
  program.commandsGroup('Hold and pay:')
  for (const add of [walletCommand, partyCommand, accountCommand, payCommand, coinCommand, assetCommand, rulebookCommand])
    add(program)
  program.commandsGroup('Exchange:')
  for (const add of [offerCommand, quoteCommand, convertCommand, swapCommand]) add(program)
  program.commandsGroup('Buy, dispute, recover:')
  for (const add of [orderCommand, disputeCommand, recoveryCommand]) add(program)
  program.commandsGroup('Operate:')
  for (const add of [clockCommand, keyCommand, officerCommands]) add(program)
  program.commandsGroup('Run and check:')
}
