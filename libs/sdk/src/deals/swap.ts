// Swapping two tokens between two parties on two ledgers, each half for its side. The initiator holds the secret and reveals last.
import { type HashLockCondition, type ProvenTransaction, decodeCondition } from '@huitong/chain'
import { type AssetCode, type Coordinate, type HashLock, after, fromHex } from '@huitong/primitives'
import type { Dto } from '../client/hub-client.js'
import { Unproven } from '../client/unproven.js'
import { type Party, pushLock } from '../party.js'
import { ownLockFault, verifyLock } from './locks.js'
import { type SecretStore, secretFor } from './secrets.js'
import { type Patience, until } from './waiting.js'

const LONGEST_LOCK_MS = 3 * 24 * 3_600_000

export interface SwapTerms {
  readonly counterparty: string
  readonly give: { readonly ledger: string; readonly asset: AssetCode; readonly amount: bigint }
  readonly take: { readonly ledger: string; readonly asset: AssetCode; readonly amount: bigint }
}

interface SwapOptions {
  readonly name: string
  readonly secrets: SecretStore
  readonly patience?: Patience
}

/** The initiator's proposal; the secret is stored before the hash is told. */
export async function proposeSwap(party: Party, terms: SwapTerms, options: SwapOptions): Promise<Dto['SwapDto']> {
  const { hash } = await secretFor(options.secrets, party.hub.http.entropy, options.name)
  return party.hub.createSwap(
    {
      initiator: party.id,
      counterparty: terms.counterparty,
      give: { ledger: terms.give.ledger, asset: terms.give.asset },
      giveAmount: terms.give.amount.toString(),
      take: { ledger: terms.take.ledger, asset: terms.take.asset },
      takeAmount: terms.take.amount.toString(),
      hash,
      giveAccount: party.address,
      takeAccount: party.address,
    },
    { key: `swap-${options.name}` },
  )
}

/** The initiator's side from acceptance to its end: locks, verifies the other lock on the ledger, reveals. Safe to call again. */
export async function completeSwap(party: Party, id: string, terms: SwapTerms, options: SwapOptions): Promise<ProvenTransaction> {
  const { secret, hash } = await secretFor(options.secrets, party.hub.http.entropy, options.name)
  const accepted = await awaitState(
    party,
    id,
    (swap) => swap.legA.condition !== undefined || ENDED.has(swap.state),
    options.patience,
  )
  await lockLeg(party, accepted, accepted.legA, { ...terms.give, hash })
  const locked = await awaitState(
    party,
    id,
    (swap) => swap.legB.coordinate !== undefined || ENDED.has(swap.state),
    options.patience,
  )
  const ledger = await party.hub.ledger(terms.take.ledger)
  if (locked.legB.spentBy !== undefined) return ledger.proof(locked.legB.spentBy as ProvenTransaction['id'])
  if (locked.legB.coordinate === undefined) throw new Unproven('lock_missing', `${id} is ${locked.state}`)
  const { terms: hub } = await party.hub.hub()
  const coin = await verifyLock(ledger, locked.legB.coordinate as Coordinate, {
    asset: terms.take.asset,
    amount: terms.take.amount,
    hash,
    claimant: party.account.id,
    refundee: conditionOf(locked.legA).claimant,
    reserveMs: hub.skewMs + hub.marginMs,
  })
  return pushLock(party.hub, ledger, { coin, path: { kind: 'claim' }, preimage: secret, reference: hash.slice(16, 32) })
}

/** The counterparty's side: accepts, and locks only after the initiator's lock is proven to be what was proposed. */
export async function answerSwap(party: Party, swap: Dto['SwapDto'], patience?: Patience): Promise<void> {
  const accepted = await party.hub.acceptSwap(
    swap.id,
    { giveAccount: party.address, takeAccount: party.address },
    { key: `accept-${swap.id}` },
  )
  const locked = await awaitState(party, swap.id, (view) => view.legA.coordinate !== undefined || ENDED.has(view.state), patience)
  if (locked.legA.coordinate === undefined) throw new Unproven('lock_missing', `${swap.id} is ${locked.state}`)
  const ledger = await party.hub.ledger(swap.legA.ledger)
  const { terms: hub } = await party.hub.hub()
  const own = conditionOf(accepted.legB)
  await verifyLock(ledger, locked.legA.coordinate as Coordinate, {
    asset: swap.legA.asset as AssetCode,
    amount: BigInt(swap.legA.amount),
    hash: swap.hash as HashLock,
    claimant: party.account.id,
    refundee: own.claimant,
    reserveMs: hub.skewMs + hub.marginMs,
  })
  await lockLeg(party, locked, locked.legB, {
    ledger: swap.legB.ledger,
    asset: swap.legB.asset as AssetCode,
    amount: BigInt(swap.legB.amount),
    hash: swap.hash as HashLock,
  })
}

const ENDED = new Set(['EXPIRED', 'CANCELLED', 'A_REFUNDED', 'REFUNDED', 'COMPLETED'])

const awaitState = (
  party: Party,
  id: string,
  enough: (swap: Dto['SwapDto']) => boolean,
  patience: Patience | undefined,
): Promise<Dto['SwapDto']> =>
  until(party.hub.http, `the other side of ${id}`, (seen) => party.hub.swap(id, seen), enough, patience)

/** Locks the own leg if it is exactly what was agreed and not locked yet. */
async function lockLeg(
  party: Party,
  swap: Dto['SwapDto'],
  leg: Dto['LegDto'],
  agreed: { ledger: string; asset: AssetCode; amount: bigint; hash: HashLock },
): Promise<void> {
  if (leg.fundedBy !== undefined) return
  const ledger = await party.hub.ledger(agreed.ledger)
  const condition = conditionOf(leg)
  const fault = ownLockFault(
    { asset: leg.asset, amount: leg.amount, condition },
    {
      ...agreed,
      claimant: condition.claimant,
      refundee: party.account.id,
      latestExpiry: after(await ledger.now(), LONGEST_LOCK_MS),
    },
  )
  if (fault !== undefined) throw new Unproven('lock_mismatch', `${fault} of the lock that ${swap.id} asks for`)
  await party.payOutputs(ledger, [{ asset: agreed.asset, amount: agreed.amount, condition }], {
    reference: agreed.hash.slice(0, 16),
  })
}

function conditionOf(leg: Dto['LegDto']): HashLockCondition {
  const condition = decodeCondition(fromHex(leg.condition?.canonical ?? ''))
  if (!condition.ok || condition.value.kind !== 'hashLock') throw new Unproven('lock_malformed', leg.name)
  return condition.value
}
