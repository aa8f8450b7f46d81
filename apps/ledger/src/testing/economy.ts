// A small economy on a hosted ledger from one seed: issues, transfers, merges, time locks that open, hash locks, shared coins, burns. Used by specs only.
import type { Coin, Output } from '@huitong/chain'
import type { Coordinate, Time } from '@huitong/primitives'
import { type DecodedBlock, decodeBlock } from '../block/decoded-block.js'
import { type Hosted, submit } from './hosted.js'
import { EURO, type Key, type Signed, Wallet, newKey, own, pay } from './wallet.js'

/** Numbers from 0 up to `below`, the same ones for the same seed. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

interface Owned extends Coin {
  readonly owner: Key
}

export class Economy {
  readonly issuer = newKey()
  readonly people = Array.from({ length: 4 }, () => newKey())
  readonly wallet: Wallet
  #coins: Owned[] = []
  #issued = 0

  constructor(
    private readonly host: Hosted,
    private readonly roll: (below: number) => number,
  ) {
    this.wallet = new Wallet(host.ledger.birth.chain, () => host.ledger.status().now)
  }

  async begin(): Promise<void> {
    await this.send(this.wallet.open(this.issuer, ...this.people))
    await this.send(this.wallet.register(this.issuer))
    await this.issue()
  }

  async issue(): Promise<void> {
    const owner = this.#person()
    const outputs = [pay(owner.account, BigInt(500 + this.roll(500)))]
    await this.#commit(this.wallet.issue(this.issuer, this.#issued++, outputs), outputs, () => owner)
  }

  /** One more transaction, and now and then time passes. */
  async step(): Promise<void> {
    const now = this.host.ledger.status().now
    if (this.roll(9) === 0) await this.issue()
    if (this.roll(4) === 0) await this.host.ledger.advanceClock((now + 1_000 * (1 + this.roll(90))) as Time)
    const spendable = this.#coins.filter(({ condition }) => condition.kind !== 'timeLock' || condition.until <= now)
    const first = spendable[this.roll(Math.max(1, spendable.length))]
    if (first === undefined) return
    const inputs = spendable.filter((coin) => coin.owner === first.owner).slice(0, 1 + this.roll(3))
    await this.#spend(inputs.includes(first) ? inputs : [first, ...inputs.slice(1)])
  }

  async #spend(inputs: readonly Owned[]): Promise<void> {
    const [{ owner } = { owner: this.#person() }] = inputs
    let left = inputs.reduce((sum, { amount }) => sum + amount, 0n)
    const burnt = this.roll(8) === 0 ? left / 10n : 0n
    left -= burnt
    const outputs: Output[] = []
    const owners: Key[] = []
    for (let parts = 1 + this.roll(3); parts > 0 && left > 0n; parts--) {
      const amount = parts === 1 ? left : left / 2n
      if (amount === 0n) continue
      const to = this.#person()
      left -= amount
      outputs.push({ ...pay(to.account, amount), ...this.#condition(owner, to) })
      owners.push(to)
    }
    const operations = burnt === 0n ? [] : [{ kind: 'burn', asset: EURO, amount: burnt } as const]
    const signed = this.wallet.sign({ inputs: inputs.map(({ coordinate }) => own(coordinate)), outputs, operations }, owner)
    await this.#commit(signed, outputs, (index) => owners[index])
    this.#coins = this.#coins.filter((coin) => !inputs.includes(coin))
  }

  #condition(from: Key, to: Key): Pick<Output, 'condition'> {
    const until = (this.host.ledger.status().now + 1_000 * this.roll(120)) as Time
    const other = this.people.find((each) => each !== to) ?? to
    switch (this.roll(9)) {
      case 0:
      case 1:
        return { condition: { kind: 'timeLock', until, account: to.account } }
      case 2:
        return { condition: { kind: 'multi', m: 1, accounts: [to.account, other.account].sort() } }
      case 3: {
        const expiry = (until + 60_000) as Time
        const hash = 'ab'.repeat(32) as never
        return { condition: { kind: 'hashLock', hash, claimant: other.account, refundee: from.account, expiry } }
      }
      default:
        return { condition: { kind: 'account', account: to.account } }
    }
  }

  #person(): Key {
    const [first = this.issuer] = this.people
    return this.people[this.roll(this.people.length)] ?? first
  }

  async #commit(signed: Signed, outputs: readonly Output[], owner: (index: number) => Key | undefined): Promise<void> {
    await this.send(signed)
    outputs.forEach((output, index) => {
      const coordinate = signed.coins[index]
      const to = owner(index)
      const isOurs = output.condition.kind === 'account' || output.condition.kind === 'timeLock'
      if (coordinate !== undefined && to !== undefined && isOurs) this.#coins.push({ ...output, coordinate, owner: to })
    })
  }

  async send(...signed: readonly Signed[]): Promise<void> {
    for (const status of await submit(this.host.ledger, ...signed))
      if (status.outcome !== 'committed') throw new Error(JSON.stringify(status))
  }
}

/** Every block of a ledger, decoded from its raw bytes: what reads are compared with. */
export async function blocksOf({ ledger }: Hosted): Promise<readonly DecodedBlock[]> {
  const found: DecodedBlock[] = []
  while (found.length < ledger.sequencer.head.height) {
    const page = await ledger.store.range(found.length + 1, 500, 2 ** 24)
    found.push(...page.map((block) => decodeBlock(ledger.birth.chain, block)))
  }
  return found
}

/** Ancestors (or descendants) of a coin: ids of transactions, from raw blocks. */
export function kinOf(blocks: readonly DecodedBlock[], start: Coordinate, direction: 'backward' | 'forward'): Set<string> {
  const all = blocks.flatMap(({ transactions }) => transactions)
  const kin = new Set<string>()
  const coins = new Set<Coordinate>([start])
  for (const { id, inputs, coins: made } of direction === 'backward' ? all.toReversed() : all) {
    const from = direction === 'backward' ? made.map(({ coordinate }) => coordinate) : inputs.map(({ coin }) => coin)
    if (!from.some((coordinate) => coins.has(coordinate))) continue
    kin.add(id)
    const on = direction === 'backward' ? inputs.map(({ coin }) => coin) : made.map(({ coordinate }) => coordinate)
    for (const coordinate of on) coins.add(coordinate)
  }
  return kin
}
