// Reads what the auditor needs out of a deal's stored state (jsonb). Settlement's own types are not used: a state it cannot read is told as such.
import type { Books } from '../replay/escrow-line.js'
import { type DealTerms, type OrderLeg, type PairLeg, coinKey } from './facts.js'

class NotSo extends Error {
  override readonly name = 'NotSo'
}

/** One JSON value with the way to it, for a sentence about what is wrong. */
class Json {
  constructor(
    private readonly value: unknown,
    private readonly path: string,
  ) {}

  at(name: string): Json {
    const { value } = this
    const found = typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name) : undefined
    return new Json(found?.[1], `${this.path}.${name}`)
  }

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null
  }

  list(): readonly Json[] {
    if (!Array.isArray(this.value)) throw new NotSo(`${this.path} is no list`)
    return this.value.map((item: unknown, index) => new Json(item, `${this.path}[${index}]`))
  }

  text(): string {
    if (typeof this.value !== 'string') throw new NotSo(`${this.path} is no text`)
    return this.value
  }

  number(): number {
    if (typeof this.value !== 'number') throw new NotSo(`${this.path} is no number`)
    return this.value
  }

  amount(): bigint {
    if (!/^(0|[1-9][0-9]{0,18})$/.test(this.text())) throw new NotSo(`${this.path} is no amount`)
    return BigInt(this.text())
  }
}

export function termsOf(kind: string, stored: unknown): DealTerms {
  const state = new Json(stored, kind).at('state')
  try {
    switch (kind) {
      case 'conversion':
        return state.at('hops').isThere ? routeOf(state.at('hops').list()) : pairOf(state.at('terms'))
      case 'swap':
        return pairOf(state.at('terms'))
      case 'order':
        return orderOf(state)
      default:
        return { kind: 'other' }
    }
  } catch (error) {
    if (error instanceof NotSo) return { kind: 'unreadable', fault: error.message }
    throw error
  }
}

function pairOf(terms: Json): DealTerms {
  return { kind: 'pair', hash: terms.at('hash').text(), a: legOf(terms.at('a')), b: legOf(terms.at('b')) }
}

/** What one hop pays is what the next one is paid: the very same leg, told twice. */
function routeOf(hops: readonly Json[]): DealTerms {
  const [first] = hops
  if (first === undefined) throw new NotSo('a route has no hop')
  const terms = hops.map((hop) => hop.at('terms'))
  const legs = [first.at('terms').at('a'), ...terms.map((hop) => hop.at('b'))]
  return { kind: 'route', hash: first.at('terms').at('hash').text(), legs: legs.map(legOf) }
}

function legOf(leg: Json): PairLeg {
  return {
    chain: leg.at('chain').text(),
    asset: leg.at('asset').text(),
    amount: leg.at('amount').amount(),
    claimant: leg.at('claimant').text(),
    refundee: leg.at('refundee').text(),
    expiry: leg.at('expiry').number(),
  }
}

/** Settlement keeps an order with its file (approvals, announced surplus) beside the machine's own state. */
function orderOf(stored: Json): DealTerms {
  const state = stored.at('order').at('state')
  const extras = state
    .at('extras')
    .list()
    .map((extra) => coinKey(extra.at('chain').text(), extra.at('coordinate').text()))
  const agreed = state.at('terms').at('milestones').list()
  // a draft has no milestones of its own yet
  const milestones = state.at('milestones').isThere ? state.at('milestones').list() : []
  return {
    kind: 'order',
    order: state.at('terms').at('order').text(),
    extras: new Set(extras),
    legs: milestones.flatMap((milestone) => milestoneLegs(milestone, agreed)),
  }
}

function milestoneLegs(milestone: Json, agreed: readonly Json[]): readonly OrderLeg[] {
  const number = milestone.at('milestone').number()
  const terms = agreed.find((one) => one.at('milestone').number() === number)?.at('legs')
  if (terms === undefined) throw new NotSo(`milestone ${number} is not in the terms`)
  const legs = milestone.at('legs')
  const isSingle = legs.at('kind').text() === 'single'
  // a single leg may be several coins that add up to it
  const sides = isSingle
    ? [legs.at('leg'), ...(legs.at('more').isThere ? legs.at('more').list() : [])].map((leg) => ({
        leg,
        side: 'single' as const,
        name: 'leg',
      }))
    : (['a', 'b'] as const).map((side) => ({ leg: legs.at(side), side, name: side }))
  return sides.map(({ leg, side, name }) => {
    const base = { milestone: number, side, chain: terms.at(name).at('chain').text(), asset: terms.at(name).at('asset').text() }
    if (leg.at('fate').text() === 'unfunded') return { ...base, seen: [] }
    const coin = leg.at('coin')
    return {
      ...base,
      books: booksOf(leg.at('books')),
      seen: leg
        .at('seen')
        .list()
        .map((one) => one.text()),
      ...(leg.at('fate').text() === 'open'
        ? { coin: { coordinate: coin.at('coordinate').text(), amount: coin.at('amount').amount() } }
        : {}),
    }
  })
}

const booksOf = (books: Json): Books => ({
  funded: books.at('funded').amount(),
  released: books.at('released').amount(),
  refunded: books.at('refunded').amount(),
  fees: books.at('fees').amount(),
  remaining: books.at('remaining').amount(),
})
