// One whole deal of each kind, driven as users drive it: both sides by the SDK, over HTTP, proofs checked, to the end where nothing is left to do.
import { randomUUID } from 'node:crypto'
import { type Preimage, hexOf, invariant, lockOf } from '@huitong/primitives'
import {
  type Dto,
  type Party,
  agree,
  answerSwap,
  completeSwap,
  convert,
  endOfSwap,
  fund,
  memorySecrets,
  proposeSwap,
  revealCode,
  systemEntropy,
  until,
} from '@huitong/sdk'
import { PEARL, POINT, type Pair, TAEL } from './market.js'

export const DEALS = ['conversion', 'swap', 'order'] as const
export type Deal = (typeof DEALS)[number]

const DAY_MS = 24 * 3_600_000
const AMOUNT = 100n
/** A deal that is not over by then never will be. */
const PATIENCE_MS = 60_000
/** First pause between two questions of somebody who waits; pauses grow. */
const POLL_MS = 5
/** Of somebody who waits for a single deal on an idle hub: the questions must not hide the answer. */
export const IMPATIENT_MS = 2

/** Drives one deal to its end; answers its id. */
export const DRIVERS: Readonly<Record<Deal, (pair: Pair) => Promise<string>>> = { conversion, swap: wholeSwap, order }

async function conversion({ buyer }: Pair): Promise<string> {
  const quote = await buyer.hub.createQuote({
    payer: buyer.id,
    give: { ledger: TAEL.ledger, asset: TAEL.asset },
    take: { ledger: POINT.ledger, asset: POINT.asset },
    fixed: 'send',
    amount: `${AMOUNT}`,
  })
  const { conversion: done } = await convert(buyer, quote, { name: randomUUID(), secrets: memorySecrets() })
  return done.id
}

async function wholeSwap(pair: Pair): Promise<string> {
  const proposed = await propose(pair)
  await acceptedToFinal(pair, proposed)
  return proposed.swap.id
}

interface Proposed {
  readonly swap: Dto['SwapDto']
  readonly terms: Parameters<typeof proposeSwap>[1]
  readonly options: Parameters<typeof proposeSwap>[2]
}

export async function propose({ buyer, seller }: Pair, intervalMs = POLL_MS): Promise<Proposed> {
  const terms = {
    counterparty: seller.id,
    give: { ledger: TAEL.ledger, asset: TAEL.asset, amount: AMOUNT },
    take: { ledger: PEARL.ledger, asset: PEARL.asset, amount: AMOUNT },
  }
  const options = { name: randomUUID(), secrets: memorySecrets(), patience: { intervalMs, deadlineMs: PATIENCE_MS } }
  return { swap: await proposeSwap(buyer, terms, options), terms, options }
}

/** From the acceptance to both claims final; answers the milliseconds it took. */
export async function acceptedToFinal({ buyer, seller }: Pair, { swap, terms, options }: Proposed): Promise<number> {
  const begun = performance.now()
  await Promise.all([completeSwap(buyer, swap, terms, options), answerSwap(seller, swap, options.patience)])
  const end = await endOfSwap(buyer, swap.id, options.patience)
  invariant(end.state === 'COMPLETED', `${swap.id} is ${end.state}`)
  return performance.now() - begun
}

async function order({ buyer, seller }: Pair): Promise<string> {
  const code = hexOf<Preimage>(systemEntropy.bytes(32))
  const draft = await place({ buyer, seller }, code)
  await agree(buyer, draft)
  const agreed = await agree(seller, draft)
  await fund(buyer, agreed)
  const funded = await reached(buyer, agreed, 'FUNDED')
  await seller.hub.shipOrder(agreed.id, { milestone: 0 }, { key: randomUUID() })
  await revealCode(seller, milestoneOf(funded), code)
  await reached(buyer, funded, 'SETTLED')
  return agreed.id
}

async function place({ buyer, seller }: Pair, code: Preimage): Promise<Dto['OrderDto']> {
  const now = await (await buyer.hub.ledger(TAEL.ledger)).now()
  const at = (days: number): string => new Date(now + days * DAY_MS).toISOString()
  const milestone = {
    merchant: seller.id,
    payee: seller.address,
    settle: { ledger: TAEL.ledger, asset: TAEL.asset },
    amount: `${AMOUNT}`,
    deliveryHash: lockOf(code),
    shipBy: at(2),
    deadline: at(12),
    latest: at(90),
    items: [],
  }
  const reference = `bench ${randomUUID().slice(0, 18)}`
  return buyer.hub.createOrder({ buyer: buyer.id, payer: buyer.address, milestones: [milestone], reference })
}

function milestoneOf({ milestones, id }: Dto['OrderDto']): Dto['MilestoneDto'] {
  const [milestone] = milestones
  invariant(milestone !== undefined, `${id} has a milestone`)
  return milestone
}

/** As users wait: by asking for the version after the one they know. */
function reached(party: Party, order: Dto['OrderDto'], state: string): Promise<Dto['OrderDto']> {
  const isThere = (seen: Dto['OrderDto']): boolean => milestoneOf(seen).state === state
  const patience = { intervalMs: POLL_MS, deadlineMs: PATIENCE_MS }
  return until(party.hub.http, `${order.id} is ${state}`, (seen) => party.hub.order(order.id, seen), isThere, patience, order)
}
