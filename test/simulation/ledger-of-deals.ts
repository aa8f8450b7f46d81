// What must be true between rows at every commit: promised inventory is exactly what quotes hold, and whatever a deal owes has a job that will do it.
import { type Env, type LedgerClock, conversionEffects, routeEffects, swapEffects } from '@huitong/protocol'
import type { ChainId, Time } from '@huitong/primitives'
import { disputeKind } from '../../apps/settlement/src/dispute/dispute.kind.js'
import { orderDealEffects } from '../../apps/settlement/src/order/order.decide.js'
import { type Decoded, dealOf, dealsOf, decodedOf } from './stored-deals.js'
import type { Row, Tables } from './tables.js'
import { TERMS, type World } from './world.js'

/** Effects that somebody in the hub performs; the others are notices to people, or done with the state itself. */
const NOBODYS: ReadonlySet<string> = new Set([
  'askLock',
  'askCancel',
  'askReveal',
  'askFunding',
  'askSignature',
  'askAnswer',
  'askRuling',
  'closeReservation',
  // an order is told its ruling once; its own facts do the rest
  'ruleOrder',
])

/** Reserved liquidity = open quotes + locks; used = what stands in a final leg B or was paid out by it. */
export function checkQuotes(world: World, tables: Tables): void {
  const reserved = new Map<string, bigint>()
  const used = new Map<string, bigint>()
  const add = (sums: Map<string, bigint>, offer: string, amount: bigint): void => {
    sums.set(offer, (sums.get(offer) ?? 0n) + amount)
  }
  for (const quote of tables.table('quote').values()) {
    const [offer, amount, state] = [idOf(quote['offer']), BigInt(String(quote['take_amount'])), String(quote['state'])]
    if (state === 'open' || state === 'taken') add(reserved, offer, amount)
    if (state === 'settled') add(used, offer, amount)
    checkQuote(world, tables, quote)
  }
  for (const offer of tables.table('offer').values()) {
    const id = idOf(offer['id'])
    const [is, should] = [String(offer['reserved']), String(reserved.get(id) ?? 0n)]
    const [isUsed, shouldBeUsed] = [String(offer['used']), String(used.get(id) ?? 0n)]
    if (is !== should || isUsed !== shouldBeUsed)
      world.fail(
        'promised inventory is what quotes hold',
        `offer ${id}: reserved ${is} not ${should}, used ${isUsed} not ${shouldBeUsed}`,
        [id],
      )
  }
}

/** A quote's state follows its deal's leg B, in the same commit. */
function checkQuote(world: World, tables: Tables, quote: Row): void {
  const { deal } = quote
  if (deal === null || deal === undefined) return
  const uuid = idOf(deal)
  const found = dealOf(tables, `cnv_${uuid}`) ?? dealOf(tables, `ord_${uuid}`)
  const decoded = found === undefined ? undefined : decodedOf(tables, found.row.id)
  const state = String(quote['state'])
  if (found === undefined || decoded === undefined)
    return world.fail('a taken quote has a deal', `quote ${idOf(quote['id'])}`, [uuid])
  const fate = legBOf(decoded, uuidOfQuote(quote))
  // a second leg B after the first came back: what came back was free for others
  if (fate === 'paid or open' && state === 'returned' && cameBack(decoded)) return
  const expected = fate === 'paid or open' ? 'settled' : fate === 'back' || found.row.isFinal ? 'returned' : undefined
  if (expected !== undefined && state !== expected)
    world.fail('a quote follows its deal', `${found.row.id} is ${found.row.stateName}, leg B ${fate}, its quote ${state}`, [
      found.row.id,
    ])
}

const cameBack = (decoded: Decoded): boolean =>
  decoded.kind === 'conversion' &&
  decoded.hops.some(({ extras }) => extras.some(({ reason, fate }) => reason === 'extra' && fate === 'returned'))

const uuidOfQuote = (quote: Row): string => idOf(quote['id'])

