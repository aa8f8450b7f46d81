// `huitong dispute`: from the claim to the ruling that two operators sign. An operator's machine signs only after checking what will be paid.
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { decodeRuling } from '@huitong/chain'
import { fromHex, sha256, toHex } from '@huitong/primitives'
import { type Dto, Unproven, openDispute, rulingFault, signRuling } from '@huitong/sdk'
import { moneyText, tokenOn, wholeAmountOf } from '../amounts.js'
import { type Desk, type Holder, asHolder, asParty } from '../desk.js'
import { tellDispute } from '../dispute-text.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { evidenceCommands, offerCommands, returnCommands } from './dispute-sides.js'
import { example } from './globals.js'

export function disputeCommand(program: Command): void {
  const dispute = program.command('dispute').description('disputes over orders: claims, evidence, rulings')
  opening(dispute)
  reading(dispute)
  saying(dispute)
  offerCommands(dispute)
  evidenceCommands(dispute)
  returnCommands(dispute)
  ruling(dispute)
}

function opening(dispute: Command): void {
  example(
    dispute
      .command('open <order>')
      .description('dispute a milestone; the clock of its money stops when the hold is final')
      .requiredOption('--wallet <name>', 'buyer or merchant')
      .requiredOption('--claim <text>', 'what is wrong')
      .option('--milestone <number>', 'which milestone', Number, 0),
    'huitong dispute open ord_… --wallet han --claim "the vase has a crack"',
  ).action((id: string, options: { wallet: string; claim: string; milestone: number }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const { claim, milestone } = options
      tellDispute(desk, await openDispute(party, await party.hub.order(id), { milestone, claim }))
    }),
  )
}

function reading(dispute: Command): void {
  example(
    dispute
      .command('show <id>')
      .description('claim, messages, ruling and what comes next')
      .requiredOption('--wallet <name>', 'a party or an operator'),
    'huitong dispute show dsp_… --wallet han',
  ).action((id: string, options: { wallet: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => tellDispute(desk, await party.hub.dispute(id))),
  )
  example(
    dispute
      .command('list')
      .description('disputes that you are part of, or as an operator all')
      .requiredOption('--wallet <name>', 'a party or an operator'),
    'huitong dispute list --wallet cheng',
  ).action((options: { wallet: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const { items } = await party.hub.disputes()
      if (items.length === 0) desk.output.say('no disputes')
      else
        desk.output.table(
          [
            { key: 'id', title: 'dispute' },
            { key: 'state', title: 'state' },
            { key: 'order', title: 'order' },
            { key: 'next', title: 'next deadline' },
          ],
          items.map((item) => ({ id: item.id, state: item.state, order: item.order, next: item.nextDeadline?.at })),
        )
      return { disputes: items.length }
    }),
  )
}

function saying(dispute: Command): void {
  example(
    dispute
      .command('say <id>')
      .description('a message for the case; a file’s hash can go with it')
      .requiredOption('--wallet <name>', 'a party or an operator')
      .requiredOption('--text <text>', 'what is said')
      .option('--evidence <file>', 'a file whose SHA-256 is entered into the case'),
    'huitong dispute say dsp_… --wallet han --text "see the photograph" --evidence crack.jpg',
  ).action((id: string, options: { wallet: string; text: string; evidence?: string }, command: Command) => {
    const evidenceHash = options.evidence === undefined ? undefined : hashOf(options.evidence)
    return asHolder(command, options.wallet, async (desk, { party }) =>
      tellDispute(
        desk,
        await party.hub.sayInDispute(id, { text: options.text, ...(evidenceHash === undefined ? {} : { evidenceHash }) }),
      ),
    )
  })
}

function hashOf(file: string): string {
  try {
    return toHex(sha256(readFileSync(file)))
  } catch {
    throw new CommandFailure(EXIT.usage, 'file_unreadable', `cannot read ${file}`)
  }
}

function ruling(dispute: Command): void {
  example(
    dispute
      .command('rule <id>')
      .description('an operator proposes a ruling; it counts when two have signed it')
      .requiredOption('--wallet <name>', 'the operator')
      .requiredOption('--to-merchant <amount>', 'the merchant’s part before the fee, in whole tokens; the rest goes back')
      .requiredOption('--reasons <text>', 'why; its hash stands on the ledger'),
    'huitong dispute rule dsp_… --wallet cheng --to-merchant 60 --reasons "the crack is old; a third back"',
  ).action((id: string, options: { wallet: string; toMerchant: string; reasons: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const known = await party.hub.dispute(id)
      const order = await party.hub.order(known.order)
      const settle = order.milestones.find(({ milestone }) => milestone === known.milestone)?.settle
      if (settle === undefined) throw new Unproven('milestone_missing', known.order)
      const token = await tokenOn(await desk.hub.ledger(settle.ledger), settle.asset)
      const toMerchant = wholeAmountOf(options.toMerchant, token)
      const proposed = await party.hub.ruleDispute(id, { toMerchant: toMerchant.toString(), reasons: options.reasons })
      tellDispute(desk, proposed)
      desk.output.say(
        `  ${moneyText(toMerchant, token)} to the merchant; two operators sign: huitong dispute sign ${id} --wallet …`,
      )
    }),
  )
  example(
    dispute
      .command('sign <id>')
      .description('an operator checks the ruling against the ledger and signs it')
      .requiredOption('--wallet <name>', 'the operator'),
    'huitong dispute sign dsp_… --wallet lu',
  ).action((id: string, options: { wallet: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, holder) => tellDispute(desk, await sign(desk, holder, id))),
  )
}

async function sign(desk: Desk, { party, wallet }: Holder, id: string): Promise<Dto['DisputeDto']> {
  const proposed = (await party.hub.dispute(id)).ruling
  if (proposed === undefined)
    throw new CommandFailure(EXIT.refused, 'ruling_missing', `nobody has proposed a ruling of ${id} yet`)
  const decoded = decodeRuling(fromHex(proposed.body))
  const fault = decoded.ok ? await rulingFault(party, decoded.value) : decoded.code
  if (fault !== undefined) throw new Unproven('ruling_mismatch', fault)
  desk.output.note(`signing "${proposed.outcome}": each leg pays exactly what its coin prescribes`)
  const { hub } = await party.hub.hub()
  const signed = await signRuling(hub, wallet.signer(), proposed.body, () => undefined)
  return party.hub.signRuling(id, { signed })
}
