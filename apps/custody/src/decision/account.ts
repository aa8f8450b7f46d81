// What custody signs for its own accounts outside of deals: a ruling's hash on a ledger, and a provider's withdrawal to its own account.
import { approvalMessage, decodeApproval, withdrawalHash } from '@huitong/chain'
import type { AnchorRuling, WithdrawLiquidity } from '@huitong/contracts'
import { type AssetCode, type Time, after, err, fromHex, ok, sha256, toHex } from '@huitong/primitives'
import { operatorsFault, readRuling } from '../evidence/ruling.js'
import { signatureFault } from '../evidence/signatures.js'
import { type Planned, VALID_AHEAD_MS, type World, validityFault } from './plan.js'

/** SHA-256 of the ruling's canonical body, anchored by the arbiter account: once per ledger. */
export async function planAnchorRuling(request: AnchorRuling, world: World): Promise<Planned> {
  const { ledger, ruling } = request
  const ruled = await readRuling(world, ruling)
  if (!ruled.ok) return ruled
  const fault = await operatorsFault(world, ruled.value, ruling)
  if (fault !== undefined) return fault
  const { account } = world.keyring.arbiter
  const [head, read] = await Promise.all([world.ledgers.head(ledger), world.ledgers.account(ledger, account)])
  if (!head.ok) return head
  if (!read.ok) return read
  if (read.value === undefined) return err('ledger_unavailable', 'the arbiter account is not open there yet', 'ledger')
  const validUntil = request.validUntil as Time
  const late = validityFault(validUntil, head.value)
  if (late !== undefined) return late
  const hash = toHex(sha256(fromHex(ruling[0]?.body ?? '')))
  return ok({
    kind: 'anchor-ruling',
    subject: { ledger, key: hash, slot: 'once' },
    outcome: 'anchor',
    ledger,
    account,
    validUntil,
    body: {
      kind: 'operate',
      sequence: read.value.sequence,
      operation: (sequence) => ({ kind: 'anchor', account, sequence, hash }),
    },
  })
}

/** Out of a provider's managed account, to the provider's own account and nowhere else, on the word of that account's keys. */
export async function planWithdraw(request: WithdrawLiquidity, world: World): Promise<Planned> {
  const { ledger, approval } = request
  const liquidity = world.keyring.liquidityOf(request.provider)
  if (liquidity?.owner === undefined) return err('not_managed', 'no account is managed for this provider', 'provider')
  const { owner } = liquidity
  const [hub, head, opened] = await Promise.all([
    world.registry.hub(),
    world.ledgers.head(ledger),
    world.ledgers.account(ledger, owner),
  ])
  if (!hub.ok) return hub
  if (!head.ok) return head
  if (!opened.ok) return opened
  const decoded = decodeApproval(fromHex(approval.body))
  if (!decoded.ok) return err('evidence_insufficient', 'the approval does not decode', 'approval')
  // the border: form checked by the contract
  const asset = request.asset as AssetCode
  const amount = BigInt(request.amount)
  const hash = withdrawalHash({ provider: request.provider, chain: head.value.chain, asset, amount })
  const { subject, account, hash: approved, validUntil: until } = decoded.value
  if (subject !== 'withdraw' || account !== owner || approved !== hash)
    return err('evidence_insufficient', 'the approval is not over this withdrawal', 'approval')
  if (until < head.value.now) return err('too_late', 'the approval is no longer valid', 'approval')
  const message = approvalMessage(hub.value, decoded.value)
  const claimed = { by: { ledger, account: owner }, weight: 'threshold', message, signed: [approval] } as const
  const fault = await signatureFault(world, claimed, 'the provider')
  if (fault !== undefined) return fault
  const latest = after(head.value.now, VALID_AHEAD_MS)
  return ok({
    kind: 'withdraw',
    subject: { ledger, key: toHex(sha256(fromHex(approval.body))), slot: 'once' },
    outcome: `withdraw ${asset} ${amount}`,
    ledger,
    account: liquidity.account,
    validUntil: until < latest ? until : latest,
    body: { kind: 'pay', asset, output: { asset, amount, condition: { kind: 'account', account: owner } } },
  })
}
