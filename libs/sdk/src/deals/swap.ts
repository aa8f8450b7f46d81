// Swapping two tokens between two parties on two ledgers, each half for its side. The initiator holds the secret and reveals last.
import { type HashLockCondition, type ProvenTransaction, decodeCondition } from '@huitong/chain'
import { type AssetCode, type Coordinate, type HashLock, after, fromHex } from '@huitong/primitives'
import type { Dto, Known } from '../client/hub-client.js'
import { Unproven } from '../client/unproven.js'
import { type Party, VALID_MS, pushLock } from '../party.js'
import type { Funds } from '../client/ledger-client.js'
import { ownLockFault, verifyLock } from './locks.js'
import { type SecretStore, secretFor } from './secrets.js'
import { type Patience, until } from './waiting.js'

/** How long coins that were looked up count as there. */
const FRESH_MS = 1_000
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

/**
 * The initiator's side from acceptance to its end: locks, verifies the other lock on the ledger, reveals. Safe to call again. `swap`: the proposal as it
 * was answered, or its id.
 */
export async function completeSwap(
  party: Party,
  swap: string | Dto['SwapDto'],
  terms: SwapTerms,
  options: SwapOptions,
): Promise<ProvenTransaction> {
  const { secret, hash } = await secretFor(options.secrets, party.hub.http.entropy, options.name)
  const id = typeof swap === 'string' ? swap : swap.id
  const isAccepted = ({ legA, state }: Dto['SwapDto']): boolean => legA.condition !== undefined || ENDED.has(state)
  const purse = new Purse(party, terms.give)
  const accepted = await awaitState(party, id, isAccepted, options.patience, typeof swap === 'string' ? {} : { seen: swap })
  await lockLeg(party, accepted, accepted.legA, { ...terms.give, hash, purse })
  const isLocked = ({ legB, state }: Dto['SwapDto']): boolean => legB.coordinate !== undefined || ENDED.has(state)
  const locked = await awaitState(party, id, isLocked, options.patience, { seen: accepted, passing: ['ACCEPTED', 'A_LOCKED'] })
  const ledger = await party.hub.ledger(terms.take.ledger)
  if (locked.legB.spentBy !== undefined) return ledger.proof(locked.legB.spentBy as ProvenTransaction['id'])
  if (locked.legB.coordinate === undefined) throw new Unproven('lock_missing', `${id} is ${locked.state}`)
  const hub = await party.hub.terms()
  const { coin, now } = await verifyLock(ledger, locked.legB.coordinate as Coordinate, {
    asset: terms.take.asset,
    amount: terms.take.amount,
    hash,
    claimant: party.account.id,
    refundee: conditionOf(locked.legA).claimant,
    reserveMs: hub.skewMs + hub.marginMs,
  })
  const claim = { path: { kind: 'claim' }, preimage: secret, reference: hash.slice(16, 32) } as const
  return pushLock(party.hub, ledger, { coin, ...claim, validUntil: after(now, VALID_MS) })
}

/** The counterparty's side: accepts, and locks only after the initiator's lock is proven to be what was proposed. */
export async function answerSwap(party: Party, swap: Dto['SwapDto'], patience?: Patience): Promise<void> {
  const accepted = await party.hub.acceptSwap(
    swap.id,
    { giveAccount: party.address, takeAccount: party.address },
    { key: `accept-${swap.id}` },
  )
  const { legB } = swap
  const give = { ledger: legB.ledger, asset: legB.asset as AssetCode, amount: BigInt(legB.amount) }
  const purse = new Purse(party, give)
  const isLocked = ({ legA, state }: Dto['SwapDto']): boolean => legA.coordinate !== undefined || ENDED.has(state)
  const locked = await awaitState(party, swap.id, isLocked, patience, { seen: accepted, passing: ['ACCEPTED'] })
  if (locked.legA.coordinate === undefined) throw new Unproven('lock_missing', `${swap.id} is ${locked.state}`)
  const ledger = await party.hub.ledger(swap.legA.ledger)
  const hub = await party.hub.terms()
  const own = conditionOf(accepted.legB)
  await verifyLock(ledger, locked.legA.coordinate as Coordinate, {
    asset: swap.legA.asset as AssetCode,
    amount: BigInt(swap.legA.amount),
    hash: swap.hash as HashLock,
    claimant: party.account.id,
    refundee: own.claimant,
    reserveMs: hub.skewMs + hub.marginMs,
  })
  await lockLeg(party, locked, locked.legB, { ...give, hash: swap.hash as HashLock, purse })
}

