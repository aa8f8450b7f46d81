// `huitong order`: buying in escrow, from terms to delivery. What is signed is checked here first; the delivery code never leaves the wallet
// before it is shown to the ledger.
import type { Command } from 'commander'
import { type OrderId, type Preimage, type Time, brandHex, hexOf, lockOf } from '@huitong/primitives'
import {
  type Dto,
  agree,
  consent,
  fund,
  legCoin,
  payingLeg,
  payingLedgers,
  payoutLeg,
  revealCode,
  signDelivered,
} from '@huitong/sdk'
import { durationOf, moneyOf, moneyText, timeFrom, tokenOf, tokenOn, wholeAmountOf } from '../amounts.js'
import { type Desk, type Holder, asHolder, asParty, iso } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { orderText } from '../order-text.js'
import { example } from './globals.js'
import { paymentCommands, paymentPolicy } from './order-payment.js'

export function orderCommand(program: Command): void {
  const order = program.command('order').description('buy in escrow: the money waits on the ledger until delivery')
  createCommand(order)
  showCommands(order)
  step(order, 'agree', 'sign the terms, after checking that they say what the money will do', async (desk, { party }, each) =>
    tell(desk, await agree(party, await party.hub.order(each.id))),
  )
  step(order, 'fund', 'the buyer pays into escrow, on every ledger it takes', fundOrder)
  shipping(order)
  revealing(order)
  settling(order)
  paymentCommands(order, tell)
}

interface StepOptions {
  readonly id: string
  readonly wallet: string
  readonly milestone: number
}

function step(
  order: Command,
  verb: string,
  told: string,
  work: (desk: Desk, holder: Holder, options: StepOptions) => Promise<void>,
): void {
  example(
    order.command(`${verb} <id>`).description(told).requiredOption('--wallet <name>', 'who acts'),
    `huitong order ${verb} ord_… --wallet yan`,
  ).action((id: string, options: { wallet: string }, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => work(desk, holder, { ...options, id, milestone: 0 })),
  )
}

interface CreateOptions {
  readonly wallet: string
  readonly merchant: string
  readonly payee?: string
  readonly price: string
  readonly payIn?: string
  readonly item: string
  readonly quantity: number
  readonly code?: boolean
  readonly inspection?: string
  readonly shipBy: string
  readonly deadline: string
  readonly latest: string
  readonly reference?: string
  readonly under?: string
  readonly over?: string
  readonly late?: string
}

function createCommand(order: Command): void {
  example(
    order
      .command('create')
      .description('draft an order; both sides then agree to it, and the buyer funds it')
      .requiredOption('--wallet <name>', 'the buyer')
      .requiredOption('--merchant <party>', 'the merchant, pty_…')
      .option('--payee <address>', 'where the merchant is paid (default: their account on that ledger)')
      .requiredOption('--price <money>', 'what the merchant gets before the fee, like "80 TAEL@shanxi"')
      .option('--pay-in <token>', 'pay in another token, like POINT@jiangnan, at a rate fixed now')
      .requiredOption('--item <name>', 'what is bought')
      .option('--quantity <number>', 'how many', Number, 1)
      .option('--code', 'release by a delivery code that this wallet keeps until it is shown at the door')
      .option('--inspection <duration>', 'instead of a code: time to inspect after the carrier’s word, like 7d')
      .option('--ship-by <time>', 'a time or a duration from now', '2d')
      .option('--deadline <time>', 'undelivered by then, the money comes back', '12d')
      .option('--latest <time>', 'no dispute may hold the money longer', '90d')
      .option('--reference <text>', 'the shop’s own number')
      .option('--under <policy>', 'a coin of less: refund, accept, top-up or hold', 'refund')
      .option('--over <policy>', 'a coin of more: refund, accept or hold', 'refund')
      .option('--late <policy>', 'a coin after fund-by: refund, accept or hold', 'refund'),
    'huitong order create --wallet yan --merchant pty_… --price "80 TAEL@shanxi" --item "a bolt of silk" --code',
    'huitong order create --wallet guo --merchant pty_… --price "60 TAEL@shanxi" --pay-in POINT@jiangnan --item "an ink stick" --code',
  ).action((options: CreateOptions, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => create(desk, holder, options)),
  )
}

