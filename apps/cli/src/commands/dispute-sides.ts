// `huitong dispute`, what buyer and merchant do: offers, files, appeal, goods on their way back. An offer is signed only after it was checked against
// the ledger.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { Unproven, acceptOffer, offerSplit, readEvidence, refundMilestone, rejectOrder } from '@huitong/sdk'
import { timeFrom, tokenOn, wholeAmountOf } from '../amounts.js'
import { asHolder, asParty, iso } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { tellDispute } from '../dispute-text.js'
import { example } from './globals.js'

interface Wallet {
  readonly wallet: string
}

export function offerCommands(dispute: Command): void {
  example(
    dispute
      .command('offer <id>')
      .description('offer a division to the other side, signed; a new offer takes the place of the last one')
      .requiredOption('--wallet <name>', 'buyer or merchant')
      .requiredOption('--to-merchant <amount>', 'the merchant’s part before the fee, in whole tokens; the rest goes back')
      .option('--until <time>', 'a time or a duration from now', '3d'),
    'huitong dispute offer dsp_… --wallet vases --to-merchant 60',
  ).action((id: string, options: Wallet & { toMerchant: string; until: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const known = await party.hub.dispute(id)
      const order = await party.hub.order(known.order)
      const settle = order.milestones.find(({ milestone }) => milestone === known.milestone)?.settle
      if (settle === undefined) throw new Unproven('milestone_missing', known.order)
      const ledger = await desk.hub.ledger(settle.ledger)
      const toMerchant = wholeAmountOf(options.toMerchant, await tokenOn(ledger, settle.asset))
      const until = iso(timeFrom(options.until, await ledger.now()))
      tellDispute(desk, await offerSplit(party, id, { toMerchant, until }))
    }),
  )
  answer(dispute, 'accept-offer', 'accept the other side’s offer by signing the same body', 'accept')
  answer(dispute, 'decline-offer', 'decline an offer, or withdraw one’s own', 'decline')
  example(
    dispute
      .command('appeal <id>')
      .description('appeal a ruling, once: two other operators decide')
      .requiredOption('--wallet <name>', 'buyer or merchant')
      .requiredOption('--grounds <text>', 'why others should decide'),
    'huitong dispute appeal dsp_… --wallet vases --grounds "the crack was in the photograph of the listing"',
  ).action((id: string, options: Wallet & { grounds: string }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) =>
      tellDispute(desk, await party.hub.appealRuling(id, { party: party.id, grounds: options.grounds })),
    ),
  )
  example(
    dispute
      .command('accept-ruling <id>')
      .description('will not appeal: in force at once when nobody is left who could')
      .requiredOption('--wallet <name>', 'buyer or merchant'),
    'huitong dispute accept-ruling dsp_… --wallet han',
  ).action((id: string, options: Wallet, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) =>
      tellDispute(desk, await party.hub.acceptRuling(id, { party: party.id })),
    ),
  )
}

function answer(dispute: Command, verb: string, told: string, given: 'accept' | 'decline'): void {
  example(
    dispute.command(`${verb} <id> <offer>`).description(told).requiredOption('--wallet <name>', 'buyer or merchant'),
    `huitong dispute ${verb} dsp_… dof_… --wallet han`,
  ).action((id: string, offer: string, options: Wallet, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) =>
      tellDispute(
        desk,
        given === 'accept'
          ? await acceptOffer(party, await party.hub.dispute(id), offer)
          : await party.hub.answerOffer(id, offer, { party: party.id, answer: given }),
      ),
    ),
  )
}

const TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
  '.txt': 'text/plain',
  '.mp4': 'video/mp4',
  '.mp3': 'audio/mpeg',
}

