// `huitong rulebook`: what a ledger allows. Shown to everyone; set, with the tiers of accounts, by the registrar that its genesis names.
import type { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { type AssetRules, type Rulebook, TIER_MAX, decodeRulebook, encodeAddress, encodeRulebook } from '@huitong/chain'
import type { AccountId } from '@huitong/primitives'
import { durationText } from '../amounts.js'
import { accountIn, asHolder, atDesk, shortAddress } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import type { JsonObject } from '../output.js'
import { example } from './globals.js'

export function rulebookCommand(program: Command): void {
  const rulebook = program.command('rulebook').description('what a ledger allows: locks, fees, tiers, limits, tax')
  show(rulebook)
  set(rulebook)
  tier(rulebook)
}

function show(rulebook: Command): void {
  example(
    rulebook.command('show').description('the version in force').requiredOption('--ledger <ledger>', 'where'),
    'huitong rulebook show --ledger shanxi',
    'huitong rulebook show --ledger shanxi --json > rules.json   # the form that `rulebook set` takes',
  ).action((options: { ledger: string }, command: Command) =>
    atDesk(command, async (desk) => {
      const found = await (await desk.hub.ledger(options.ledger)).rulebook()
      const facts: JsonObject = JSON.parse(encodeRulebook(found))
      desk.output.emit(facts, textOf(options.ledger, found))
    }),
  )
}

function textOf(ledger: string, rulebook: Rulebook): string {
  const { version, jurisdiction, currencyZone, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, registrar, assets = [] } = rulebook
  return [
    `${ledger}: rulebook ${version}, jurisdiction ${jurisdiction}, currency zone ${currencyZone}`,
    `  locks last at most        ${durationText(lockMaxMs)}`,
    `  fees are at most          ${feeShareMaxPpm / 10_000} %`,
    `  recovery delays at least  ${durationText(recoveryDelayMinMs)}`,
    `  registrar                 ${registrar === undefined ? 'none: it never changes' : encodeAddress(registrar)}`,
    ...assets.flatMap(textOfAsset),
  ].join('\n')
}

function textOfAsset({ asset, tier: needed, limits, counterparties, tax }: AssetRules): string[] {
  return [
    `  ${asset}: tier ${needed} and above`,
    ...limits.map(
      (limit) =>
        `    from tier ${limit.tier}: ${limit.perTransaction ?? 'any amount'} at once, ${limit.perDay ?? 'any amount'} a day (base units)`,
    ),
    ...(counterparties.length === 0 ? [] : [`    only to or from ${counterparties.map(encodeAddress).join(', ')}`]),
    ...(tax === undefined ? [] : [`    tax of ${tax.ppm / 10_000} % to ${encodeAddress(tax.to)}`]),
  ]
}

function set(rulebook: Command): void {
  example(
    rulebook
      .command('set')
      .description('the next version; it binds what enters a lock from then on')
      .requiredOption('--wallet <name>', 'the registrar')
      .requiredOption('--ledger <ledger>', 'where')
      .requiredOption(
        '--file <rules.json>',
        'as `rulebook show --json` writes it; its version, place and registrar are not read',
      ),
    'huitong rulebook set --wallet registrar --ledger shanxi --file rules.json',
  ).action((options: { wallet: string; ledger: string; file: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const given = rulebookIn(options.file)
      if (given === undefined)
        throw new CommandFailure(
          EXIT.usage,
          'rulebook_malformed',
          `${options.file} is not a rulebook in the order and form of show --json`,
        )
      const { lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, assets } = given
      const change = { lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, ...(assets === undefined ? {} : { assets }) }
      const proof = await party.setRulebook(ledger, change)
      const { version } = await ledger.rulebook()
      await desk.final(ledger, proof, { text: `${ledger.name}: rulebook ${version} is in force`, facts: { version } })
    }),
  )
}

/** The whole file, or its first line: `--json` writes one object per line, the last of them a summary. */
function rulebookIn(file: string): Rulebook | undefined {
  const text = readFileSync(file, 'utf8')
  for (const part of [text, text.split('\n')[0] ?? '']) {
    try {
      const read = decodeRulebook(JSON.stringify(JSON.parse(part)))
      if (read.ok) return read.value
    } catch {
      continue
    }
  }
  return undefined
}

interface TierOptions {
  readonly wallet: string
  readonly ledger: string
  readonly account: AccountId
  readonly tier: number
}

function tier(rulebook: Command): void {
  example(
    rulebook
      .command('tier')
      .description('say how well an account’s owner is known')
      .requiredOption('--wallet <name>', 'the registrar')
      .requiredOption('--ledger <ledger>', 'where')
      .requiredOption('--account <address>', 'whose', accountIn)
      .requiredOption('--tier <number>', `0 to ${TIER_MAX}`, Number),
    'huitong rulebook tier --wallet registrar --ledger shanxi --account ht1… --tier 2',
  ).action(({ wallet, ledger: name, account, tier: to }: TierOptions, command: Command) =>
    asHolder(command, wallet, async (desk, { party }) => {
      if (!Number.isInteger(to) || to < 0 || to > TIER_MAX)
        throw new CommandFailure(EXIT.usage, 'tier_malformed', `--tier is 0 to ${TIER_MAX}`)
      const ledger = await desk.hub.ledger(name)
      const proof = await party.setTier(ledger, { account, tier: to })
      await desk.final(ledger, proof, {
        text: `${shortAddress(encodeAddress(account))} has tier ${to} on ${ledger.name}`,
        facts: { account: encodeAddress(account), tier: to },
      })
    }),
  )
}