async function create(desk: Desk, { party, wallet }: Holder, options: CreateOptions): Promise<void> {
  if ((options.code === true) === (options.inspection !== undefined))
    throw new CommandFailure(EXIT.usage, 'release_unclear', 'say how delivery is confirmed: --code, or --inspection 7d')
  if (!Number.isInteger(options.quantity) || options.quantity < 1)
    throw new CommandFailure(EXIT.usage, 'quantity_malformed', '--quantity is a number from 1')
  const price = await moneyOf(desk.hub, options.price)
  const now = await (await desk.hub.ledger(price.ledger)).now()
  const code = options.code === true ? hexOf<Preimage>(party.hub.http.entropy.bytes(32)) : undefined
  // Before the hub sees its hash: an order whose code is lost can only be refunded.
  if (code !== undefined) await wallet.store.put(`code/${lockOf(code)}`, code)
  const quote = options.payIn === undefined ? undefined : await payingQuote(desk, party, { price, payIn: options.payIn })
  const settle = { ledger: price.ledger, asset: price.asset }
  const made = await party.hub.createOrder({
    buyer: party.id,
    payer: party.address,
    ...(options.reference === undefined ? {} : { reference: options.reference }),
    milestones: [
      {
        merchant: options.merchant,
        payee: options.payee ?? (await payeeOf(party.hub, options.merchant, price.ledger)),
        settle,
        amount: price.amount.toString(),
        ...(quote === undefined ? {} : { quote: quote.id }),
        ...(code === undefined ? {} : { deliveryHash: lockOf(code) }),
        ...(options.inspection === undefined ? {} : { inspectionMs: durationOf(options.inspection) }),
        ...paymentPolicy(options),
        shipBy: iso(timeFrom(options.shipBy, now)),
        deadline: iso(timeFrom(options.deadline, now)),
        latest: iso(timeFrom(options.latest, now)),
        items: [{ name: options.item, quantity: options.quantity, amount: price.amount.toString() }],
      },
    ],
  })
  await tell(desk, made)
}

async function payingQuote(
  desk: Desk,
  party: Holder['party'],
  deal: { price: Awaited<ReturnType<typeof moneyOf>>; payIn: string },
) {
  const give = await tokenOf(desk.hub, deal.payIn)
  const { price } = deal
  return party.hub.createQuote({
    payer: party.id,
    give: { ledger: give.ledger, asset: give.asset },
    take: { ledger: price.ledger, asset: price.asset },
    fixed: 'receive',
    amount: price.amount.toString(),
  })
}

/** The merchant's account on a ledger as the hub knows it; whose it is stands in the terms that both sign. */
async function payeeOf(hub: Holder['party']['hub'], merchant: string, ledger: string): Promise<string> {
  const bound = (await hub.party(merchant)).accounts.find((each) => each.ledger === ledger)
  if (bound === undefined)
    throw new CommandFailure(
      EXIT.usage,
      'payee_missing',
      `${merchant} has no account on ${ledger} that the hub knows: give one with --payee`,
    )
  return bound.account
}

function showCommands(order: Command): void {
  step(order, 'show', 'milestones, money, deadlines and what you can do', async (desk, { party }, { id }) =>
    tell(desk, await party.hub.order(id)),
  )
  example(
    order
      .command('list')
      .description('your orders, newest first')
      .requiredOption('--wallet <name>', 'buyer or merchant')
      .option('--state <state>', 'only in this state, like FUNDED')
      .option('--limit <number>', 'how many', Number, 20),
    'huitong order list --wallet yan --state FUNDED',
  ).action((options: { wallet: string; state?: string; limit: number }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const { items } = await party.hub.orderPage({
        limit: options.limit,
        ...(options.state === undefined ? {} : { state: options.state }),
      })
      const rows = []
      for (const item of items) {
        const settle = item.milestones[0]?.settle
        const token = settle === undefined ? undefined : await tokenOn(await desk.hub.ledger(settle.ledger), settle.asset)
        const total = item.milestones.reduce((sum, milestone) => sum + BigInt(milestone.settle.amount), 0n)
        rows.push({
          id: item.id,
          state: item.state,
          amount: token === undefined ? '' : desk.output.json ? total.toString() : moneyText(total, token),
          asset: settle?.asset,
          ledger: settle?.ledger,
          side: item.buyer === party.id ? 'buying' : 'selling',
          next: item.nextDeadline?.at,
        })
      }
      if (rows.length === 0) desk.output.say('no orders')
      else
        desk.output.table(
          [
            { key: 'id', title: 'order' },
            { key: 'side', title: '' },
            { key: 'state', title: 'state' },
            { key: 'amount', title: 'price', align: 'right' },
            { key: 'next', title: 'next deadline' },
          ],
          rows,
        )
      return { orders: rows.length }
    }),
  )
}

