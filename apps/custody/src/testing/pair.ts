// A paired milestone for specs of custody: the conditions of both legs, their funding, rulings over them, codes dropped.
import { type EscrowCondition, type RulingStatement, coordinateOf, encodeCondition, prescribedOutputs } from '@huitong/chain'
import type { FundPairedLeg, HoldForDispute, RuleLeg, SignedTransaction } from '@huitong/contracts'
import {
  type Coordinate,
  type HashLock,
  type OrderId,
  type Preimage,
  type Result,
  type Time,
  type TxId,
  lockOf,
  toHex,
} from '@huitong/primitives'
import { HOUR, MINUTE, START, TEA, type World, offerOf, people, signedOffer, submit } from './world.js'

export const ORDER = '44'.repeat(16) as OrderId
export const CODE = '55'.repeat(32) as Preimage
export const CODE_HASH: HashLock = lockOf(CODE)
export const at = (milliseconds: number): Time => (START + milliseconds) as Time
export const SOON = at(5 * MINUTE)

export function conditionA(hub: World, change: Partial<EscrowCondition> = {}): EscrowCondition {
  return {
    kind: 'escrow',
    order: ORDER,
    milestone: 1,
    payer: people.buyer.account,
    payee: hub.liquidity,
    arbiter: hub.keyring.arbiter.account,
    fee: 0n,
    feeTo: hub.keyring.fee.account,
    deadline: at(12 * HOUR),
    default: 'refund',
    latest: at(48 * HOUR),
    paired: true,
    held: false,
    deliveryHash: CODE_HASH,
    ...change,
  }
}

export const conditionB = (hub: World, change: Partial<EscrowCondition> = {}): EscrowCondition =>
  conditionA(hub, {
    payer: hub.liquidity,
    payee: people.merchant.account,
    fee: 15n,
    deadline: at(10 * HOUR),
    latest: at(46 * HOUR),
    ...change,
  })

export function lockA(hub: World, change: Partial<EscrowCondition> = {}): Coordinate {
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 1_000n)
  return hub.east.lock(people.buyer, from, 1_000n, conditionA(hub, change))
}

export function asked(
  hub: World,
  coordinate: string,
  b: Partial<EscrowCondition> = {},
  change: Partial<FundPairedLeg> = {},
): FundPairedLeg {
  return {
    order: `ord_${ORDER}`,
    milestone: 1,
    terms: {
      offer: signedOffer(offerOf(hub)),
      quote: `qte_${'33'.repeat(16)}`,
      amountA: '1000',
      amountB: '1500',
      expiresAt: at(MINUTE),
    },
    legA: { ledger: 'east', coordinate },
    ledgerB: 'west',
    conditionB: toHex(encodeCondition(conditionB(hub, b))),
    validUntil: SOON,
    ...change,
  }
}

export interface Legs {
  readonly a: Coordinate
  readonly b: Coordinate
}

/** Both legs final. */
export async function funded(hub: World): Promise<Legs> {
  const a = lockA(hub)
  const id = submit(hub, await hub.custody.fundPairedLeg(asked(hub, a)))
  return { a, b: coordinateOf(id as TxId, 0) }
}

/** One ruling over both legs: the merchant's part of 1500, the provider's of 1000. */
export function ruling(hub: World, { a, b }: Legs, parts: { readonly a: bigint; readonly b: bigint }): RulingStatement {
  const legs = [
    { sim: hub.east, coin: a, toPayee: parts.a },
    { sim: hub.west, coin: b, toPayee: parts.b },
  ].map(({ sim, coin, toPayee }) => {
    const path = { kind: 'rule', toPayee } as const
    const found = sim.coins.get(coin)
    if (found?.condition.kind !== 'escrow') throw new Error('an escrow coin')
    const { deliveryHash: _code, ...condition } = found.condition
    const outputs = prescribedOutputs({ ...found, condition }, path)
    if (!outputs.ok) throw new Error(outputs.code)
    return { chain: sim.chain, coin, path, outputs: outputs.value, validUntil: at(24 * HOUR) }
  })
  return { order: ORDER, outcome: 'split', reasons: '66'.repeat(32), legs }
}

export const next = (answer: Result<SignedTransaction, string>, hub: World): Coordinate =>
  coordinateOf(submit(hub, answer) as TxId, 0)

/** Both codes dropped on the strength of a ruling. */
export async function dropped(hub: World, legs: Legs, basis: HoldForDispute['basis']): Promise<Legs> {
  const drop = (ledger: string, coordinate: Coordinate, deadline: Time) =>
    hub.custody.holdForDispute({
      coin: { ledger, coordinate },
      ground: 'basis',
      ...(basis === undefined ? {} : { basis }),
      deadline,
      dropDeliveryHash: true,
      validUntil: SOON,
    })
  const a = next(await drop('east', legs.a, at(20 * HOUR)), hub)
  return { a, b: next(await drop('west', legs.b, at(18 * HOUR)), hub) }
}

export function rule(
  side: 'a' | 'b',
  legs: Legs,
  toPayee: bigint,
  evidence: RuleLeg['evidence'],
  ground: RuleLeg['ground'] = 'ruling',
): RuleLeg {
  const a = { ledger: 'east', coordinate: legs.a }
  const b = { ledger: 'west', coordinate: legs.b }
  const [coin, pair] = side === 'a' ? [a, b] : [b, a]
  return { ground, coin, pair, toPayee: toPayee.toString(), evidence, validUntil: SOON }
}
