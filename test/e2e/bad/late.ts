// What is asked a moment before its deadline is over: by the skew that clocks may have, that is too late, and it is refused before the deadline's default
// comes about. Each with the deadline that the hub itself shows and reminds of.
import { offerSplit } from '@huitong/sdk'
import { type Cast, keyOf } from './cast.js'
import { approval, opened } from './orders.js'
import { signedBy } from './disputes.js'
import type { Request } from './request.js'

export interface Late {
  readonly what: string
  /** The deadline, in milliseconds of the ledger's time. */
  readonly at: (cast: Cast) => Promise<number>
  readonly request: (cast: Cast) => Promise<Request>
}

const deadlineOf = (view: { readonly nextDeadline?: { readonly at: string } }): number => Date.parse(view.nextDeadline?.at ?? '')
const caseDeadline =
  (dispute: string) =>
  async (cast: Cast): Promise<number> =>
    deadlineOf(await cast.house.admin.dispute(cast.id(dispute)))

export const LATE: readonly Late[] = [
  {
    what: 'an agreement',
    at: async (cast) => deadlineOf(await cast.order('late')),
    request: async (cast) => {
      const { order } = cast.sale('late')
      const body = { party: cast.alice.id, approval: await approval(cast, cast.alice, order.termsHash) }
      return { path: `/v1/orders/${order.id}/agree`, as: keyOf(cast.alice), body }
    },
  },
  {
    what: 'an offer accepted',
    at: async (cast) => Date.parse((await cast.alice.hub.dispute(cast.id('contested'))).offers.at(-1)?.until ?? ''),
    request: async (cast) => {
      const offer = (await cast.silks.hub.dispute(cast.id('contested'))).offers.at(-1)
      const signed = [await signedBy(cast, cast.silks.account.signer, offer?.body ?? '')]
      return {
        path: `/v1/disputes/${cast.id('contested')}/offers/${offer?.id}/answer`,
        as: keyOf(cast.silks),
        body: { party: cast.silks.id, answer: 'accept', signed },
      }
    },
  },
  {
    what: 'an appeal',
    at: caseDeadline('ruled'),
    request: async (cast) => ({
      path: `/v1/disputes/${cast.id('ruled')}/appeals`,
      as: keyOf(cast.alice),
      body: { party: cast.alice.id, grounds: 'on second thoughts' },
    }),
  },
  {
    what: 'goods sent back',
    at: caseDeadline('returning'),
    request: async (cast) => ({
      path: `/v1/disputes/${cast.id('returning')}/return`,
      as: keyOf(cast.alice),
      body: { party: cast.alice.id, step: 'ship', tracking: 'K-9' },
    }),
  },
  {
    what: 'a dispute',
    at: async (cast) => Date.parse(cast.sale('paid').order.milestones[0]?.deadline ?? ''),
    request: async (cast) => ({
      path: '/v1/disputes',
      as: keyOf(cast.alice),
      body: {
        order: cast.sale('paid').order.id,
        party: cast.alice.id,
        milestone: 0,
        claim: 'where is it?',
        opened: await opened(cast, 'paid', cast.alice),
      },
    }),
  },
]

/** An offer that nobody has answered. */
export const offerOnce = (cast: Cast): Promise<unknown> => offerSplit(cast.alice, cast.id('contested'), { toMerchant: 3_000n })
