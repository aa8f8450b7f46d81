// `huitong account`: what owns money on a ledger. The address never changes; keys do, on every ledger alike.
import type { Command } from 'commander'
import { type Policy, type RecoveryTerms, encodeAddress, recoveryTermsOf } from '@huitong/chain'
import type { AccountId, PublicKey } from '@huitong/primitives'
import { type AccountState, type LedgerClient, openAccount } from '@huitong/sdk'
import { durationOf, durationText, tokenOn } from '../amounts.js'
import { type Desk, type Holder, accountIn, asHolder, atDesk, conditionText, iso, short } from '../desk.js'
import { formatAmount } from '@huitong/primitives'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example } from './globals.js'
import { statementCommand } from './reports.js'

export function accountCommand(program: Command): void {
  const account = program.command('account').description('accounts on ledgers: keys, balances, coins')
  open(account)
  show(account)
  balances(account)
  coins(account)
  statementCommand(account)
  rotate(account)
  changeRecovery(account)
}

interface OpenOptions {
  readonly wallet: string
  readonly ledger: string
  readonly recovery?: string
  readonly quorum?: string
  readonly delay?: string
}

function open(account: Command): void {
  example(
    account
      .command('open')
      .description('open the wallet’s account on a ledger and prove it to the hub')
      .requiredOption('--wallet <name>', 'whose account')
      .requiredOption('--ledger <ledger>', 'where')
      .option(
        '--recovery <addresses>',
        'institutions that may vouch for new keys, comma-separated; part of the address, so only before the first ledger',
      )
      .option('--quorum <number>', 'how many of them must (default: 2)')
      .option('--delay <duration>', 'how long the old key can object (default: 3d)'),
    'huitong account open --wallet lin --ledger shanxi',
    'huitong account open --wallet rong --ledger shanxi --recovery ht1…,ht1… --quorum 2 --delay 3d',
  ).action((options: OpenOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { wallet }) => {
      const ledger = await desk.hub.ledger(options.ledger)
      await settlePolicy({ wallet, party: desk.party(wallet) }, options)
      const party = desk.party(wallet)
      if (wallet.card.index > 0) await openRotated(desk, ledger, { wallet, party })
      if (wallet.card.party === undefined) await openAccount(ledger, wallet.account, await party.frame(ledger, {}))
      else await party.openOn(ledger)
      await wallet.update({ opened: true })
      desk.output.emit(
        { ledger: ledger.name, address: party.address, party: wallet.card.party },
        [
          `${party.address} is open on ${ledger.name}`,
          wallet.card.party === undefined
            ? `  the hub does not know whose it is: enrol with huitong party create --wallet ${options.wallet}, then open again to bind it`
            : `  bound to ${wallet.card.party}`,
        ].join('\n'),
      )
    }),
  )
}

/** An account is opened by the keys that its address was made of; where they were rotated elsewhere, the same is done here at once. */
async function openRotated(desk: Desk, ledger: LedgerClient, holder: Holder): Promise<void> {
  const { wallet, party } = holder
  const [first] = wallet.card.policy.keys
  if ((await ledger.account(wallet.account.id)) !== undefined) return
  if (wallet.signer(0).publicKey !== first)
    throw new CommandFailure(
      EXIT.usage,
      'first_key_missing',
      `an account is opened by its first key, which this wallet has not: it lives on the ledgers where it was recovered`,
    )
  await openAccount(ledger, wallet.accountAt(wallet.card.policy, 0), await party.frame(ledger, {}))
  await rotateOn(desk, ledger, holder, wallet.signer().publicKey)
}

/** The recovery setting is hashed into the address: chosen before the account is first opened, or never. */
async function settlePolicy({ wallet }: Holder, options: OpenOptions): Promise<void> {
  if (options.recovery === undefined) return
  const recovery = {
    authorities: options.recovery.split(',').map((address) => accountIn(address.trim())),
    quorum: Number(options.quorum ?? '2'),
    delayMs: durationOf(options.delay ?? '3d'),
  }
  if (!Number.isInteger(recovery.quorum) || recovery.quorum < 2 || recovery.quorum > recovery.authorities.length)
    throw new CommandFailure(
      EXIT.usage,
      'quorum_wrong',
      `a quorum is at least 2 and at most the ${recovery.authorities.length} institutions named`,
    )
  const policy: Policy = wallet.policyWith(recovery)
  if (!wallet.card.opened) return wallet.update({ policy })
  if (JSON.stringify(policy) !== JSON.stringify(wallet.card.policy))
    throw new CommandFailure(
      EXIT.usage,
      'policy_stands',
      'this account is open with another recovery setting, which is part of its address: make another wallet for this one',
    )
}