function legBOf(decoded: Decoded, quote: string): 'none' | 'paid or open' | 'back' {
  if (decoded.kind === 'conversion') {
    const fate = decoded.hops.find(({ terms }) => terms.quote.endsWith(quote))?.b.fate ?? 'none'
    return fate === 'none' ? 'none' : fate === 'returned' ? 'back' : 'paid or open'
  }
  if (decoded.kind !== 'order' || decoded.state.state === 'DRAFT') return 'none'
  const [milestone] = decoded.state.milestones
  if (milestone === undefined || milestone.legs.kind !== 'paired') return 'none'
  const { b } = milestone.legs
  if (b.fate === 'unfunded') return 'none'
  return b.fate === 'closed' && b.outcome === 'refunded' ? 'back' : 'paid or open'
}

/** Whatever the states of these deals owe by the times that are final has a row in the outbox. */
export function checkEffects(world: World, tables: Tables, ids: readonly string[]): void {
  if (ids.length === 0) return
  const waiting = waitingOnce(world, tables)
  const env = envOf(world, tables)
  for (const id of ids) {
    const decoded = decodedOf(tables, id)
    if (decoded === undefined) continue
    for (const effect of effectsOf(decoded, env)) {
      if (NOBODYS.has(effect.kind) || waiting.has(effect.id)) continue
      world.fail('whatever is owed has a job', `${id} owes ${effect.kind} ${effect.id}`, [id, effect.id])
    }
  }
}

/** What no rule ends is before the operators: an alarm for each deal that asks for a person. */
export function checkCases(world: World, tables: Tables): void {
  const alarms = [...tables.table('alarm').values()].map(({ subject }) => String(subject))
  for (const { row } of dealsOf(tables)) {
    const decoded = decodedOf(tables, row.id)
    const cases =
      decoded === undefined ? [] : effectsOf(decoded, envOf(world, tables)).filter(({ kind }) => kind === 'adjudicate')
    if (cases.length > alarms.filter((subject) => subject.startsWith(`${row.id}/`)).length)
      world.fail('operators see what no rule ends', `${row.id} asks for a person ${cases.length} times`, [row.id])
  }
}

/**
 * Where one leg was paid and the other cannot follow no rule helps any more: the deal waits for a person, and says so. That this happens only to who
 * brought it about itself is judged apart (Books.judgePairs).
 */
export function isForPeople(world: World, tables: Tables, id: string): boolean {
  const decoded = decodedOf(tables, id)
  if (decoded?.kind !== 'swap' && decoded?.kind !== 'conversion') return false
  return effectsOf(decoded, envOf(world, tables)).some(({ kind }) => kind === 'adjudicate')
}

/** The keys under which something waits, for its turn or for a person: never two rows under one. */
function waitingOnce(world: World, tables: Tables): ReadonlySet<string> {
  const waiting = new Set<string>()
  for (const { key, done_at: doneAt } of tables.table('outbox').values()) {
    if (doneAt !== null) continue
    const named = String(key)
    if (waiting.has(named)) world.fail('one row for what is owed', `${named} waits twice`, [named])
    waiting.add(named)
  }
  return waiting
}

/** The same for all deals that are not over: time alone makes things due. */
export function checkAllEffects(world: World, tables: Tables): void {
  const open = dealsOf(tables).filter(({ row }) => !row.isFinal)
  checkEffects(
    world,
    tables,
    open.map(({ row }) => row.id),
  )
}

function effectsOf(decoded: Decoded, env: Env): readonly { readonly kind: string; readonly id: string }[] {
  switch (decoded.kind) {
    case 'swap':
      return swapEffects(decoded.state, env)
    case 'conversion':
      return 'hops' in decoded.state ? routeEffects(decoded.state, env) : conversionEffects(decoded.state, env)
    case 'order':
      return orderDealEffects(decoded.deal, env)
    case 'dispute':
      return disputeKind.effects(decoded.deal, env)
    default:
      return []
  }
}

function envOf(world: World, tables: Tables): Env {
  const now = Math.floor(world.scheduler.now)
  const clocks = [...tables.table('ledger').entries()].map(([chain, row]): [ChainId, LedgerClock] => {
    // the border: the watcher wrote a block's time
    const final = Number(row['time']) as Time
    return [chain as ChainId, { final, seen: Math.max(final, now) as Time, finalityMs: 1_000 }]
  })
  return { ledgers: Object.fromEntries(clocks), parameters: TERMS }
}

const idOf = (value: unknown): string => String(value).replaceAll('-', '')
