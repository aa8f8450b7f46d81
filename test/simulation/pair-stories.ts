// What people do with swaps, and with legs of any pair: as they should, late, twice, wrongly, or not at all. Whoever loses by its own doing is written down,
// since nobody else may.
import type { HashLockCondition } from '@huitong/chain'
import type { WireLeg } from '@huitong/contracts'
import { type Coordinate, type Preimage, after, lockOf } from '@huitong/primitives'
import { type Actor, conditionOf } from './actor.js'
import type { LedgerHost } from './ledger-host.js'
import { ASSETS, LEDGERS, MINUTE } from './world.js'

/** A deal's story as the oracle needs it. */
export interface Told {
  /** The deal's typed id, once there is one. */
  id?: string
  /** What a party did to itself: one leg may then end otherwise than the other. */
  readonly folly: string[]
}

export const hashLock = (leg: WireLeg | undefined): HashLockCondition | undefined => {
  const condition = conditionOf(leg)
  return condition?.kind === 'hashLock' ? condition : undefined
}

export function twoLedgers(actor: Actor): readonly [LedgerHost, LedgerHost] {
  const first = actor.random.pick(LEDGERS)
  const second = actor.random.pick(LEDGERS.filter((name) => name !== first))
  return [actor.world.host(first), actor.world.host(second)]
}

export const token = (host: LedgerHost) => ({ ledger: host.name, asset: ASSETS[host.name] ?? '' })

/** Final coins of a ledger that equal a condition and an amount, in the order in which they came. */
export const coinsLike = (host: LedgerHost, condition: HashLockCondition, amount: bigint): readonly Coordinate[] =>
  [...host.ledger.coins.values()]
    .filter(
      (coin) =>
        coin.condition.kind === 'hashLock' &&
        coin.condition.hash === condition.hash &&
        coin.condition.claimant === condition.claimant &&
        coin.condition.expiry === condition.expiry &&
        coin.amount === amount,
    )
    .map(({ coordinate }) => coordinate)

export const coinLike = (...asked: Parameters<typeof coinsLike>): Coordinate | undefined => coinsLike(...asked)[0]

/** Locks a leg: exactly, or in one of the ways in which people err. */
export async function lockLeg(actor: Actor, leg: WireLeg, mood: LockMood): Promise<void> {
  const condition = hashLock(leg)
  if (condition === undefined) return
  const host = actor.world.host(leg.ledger)
  const amount = BigInt(leg.amount)
  const exact = { asset: leg.asset, amount, condition }
  switch (mood) {
    case 'exact':
      await actor.lock(host, exact)
      return
    case 'twice':
      await actor.lock(host, exact)
      await actor.lock(host, exact)
      return
    case 'too little':
      await actor.lock(host, { ...exact, amount: amount - 1n })
      return
    case 'too much, then exact':
      await actor.lock(host, { ...exact, amount: amount + 1n })
      await actor.lock(host, exact)
      return
    case 'another expiry':
      await actor.lock(host, { ...exact, condition: { ...condition, expiry: after(condition.expiry, -MINUTE) } })
      return
    case 'late':
      await actor.pause(300, 1_500)
      await actor.lock(host, exact)
      return
    default:
      return
  }
}

export const LOCK_MOODS = ['exact', 'twice', 'too little', 'too much, then exact', 'another expiry', 'late', 'never'] as const
export type LockMood = (typeof LOCK_MOODS)[number]
export const lockMood = (actor: Actor): LockMood => (actor.random.chance(0.72) ? 'exact' : actor.random.pick(LOCK_MOODS))

