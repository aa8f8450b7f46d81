// `huitong recovery`: a lost key is not a lost asset. New keys are proposed, institutions vouch, the old key can object, nothing moves.
import type { Command } from 'commander'
import { type Policy, accountIdOf, decodeBody, encodeAddress, transactionMessage, txIdOf } from '@huitong/chain'
import { type PublicKey, fromHex } from '@huitong/primitives'
import { type Dto, Unproven, accountOf } from '@huitong/sdk'
import { type Desk, type Holder, accountIn, asHolder, asParty, shortAddress, unlocked, walletsOf, withDesk } from '../desk.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { example, outputOf } from './globals.js'

export function recoveryCommand(program: Command): void {
  const recovery = program.command('recovery').description('new keys for an account whose keys are lost')
  example(
    recovery
      .command('open')
      .description('ask for the account to be given a new wallet’s key; the account’s institutions must vouch')
      .requiredOption('--wallet <name>', 'a new wallet, whose key is to take over')
      .requiredOption('--account <address>', 'the account whose keys are lost')
      .requiredOption('--party <id>', 'whose account it is, pty_…'),
    'huitong wallet create rong-new',
    'huitong recovery open --wallet rong-new --account ht1… --party pty_…',
  ).action((options: OpenOptions, command: Command) => open(command, options))
  example(
    recovery
      .command('approve <id>')
      .description('an institution vouches, after checking that exactly these keys are proposed for exactly this account')
      .requiredOption('--wallet <name>', 'the institution'),
    'huitong recovery approve rec_… --wallet notary',
  ).action((id: string, options: { wallet: string }, command: Command) =>
    asParty(command, options.wallet, (desk, holder) => approve(desk, holder, id)),
  )
  example(
    recovery
      .command('show <id>')
      .description('how far a recovery is, ledger by ledger')
      .option('--wallet <name>', 'ask by this wallet’s key'),
    'huitong recovery show rec_…',
  ).action(async (id: string, options: { wallet?: string }, command: Command) => {
    const wallet = options.wallet === undefined ? undefined : await unlocked(command, options.wallet)
    await withDesk(command, async (desk) =>
      tell(desk, await (wallet === undefined ? desk.hub : desk.party(wallet).hub).recovery(id)),
    )
    outputOf(command).summary({ ok: true })
  })
  example(
    recovery
      .command('cancel')
      .description('the present key objects: a recovery that its holder did not ask for ends, on every ledger')
      .requiredOption('--wallet <name>', 'the holder of the present key'),
    'huitong recovery cancel --wallet rong',
  ).action((options: { wallet: string }, command: Command) =>
    asHolder(command, options.wallet, (desk, holder) => cancel(desk, holder)),
  )
}

interface OpenOptions {
  readonly wallet: string
  readonly account: string
  readonly party: string
}

async function open(command: Command, options: OpenOptions): Promise<void> {
  const account = accountIn(options.account)
  if (walletsOf(command).card(options.wallet).opened)
    throw new CommandFailure(
      EXIT.usage,
      'wallet_taken',
      `wallet ${options.wallet} has an account of its own: recover into a new one`,
    )
  await asHolder(command, options.wallet, async (desk, { wallet }) => {
    const key = wallet.signer().publicKey
    const opened = await desk.hub.openRecovery({
      party: options.party,
      account: options.account,
      keys: { keys: [key], threshold: 1 },
    })
    const policy = policyOf(opened.policy)
    if (accountIdOf(policy) !== account) throw new Unproven('policy_mismatch', options.account)
    await wallet.update({ policy, opened: true, party: options.party })
    tell(desk, opened)
    desk.output.say(`  wallet ${options.wallet} signs for ${shortAddress(options.account)} once the recovery is final`)
  })
}

const policyOf = (dto: Dto['PolicyDto']): Policy => ({
  keys: dto.keys.map((key) => key as PublicKey),
  threshold: dto.threshold,
  authorities: dto.authorities.map(accountOf),
  quorum: dto.quorum,
  delayMs: dto.delayMs,
})

async function approve(desk: Desk, { party }: Holder, id: string): Promise<void> {
  const view = await party.hub.recovery(id)
  const signatures = []
  for (const leg of view.legs) {
    const ledger = await desk.hub.ledger(leg.ledger)
    const body = decodeBody(fromHex(leg.body))
    if (!body.ok) throw new Unproven(body.code, `the proposal for ${leg.ledger}`)
    const [operation, ...more] = body.value.operations
    // An institution signs what it means and nothing else: no money, no other account, no other keys.
    const asMeant =
      operation?.kind === 'proposeRecovery' &&
      more.length === 0 &&
      body.value.inputs.length === 0 &&
      body.value.outputs.length === 0 &&
      operation.account === accountOf(view.account) &&
      operation.keys.keys.join() === view.keys.keys.join() &&
      operation.keys.threshold === view.keys.threshold
    if (!asMeant) throw new Unproven('proposal_mismatch', `${id} on ${leg.ledger}`)
    for (const { key, signature } of await party.account.sign(transactionMessage(ledger.chain, txIdOf(ledger.chain, body.value))))
      signatures.push({ ledger: leg.ledger, key, signature })
  }
  tell(desk, await party.hub.approveRecovery(id, { authority: party.address, signatures }))
}

async function cancel(desk: Desk, { party }: Holder) {
  let cancelled = 0
  for (const name of await desk.hub.ledgerNames()) {
    const ledger = await desk.hub.ledger(name)
    const state = await ledger.account(party.account.id)
    if (state?.recovery === undefined) continue
    const proof = await party.operate(ledger, [{ kind: 'cancelRecovery', account: party.account.id, sequence: state.sequence }])
    await desk.final(ledger, proof, { text: `the recovery of ${shortAddress(encodeAddress(party.account.id))} is cancelled` })
    cancelled++
  }
  if (cancelled === 0)
    throw new CommandFailure(EXIT.refused, 'recovery_none', 'no recovery of this account is pending on any ledger')
  return { ledgers: cancelled }
}

function tell(desk: Desk, view: Dto['RecoveryDto']): void {
  desk.output.emit(
    {
      id: view.id,
      state: view.state,
      account: view.account,
      party: view.party,
      keys: view.keys.keys,
      legs: view.legs.map(({ ledger, state, end, approvals }) => ({ ledger, state, end, approvals: approvals.length })),
    },
    [
      `${view.id} is ${view.state}`,
      `  account   ${view.account}`,
      `  new key   ${view.keys.keys.join(', ')}`,
      `  needs     ${view.policy.quorum} of ${view.policy.authorities.map(shortAddress).join(', ')}`,
      ...view.legs.map(
        ({ ledger, state, end, approvals }) =>
          `  ${ledger.padEnd(10)}${state}, ${approvals.length} signature${approvals.length === 1 ? '' : 's'}${end === undefined ? '' : `, final from ${end}`}`,
      ),
    ].join('\n'),
  )
}
