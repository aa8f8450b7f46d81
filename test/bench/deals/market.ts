// The people of the deal rows on a running hub: a network with offers, and pairs of parties with real keys and enough money for their deals.
import { Stage } from '../../../apps/cli/src/demo/stage.js'
import { type Rate, found } from '../../../apps/cli/src/network/founding.js'
import { PEARL, POINT, TAEL } from '../../../apps/cli/src/network/tokens.js'
import { nativeVerifier } from '@huitong/platform'
import { HubClient, type Party } from '@huitong/sdk'

export { PEARL, POINT, TAEL }

const RATES: readonly Rate[] = [
  { give: POINT, take: TAEL, numerator: 99n, denominator: 100n },
  { give: TAEL, take: POINT, numerator: 99n, denominator: 100n },
]
/** What the provider has on offer: more than all deals of a run take. */
const DEPTH = 64_000_000n
/** Base units that everybody begins with, in several coins. */
const PURSE = 1_000_000n

export interface Pair {
  readonly buyer: Party
  readonly seller: Party
}

export interface Market {
  readonly stage: Stage
  readonly pairs: readonly Pair[]
}

export interface Access {
  readonly url: string
  readonly adminKey: string
}

/** The hub as an SDK client sees it. Signatures of receipts are checked natively, so that the client leaves the CPU to the hub. */
export const clientOf = ({ url, adminKey }: Access): HubClient =>
  new HubClient({ url, apiKey: adminKey, deadlineMs: 120_000, verifier: nativeVerifier })

/** Founds the network (or finds it) and enrols pairs who are new to it. */
export async function market(access: Access, run: string, pairs: number): Promise<Market> {
  const network = await found(clientOf(access), new Uint8Array(32).fill(7), RATES, DEPTH)
  const stage = new Stage(network, run, () => undefined)
  const made: Pair[] = []
  for (let number = 0; number < pairs; number++) {
    const buyer = await stage.person(`Buyer ${number}`, [TAEL, POINT, PEARL])
    const seller = await stage.person(`Seller ${number}`, [TAEL, POINT, PEARL])
    await stage.grant(buyer.account.id, TAEL, PURSE)
    await stage.grant(seller.account.id, PEARL, PURSE)
    made.push({ buyer, seller })
  }
  return { stage, pairs: made }
}