/** Waits for leg B on its ledger and claims it with the secret, in time or not. */
export async function reveal(actor: Actor, legs: Legs, secret: Preimage, told: Told): Promise<void> {
  const { legB } = legs
  const condition = hashLock(legB)
  if (condition === undefined) return
  const host = actor.world.host(legB.ledger)
  const amount = BigInt(legB.amount)
  const isThere = await actor.until(() => coinLike(host, condition, amount) !== undefined, 40 * MINUTE)
  const coin = coinLike(host, condition, amount)
  if (!isThere || coin === undefined) return
  const mood = actor.random.unit()
  if (mood < 0.1) return
  // as the hub says, which knows its margins
  const lastSafe = (await legs.lastSafe()) ?? 0
  const isLate = mood < 0.2
  if (isLate) {
    told.folly.push('revealed late')
    if (actor.random.chance(0.3)) return hammer(actor, { host, coin, expiry: condition.expiry, secret })
    await actor.sleep(condition.expiry - host.time - actor.random.between(-40, 8_000))
  } else if (mood < 0.45) {
    await actor.sleep(lastSafe - host.time - actor.random.between(5, 400))
  }
  if (!isLate && host.time >= lastSafe) return
  // a second lock for the same leg is taken as well, or first: the secret then shows on a coin that is no leg
  if (actor.random.chance(0.5)) {
    const extra = coinsLike(host, condition, amount).find((one) => one !== coin)
    if (extra !== undefined) await actor.spend(host, extra, { kind: 'claim' }, { secret })
  }
  // whoever listens to pending transactions knows the secret from now on
  if (legs.eavesdropper !== undefined && actor.random.chance(0.8)) void claimA(legs.eavesdropper, legs.legA, secret)
  // a secret that is out is followed by claims until the coin is spent: whoever rests after the first that got lost loses
  for (let attempt = 0; attempt < 8 && host.time < condition.expiry; attempt++) {
    if ((await actor.spend(host, coin, { kind: 'claim' }, { secret })) !== undefined && !actor.random.chance(0.1)) return
  }
}

/** Claims again and again around the very millisecond of the expiry. */
async function hammer(
  actor: Actor,
  at: { readonly host: LedgerHost; readonly coin: Coordinate; readonly expiry: number; readonly secret: Preimage },
): Promise<void> {
  const { host, coin, expiry, secret } = at
  await actor.sleep(expiry - host.time - 1)
  await Promise.all(Array.from({ length: 12 }, () => actor.spend(host, coin, { kind: 'claim' }, { secret })))
}

interface Legs {
  readonly legA: WireLeg
  readonly legB: WireLeg
  /** The last safe reveal as the hub shows it. */
  readonly lastSafe: () => Promise<number | undefined>
  /** Who is paid on A, if it is somebody who acts by itself. */
  readonly eavesdropper?: Actor
}

