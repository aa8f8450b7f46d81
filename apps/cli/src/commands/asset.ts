// `huitong asset`: tokens of a ledger: registered once with their powers, issued by their issuer, burnt by whoever holds them.
import type { Command } from 'commander'
import { encodeAddress } from '@huitong/chain'
import { formatAmount } from '@huitong/primitives'
import { type AssetState, accountCondition } from '@huitong/sdk'
import { amountOf, assetCodeOf, moneyText, tokenOn } from '../amounts.js'
import { accountIn, asHolder, atDesk, shortAddress, unlocked } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'
import { powerCommands } from './power.js'

export function assetCommand(program: Command): void {
  const asset = program.command('asset').description('tokens: register, issue, burn, freeze, claw back')
  list(asset)
  show(asset)
  register(asset)
  issue(asset)
  burn(asset)
  powerCommands(asset)
}

function list(asset: Command): void {
  asset
    .command('list')
    .description('the tokens of a ledger, or of all')
    .option('--ledger <ledger>', 'only there')
    .action((options: { ledger?: string }, command: Command) =>
      atDesk(command, async (desk) => {
        const rows = []
        for (const name of options.ledger === undefined ? await desk.hub.ledgerNames() : [options.ledger])
          for (const state of await (await desk.hub.ledger(name)).assets()) rows.push(factsOf(name, state, desk.output.json))
        if (rows.length === 0) desk.output.say('no tokens yet; make one: huitong asset register')
        else
          desk.output.table(
            [
              { key: 'ledger', title: 'ledger' },
              { key: 'asset', title: 'token' },
              { key: 'scale', title: 'decimals', align: 'right' },
              { key: 'circulating', title: 'circulating', align: 'right' },
              { key: 'maxSupply', title: 'at most', align: 'right' },
              { key: 'issuer', title: 'issuer' },
            ],
            rows.map((row) => (desk.output.json ? row : { ...row, issuer: shortAddress(row.issuer) })),
          )
        return { assets: rows.length }
      }),
    )
}

function factsOf(ledger: string, state: AssetState, json: boolean) {
  const told = (amount: bigint): string => (json ? amount.toString() : formatAmount(amount, state.scale))
  return {
    ledger,
    asset: state.asset,
    scale: state.scale,
    issued: told(state.issued),
    burnt: told(state.burnt),
    circulating: told(state.issued - state.burnt),
    maxSupply: told(state.maxSupply),
    issuer: encodeAddress(state.issuer),
    powers: powersText(state),
  }
}

const powersText = ({ powers, frozen }: AssetState): string => {
  const kept = [powers.freeze ? 'freeze' : '', powers.clawback ? 'claw back' : ''].filter((word) => word !== '')
  return `${kept.length === 0 ? 'none kept' : kept.join(', ')}${frozen ? '; frozen as a whole' : ''}`
}

function show(asset: Command): void {
  example(
    asset.command('show <code>').description('a token’s supply and issuer').requiredOption('--ledger <ledger>', 'where'),
    'huitong asset show TAEL --ledger shanxi',
  ).action((code: string, options: { ledger: string }, command: Command) =>
    atDesk(command, async (desk) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const token = await tokenOn(ledger, code)
      const state = await ledger.asset(token.asset)
      if (state === undefined) throw new CommandFailure(EXIT.refused, 'asset_unknown', code)
      const facts = factsOf(ledger.name, state, desk.output.json)
      desk.output.emit(
        facts,
        [
          `${facts.asset} on ${facts.ledger}, ${facts.scale} decimals`,
          `  circulating  ${facts.circulating} (issued ${facts.issued}, burnt ${facts.burnt})`,
          `  at most      ${facts.maxSupply}`,
          `  issuer       ${facts.issuer}`,
          `  powers       ${facts.powers}`,
        ].join('\n'),
      )
    }),
  )
}

interface RegisterOptions {
  readonly wallet: string
  readonly ledger: string
  readonly scale: number
  readonly maxSupply: string
  readonly freeze?: boolean
  readonly clawback?: boolean
  readonly registrar?: string
}

