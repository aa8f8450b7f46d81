// The watchtower of two hash locks: claims with a known secret and refunds that are due, for conversions and swaps alike. Needs no key. What does
// not come through in time is told to people; it is tried on and on all the same.
import { type Performed, runUnit } from '@huitong/platform'
import { type ChainId, type Coordinate, type Time } from '@huitong/primitives'
import { type Adjudicate, type PushClaim, type PushRefund, isStillBefore, lastSafeReveal } from '@huitong/protocol'
import type { DataSource } from 'typeorm'
import type { AlarmKind, Alarms } from '../alarm/alarms.js'
import type { HubTransactions } from '../effect/hub-transactions.js'
import type { EffectPerformers } from '../effect/performer.js'
import type { Ledgers } from '../ledgers/ledgers.js'
import type { Terms } from '../terms.js'

export interface Watchtower {
  readonly performers: EffectPerformers
  readonly transactions: HubTransactions
  readonly ledgers: Ledgers
  readonly alarms: Alarms
  readonly database: DataSource
  readonly terms: Pick<Terms, 'alarmAfterMs'>
}

interface Pushed {
  readonly deal: { readonly id: string; readonly parties: readonly string[] }
  readonly effect: { readonly id: string; readonly chain: ChainId; readonly coin: Coordinate }
}

/** Registers the two effects for the deals of a prefix, and the call for a person where no rule helps any more. */
export function registerWatchtower(prefix: string, tower: Watchtower): void {
  const { performers, transactions, ledgers } = tower
  performers.register<{ readonly state: string }, PushClaim>(prefix, 'pushClaim', async (owed): Promise<Performed> => {
    const { deal, effect } = owed
    const { id, chain, coin, preimage } = effect
    await watchClaim(tower, owed)
    const ledger = ledgers.ofChain(chain)
    return transactions.push({ effect: id, deal: deal.id, ledger, coin, path: { kind: 'claim' }, preimages: [preimage] })
  })
  performers.register<{ readonly state: string }, PushRefund>(prefix, 'pushRefund', async (owed): Promise<Performed> => {
    const { deal, effect } = owed
    const { id, chain, coin } = effect
    await watchRefund(tower, owed)
    const ledger = ledgers.ofChain(chain)
    return transactions.push({ effect: id, deal: deal.id, ledger, coin, path: { kind: 'expire' }, preimages: [] })
  })
  performers.register<{ readonly state: string }, Adjudicate>(prefix, 'adjudicate', async ({ effect }): Promise<Performed> => {
    return { park: `for an operator: ${effect.reason}` }
  })
}

/** A refund that is due for longer than the hub allows itself. */
async function watchRefund(tower: Watchtower, pushed: Pushed): Promise<void> {
  const expiry = await expiryOf(tower, pushed)
  if (expiry === undefined) return
  const { seen } = await clockOf(tower, pushed)
  const lateMs = seen - expiry
  if (lateMs > tower.terms.alarmAfterMs) await raise(tower, pushed, 'refund.overdue', `due for ${lateMs} ms and not final`)
}

/** A claim whose coin expires so soon that nobody would begin one now. */
async function watchClaim(tower: Watchtower, pushed: Pushed): Promise<void> {
  const expiry = await expiryOf(tower, pushed)
  if (expiry === undefined) return
  const { env, seen } = await clockOf(tower, pushed)
  const { chain } = pushed.effect
  if (isStillBefore(env, chain, lastSafeReveal(env, chain, expiry))) return
  await raise(tower, pushed, 'claim.at_risk', `the lock expires in ${expiry - seen} ms and the claim is not final`)
}

async function clockOf({ ledgers, database }: Watchtower, { effect }: Pushed) {
  const env = await ledgers.env(database.manager)
  return { env, seen: env.ledgers[effect.chain]?.seen ?? (0 as Time) }
}

async function expiryOf({ transactions, ledgers }: Watchtower, { effect }: Pushed): Promise<Time | undefined> {
  const coin = await transactions.coin(ledgers.ofChain(effect.chain), effect.coin)
  return coin.ok && coin.value.condition.kind === 'hashLock' ? coin.value.condition.expiry : undefined
}

async function raise({ alarms, database }: Watchtower, { deal, effect }: Pushed, kind: AlarmKind, detail: string): Promise<void> {
  const coin = { chain: effect.chain, coordinate: effect.coin }
  const alarm = { kind, subject: `${deal.id}/${effect.coin}`, detail, parties: deal.parties, coin }
  await runUnit(database, { lostCommit: 'again' }, async (unit) => void (await alarms.raise(unit, alarm)))
}