export async function swapStory(initiator: Actor, responder: Actor, told: Told): Promise<void> {
  const [a, b] = twoLedgers(initiator)
  const { random } = initiator
  const secret = initiator.secret('swap')
  const giveAmount = `${random.between(100, 40_000)}`
  const takeAmount = `${random.between(100, 40_000)}`
  const made = await initiator.ask('proposes a swap', (hub, write) =>
    hub.swaps.create({
      ...write,
      initiator: initiator.party,
      counterparty: responder.party,
      give: token(a),
      take: token(b),
      giveAmount,
      takeAmount,
      hash: lockOf(secret),
      giveAccount: initiator.person.account,
      takeAccount: initiator.person.account,
      acceptWithinMs: 6 * MINUTE,
    }),
  )
  if (made?.ok !== true) return
  const { id } = made.value
  told.id = id
  if (random.chance(0.06)) await initiator.ask('calls it off', (hub, write) => hub.swaps.cancel({ ...write, id }))
  void answering(responder, id, told)
  await initiator.pause(5, 30)
  let view = await initiator.read((hub) => hub.swaps.get({ id, actor: initiator.api }))
  for (let look = 0; look < 30 && view?.state === 'PROPOSED'; look++) {
    await initiator.pause(10, 30)
    view = await initiator.read((hub) => hub.swaps.get({ id, actor: initiator.api }))
  }
  if (view?.state === undefined || view.state === 'PROPOSED' || view.state === 'EXPIRED') return
  const { legA, legB } = view
  const early = hashLock(legB)
  const hostB = initiator.world.host(legB.ledger)
  if (early !== undefined)
    await initiator.until(() => coinLike(hostB, early, BigInt(legB.amount)) !== undefined, random.chance(0.5) ? 40_000 : 1)
  const there = early === undefined ? undefined : coinLike(hostB, early, BigInt(legB.amount))
  if (there !== undefined && random.chance(0.75)) {
    // the other side was too quick: the secret may show, or the money go back, before there is a leg A
    const way = random.pick(['claim', 'cancel', 'show'] as const)
    told.folly.push(way === 'cancel' ? `gave back what ${initiator.person.account} was paid` : 'told the secret')
    if (way === 'claim') await initiator.spend(hostB, there, { kind: 'claim' }, { secret })
    else if (way === 'cancel') await initiator.spend(hostB, there, { kind: 'cancel' }, { by: [initiator.person] })
    else await showsSecret(initiator, legB, secret, { told, atOnce: true })
    if (random.chance(0.3)) return
  }
  if (random.chance(0.2)) void atTheMoment(initiator, responder, view, { secret, told })
  if (random.chance(initiator.world.hasLongOutage ? 0.8 : 0.1)) void takesBack(initiator, legA)
  await lockLeg(initiator, legA, lockMood(initiator))
  if (random.chance(0.06)) {
    await initiator.pause(1, 60)
    await initiator.ask('wants leg A back', (hub, write) => hub.swaps.cancel({ ...write, id }))
  }
  if (random.chance(0.04)) {
    // says the secret to the other side before there is anything to claim
    told.folly.push('told the secret')
    await claimA(responder, view.legA, secret)
  }
  const lastSafe = async () => (await initiator.read((hub) => hub.swaps.get({ id, actor: initiator.api })))?.lastSafeReveal
  if (random.chance(0.14)) void givesBack(responder, legA, told)
  if (random.chance(0.14)) void givesBack(initiator, legB, told)
  if (random.chance(0.08)) void showsSecret(initiator, random.pick([legA, legB]), secret, { told })
  await reveal(initiator, { legA, legB, lastSafe, eavesdropper: responder }, secret, told)
}

/** With the secret out of hand, at the very moment when both legs stand or leg B is back. */
async function atTheMoment(
  initiator: Actor,
  responder: Actor,
  { id, legA, legB }: { readonly id: string; readonly legA: WireLeg; readonly legB: WireLeg },
  { secret, told }: { readonly secret: Preimage; readonly told: Told },
): Promise<void> {
  const { random, world } = initiator
  const way = random.pick(['pays', 'pays late', 'shows and gives back', 'pays and gives back'] as const)
  await world.when(id, way === 'pays late' ? 'B_REFUNDED' : 'BOTH_LOCKED')
  if (way === 'shows and gives back') void showsSecret(initiator, legB, secret, { told, atOnce: true })
  else void claimA(responder, legA, secret, told)
  if (way === 'pays' || way === 'pays late') return
  const condition = hashLock(legB)
  const host = world.host(legB.ledger)
  const coin = condition === undefined ? undefined : coinLike(host, condition, BigInt(legB.amount))
  if (coin === undefined) return
  told.folly.push(`gave back what ${initiator.person.account} was paid`)
  await initiator.spend(host, coin, { kind: 'cancel' }, { by: [initiator.person] })
}

/** Whom a leg pays signs it away, asked or not: a gift, whatever has become of the other leg by then. */
export async function givesBack(actor: Actor, leg: WireLeg, told: Told): Promise<void> {
  const condition = hashLock(leg)
  if (condition === undefined) return
  await actor.until(() => isLocked(actor, leg), 30 * MINUTE)
  await actor.pause(0, 400)
  const host = actor.world.host(leg.ledger)
  const coin = coinLike(host, condition, BigInt(leg.amount))
  if (coin === undefined) return
  told.folly.push(`gave back what ${actor.person.account} was paid`)
  await actor.spend(host, coin, { kind: 'cancel' }, { by: [actor.person] })
}

