// How buyers pay a milestone: as agreed, in parts, too little, too much, twice, late; and what merchants say about a coin on hold. By the terms' policy each
// of these counts or is owed back.
import type { EscrowCondition } from '@huitong/chain'
import type { MilestoneTerms, WireLeg } from '@huitong/contracts'
import { type Coordinate, splitByLargestRemainder } from '@huitong/primitives'
import { type Actor, escrowOf } from './actor.js'
import type { Deal } from './court-stories.js'
import type { LedgerHost } from './ledger-host.js'
import type { Random } from './random.js'
import { MINUTE } from './world.js'

export type Policy = NonNullable<MilestoneTerms['payment']>

const POLICIES: readonly Policy[] = [
  { under: 'top-up' },
  { under: 'top-up', over: 'accept' },
  { under: 'hold', over: 'hold', late: 'hold' },
  { under: 'accept', over: 'accept', late: 'accept' },
]

/** Of single legs; most have none. */
export const drawnPolicy = (random: Random): { readonly payment?: Policy } =>
  random.chance(0.45) ? { payment: random.pick(POLICIES) } : {}

interface Payment {
  readonly host: LedgerHost
  readonly asset: string
  readonly amount: bigint
  readonly condition: EscrowCondition
}

/** The buyer's payment: exactly, or in one of the ways in which people err. */
export async function fund(
  deal: Deal,
  leg: WireLeg,
  at: { readonly milestone: number; readonly policy?: Policy },
): Promise<void> {
  const { buyer } = deal
  const { random } = buyer
  const condition = escrowOf(leg)
  if (condition === undefined) return
  const exact = { host: buyer.world.host(leg.ledger), asset: leg.asset, amount: BigInt(leg.amount), condition }
  if (at.policy?.under === 'top-up' && random.chance(0.7)) return inParts(buyer, exact)
  if (at.policy?.under === 'hold' && random.chance(0.6)) return oddly(deal, exact, at.milestone)
  const { host, amount } = exact
  const pay = (change: Partial<Payment> = {}): Promise<Coordinate | undefined> => buyer.lock(host, { ...exact, ...change })
  const mood = random.unit()
  if (mood < 0.05) return
  if (mood < 0.1) await pay({ amount: amount - 1n })
  if (mood >= 0.1 && mood < 0.14) await pay({ amount: amount + 7n })
  if (mood >= 0.14 && mood < 0.18) await pay({ condition: { ...condition, fee: condition.fee / 2n } })
  if (mood >= 0.18 && mood < 0.22) await buyer.pause(500, 1_600)
  await pay()
  if (mood <= 0.94) return
  const again = await pay()
  // and lets the merchant have that too: what was owed back to it is then paid out instead
  if (again === undefined || !random.chance(0.5)) return
  await buyer.pause(10, 200)
  await buyer.spend(host, again, { kind: 'release', amount }, { by: [buyer.person] })
}

/** Parts of the amount, the fee over them by largest remainder or on the first alone; now and then one too many, or one too few. */
async function inParts(buyer: Actor, { host, asset, amount, condition }: Payment): Promise<void> {
  const { random } = buyer
  const cuts = Array.from({ length: random.between(1, 3) }, () => BigInt(random.between(1, Number(amount) - 1)))
  const ends = [...new Set(cuts), amount].sort((a, b) => (a < b ? -1 : 1))
  const parts = ends.map((end, index) => end - (ends[index - 1] ?? 0n))
  const isSpread = random.chance(0.7)
  const fees = isSpread
    ? splitByLargestRemainder(condition.fee, parts)
    : parts.map((_, index) => (index === 0 ? condition.fee : 0n))
  const mood = random.unit()
  for (const [index, part] of parts.entries()) {
    if (mood < 0.15 && index === parts.length - 1) return
    const over = mood > 0.85 && index === parts.length - 1 ? 5n : 0n
    await buyer.lock(host, { asset, amount: part + over, condition: { ...condition, fee: fees[index] ?? 0n } })
    await buyer.pause(1, 60)
  }
  if (mood < 0.3) await buyer.lock(host, { asset, amount: 10n, condition: { ...condition, fee: 0n } })
}

/** Too little, too much or too late: the merchant takes it, returns it, or says nothing; the right coin may come in the meantime. */
async function oddly(deal: Deal, payment: Payment, milestone: number): Promise<void> {
  const { buyer, shop, id } = deal
  const { random } = buyer
  const { host, amount } = payment
  const mood = random.pick(['less', 'more', 'late'] as const)
  if (mood === 'late') await buyer.pause(300, 1_000)
  await buyer.lock(host, { ...payment, amount: mood === 'less' ? amount - 9n : mood === 'more' ? amount + 9n : amount })
  if (random.chance(0.2)) void buyer.lock(host, payment)
  if (random.chance(0.2)) return
  const held = async () =>
    (await shop.read((hub) => hub.orders.get({ id, actor: shop.api })))?.exceptions.find(
      ({ kind, coin }) => kind === 'on_hold' && coin !== undefined,
    )?.coin
  const end = shop.now + 8 * MINUTE
  for (let coin = await held(); shop.now < end; coin = await held()) {
    if (coin !== undefined) {
      const { coordinate } = coin
      const decision = shop.random.chance(0.65) ? 'take' : 'return'
      await shop.ask('decides about a payment', (hub, write) =>
        hub.acceptance.decidePayment({ ...write, id, milestone, party: shop.party, coordinate, decision }),
      )
      return
    }
    await shop.pause(20, 60)
  }
}