/** The swap as soon as both claims are final, or when it has come to another end. */
export const endOfSwap = (party: Party, id: string, patience?: Patience): Promise<Dto['SwapDto']> =>
  awaitState(party, id, ({ state }) => ENDED.has(state), patience, { passing: UNDER_WAY })

/** Coins for the own lock, looked up while the other side is awaited; looked up again if that was long ago: they may be gone then. */
class Purse {
  private readonly asked: number
  private readonly early: Promise<Funds | undefined>

  constructor(
    private readonly party: Party,
    private readonly give: SwapTerms['give'],
  ) {
    this.asked = party.hub.http.clock.now()
    // a fault is met again, and told, when the coins are needed
    this.early = this.look().catch(() => undefined)
  }

  async funds(): Promise<Funds> {
    const isFresh = this.party.hub.http.clock.now() - this.asked < FRESH_MS
    return (isFresh ? await this.early : undefined) ?? this.look()
  }

  private async look(): Promise<Funds> {
    return this.party.funds(await this.party.hub.ledger(this.give.ledger), [this.give])
  }
}

/** A swap goes through these by itself. */
const UNDER_WAY = ['PROPOSED', 'ACCEPTED', 'A_LOCKED', 'BOTH_LOCKED', 'REVEALED', 'B_CLAIMED']
const ENDED = new Set(['EXPIRED', 'CANCELLED', 'A_REFUNDED', 'REFUNDED', 'COMPLETED'])

/** Every version is newer than none. */
const NOTHING = { version: 0 }

const awaitState = (
  party: Party,
  id: string,
  enough: (swap: Dto['SwapDto']) => boolean,
  patience: Patience | undefined,
  known: { readonly seen?: Dto['SwapDto']; readonly passing?: readonly string[] },
): Promise<Dto['SwapDto']> => {
  const ask = (seen: Known): Promise<Dto['SwapDto']> => party.hub.swap(id, seen ?? NOTHING, known.passing)
  return until(party.hub.http, `the other side of ${id}`, ask, enough, patience, known.seen)
}

/** Locks the own leg if it is exactly what was agreed and not locked yet. */
async function lockLeg(
  party: Party,
  swap: Dto['SwapDto'],
  leg: Dto['LegDto'],
  agreed: { ledger: string; asset: AssetCode; amount: bigint; hash: HashLock; purse: Purse },
): Promise<void> {
  if (leg.fundedBy !== undefined) return
  const ledger = await party.hub.ledger(agreed.ledger)
  const condition = conditionOf(leg)
  const { coins, now } = await agreed.purse.funds()
  const fault = ownLockFault(
    { asset: leg.asset, amount: leg.amount, condition },
    {
      ...agreed,
      claimant: condition.claimant,
      refundee: party.account.id,
      latestExpiry: after(now, LONGEST_LOCK_MS),
    },
  )
  if (fault !== undefined) throw new Unproven('lock_mismatch', `${fault} of the lock that ${swap.id} asks for`)
  await party.payOutputs(ledger, [{ asset: agreed.asset, amount: agreed.amount, condition }], {
    reference: agreed.hash.slice(0, 16),
    coins,
    validUntil: after(now, VALID_MS),
  })
}

function conditionOf(leg: Dto['LegDto']): HashLockCondition {
  const condition = decodeCondition(fromHex(leg.condition?.canonical ?? ''))
  if (!condition.ok || condition.value.kind !== 'hashLock') throw new Unproven('lock_malformed', leg.name)
  return condition.value
}