function show(account: Command): void {
  example(
    account
      .command('show')
      .argument('<address>', 'ht1…', accountIn)
      .description('keys, recovery setting and pending recovery of an account')
      .option('--ledger <ledger>', 'only there (default: every ledger)'),
    'huitong account show ht1…',
  ).action((id: AccountId, options: { ledger?: string }, command: Command) =>
    atDesk(command, async (desk) => {
      const address = encodeAddress(id)
      let open = 0
      for (const name of options.ledger === undefined ? await desk.hub.ledgerNames() : [options.ledger]) {
        const state = await (await desk.hub.ledger(name)).account(id)
        if (state === undefined) continue
        open++
        desk.output.emit({ ledger: name, address, ...factsOf(state) }, textOf(name, state))
      }
      if (open === 0)
        throw new CommandFailure(EXIT.refused, 'account_unknown', `${address} is not open on ${options.ledger ?? 'any ledger'}`)
    }),
  )
}

const recoveryFacts = ({ authorities, quorum, delayMs }: RecoveryTerms) => ({
  authorities: authorities.map(encodeAddress),
  quorum,
  delayMs,
})

const factsOf = (state: AccountState) => ({
  keys: state.current.keys,
  threshold: state.current.threshold,
  sequence: state.sequence,
  ...recoveryFacts(recoveryTermsOf(state)),
  ...(state.change === undefined ? {} : { change: { ...recoveryFacts(state.change.terms), from: iso(state.change.from) } }),
  ...(state.recovery === undefined ? {} : { recoveryEnds: iso(state.recovery.end), recoveryKeys: state.recovery.keys.keys }),
})

const recoveryText = ({ authorities, quorum, delayMs }: RecoveryTerms): string =>
  quorum === 0 ? 'none' : `${quorum} of ${authorities.length} institutions, ${durationText(delayMs)} to object`

function textOf(ledger: string, state: AccountState): string {
  const { current, recovery, change } = state
  const terms = recoveryTermsOf(state)
  return [
    `on ${ledger}: ${current.threshold} of ${current.keys.length} key${current.keys.length === 1 ? '' : 's'} must sign`,
    ...current.keys.map((key) => `  key        ${key}`),
    `  recovery   ${recoveryText(terms)}`,
    ...terms.authorities.map((authority) => `             ${encodeAddress(authority)}`),
    ...(change === undefined ? [] : [`  changes    at ${iso(change.from)} to ${recoveryText(change.terms)}`]),
    ...(recovery === undefined
      ? []
      : [`  RECOVERING new keys take over at ${iso(recovery.end)}; the present key can still cancel`]),
  ].join('\n')
}

function balances(account: Command): void {
  example(
    account
      .command('balances')
      .argument('<address>', 'ht1…', accountIn)
      .description('available, locked and total per token, now or as of a height')
      .option('--ledger <ledger>', 'only there (default: every ledger)')
      .option('--height <number>', 'as of this block (needs --ledger)', Number),
    'huitong account balances ht1… --ledger shanxi --height 120',
  ).action((id: AccountId, options: { ledger?: string; height?: number }, command: Command) =>
    atDesk(command, async (desk) => {
      if (
        options.height !== undefined &&
        (options.ledger === undefined || !Number.isInteger(options.height) || options.height < 0)
      )
        throw new CommandFailure(EXIT.usage, 'height_malformed', '--height is a block of one ledger: name it with --ledger')
      const rows = []
      for (const name of options.ledger === undefined ? await desk.hub.ledgerNames() : [options.ledger]) {
        const ledger = await desk.hub.ledger(name)
        if (options.ledger === undefined && (await ledger.account(id)) === undefined) continue
        for (const balance of await ledger.balances(id, options.height)) {
          const { scale } = await tokenOn(ledger, balance.asset)
          const told = (amount: bigint): string => (desk.output.json ? amount.toString() : formatAmount(amount, scale))
          rows.push({
            ledger: name,
            asset: balance.asset,
            scale,
            available: told(balance.available),
            locked: told(balance.locked),
            total: told(balance.total),
          })
        }
      }
      if (rows.length === 0) desk.output.say('nothing here')
      else
        desk.output.table(
          [
            { key: 'ledger', title: 'ledger' },
            { key: 'asset', title: 'token' },
            { key: 'available', title: 'available', align: 'right' },
            { key: 'locked', title: 'locked', align: 'right' },
            { key: 'total', title: 'total', align: 'right' },
          ],
          rows,
        )
      return { balances: rows.length }
    }),
  )
}

function coins(account: Command): void {
  example(
    account
      .command('coins')
      .argument('<address>', 'ht1…', accountIn)
      .description('the unspent coins of an account, and with --named every lock that names it')
      .requiredOption('--ledger <ledger>', 'where')
      .option('--asset <code>', 'only this token')
      .option('--named', 'also coins that it cannot spend alone'),
    'huitong account coins ht1… --ledger shanxi',
  ).action((id: AccountId, options: { ledger: string; asset?: string; named?: boolean }, command: Command) =>
    atDesk(command, async (desk) => {
      const ledger = await desk.hub.ledger(options.ledger)
      const token = options.asset === undefined ? undefined : await tokenOn(ledger, options.asset)
      const found = await ledger.coins(id, {
        relation: options.named === true ? 'named' : 'own',
        ...(token === undefined ? {} : { asset: token.asset }),
      })
      const scales = new Map((await ledger.assets()).map(({ asset, scale }) => [asset, scale]))
      desk.output.table(
        [
          { key: 'coordinate', title: 'coordinate' },
          { key: 'amount', title: 'amount', align: 'right' },
          { key: 'asset', title: 'token' },
          { key: 'height', title: 'height', align: 'right' },
          ...(options.named === true ? [{ key: 'condition', title: 'for' }] : []),
        ],
        found.map((coin) => ({
          coordinate: coin.coordinate,
          amount: desk.output.json ? coin.amount.toString() : formatAmount(coin.amount, scales.get(coin.asset) ?? 0),
          asset: coin.asset,
          height: coin.height,
          ...(options.named === true || desk.output.json ? { condition: conditionText(coin.condition) } : {}),
        })),
      )
      return { coins: found.length }
    }),
  )
}

