// Coins as decisions need them: durable, unspent, of the right kind, under our arbiter, and no money of an account that custody manages.
import type { EscrowCondition, HashLockCondition } from '@huitong/chain'
import type { CoinRef, CustodyCode } from '@huitong/contracts'
import { type Result, err, ok } from '@huitong/primitives'
import type { LedgerHead, ReadCoin } from '../ledger/ledgers.js'
import type { World } from '../decision/plan.js'

export interface Found<C> {
  readonly coin: ReadCoin
  readonly condition: C
  readonly head: LedgerHead
}

/** An unspent hash lock that has not expired. */
export async function hashLockCoin(world: World, ref: CoinRef): Promise<Result<Found<HashLockCondition>, CustodyCode>> {
  const found = await unspent(world, ref)
  if (!found.ok) return found
  const { coin, head } = found.value
  if (coin.condition.kind !== 'hashLock') return err('coin_mismatch', 'not a hash lock')
  if (head.now >= coin.condition.expiry) return err('too_late', 'the lock has expired')
  return ok({ coin, head, condition: coin.condition })
}

/** An unspent escrow coin under our arbiter whose deadline has not passed. */
export async function escrowCoin(world: World, ref: CoinRef): Promise<Result<Found<EscrowCondition>, CustodyCode>> {
  const found = await unspent(world, ref)
  if (!found.ok) return found
  const { coin, head } = found.value
  if (coin.condition.kind !== 'escrow') return err('coin_mismatch', 'not an escrow coin')
  if (coin.condition.arbiter !== world.keyring.arbiter.account) return err('not_managed', 'another arbiter')
  if (head.now >= coin.condition.deadline) return err('too_late', 'the deadline has passed')
  return ok({ coin, head, condition: coin.condition })
}

/** Custody does not judge over money of accounts it manages; on paired coins it may, bound to one outcome for both (docs/decisions/0002). */
export function conflictFault(world: World, condition: EscrowCondition) {
  const isOurs = [condition.payer, condition.payee].some((account) => world.keyring.managed(account) !== undefined)
  return isOurs && !condition.paired ? err('conflict_of_interest', 'payer or payee is an account of the hub') : undefined
}

async function unspent(world: World, ref: CoinRef): Promise<Result<{ coin: ReadCoin; head: LedgerHead }, CustodyCode>> {
  const [head, read] = await Promise.all([world.ledgers.head(ref.ledger), world.ledgers.coin(ref.ledger, ref.coordinate)])
  if (!head.ok) return head
  if (!read.ok) return read
  const coin = read.value
  if (coin === undefined) return err('coin_not_final', 'the ledger has no such coin')
  if (coin.chain !== head.value.chain) return err('coin_mismatch', 'of another ledger')
  return coin.spentBy === undefined ? ok({ coin, head: head.value }) : err('coin_spent')
}
