// The network and the people of a test: tokens with issuers, a provider with offers, a carrier, two operators, and parties by name.
import { Stage } from '../../apps/cli/src/demo/stage.js'
import { type Rate, found } from '../../apps/cli/src/network/founding.js'
import { POINT, TAEL } from '../../apps/cli/src/network/tokens.js'
import { systemEntropy } from '@huitong/sdk'
import type { House } from './house.js'

export { PEARL, POINT, TAEL, type TokenOf } from '../../apps/cli/src/network/tokens.js'

export const RATES: readonly Rate[] = [
  { give: POINT, take: TAEL, numerator: 99n, denominator: 100n },
  { give: TAEL, take: POINT, numerator: 99n, denominator: 100n },
]
export const DEPTH = 6_400_000n

export async function settle(house: House): Promise<Stage> {
  const network = await found(house.admin, systemEntropy.bytes(32), RATES, DEPTH)
  return new Stage(network, 'of the test', () => undefined)
}
