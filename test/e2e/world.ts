// The state of a hub as far as a request of these people could change it, to be compared before and after.
import type { Party } from '@huitong/sdk'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { PEARL, POINT, TAEL } from './people.js'

/** All that a refused request could have changed. */
export async function worldOf(stage: Stage, people: readonly Party[]): Promise<unknown> {
  const { hub: admin } = stage.network
  const ledgers = await Promise.all(
    [TAEL, POINT, PEARL].map(async (token) => {
      const each = await stage.network.ledger(token)
      const balances = await Promise.all(people.map(({ account }) => each.balances(account.id).catch(() => [])))
      const { height } = await each.blocks(1)
      return {
        name: each.name,
        height,
        assets: await each.assets(),
        balances,
        accounts: await Promise.all(people.map(({ account }) => each.account(account.id))),
      }
    }),
  )
  const orders = await admin.orders()
  return {
    ledgers,
    orders: orders.items.map(({ id, version, state }) => ({ id, version, state })),
    offers: (await admin.offers()).items,
    conversions: (await admin.conversions()).items.length,
    swaps: (await admin.swaps()).items.length,
    disputes: (await admin.disputes()).items.length,
    parties: await Promise.all(people.map(({ id }) => admin.party(id))),
  }
}
