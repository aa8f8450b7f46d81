// What payers do with conversions, directly or through other tokens: as they should, late, wrongly, or playing the provider. A provider is custody and
// errs in nothing: what it has paid is paid for.
import { type Preimage, lockOf } from '@huitong/primitives'
import type { WireConversion } from '@huitong/contracts'
import type { Actor } from './actor.js'
import {
  type Told,
  claimA,
  coinLike,
  givesBack,
  hashLock,
  lockLeg,
  lockMood,
  reveal,
  showsSecret,
  token,
  twoLedgers,
} from './pair-stories.js'
import { MINUTE } from './world.js'

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
  const isProvider = random.chance(0.14)
  if (isProvider) void playsProvider(payer, made.value, { secret, told })
  await payer.pause(1, isProvider ? 120 : 20)
  await lockLeg(payer, legA, lockMood(payer))
  const lastSafe = async () => (await payer.read((hub) => hub.conversions.get({ id, actor: payer.api })))?.lastSafeReveal
  if (random.chance(0.1)) void givesBack(payer, legB, told)
  if (random.chance(0.12)) void showsSecret(payer, random.pick([legA, legB]), secret, told)
  if (random.chance(0.1)) void pays(payer, made.value, { secret, told })
  if (random.chance(0.15)) void takesBack(payer, made.value)
  await reveal(payer, { legA, legB, lastSafe }, secret, told)
}

interface Own {
  readonly secret: Preimage
  readonly told: Told
}

/** Locks what equals leg B itself, before the provider, beside it, or where it does not come: its own money, under its own hash. */
async function playsProvider(payer: Actor, { legB }: WireConversion, { secret, told }: Own): Promise<void> {
  const { random } = payer
  told.folly.push('locked leg B before leg A')
  await payer.pause(0, random.chance(0.5) ? 40 : 600)
  await lockLeg(payer, legB, 'exact')
  const condition = hashLock(legB)
  if (condition === undefined || random.chance(0.4)) return
  await payer.pause(1, 300)
  const host = payer.world.host(legB.ledger)
  const coin = coinLike(host, condition, BigInt(legB.amount))
  if (coin === undefined) return
  if (random.chance(0.4)) return void (await payer.spend(host, coin, { kind: 'cancel' }, { by: [payer.person] }))
  told.folly.push('told the secret')
  await payer.spend(host, coin, { kind: 'claim' }, { secret })
}

/** Claims leg A for the provider, which needs nobody's key: at any moment, or once leg B is back with whom it came from. */
async function pays(payer: Actor, { legA, legB }: WireConversion, { secret, told }: Own): Promise<void> {
  const condition = hashLock(legB)
  if (condition === undefined) return
  told.folly.push('told the secret')
  if (payer.random.chance(0.4))
    await payer.until(() => payer.world.host(legB.ledger).time > condition.expiry + 20_000, 120 * MINUTE)
  else await payer.pause(10, 400)
  await claimA(payer, legA, secret)
}

/** Does not wait for the hub to send its lock back. */
async function takesBack(payer: Actor, { legA }: WireConversion): Promise<void> {
  const condition = hashLock(legA)
  if (condition === undefined) return
  const host = payer.world.host(legA.ledger)
  await payer.until(() => host.time >= condition.expiry, 200 * MINUTE)
  const coin = coinLike(host, condition, BigInt(legA.amount))
  if (coin !== undefined) await payer.spend(host, coin, { kind: 'expire' })
}