async function fundOrder(desk: Desk, { party }: Holder, { id }: StepOptions): Promise<void> {
  const order = await party.hub.order(id)
  const proofs = await fund(party, order)
  if (proofs.length === 0)
    throw new CommandFailure(EXIT.refused, 'nothing_to_pay', `${id} is ${order.state}: nothing is to be paid`)
  const ledgers = payingLedgers(order)
  for (const proof of proofs) {
    const name = await ledgerOf(desk, ledgers, proof.header.chain)
    await desk.final(name, proof, { text: `paid into escrow for ${id}`, facts: { order: id } })
  }
}

async function ledgerOf(desk: Desk, names: readonly string[], chain: string) {
  for (const name of names) {
    const ledger = await desk.hub.ledger(name)
    if (ledger.chain === chain) return ledger
  }
  throw new CommandFailure(EXIT.failed, 'ledger_unknown', chain)
}

function shipping(order: Command): void {
  example(
    milestoneOption(
      order.command('ship <id>').description('the merchant has sent it').requiredOption('--wallet <name>', 'the merchant'),
    ).option('--tracking <text>', 'the carrier’s number'),
    'huitong order ship ord_… --wallet silks --tracking ZY-1823',
  ).action((id: string, options: StepOptions & { readonly tracking?: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const { milestone, tracking } = options
      await tell(desk, await party.hub.shipOrder(id, { milestone, ...(tracking === undefined ? {} : { tracking }) }))
    }),
  )
  example(
    milestoneOption(
      order
        .command('delivered <id>')
        .description('a carrier signs that it has arrived')
        .requiredOption('--wallet <name>', 'the carrier'),
    ),
    'huitong order delivered ord_… --wallet escort',
  ).action((id: string, options: StepOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { wallet }) => {
      const found = await desk.hub.order(id)
      const ledger = await desk.hub.ledger(payoutLeg(milestoneOf(found, options.milestone)).ledger)
      const coin = await legCoin(ledger, payoutLeg(milestoneOf(found, options.milestone)))
      const delivered = await signDelivered(wallet.signer(), {
        chain: ledger.chain,
        order: found.order as OrderId,
        milestone: options.milestone,
        coin: coin.coordinate,
        at: (await ledger.now()) as Time,
      })
      await tell(desk, await desk.hub.deliveredOrder(id, { milestone: options.milestone, delivered }))
    }),
  )
}

function revealing(order: Command): void {
  example(
    milestoneOption(
      order
        .command('code <id>')
        .description('the delivery code, to be shown at the door and not before')
        .requiredOption('--wallet <name>', 'the buyer'),
    ),
    'huitong order code ord_… --wallet yan',
  ).action((id: string, options: StepOptions, command: Command) =>
    asParty(command, options.wallet, async (desk, { party, wallet }) => {
      const code = keptCode(wallet, await party.hub.order(id), options.milestone)
      desk.output.emit(
        { order: id, milestone: options.milestone, code },
        `delivery code of ${id}: ${code}\nWhoever shows it releases the money to the merchant.`,
      )
    }),
  )
  example(
    milestoneOption(
      order
        .command('reveal <id>')
        .description('show the code to the ledger: the merchant is paid')
        .requiredOption('--wallet <name>', 'buyer or merchant'),
    ).option('--code <hex>', 'the code as the buyer showed it (default: the one in the wallet)'),
    'huitong order reveal ord_… --wallet silks --code 9c1f…',
  ).action((id: string, options: StepOptions & { readonly code?: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party, wallet }) => {
      const found = await party.hub.order(id)
      const milestone = milestoneOf(found, options.milestone)
      const code = options.code === undefined ? keptCode(wallet, found, options.milestone) : brandHex<Preimage>(options.code, 32)
      if (code === undefined)
        throw new CommandFailure(EXIT.usage, 'code_malformed', 'a delivery code has 64 characters of 0-9 and a-f')
      const proof = await revealCode(party, milestone, code)
      await desk.final(await desk.hub.ledger(payoutLeg(milestone).ledger), proof, {
        text: `the code released ${id}`,
        facts: { order: id },
      })
    }),
  )
}

