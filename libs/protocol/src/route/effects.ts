// What a route owes in a state: what its hops owe, less what only looks right when a hop is seen alone.
import { type Coordinate, never } from '@huitong/primitives'
import { conversionEffects } from '../conversion/effects.js'
import type { ConversionEffect, ConversionState } from '../conversion/model.js'
import type { Env } from '../env.js'
import { isLegOf } from '../pair/pair.js'
import type { RouteEffect, RouteState } from './model.js'

/** Everything this state owes now, each coin's claim or refund once. */
export function routeEffects({ hops }: RouteState, env: Env): readonly RouteEffect[] {
  const owed = hops.flatMap((hop, index) => conversionEffects(hop, env).filter((effect) => isRight(hops, index, effect)))
  const coins = new Set<string>()
  return owed.filter((effect) => {
    if (effect.kind !== 'pushClaim' && effect.kind !== 'pushRefund') return true
    if (coins.has(effect.coin)) return false
    coins.add(effect.coin)
    return true
  })
}

function isRight(hops: readonly ConversionState[], index: number, effect: ConversionEffect): boolean {
  const hop = hops[index]
  const next = hops[index + 1]
  if (hop === undefined) return false
  switch (effect.kind) {
    case 'askReveal':
      // the payer looks at the last leg, and only when the whole chain behind it stands
      return next === undefined && hops.every(({ a, b }) => a.fate === 'open' && b.fate === 'open')
    case 'pushClaim':
      // the leg between two hops is claimed by the hop that it pays, once that has paid the next
      return next === undefined || hop.b.fate !== 'open' || effect.coin !== hop.b.lock.coordinate
    case 'pushRefund':
      // and it never goes back when the next one was claimed, whatever the hop that paid it takes it for
      return ![hop, next].some((one) => one !== undefined && wouldUnpay(one, effect.coin))
    case 'signCancel':
      return !wouldUnpay(hop, effect.coin)
    case 'signLockB':
    case 'broadcast':
    case 'closeReservation':
    case 'adjudicate':
      return true
    default:
      return never(effect)
  }
}

/**
 * The provider of this hop has paid, its leg B was claimed: the coin that is its leg A is what pays it, also where the hop had given it up before it
 * was heard of. Any other coin under the hash goes back.
 */
function wouldUnpay({ terms, a, b, extras }: ConversionState, coin: Coordinate): boolean {
  if (b.fate !== 'claimed') return false
  if (a.fate !== 'none') return a.lock.coordinate === coin
  return extras.some((extra) => extra.coordinate === coin && isLegOf(terms.a, extra))
}
