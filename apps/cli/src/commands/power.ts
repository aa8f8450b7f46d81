// What issuers may do with tokens of others, where they kept the power: `huitong asset freeze | unfreeze | freezes | clawback`.
import type { Command } from 'commander'
import { encodeAddress } from '@huitong/chain'
import type { AccountId, Coordinate } from '@huitong/primitives'
import { moneyText, tokenOn } from '../amounts.js'
import { accountIn, asHolder, atDesk, shortAddress } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

export function powerCommands(asset: Command): void {
  freeze(asset, 'freeze')
  freeze(asset, 'unfreeze')
  freezes(asset)
  clawback(asset)
}

interface PowerOptions {
  readonly wallet: string
  readonly ledger: string
  readonly account?: AccountId
  readonly reason: string
}

const WORDS = {
  freeze: 'signatures of an account count for nothing on coins of the token any more',
  unfreeze: 'signatures of an account count again on coins of the token',
} as const

function freeze(asset: Command, kind: 'freeze' | 'unfreeze'): void {
  example(
    asset
      .command(`${kind} <code>`)
      .description(WORDS[kind])
      .requiredOption('--wallet <name>', 'the issuer')
      .requiredOption('--ledger <ledger>', 'where')
      .option('--account <address>', 'whose (default: the token as a whole, everybody’s)', accountIn)
      .requiredOption('--reason <text>', 'written into the ledger for ever'),
    `huitong asset ${kind} SILK --wallet guild --ledger jiangnan --account ht1… --reason "court order 12/26"`,
  ).action((code: string, options: PowerOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const token = await tokenOn(ledger, code)
      const { account, reason: memo } = options
      const proof = await party.freeze(
        ledger,
        { kind, asset: token.asset, ...(account === undefined ? {} : { account }) },
        { memo },
      )
      const whose = account === undefined ? 'the token as a whole' : shortAddress(encodeAddress(account))
      await desk.final(ledger, proof, {
        text: `${token.asset}: ${whose} is ${kind === 'freeze' ? 'frozen' : 'free again'}`,
        facts: { asset: token.asset, ...(account === undefined ? {} : { account: encodeAddress(account) }) },
      })
    }),
  )
}

function freezes(asset: Command): void {
  example(
    asset.command('freezes <code>').description('who is frozen for a token').requiredOption('--ledger <ledger>', 'where'),
    'huitong asset freezes SILK --ledger jiangnan',
  ).action((code: string, options: { ledger: string }, command: Command) =>
    atDesk(command, async (desk) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const { asset: found } = await tokenOn(ledger, code)
      const accounts = (await ledger.frozenAccounts(found)).map(encodeAddress)
      const isWhole = (await ledger.asset(found))?.frozen === true
      desk.output.emit(
        { ledger: ledger.name, asset: found, frozen: isWhole, accounts },
        [
          isWhole ? `${found} is frozen as a whole` : `${found} as a whole is not frozen`,
          ...(accounts.length === 0 ? ['  no account is frozen for it'] : accounts.map((account) => `  frozen  ${account}`)),
        ].join('\n'),
      )
    }),
  )
}

interface ClawbackOptions extends Omit<PowerOptions, 'account'> {
  readonly from: AccountId
  readonly coin?: string[]
}

function clawback(asset: Command): void {
  example(
    asset
      .command('clawback <code>')
      .description('take coins of the token back, whole; coins in locks of deals are never taken')
      .requiredOption('--wallet <name>', 'the issuer')
      .requiredOption('--ledger <ledger>', 'where')
      .requiredOption('--from <address>', 'whose coins', accountIn)
      .option('--coin <coordinates...>', 'these alone (default: all that the account’s keys can spend)')
      .requiredOption('--reason <text>', 'written into the ledger for ever'),
    'huitong asset clawback SILK --wallet guild --ledger jiangnan --from ht1… --reason "court order 12/26"',
  ).action((code: string, options: ClawbackOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const token = await tokenOn(ledger, code)
      const asked = options.coin === undefined ? undefined : new Set<string>(options.coin)
      const held = await ledger.coins(options.from, { relation: 'own', asset: token.asset })
      const coins = held
        .filter(({ coordinate }: { coordinate: Coordinate }) => asked?.has(coordinate) ?? true)
        .slice(0, COINS_MAX)
      if (coins.length === 0 || (asked !== undefined && coins.length < asked.size))
        throw new CommandFailure(
          EXIT.refused,
          'coin_unknown',
          `${encodeAddress(options.from)} has no such coins of ${token.asset}`,
        )
      const proof = await party.clawback(ledger, token.asset, coins, { memo: options.reason })
      const amount = coins.reduce((sum, coin) => sum + coin.amount, 0n)
      await desk.final(ledger, proof, {
        text: `took back ${moneyText(amount, token)} in ${coins.length} coin${coins.length === 1 ? '' : 's'}`,
        facts: { asset: token.asset, amount: amount.toString(), from: encodeAddress(options.from), coins: coins.length },
      })
    }),
  )
}

/** Inputs of one transaction; what is left, the next call takes. */
const COINS_MAX = 255