export function evidenceCommands(dispute: Command): void {
  example(
    dispute
      .command('evidence <id> <file>')
      .description('hand in a file: its hash enters the case, the file is kept encrypted')
      .requiredOption('--wallet <name>', 'a party or an operator'),
    'huitong dispute evidence dsp_… crack.jpg --wallet han',
  ).action((id: string, file: string, options: Wallet, command: Command) => {
    const mediaType = TYPES[path.extname(file).toLowerCase()]
    if (mediaType === undefined)
      throw new CommandFailure(EXIT.usage, 'evidence_type_unsupported', `one of ${Object.keys(TYPES).join(' ')}`)
    const bytes = read(file)
    return asHolder(command, options.wallet, async (desk, { party }) =>
      tellDispute(desk, await party.hub.addEvidence(id, { name: path.basename(file), mediaType, bytes })),
    )
  })
  example(
    dispute
      .command('look <id> <evidence>')
      .description('fetch a file of the case; the look is logged')
      .requiredOption('--wallet <name>', 'a party or an operator')
      .requiredOption('--out <file>', 'where to write it'),
    'huitong dispute look dsp_… evd_… --wallet lu --out crack.jpg',
  ).action((id: string, evidence: string, options: Wallet & { out: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const bytes = await readEvidence(party, await party.hub.dispute(id), evidence)
      writeFileSync(options.out, bytes)
      desk.output.emit(
        { evidence, bytes: bytes.length, file: options.out },
        `${options.out}: ${bytes.length} bytes, as hashed in the case`,
      )
    }),
  )
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch {
    throw new CommandFailure(EXIT.usage, 'file_unreadable', `cannot read ${file}`)
  }
}

export function returnCommands(dispute: Command): void {
  example(
    dispute
      .command('reject <order>')
      .description('the buyer does not keep what came: the clock stops, and the goods may go back')
      .requiredOption('--wallet <name>', 'the buyer')
      .requiredOption('--claim <text>', 'what is wrong')
      .option('--milestone <number>', 'which milestone', Number, 0),
    'huitong dispute reject ord_… --wallet han --claim "the vase has a crack"',
  ).action((id: string, options: Wallet & { claim: string; milestone: number }, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const { claim, milestone } = options
      tellDispute(desk, await rejectOrder(party, await party.hub.order(id), { milestone, claim }))
    }),
  )
  example(
    dispute
      .command('return <id> <step>')
      .description('the next step of a return: authorise, refuse and receive are the merchant’s, ship is the buyer’s')
      .requiredOption('--wallet <name>', 'buyer or merchant')
      .option('--tracking <text>', 'of the parcel on its way back'),
    'huitong dispute return dsp_… ship --wallet han --tracking SF-2231',
  ).action((id: string, step: string, options: Wallet & { tracking?: string }, command: Command) => {
    if (step !== 'authorise' && step !== 'refuse' && step !== 'ship' && step !== 'receive')
      throw new CommandFailure(EXIT.usage, 'step_unknown', 'authorise, refuse, ship or receive')
    const tracking = options.tracking === undefined ? {} : { tracking: options.tracking }
    return asParty(command, options.wallet, async (desk, { party }) =>
      tellDispute(desk, await party.hub.stepReturn(id, { party: party.id, step, ...tracking })),
    )
  })
  example(
    dispute
      .command('refund <id>')
      .description('the merchant gives back what remains, by its own signature on the ledger')
      .requiredOption('--wallet <name>', 'the merchant'),
    'huitong dispute refund dsp_… --wallet vases',
  ).action((id: string, options: Wallet, command: Command) =>
    asParty(command, options.wallet, async (desk, { party }) => {
      const known = await party.hub.dispute(id)
      const order = await party.hub.order(known.order)
      const milestone = order.milestones.find((one) => one.milestone === known.milestone)
      if (milestone === undefined) throw new Unproven('milestone_missing', known.order)
      const proof = await refundMilestone(party, milestone)
      const ledger = await desk.hub.ledger(milestone.settle.ledger)
      await desk.final(ledger, proof, { text: `refunded: milestone ${milestone.milestone} of ${order.id}` })
    }),
  )
}
