// What payers do with conversions, directly or through other tokens: as they should, late, wrongly, or with the secret out of hand. A provider is custody and
// errs in nothing: what it has paid is paid for.
import { type Preimage, lockOf, never } from '@huitong/primitives'
import type { WireConversion } from '@huitong/contracts'
import type { Actor } from './actor.js'
import {
  type Told,
  claimA,
  coinsLike,
  givesBack,
  hashLock,
  lockLeg,
  lockMood,
  reveal,
  showsSecret,
  takesBack,
  token,
  twoLedgers,
} from './pair-stories.js'

export async function conversionStory(payer: Actor, told: Told): Promise<void> {
  const [a, b] = twoLedgers(payer)
  const { random } = payer
  const secret = payer.secret('conversion')
  const fixed = random.pick(['send', 'receive'] as const)
  const wanted = `${random.between(100, 30_000)}`
  const hops = random.chance(0.3) ? { maxHops: 2 } : {}
  const quote = await payer.ask('asks for a quote', (hub, write) =>
    hub.quotes.create({ ...write, payer: payer.party, give: token(a), take: token(b), fixed, amount: wanted, ...hops }),
  )
  if (quote?.ok !== true || random.chance(0.08)) return
  if (random.chance(0.08)) await payer.pause(100, 400)
  const account = payer.person.account
  const made = await payer.ask('takes the quote', (hub, write) =>
    hub.conversions.create({
      ...write,
      quote: quote.value.id,
      hash: lockOf(secret),
      giveAccount: account,
      takeAccount: account,
    }),
  )
  if (made?.ok !== true) return
  told.id = made.value.id
  const { legA, legB, id } = made.value
  const own = { secret, told }
  if (random.chance(0.45)) return course(payer, made.value, own)
  await payer.pause(1, 20)
  await lockLeg(payer, legA, lockMood(payer))
  const lastSafe = async () => (await payer.read((hub) => hub.conversions.get({ id, actor: payer.api })))?.lastSafeReveal
  if (random.chance(0.1)) void givesBack(payer, legB, told)
  if (random.chance(0.12)) void showsSecret(payer, random.pick([legA, legB]), secret, { told })
  if (random.chance(payer.world.hasLongOutage ? 0.9 : 0.15)) void takesBack(payer, made.value.legA)
  if (payer.world.hasLongOutage && random.chance(0.6)) return
  await reveal(payer, { legA, legB, lastSafe }, secret, told)
}

interface Own {
  readonly secret: Preimage
  readonly told: Told
}

type Doing = 'claim B' | 'cancel B' | 'claim A' | 'show'

/**
 * Courses in which the payer pays the provider out before its time, shows the secret or signs leg B away: what it does before it locks leg A, and what at
 * the very moment when the hub has come to a state.
 */
const COURSES: readonly { readonly first?: readonly Doing[]; readonly at?: readonly [string, ...Doing[]] }[] = [
  { first: ['show'] },
  { at: ['A_LOCKED', 'claim A'] },
  { at: ['A_LOCKED', 'show'] },
  { at: ['B_SUBMITTED', 'claim A'] },
  { at: ['B_SUBMITTED', 'claim A', 'cancel B'] },
  { at: ['DECLINED', 'claim A'] },
  { at: ['B_LOCKED', 'show', 'cancel B'] },
  { at: ['B_LOCKED', 'claim A', 'cancel B'] },
  { at: ['B_LOCKED', 'claim A', 'claim B'] },
  { at: ['B_LOCKED', 'cancel B', 'claim A'] },
]

async function course(payer: Actor, deal: WireConversion, own: Own): Promise<void> {
  const { random, world } = payer
  const { first = [], at } = random.pick(COURSES)
  if (first.length === 0) await payer.pause(1, 20)
  for (const doing of first) {
    await does(payer, deal, { ...own, doing })
    await payer.pause(1, 12)
  }
  const moment = at === undefined ? undefined : world.when(deal.id, at[0])
  await lockLeg(payer, deal.legA, 'exact')
  if (random.chance(world.hasLongOutage ? 0.9 : 0.15)) void takesBack(payer, deal.legA)
  if (at === undefined || moment === undefined) return
  const [, ...doings] = at
  // whoever waits for a moment that never comes has nothing more to do
  void moment.then(async () => {
    const isAtOnce = random.chance(0.7)
    for (const doing of doings) {
      if (isAtOnce) void does(payer, deal, { ...own, doing })
      else await does(payer, deal, { ...own, doing })
    }
  })
}

async function does(
  payer: Actor,
  { legA, legB }: WireConversion,
  { doing, secret, told }: Own & { readonly doing: Doing },
): Promise<void> {
  const condition = hashLock(legB)
  if (condition === undefined) return
  const host = payer.world.host(legB.ledger)
  if (doing !== 'cancel B') told.folly.push('told the secret')
  switch (doing) {
    case 'show':
      return showsSecret(payer, payer.random.pick([legA, legB]), secret, { told, atOnce: true })
    case 'claim A':
      return claimA(payer, legA, secret)
    case 'claim B':
    case 'cancel B': {
      const [coin] = coinsLike(host, condition, BigInt(legB.amount)).filter(
        (one) => host.ledger.coins.get(one)?.spentBy === undefined,
      )
      if (coin === undefined) return
      if (doing === 'claim B') await payer.spend(host, coin, { kind: 'claim' }, { secret })
      else {
        told.folly.push(`gave back what ${payer.person.account} was paid`)
        await payer.spend(host, coin, { kind: 'cancel' }, { by: [payer.person] })
      }
      return
    }
    default:
      return never(doing)
  }
}