function rotate(account: Command): void {
  example(
    account
      .command('rotate')
      .description('the next key of the wallet takes over on every ledger; the address stays')
      .requiredOption('--wallet <name>', 'whose account'),
    'huitong account rotate --wallet lin',
  ).action((options: { wallet: string }, command: Command) =>
    asHolder(command, options.wallet, async (desk, holder) => {
      const { wallet } = holder
      const next = wallet.signer(wallet.card.index + 1).publicKey
      let rotated = 0
      for (const name of await desk.hub.ledgerNames()) {
        const ledger = await desk.hub.ledger(name)
        if (await rotateOn(desk, ledger, holder, next)) rotated++
      }
      if (rotated === 0) throw new CommandFailure(EXIT.refused, 'account_unknown', 'the account is not open on any ledger')
      // Only now: a command that was interrupted finds the ledgers that are left and goes on.
      await wallet.update({ index: wallet.card.index + 1 })
      return { ledgers: rotated, key: wallet.card.index }
    }),
  )
}

interface ChangeOptions {
  readonly wallet: string
  readonly recovery?: string
  readonly quorum: string
  readonly delay: string
}

function changeRecovery(account: Command): void {
  example(
    account
      .command('change-recovery')
      .description(
        'other institutions, or another delay, on every ledger; in force after the old delay, and the old ones can still object',
      )
      .requiredOption('--wallet <name>', 'whose account')
      .option('--recovery <addresses>', 'institutions that may vouch for new keys, comma-separated (default: none any more)')
      .option('--quorum <number>', 'how many of them must', '2')
      .option('--delay <duration>', 'how long the key can object', '3d'),
    'huitong account change-recovery --wallet rong --recovery ht1…,ht1… --quorum 2 --delay 7d',
  ).action((options: ChangeOptions, command: Command) =>
    asHolder(command, options.wallet, async (desk, { party }) => {
      const authorities = (options.recovery ?? '')
        .split(',')
        .filter((address) => address !== '')
        .map((address) => accountIn(address.trim()))
        .sort()
      const terms: RecoveryTerms =
        authorities.length === 0
          ? { authorities, quorum: 0, delayMs: 0 }
          : { authorities, quorum: Number(options.quorum), delayMs: durationOf(options.delay) }
      if (terms.quorum > 0 && !(terms.quorum >= 2 && terms.quorum <= authorities.length))
        throw new CommandFailure(EXIT.usage, 'quorum_wrong', 'a quorum is at least 2 and at most the institutions named')
      let changed = 0
      for (const name of await desk.hub.ledgerNames()) {
        const ledger = await desk.hub.ledger(name)
        if ((await ledger.account(party.account.id)) === undefined) continue
        const proof = await party.changeRecovery(ledger, terms)
        const from = (await ledger.account(party.account.id))?.change?.from
        const when = from === undefined ? 'now' : `from ${iso(from)}`
        await desk.final(ledger, proof, {
          text: `${name}: the new recovery terms are in force ${when}`,
          facts: { ledger: name, from },
        })
        changed++
      }
      if (changed === 0) throw new CommandFailure(EXIT.refused, 'account_unknown', 'the account is not open on any ledger')
      return { ledgers: changed }
    }),
  )
}

/** True if the account is open on the ledger, with the new key from now on if not before. */
async function rotateOn(desk: Desk, ledger: LedgerClient, { wallet, party }: Holder, next: PublicKey): Promise<boolean> {
  const id = wallet.account.id
  const state = await ledger.account(id)
  if (state === undefined) return false
  const [key] = state.current.keys
  if (key === next) return true
  const index = key === undefined ? undefined : wallet.indexOf(key)
  if (index === undefined)
    throw new CommandFailure(EXIT.failed, 'key_missing', `wallet ${wallet.card.name} has not the present key on ${ledger.name}`)
  const signing = party.withAccount(wallet.accountAt(wallet.card.policy, index))
  const proof = await signing.operate(ledger, [
    { kind: 'rotate', account: id, sequence: state.sequence, keys: { keys: [next], threshold: 1 } },
  ])
  await desk.final(ledger, proof, { text: `${ledger.name}: key ${short(next)} signs from now on`, facts: { publicKey: next } })
  return true
}