/** Opens a lock of its own under the deal's hash: from then on everybody knows the secret, however far the deal is. */
export async function showsSecret(
  actor: Actor,
  leg: WireLeg,
  secret: Preimage,
  { told, atOnce = false }: { readonly told: Told; readonly atOnce?: boolean },
): Promise<void> {
  const condition = hashLock(leg)
  if (condition === undefined) return
  await actor.pause(0, atOnce ? 1 : 200)
  const host = actor.world.host(leg.ledger)
  const { account } = actor.person
  const own = { ...condition, claimant: account, refundee: account }
  told.folly.push('told the secret')
  const coin = await actor.lock(host, { asset: leg.asset, amount: 10n, condition: own })
  if (coin !== undefined) await actor.spend(host, coin, { kind: 'claim' }, { secret })
}

function isLocked(actor: Actor, leg: WireLeg): boolean {
  const condition = hashLock(leg)
  return condition !== undefined && coinLike(actor.world.host(leg.ledger), condition, BigInt(leg.amount)) !== undefined
}

export async function claimA(responder: Actor, legA: WireLeg, secret: Preimage, told?: Told): Promise<void> {
  told?.folly.push('told the secret')
  const condition = hashLock(legA)
  if (condition === undefined) return
  const host = responder.world.host(legA.ledger)
  await responder.until(() => coinLike(host, condition, BigInt(legA.amount)) !== undefined, 3 * MINUTE)
  const coin = coinLike(host, condition, BigInt(legA.amount))
  if (coin !== undefined) await responder.spend(host, coin, { kind: 'claim' }, { secret })
}

/** The other side: accepts, waits for leg A, locks leg B, gives leg A back where it is asked to. */
async function answering(responder: Actor, id: string, told: Told): Promise<void> {
  const { random } = responder
  if (random.chance(0.07)) return
  await (random.chance(0.1) ? responder.pause(200, 500) : responder.pause(1, 60))
  const account = responder.person.account
  const accepted = await responder.ask('accepts', (hub, write) =>
    hub.swaps.accept({ ...write, id, giveAccount: account, takeAccount: account }),
  )
  if (accepted?.ok !== true) return
  const isEarly = random.chance(0.12)
  if (isEarly) {
    told.folly.push('locked leg B before leg A')
    await lockLeg(responder, accepted.value.legB, 'exact')
  }
  const isDeaf = random.chance(0.1)
  // some look at the ledger themselves and do not wait for the hub to have seen it
  const isQuick = random.chance(0.35)
  let hasLocked = false
  for (let look = 0; look < 60; look++) {
    await responder.pause(20, 60)
    const view = await responder.read((hub) => hub.swaps.get({ id, actor: responder.api }))
    if (view === undefined || ['COMPLETED', 'EXPIRED', 'CANCELLED', 'REFUNDED'].includes(view.state)) return
    if (isDeaf) continue
    const seesA = isQuick && isLocked(responder, view.legA)
    if ((view.allowedActions.includes('lockB') || seesA) && !isEarly && !hasLocked) {
      hasLocked = true
      await lockLeg(responder, view.legB, lockMood(responder))
      if (random.chance(0.3)) return
    }
    if (view.allowedActions.includes('signCancelA') && view.legA.coordinate !== undefined) {
      // the hub asks before it has seen leg B: who has locked it knows better, or loses by it
      if ((hasLocked || isEarly) && view.state === 'A_LOCKED') {
        if (random.chance(0.7)) continue
        told.folly.push(`gave back what ${account} was paid`)
      }
      const host = responder.world.host(view.legA.ledger)
      // the border: a coordinate of a view
      await responder.spend(host, view.legA.coordinate as Coordinate, { kind: 'cancel' }, { by: [responder.person] })
    }
  }
}

/** Does not wait for the hub to send its lock back. */
export async function takesBack(actor: Actor, leg: WireLeg): Promise<void> {
  const condition = hashLock(leg)
  if (condition === undefined) return
  const host = actor.world.host(leg.ledger)
  await actor.until(() => host.time >= condition.expiry, 200 * MINUTE)
  const coin = coinLike(host, condition, BigInt(leg.amount))
  if (coin !== undefined) await actor.spend(host, coin, { kind: 'expire' })
}
