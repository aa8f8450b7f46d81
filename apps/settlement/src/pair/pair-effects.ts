// The watchtower of two hash locks: claims with a known secret and refunds that are due, for conversions and swaps alike. Needs no key. What does
// not come through in time is told to people; it is tried on and on all the same.
import { type Performed, runUnit } from '@huitong/platform'
import type { Output, SpendPath } from '@huitong/chain'
import { type ChainId, type Coordinate, type Preimage, type Time, ok } from '@huitong/primitives'
import { type PushClaim, type PushRefund, isStillBefore, lastSafeReveal } from '@huitong/protocol'
import type { DataSource } from 'typeorm'
import type { AlarmKind, Alarms } from '../alarm/alarms.js'
import type { Deal } from '../deal/kind.js'
import type { HubTransactions } from '../effect/hub-transactions.js'
import { registerAdjudication } from '../effect/adjudication.js'
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
  readonly deal: Pick<Deal<unknown>, 'id' | 'parties' | 'env' | 'coins'>
  readonly effect: { readonly id: string; readonly chain: ChainId; readonly coin: Coordinate }
}

/** Registers the two effects for the deals of a prefix, and the call for a person where no rule helps any more. */
export function registerWatchtower(prefix: string, tower: Watchtower): void {
  const { performers } = tower
  performers.register<{ readonly state: string }, PushClaim>(prefix, 'pushClaim', async (owed): Promise<Performed> => {
    const looked = await look(tower, owed)
    await watchClaim(tower, owed, looked)
    return push(tower, owed, { ...looked, path: { kind: 'claim' }, preimages: [owed.effect.preimage] })
  })
  performers.register<{ readonly state: string }, PushRefund>(prefix, 'pushRefund', async (owed): Promise<Performed> => {
    const looked = await look(tower, owed)
    await watchRefund(tower, owed, looked)
    return push(tower, owed, { ...looked, path: { kind: 'expire' }, preimages: [] })
  })
  registerAdjudication(prefix, tower)
}

/** The coin of an effect, when its lock ends, and the ledger's time as the deal was read. */
interface Looked {
  readonly output?: Output
  readonly expiry?: Time
  readonly seen: Time
}

async function look({ transactions, ledgers }: Watchtower, { deal, effect }: Pushed): Promise<Looked> {
  const seen = deal.env.ledgers[effect.chain]?.seen ?? (0 as Time)
  const told = deal.coins().find(({ chain, coordinate }) => chain === effect.chain && coordinate === effect.coin)
  const coin = told === undefined ? await transactions.coin(ledgers.ofChain(effect.chain), effect.coin) : ok(told)
  if (!coin.ok) return { seen }
  const { condition } = coin.value
  return { seen, output: coin.value, ...(condition.kind === 'hashLock' ? { expiry: condition.expiry } : {}) }
}

function push(
  { transactions, ledgers }: Watchtower,
  { deal, effect }: Pushed,
  how: Looked & { readonly path: SpendPath; readonly preimages: readonly Preimage[] },
): Promise<Performed> {
  const { id, chain, coin } = effect
  return transactions.push({ effect: id, deal: deal.id, ledger: ledgers.ofChain(chain), coin, ...how })
}

/** A refund that is due for longer than the hub allows itself. */
async function watchRefund(tower: Watchtower, pushed: Pushed, { expiry, seen }: Looked): Promise<void> {
  if (expiry === undefined) return
  const lateMs = seen - expiry
  if (lateMs > tower.terms.alarmAfterMs) await raise(tower, pushed, 'refund.overdue', `due for ${lateMs} ms and not final`)
}

/** A claim whose coin expires so soon that nobody would begin one now. */
async function watchClaim(tower: Watchtower, pushed: Pushed, { expiry, seen }: Looked): Promise<void> {
  if (expiry === undefined) return
  const { env } = pushed.deal
  const { chain } = pushed.effect
  if (isStillBefore(env, chain, lastSafeReveal(env, chain, expiry))) return
  await raise(tower, pushed, 'claim.at_risk', `the lock expires in ${expiry - seen} ms and the claim is not final`)
}

async function raise({ alarms, database }: Watchtower, { deal, effect }: Pushed, kind: AlarmKind, detail: string): Promise<void> {
  const coin = { chain: effect.chain, coordinate: effect.coin }
  const alarm = { kind, subject: `${deal.id}/${effect.coin}`, detail, parties: deal.parties, coin }
  await runUnit(database, { lostCommit: 'again' }, async (unit) => void (await alarms.raise(unit, alarm)))
}
