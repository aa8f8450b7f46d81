// Every ledger's coins as its blocks tell them, kept by the oracle itself: nothing made from nothing, nothing spent twice, and what deals believe
// about their coins compared with what is there.
import { type Condition, type SpendPath, coordinateOf, decodeTransaction, txIdOf } from '@huitong/chain'
import { type AccountId, type AssetCode, type ChainId, type Coordinate, expectOk } from '@huitong/primitives'
import type { ConversionState, LegState, PairTerms, SwapState } from '@huitong/protocol'
import type { LedgerHost } from './ledger-host.js'
import type { Told } from './pair-stories.js'
import { type Decoded, dealsOf, decodedOf } from './stored-deals.js'
import type { Tables } from './tables.js'
import type { World } from './world.js'

interface SeenCoin {
  readonly coordinate: Coordinate
  readonly asset: AssetCode
  readonly amount: bigint
  readonly condition: Condition
  readonly madeAt: number
  /** The account whose coin was the first input of what made it. */
  readonly paidBy?: AccountId
  /** The coin with which this line of holds and rests began. */
  readonly root: Coordinate
  spentAt?: number
  by?: SpendPath
}

/** Where the money of a line of escrow coins went. */
interface Flow {
  toPayee: bigint
  toPayer: bigint
  toFees: bigint
}

export interface LockedCoin {
  readonly ledger: string
  readonly coordinate: Coordinate
  readonly asset: AssetCode
  readonly amount: bigint
  readonly kind: Condition['kind']
  /** Of a hash lock. */
  readonly hash?: string
}

type Pair = SwapState | ConversionState

class Chain {
  readonly coins = new Map<Coordinate, SeenCoin>()
  /** Unspent ones. */
  readonly locks = new Map<Coordinate, SeenCoin>()
  readonly everLocked: SeenCoin[] = []
  readonly flows = new Map<Coordinate, Flow>()
  readonly supply = new Map<AssetCode, bigint>()
  height = 0
}

export class Books {
  readonly #chains = new Map<string, Chain>()

  constructor(private readonly world: World) {}

  /** Reads what is new on a ledger. */
  take(host: LedgerHost): void {
    const chain = this.#chain(host.name)
    const { blocks, chain: id } = host.ledger
    for (; chain.height < blocks.length; chain.height++) {
      const block = blocks[chain.height]
      if (block === undefined) continue
      for (const bytes of block.transactions) this.#transaction(host, chain, { id, bytes, at: block.header.time })
    }
    this.#conserved(host, chain)
  }

  /** Locks that hold money now. */
  lockedCoins(): readonly LockedCoin[] {
    return [...this.#chains].flatMap(([ledger, { locks }]) =>
      [...locks.values()]
        .filter(({ spentAt }) => spentAt === undefined)
        .map(({ coordinate, asset, amount, condition }) => ({
          ledger,
          coordinate,
          asset,
          amount,
          kind: condition.kind,
          ...(condition.kind === 'hashLock' ? { hash: condition.hash } : {}),
        })),
    )
  }

  /** What the deals believe is theirs on ledgers whose reading has just moved on, against what was there at that height. */
  compare(tables: Tables, chains: readonly string[]): void {
    for (const key of chains) {
      const row = tables.table('ledger').get(key)
      const host = this.world.ledgers.find(({ ledger }) => ledger.chain === key)
      if (row === undefined || host === undefined) continue
      const height = Number(row['height'])
      const believed = new Map<Coordinate, string>()
      for (const { row: deal } of dealsOf(tables)) {
        const decoded = decodedOf(tables, deal.id)
        if (decoded === undefined) continue
        for (const coin of openCoins(decoded, host.ledger.chain)) believed.set(coin, deal.id)
        this.#legs(host, decoded, deal.id)
      }
      this.#same(tables, host, { height, believed })
    }
  }

  /** How the legs of pairs really ended, told by the ledgers. */
  judgePairs(told: readonly Told[]): void {
    const { tables } = this.world.database
    for (const { row } of dealsOf(tables)) {
      const decoded = decodedOf(tables, row.id)
      const folly = told.find(({ id }) => id === row.id)?.folly ?? []
      if (decoded?.kind === 'swap') this.#pair(row.id, decoded.state, folly)
      if (decoded?.kind === 'conversion') for (const hop of decoded.hops) this.#pair(row.id, hop, folly)
      // who shows the code before there is a leg B pays the provider for nothing
      const isOpen = folly.includes('showed the code early')
      if (decoded?.kind === 'order' && decoded.state.state !== 'DRAFT' && !isOpen) this.#milestones(decoded, row.id)
    }
  }

