// `huitong offer`: what liquidity providers put up. The statement is signed here; the hub pays out only within it.
import type { Command } from 'commander'
import { type OfferStatement, encodeOffer, offerMessage } from '@huitong/chain'
import { after, formatAmount, toHex } from '@huitong/primitives'
import { accountOf } from '@huitong/sdk'
import { amountOf, durationOf, moneyText, rateOf, tokenOf } from '../amounts.js'
import { type Desk, type Holder, asParty, iso } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'

interface CreateOptions {
  readonly wallet: string
  readonly sell: string
  readonly buy: string
  readonly rate: string
  readonly min: string
  readonly max: string
  readonly inventory: string
  readonly expires: string
}

export function offerCommand(program: Command): void {
  const offer = program.command('offer').description('standing offers of liquidity providers')
  example(
    offer.command('list').description('offers on the market').requiredOption('--wallet <name>', 'who asks'),
    'huitong offer list --wallet lin',
  ).action((options: { wallet: string }, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => list(desk, holder)),
  )
  example(
    offer
      .command('create')
      .description('put a token up for another; opens the managed account that pays it out')
      .requiredOption('--wallet <name>', 'the provider')
      .requiredOption('--sell <token>', 'what is paid out, like POINT@jiangnan')
      .requiredOption('--buy <token>', 'what is taken for it, like TAEL@shanxi')
      .requiredOption('--rate <rate>', 'whole tokens paid out for one taken: 0.99 or 99/100')
      .requiredOption('--min <amount>', 'smallest deal, in the token taken')
      .requiredOption('--max <amount>', 'largest deal, in the token taken')
      .requiredOption('--inventory <amount>', 'on offer in all, in the token paid out')
      .option('--expires <duration>', 'end of the offer from now', '30d'),
    'huitong offer create --wallet clearing --sell POINT@jiangnan --buy TAEL@shanxi --rate 0.99 --min 1 --max 500 --inventory 10000',
  ).action((options: CreateOptions, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => create(desk, holder, options)),
  )
  for (const [verb, state, told] of [
    ['pause', 'paused', 'take an offer off the market; deals under way go on'],
    ['resume', 'active', 'put a paused offer back'],
  ] as const)
    example(
      offer.command(`${verb} <id>`).description(told).requiredOption('--wallet <name>', 'the provider'),
      `huitong offer ${verb} off_… --wallet clearing`,
    ).action((id: string, options: { wallet: string }, command: Command) =>
      asParty(command, options.wallet, async (desk, { party }) => {
        const changed = await party.hub.setOfferState(id, { state })
        desk.output.emit({ id, state: changed.state }, `${id} is ${changed.state}`)
      }),
    )
}

async function list(desk: Desk, { party }: Holder) {
  const { items } = await party.hub.offers()
  const rows = []
  for (const item of items) {
    const [sell, buy] = [await tokenOf(desk.hub, nameOf(item.sell)), await tokenOf(desk.hub, nameOf(item.buy))]
    const left = BigInt(item.inventory) - BigInt(item.used) - BigInt(item.reserved)
    rows.push({
      offer: item.id,
      sell: nameOf(item.sell),
      buy: nameOf(item.buy),
      rate: decimal(BigInt(item.numerator) * 10n ** BigInt(buy.scale), BigInt(item.denominator) * 10n ** BigInt(sell.scale)),
      left: desk.output.json ? left.toString() : formatAmount(left, sell.scale),
      max: desk.output.json ? item.max : formatAmount(BigInt(item.max), sell.scale),
      state: item.state,
      ...(desk.output.json
        ? { numerator: item.numerator, denominator: item.denominator, min: item.min, expiresAt: item.expiresAt }
        : {}),
    })
  }
  if (rows.length === 0) desk.output.say('no offers')
  else
    desk.output.table(
      [
        { key: 'offer', title: 'offer' },
        { key: 'sell', title: 'sells' },
        { key: 'buy', title: 'for' },
        { key: 'rate', title: 'rate', align: 'right' },
        { key: 'left', title: 'left', align: 'right' },
        { key: 'max', title: 'largest', align: 'right' },
        { key: 'state', title: 'state' },
      ],
      rows,
    )
  return { offers: rows.length }
}

async function create(desk: Desk, { party, wallet }: Holder, options: CreateOptions) {
  const [sell, buy] = [await tokenOf(desk.hub, options.sell), await tokenOf(desk.hub, options.buy)]
  const [give, take] = [await desk.hub.ledger(sell.ledger), await desk.hub.ledger(buy.ledger)]
  for (const ledger of [give, take])
    if ((await ledger.account(party.account.id)) === undefined)
      throw new CommandFailure(
        EXIT.usage,
        'account_unknown',
        `the provider has no account on ${ledger.name}: huitong account open --wallet ${wallet.card.name} --ledger ${ledger.name}`,
      )
  const liquidity = await party.hub.openLiquidity({ provider: party.id, owner: party.address }, { key: `liquidity-${party.id}` })
  const account = accountOf(liquidity.account)
  const statement: OfferStatement = {
    offer: toHex(party.hub.http.entropy.bytes(16)),
    give: { chain: give.chain, asset: sell.asset, account },
    take: { chain: take.chain, asset: buy.asset, account },
    ...rateOf(options.rate, sell, buy),
    min: amountOf(options.min, buy),
    max: amountOf(options.max, buy),
    inventory: amountOf(options.inventory, sell),
    expiry: after(await give.now(), durationOf(options.expires)),
  }
  const { hub } = await party.hub.hub()
  const { signer } = party.account
  const signature = await signer.sign(offerMessage(hub, statement))
  const made = await party.hub.createOffer({
    provider: party.id,
    offer: { body: toHex(encodeOffer(statement)), publicKey: signer.publicKey, signature },
  })
  const held = (await give.coins(account, { asset: sell.asset })).reduce((sum, coin) => sum + coin.amount, 0n)
  const short = statement.inventory - held
  desk.output.emit(
    {
      id: made.id,
      state: made.state,
      account: liquidity.account,
      held: held.toString(),
      inventory: statement.inventory.toString(),
    },
    [
      `${made.id}: ${options.sell} for ${options.buy} at ${options.rate}, until ${iso(statement.expiry)}; ${made.state}`,
      `  pays out from ${liquidity.account}, which holds ${moneyText(held, sell)}`,
      ...(short > 0n
        ? [
            `  stock it: huitong pay --wallet ${wallet.card.name} --ledger ${sell.ledger} --asset ${sell.asset} --amount ${formatAmount(short, sell.scale)} --to ${liquidity.account}`,
          ]
        : []),
    ].join('\n'),
  )
}

const nameOf = (token: { readonly ledger: string; readonly asset: string }): string => `${token.asset}@${token.ledger}`

/** A fraction with up to six decimals, cut off: for the eye alone. */
function decimal(numerator: bigint, denominator: bigint): string {
  return formatAmount((numerator * 1_000_000n) / denominator, 6).replace(/\.?0+$/, '')
}
