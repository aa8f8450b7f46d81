// The example of essay 001, section 2.3: what makes Alice's 100 and Jack's 100 two different hundreds, and which of them Hook gets.
import type { Coordinate } from '@huitong/primitives'
import { portionsOf } from '@huitong/sdk'
import { TAEL } from '../network/tokens.js'
import { NotProven, type Stage, money, short } from './stage.js'

const UNIT = 100n

export async function essay(stage: Stage): Promise<void> {
  const ledger = await stage.network.ledger(TAEL)
  const people = ['Tom', 'Jerry', 'Mary', 'Jack', 'Alice', 'Bob', 'Hook'] as const
  const [tom, jerry, mary, jack, alice, bob, hook] = await Promise.all(people.map((name) => stage.person(name, [TAEL])))
  if (!tom || !jerry || !mary || !jack || !alice || !bob || !hook) throw new NotProven('the cast is incomplete')
  const names = new Map<string, string>()
  for (const [payer, amount] of [
    [tom, 10n],
    [jerry, 50n],
    [mary, 40n],
    [jack, 100n],
  ] as const)
    names.set(coordinateOf(await stage.grant(payer.account.id, TAEL, amount * UNIT)), payer.name.split(' ')[0] ?? '')
  await stage.pay(tom, alice, TAEL, 10n * UNIT)
  await stage.pay(jerry, alice, TAEL, 50n * UNIT)
  await stage.pay(mary, alice, TAEL, 40n * UNIT)
  stage.say('Tom, Jerry and Mary pay Alice 10, 50 and 40.')
  const fromAlice = await stage.pay(alice, bob, TAEL, 100n * UNIT)
  const fromJack = await stage.pay(jack, bob, TAEL, 100n * UNIT)
  stage.say(`Alice pays Bob 100: coin ${short(coordinateOf(fromAlice))}`)
  stage.say(`Jack pays Bob 100:  coin ${short(coordinateOf(fromJack))}, another coordinate because of another history`)
  const [a, b] = [fromJack.coins[0], fromAlice.coins[0]]
  if (a === undefined || b === undefined) throw new NotProven('Bob has not got his two coins')
  const paid = await bob.payExactly(ledger, [a, b], { account: hook.account.id, asset: TAEL.asset, amount: 110n * UNIT })
  stage.holds(
    paid,
    [{ asset: TAEL.asset, amount: 110n * UNIT, condition: { kind: 'account', account: hook.account.id } }],
    'Bob pays Hook',
  )
  const history = await ledger.historyOf(coordinateOf(paid))
  const portions = portionsOf(coordinateOf(paid), history)
  stage.say(
    'Bob pays Hook 110 with Jack’s coin first, then Alice’s. The rule that tells units apart: inputs in order, first in, first out.',
  )
  for (const portion of portions) {
    const origin = portion.path.at(-1) ?? ''
    const way = portion.path.map((coordinate) => short(coordinate)).join(' ← ')
    stage.say(`  ${money(portion.amount, TAEL)} issued to ${names.get(origin) ?? origin}: ${way}`)
  }
  const told = portions.map((portion) => `${portion.amount / UNIT} ${names.get(portion.path.at(-1) ?? '') ?? '?'}`).join(', ')
  if (told !== '100 Jack, 10 Tom') throw new NotProven(`Hook's 110 are ${told}, not Jack's 100 and Tom's 10`)
}

const coordinateOf = (proof: { readonly coins: readonly { readonly coordinate: Coordinate }[] }): Coordinate => {
  const coin = proof.coins[0]
  if (coin === undefined) throw new NotProven('a payment made no coin')
  return coin.coordinate
}