  #pair(id: string, { a, b, terms }: Pair, folly: readonly string[]): void {
    const isBeyond = [terms.a.chain, terms.b.chain].some((chain) => this.world.isBeyond(this.world.ofChain(chain).name))
    if (isBeyond) return
    const claimed = this.#claimedAsB(terms)
    const fateA = this.#fateOf(terms.a.chain, a)
    // whichever of several coins that equal leg B was claimed: its payer has paid
    const fateB = claimed.length > 0 ? 'claim' : this.#fateOf(terms.b.chain, b)
    const about = [id, terms.hash]
    // who loses by it: of leg A the initiator, of leg B the other side
    const gave = (account: string): boolean => folly.includes(`gave back what ${account} was paid`)
    const isOwnFault =
      fateA === 'claim'
        ? folly.includes('told the secret') || folly.includes('revealed late') || gave(terms.b.claimant)
        : folly.includes('locked leg B before leg A') || gave(terms.a.claimant)
    if ((fateA === 'claim') !== (fateB === 'claim') && !isOwnFault)
      this.world.fail('both legs or none', `${id}: A ${fateA}, B ${fateB}, ${folly.join(', ')}`, about)
    // whoever plays the provider pays himself; what the provider itself has paid is paid for, whatever others did
    if ('provider' in terms && fateA !== 'claim' && claimed.some(({ paidBy }) => paidBy === terms.b.refundee))
      this.world.fail('who has paid is paid', `${id}: A ${fateA}, and a leg B of the provider was claimed`, about)
  }

  /** Coins that equal leg B and were claimed. */
  #claimedAsB({ hash, b }: PairTerms): readonly SeenCoin[] {
    return this.#chain(this.world.ofChain(b.chain).name).everLocked.filter(
      ({ condition, asset, amount, by }) =>
        condition.kind === 'hashLock' &&
        condition.hash === hash &&
        condition.claimant === b.claimant &&
        condition.refundee === b.refundee &&
        condition.expiry === b.expiry &&
        asset === b.asset &&
        amount === b.amount &&
        by?.kind === 'claim',
    )
  }

  #milestones({ state }: Extract<Decoded, { kind: 'order' }>, id: string): void {
    if (state.state === 'DRAFT') return
    for (const { legs, milestone } of state.milestones) {
      const terms = state.terms.milestones.find((one) => one.milestone === milestone)?.legs
      if (legs.kind !== 'paired' || terms?.kind !== 'paired') continue
      if ([terms.a.chain, terms.b.chain].some((chain) => this.world.isBeyond(this.world.ofChain(chain).name))) continue
      const [a, b] = [shareOf(legs.a), shareOf(legs.b)]
      if (Math.abs(a - b) > 0.01) this.world.fail('both legs or none', `${id}: A paid ${a}, B paid ${b}`, [id, state.terms.order])
    }
  }

  #fateOf(chain: ChainId, leg: { readonly fate: string; readonly lock?: { readonly coordinate: Coordinate } }): string {
    if (leg.lock === undefined) return 'none'
    return this.#chain(this.world.ofChain(chain).name).coins.get(leg.lock.coordinate)?.by?.kind ?? 'open'
  }

  #transaction(
    host: LedgerHost,
    chain: Chain,
    given: { readonly id: ChainId; readonly bytes: Uint8Array; readonly at: number },
  ): void {
    const { body } = expectOk(decodeTransaction(given.bytes), 'a transaction of a block')
    const id = txIdOf(given.id, body)
    const height = chain.height + 1
    let root: Coordinate | undefined
    let spent: SeenCoin | undefined
    for (const { coin, path } of body.inputs) {
      const known = chain.coins.get(coin)
      if (known === undefined || known.spentAt !== undefined) {
        this.world.fail('no coin is spent twice', `${coin} on ${host.name} in block ${height}`, [coin])
        return
      }
      known.spentAt = height
      this.#inTime(host, known, { path, at: given.at })
      known.by = path
      chain.locks.delete(coin)
      spent = known
      if (known.condition.kind === 'escrow') root = known.root
      this.#count(chain, known.asset, -known.amount)
    }
    for (const operation of body.operations) {
      if (operation.kind === 'issue') this.#count(chain, operation.asset, -operation.amount)
    }
    body.outputs.forEach((output, index) => {
      const coordinate = coordinateOf(id, index)
      const isRest = output.condition.kind === 'escrow' && root !== undefined
      const by = spent?.condition.kind === 'account' ? { paidBy: spent.condition.account } : {}
      const coin = { ...output, coordinate, madeAt: height, root: isRest ? (root ?? coordinate) : coordinate, ...by }
      chain.coins.set(coordinate, coin)
      if (output.condition.kind === 'hashLock' || output.condition.kind === 'escrow') {
        chain.locks.set(coordinate, coin)
        chain.everLocked.push(coin)
      }
      this.#count(chain, output.asset, output.amount)
      if (spent?.condition.kind === 'escrow' && body.inputs.length === 1) this.#flow(chain, spent, output)
    })
  }

  /** Before the expiry only claims and what the parties or the arbiter sign; from it on only what happens by itself. */
  #inTime(host: LedgerHost, { condition, coordinate }: SeenCoin, spent: { readonly path: SpendPath; readonly at: number }): void {
    if (condition.kind !== 'hashLock' && condition.kind !== 'escrow') return
    const limit = condition.kind === 'hashLock' ? condition.expiry : condition.deadline
    const { path, at } = spent
    const isByItself = path.kind === 'expire' || path.kind === 'default'
    if (isByItself === at >= limit) return
    this.world.fail('claims before the expiry, refunds from it on', `${path.kind} at ${at - limit} ms on ${host.name}`, [
      coordinate,
    ])
  }

  #flow(chain: Chain, spent: SeenCoin, output: { readonly condition: Condition; readonly amount: bigint }): void {
    const { condition } = spent
    if (condition.kind !== 'escrow' || output.condition.kind !== 'account') return
    const flow = chain.flows.get(spent.root) ?? { toPayee: 0n, toPayer: 0n, toFees: 0n }
    const { account } = output.condition
    if (account === condition.feeTo) flow.toFees += output.amount
    else if (account === condition.payee) flow.toPayee += output.amount
    else if (account === condition.payer) flow.toPayer += output.amount
    else this.world.fail('money goes where its lock says', `${output.amount} to ${account}`, [spent.coordinate])
    chain.flows.set(spent.root, flow)
  }

  /** In and out of every transaction of a block cancel out, but for what was issued or burnt. */
  #conserved(host: LedgerHost, chain: Chain): void {
    for (const [asset, difference] of chain.supply) {
      if (difference !== 0n) this.world.fail('money is conserved', `${difference} ${asset} on ${host.name}`, [])
    }
  }

  #count(chain: Chain, asset: AssetCode, amount: bigint): void {
    chain.supply.set(asset, (chain.supply.get(asset) ?? 0n) + amount)
  }

  /** released + refunded + fees + remaining = funded, each as the ledger paid it. */
  #legs(host: LedgerHost, decoded: Decoded, id: string): void {
    if (decoded.kind !== 'order' || decoded.state.state === 'DRAFT') return
    const chain = this.#chain(host.name)
    for (const { legs, milestone, state } of decoded.state.milestones) {
      for (const leg of legs.kind === 'single' ? [legs.leg, ...(legs.more ?? [])] : [legs.a, legs.b]) {
        if (leg.fate === 'unfunded') continue
        // the clock that a dispute stops is the ledger's, on every leg
        if (state === 'DISPUTED' && leg.fate === 'open' && !leg.coin.held)
          this.world.fail('a dispute stops the enforced clock', `${id} milestone ${milestone}`, [id, leg.coin.coordinate])
        const [root] = leg.seen
        const known = root === undefined ? undefined : chain.coins.get(root)
        if (root === undefined || known === undefined) continue
        const { funded, released, refunded, fees, remaining } = leg.books
        const sums = released + refunded + fees + remaining
        // while this ledger is read the leg may be behind what its blocks say, never ahead of it
        const flow = chain.flows.get(root) ?? { toPayee: 0n, toPayer: 0n, toFees: 0n }
        const isAhead = released > flow.toPayee || refunded > flow.toPayer || fees > flow.toFees
        const isClosedWrong =
          leg.fate === 'closed' && (released !== flow.toPayee || refunded !== flow.toPayer || fees !== flow.toFees)
        if (sums !== funded || funded !== known.amount || isAhead || isClosedWrong) {
          const paid = `paid ${flow.toPayee} + ${flow.toPayer} + ${flow.toFees}`
          const said = `${released} + ${refunded} + ${fees} + ${remaining} of ${funded}`
          this.world.fail('the books of a leg add up', `${id} milestone ${milestone}: ${said}; ${paid}`, [id, root])
        }
      }
    }
  }

  #same(
    tables: Tables,
    host: LedgerHost,
    read: { readonly height: number; readonly believed: ReadonlyMap<Coordinate, string> },
  ): void {
    const { height, believed } = read
    const orders = new Set(
      dealsOf(tables).flatMap(({ row }) => {
        const decoded = decodedOf(tables, row.id)
        return decoded?.kind === 'order' ? [decoded.state.terms.order] : []
      }),
    )
    const there = new Map<Coordinate, SeenCoin>()
    for (const coin of this.#chain(host.name).everLocked) {
      const { condition } = coin
      if (condition.kind !== 'hashLock' && condition.kind !== 'escrow') continue
      if (coin.madeAt > height || (coin.spentAt !== undefined && coin.spentAt <= height)) continue
      const isOurs = condition.kind === 'hashLock' ? tables.table('hash_lock').has(condition.hash) : orders.has(condition.order)
      if (isOurs) there.set(coin.coordinate, coin)
    }
    for (const [coordinate, coin] of there) {
      if (!believed.has(coordinate))
        this.world.fail('every locked coin belongs to a deal', `${coin.amount} ${coin.asset} ${coordinate} on ${host.name}`, [
          coordinate,
        ])
    }
    for (const [coordinate, deal] of believed) {
      if (!there.has(coordinate))
        this.world.fail('what a deal holds is on the ledger', `${deal} believes in ${coordinate} on ${host.name}`, [
          deal,
          coordinate,
        ])
    }
  }

  #chain(name: string): Chain {
    const found = this.#chains.get(name)
    if (found !== undefined) return found
    const made = new Chain()
    this.#chains.set(name, made)
    return made
  }
}