function keptCode(wallet: Holder['wallet'], order: Dto['OrderDto'], milestone: number): Preimage {
  const { deliveryHash } = milestoneOf(order, milestone)
  const kept = deliveryHash === undefined ? undefined : wallet.secretOf(deliveryHash)
  if (kept === undefined)
    throw new CommandFailure(EXIT.usage, 'code_missing', `wallet ${wallet.card.name} has no code for ${order.id}`)
  return kept.secret
}

function settling(order: Command): void {
  example(
    milestoneOption(
      order
        .command('release <id>')
        .description('the buyer releases, in whole or in part (no paired orders)')
        .requiredOption('--wallet <name>', 'the buyer'),
    ).option('--amount <amount>', 'only so much, in whole tokens with decimals'),
    'huitong order release ord_… --wallet han --amount 40',
  ).action((id: string, options: StepOptions & { readonly amount?: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const leg = payingLeg(milestoneOf(await party.hub.order(id), options.milestone))
      const ledger = await desk.hub.ledger(leg.ledger)
      const coin = await legCoin(ledger, leg)
      const token = await tokenOn(ledger, coin.asset)
      const amount = options.amount === undefined ? coin.amount : wholeAmountOf(options.amount, token)
      const proof = await party.spendLock(ledger, coin, { kind: 'release', amount })
      await desk.final(ledger, proof, {
        text: `released ${moneyText(amount, token)} of ${id}`,
        facts: { order: id, amount: amount.toString() },
      })
    }),
  )
  example(
    milestoneOption(
      order
        .command('consent <id>')
        .description('agree how to split the money; when both have said the same it is done')
        .requiredOption('--wallet <name>', 'buyer or merchant')
        .requiredOption('--to-merchant <amount>', 'the merchant’s part before the fee, the rest goes back'),
    ),
    'huitong order consent ord_… --wallet han --to-merchant 60',
  ).action((id: string, options: StepOptions & { readonly toMerchant: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const found = await party.hub.order(id)
      const { settle } = milestoneOf(found, options.milestone)
      const token = await tokenOn(await desk.hub.ledger(settle.ledger), settle.asset)
      const toMerchant = wholeAmountOf(options.toMerchant, token)
      const split = await consent(party, found, { milestone: options.milestone, toMerchant })
      desk.output.emit(
        { order: id, milestone: split.milestone, toMerchant: split.toMerchant, signedBy: split.signedBy, state: split.state },
        `${moneyText(toMerchant, token)} to the merchant, the rest back: signed by ${split.signedBy.length} of 2, ${split.state}`,
      )
    }),
  )
  example(
    order
      .command('cancel <id>')
      .description('give an order up before it is funded')
      .requiredOption('--wallet <name>', 'buyer or merchant')
      .option('--reason <text>', 'why'),
    'huitong order cancel ord_… --wallet yan --reason "changed my mind"',
  ).action((id: string, options: { wallet: string; reason?: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) =>
      tell(desk, await party.hub.cancelOrder(id, options.reason === undefined ? {} : { reason: options.reason })),
    ),
  )
}

const milestoneOption = (command: Command): Command => command.option('--milestone <number>', 'which milestone', Number, 0)

function milestoneOf(order: Dto['OrderDto'], number: number): Dto['MilestoneDto'] {
  const milestone = order.milestones.find((each) => each.milestone === number)
  if (milestone === undefined) throw new CommandFailure(EXIT.usage, 'milestone_unknown', `${order.id} has no milestone ${number}`)
  return milestone
}

async function tell(desk: Desk, order: Dto['OrderDto']): Promise<void> {
  desk.output.emit(orderFacts(order), await orderText(desk.hub, order))
}

const orderFacts = (order: Dto['OrderDto']) => ({
  id: order.id,
  state: order.state,
  buyer: order.buyer,
  termsHash: order.termsHash,
  agreedBy: order.agreedBy,
  reference: order.reference,
  allowedActions: order.allowedActions,
  exceptions: order.exceptions.map(({ kind, detail }) => ({ kind, detail })),
  milestones: order.milestones.map((each) => ({
    milestone: each.milestone,
    state: each.state,
    merchant: each.merchant,
    settle: { ...each.settle },
    pay: { ...each.pay },
    fee: each.fee,
    funded: each.funded,
    released: each.released,
    refunded: each.refunded,
    fees: each.fees,
    remaining: each.remaining,
    deadline: each.deadline,
    dispute: each.dispute,
    legs: each.legs.map(({ name, ledger, coordinate, state, spentBy }) => ({ name, ledger, coordinate, state, spentBy })),
  })),
})