function register(asset: Command): void {
  example(
    asset
      .command('register <code>')
      .description('a new token; decimals, greatest supply and powers stand for ever')
      .requiredOption('--wallet <name>', 'the issuer')
      .requiredOption('--ledger <ledger>', 'where')
      .option('--scale <number>', 'decimals, 0 to 9', Number, 2)
      .requiredOption('--max-supply <amount>', 'never more than this in circulation, in whole tokens')
      .option('--freeze', 'the issuer keeps the power to freeze')
      .option('--clawback', 'the issuer keeps the power to take back')
      .option('--registrar <name>', 'the registrar’s wallet, which signs too: where a ledger has one, it agrees to every token'),
    'huitong asset register SILK --wallet guild --ledger jiangnan --scale 2 --max-supply 1000000',
  ).action(async (text: string, options: RegisterOptions, command: Command) => {
    const registrar = options.registrar === undefined ? undefined : await unlocked(command, options.registrar)
    await asHolder(command, options.wallet, async (desk, { party }) => {
      const { scale } = options
      if (!Number.isInteger(scale) || scale < 0 || scale > 9)
        throw new CommandFailure(EXIT.usage, 'scale_malformed', '--scale is 0 to 9')
      const code = assetCodeOf(text)
      const ledger = await desk.hub.ledger(options.ledger)
      const maxSupply = amountOf(options.maxSupply, { asset: code, scale })
      const powers = { freeze: options.freeze === true, clawback: options.clawback === true }
      const operation = { kind: 'registerAsset', asset: code, scale, maxSupply, issuer: party.account.id, powers } as const
      const send = registrar === undefined ? {} : { cosigners: [registrar.account] }
      const proof = await party.operate(ledger, [operation], send)
      await desk.final(ledger, proof, {
        text: `${code} is registered, at most ${moneyText(maxSupply, { asset: code, scale })}`,
        facts: { asset: code, scale, maxSupply: maxSupply.toString(), issuer: party.address },
      })
    })
  })
}

interface AmountOptions {
  readonly wallet: string
  readonly ledger: string
  readonly amount: string
}

function issue(asset: Command): void {
  example(
    asset
      .command('issue <code>')
      .description('new units of a token, by its issuer')
      .requiredOption('--wallet <name>', 'the issuer')
      .requiredOption('--ledger <ledger>', 'where')
      .requiredOption('--amount <amount>', 'how much, in whole tokens with decimals')
      .option('--to <address>', 'to whom (default: the issuer)'),
    'huitong asset issue SILK --wallet guild --ledger jiangnan --amount 5000 --to ht1…',
  ).action((code: string, options: AmountOptions & { readonly to?: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const account = options.to === undefined ? party.account.id : accountIn(options.to)
      const ledger = await desk.hub.ledger(options.ledger)
      const token = await tokenOn(ledger, code)
      const amount = amountOf(options.amount, token)
      const proof = await party.issue(ledger, token.asset, [{ asset: token.asset, amount, condition: accountCondition(account) }])
      await desk.final(ledger, proof, {
        text: `issued ${moneyText(amount, token)} to ${shortAddress(encodeAddress(account))}`,
        facts: {
          asset: token.asset,
          amount: amount.toString(),
          to: encodeAddress(account),
          coordinate: proof.coins[0]?.coordinate,
        },
      })
    }),
  )
}

function burn(asset: Command): void {
  example(
    asset
      .command('burn <code>')
      .description('destroy units that the wallet holds')
      .requiredOption('--wallet <name>', 'whose units')
      .requiredOption('--ledger <ledger>', 'where')
      .requiredOption('--amount <amount>', 'how much, in whole tokens with decimals'),
    'huitong asset burn SILK --wallet lin --ledger jiangnan --amount 3.25',
  ).action((code: string, options: AmountOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const token = await tokenOn(ledger, code)
      const amount = amountOf(options.amount, token)
      const proof = await party.burn(ledger, { asset: token.asset, amount })
      await desk.final(ledger, proof, {
        text: `burnt ${moneyText(amount, token)}`,
        facts: { asset: token.asset, amount: amount.toString() },
      })
    }),
  )
}