/** Coins that a deal counts as unspent on a ledger: legs and whatever else came under its name. */
function openCoins(decoded: Decoded, chain: ChainId): readonly Coordinate[] {
  if (decoded.kind === 'dispute') return []
  if (decoded.kind === 'order') {
    const { state } = decoded
    const extras = state.extras.filter((extra) => extra.fate === 'open' && extra.chain === chain)
    const legs = state.state === 'DRAFT' ? [] : state.milestones.flatMap((milestone) => openOf(decoded, milestone, chain))
    return [...extras.map(({ coordinate }) => coordinate), ...legs]
  }
  const pairs: readonly Pair[] = decoded.kind === 'swap' ? [decoded.state] : decoded.hops
  return pairs.flatMap(({ terms, a, b, extras }) => {
    const legs = [
      { leg: a, on: terms.a.chain },
      { leg: b, on: terms.b.chain },
    ].flatMap(({ leg, on }) => (leg.fate === 'open' && on === chain ? [leg.lock.coordinate] : []))
    return [...legs, ...extras.filter((one) => one.fate === 'open' && one.chain === chain).map(({ coordinate }) => coordinate)]
  })
}

type Order = Extract<Decoded, { kind: 'order' }>
type Bound = Exclude<Order['state'], { state: 'DRAFT' }>

function openOf({ state }: Order, { legs, milestone }: Bound['milestones'][number], chain: ChainId): readonly Coordinate[] {
  const terms = state.terms.milestones.find((one) => one.milestone === milestone)
  if (terms === undefined) return []
  const named: readonly (readonly [LegState, ChainId])[] =
    legs.kind === 'single' || terms.legs.kind === 'single'
      ? singlesOf(legs).map((leg) => [leg, terms.legs.kind === 'single' ? terms.legs.leg.chain : terms.legs.a.chain])
      : [
          [legs.a, terms.legs.a.chain],
          [legs.b, terms.legs.b.chain],
        ]
  return named.flatMap(([leg, on]) => (leg.fate === 'open' && on === chain ? [leg.coin.coordinate] : []))
}

const singlesOf = (legs: Bound['milestones'][number]['legs']): readonly LegState[] =>
  legs.kind === 'single' ? [legs.leg, ...(legs.more ?? [])] : [legs.a]

/** Of what a leg held, how much went to its payee, fees included: 0 to 1. A leg that never came counts as one that went back. */
function shareOf(leg: LegState): number {
  if (leg.fate === 'unfunded') return 0
  const { funded, released, fees } = leg.books
  return Number(released + fees) / Number(funded)
}
