// Buying in escrow: what the buyer's and the merchant's devices do. Coins are made only under conditions that this code computed itself.
import {
  type CoinRecord,
  type Condition,
  type EscrowCondition,
  type Output,
  type ProvenTransaction,
  type RulingStatement,
  type Signer,
  decodeCondition,
  decodeRuling,
  deliveredMessage,
  encodeCondition,
  encodeDelivered,
  prescribedOutputs,
  rulingMessage,
} from '@huitong/chain'
import {
  type AssetCode,
  type ChainId,
  type Coordinate,
  type OrderId,
  type Preimage,
  type Time,
  after,
  equalBytes,
  fromHex,
  lockOf,
  taggedHash,
  toHex,
  utf8,
} from '@huitong/primitives'
import type { Dto } from '../client/hub-client.js'
import type { LedgerClient } from '../client/ledger-client.js'
import { Unproven } from '../client/unproven.js'
import { type Party, type Send, VALID_MS, signPush } from '../party.js'
import type { SignedTransaction } from '../wallet/account.js'
import { accountOf } from './conversion.js'

/** How long after the time to agree an agreement to terms still counts. */
const AGREE_MS = 24 * 3_600_000

/** When a statement is to lapse and the key of the write that carries it, where its maker wants them to be the same each time. */
export interface Saying {
  readonly validUntil?: Time
  readonly key?: string
}

/** The hash of terms that parties sign: tagged, over the canonical text that the hub shows. */
export const termsHashOf = (terms: string): string => toHex(taggedHash('huitong-order-terms-1', utf8(terms)))

/**
 * Signs the order's terms for a party, after checking that they say what the party asked for: the hash is the text's, every coin that the
 * party will make or be paid by stands in the text, and nobody else can get the money.
 */
export async function agree(party: Party, order: Dto['OrderDto'], saying: Saying = {}): Promise<Dto['OrderDto']> {
  verifyTerms(order)
  const approval = await party.approve(await party.hub.identity(), {
    subject: 'orderTerms',
    hash: order.termsHash,
    // of the order alone: said again after a restart, it is the same statement under the same key
    validUntil: saying.validUntil ?? after(timeOf(order.agreeBy), AGREE_MS),
  })
  const key = saying.key ?? `agree-${order.id}-${party.id}`
  return party.hub.agreeOrder(order.id, { party: party.id, approval }, { key })
}

// the border: RFC 3339 as the hub writes it
const timeOf = (text: string): Time => Date.parse(text) as Time

/** Throws {@link Unproven} unless text, hash, milestones and conditions of an order agree with one another. */
export function verifyTerms(order: Dto['OrderDto']): void {
  if (termsHashOf(order.terms) !== order.termsHash) throw new Unproven('terms_hash_wrong', order.id)
  for (const milestone of order.milestones) for (const leg of milestone.legs) verifyLeg(order, milestone, leg)
}

function verifyLeg(order: Dto['OrderDto'], milestone: Dto['MilestoneDto'], leg: Dto['LegDto']): void {
  const condition = escrowOf(leg)
  const same =
    condition.order === order.order &&
    condition.milestone === milestone.milestone &&
    condition.arbiter === accountOf(order.arbiter) &&
    condition.deliveryHash === milestone.deliveryHash &&
    condition.default === 'refund' &&
    !condition.held &&
    condition.paired === (leg.name !== 'direct')
  if (!same) throw new Unproven('condition_mismatch', `${leg.name} of milestone ${milestone.milestone} of ${order.id}`)
  if (!order.terms.includes(condition.payee) || !order.terms.includes(condition.payer))
    throw new Unproven('terms_mismatch', `${leg.name} of milestone ${milestone.milestone} of ${order.id}`)
}

/**
 * The outputs by which the buyer funds an order: one coin per milestone (the paying leg of a pair), or the rest where coins wait for it, and the
 * surplus if one was announced.
 */
export function fundingOf(party: Party, order: Dto['OrderDto'], ledger: string): readonly Output[] {
  const legs = order.milestones
    .map((milestone) => ({ ...payingLeg(milestone), ...milestone.rest }))
    .filter((leg) => leg.ledger === ledger && leg.coordinate === undefined)
  const surplus = order.refunds.filter((refund) => refund.state === 'expected' && refund.ledger === ledger)
  return [...legs, ...surplus].map((leg) => {
    const condition = escrowOf(leg)
    if (condition.payer !== party.account.id) throw new Unproven('condition_mismatch', `payer of ${order.id}`)
    return { asset: leg.asset as AssetCode, amount: BigInt(leg.amount), condition }
  })
}

/** Ledgers on which the buyer pays. */
export const payingLedgers = (order: Dto['OrderDto']): readonly string[] => [
  ...new Set(order.milestones.map((milestone) => payingLeg(milestone).ledger)),
]

/** Pays an agreed order on every ledger it is to be paid on. What has been paid already is not paid again. */
export async function fund(party: Party, order: Dto['OrderDto'], send: Send = {}): Promise<readonly ProvenTransaction[]> {
  verifyTerms(order)
  const proofs: ProvenTransaction[] = []
  for (const name of payingLedgers(order)) {
    const outputs = fundingOf(party, order, name)
    if (outputs.length > 0) proofs.push(await party.payOutputs(await party.hub.ledger(name), outputs, send))
  }
  return proofs
}

/** The leg that the buyer pays: the only one, or the first of a pair. */
export function payingLeg(milestone: Dto['MilestoneDto']): Dto['LegDto'] {
  const leg = milestone.legs.find(({ name }) => name === 'pay') ?? openLeg(milestone)
  if (leg === undefined) throw new Unproven('leg_missing', `milestone ${milestone.milestone}`)
  return leg
}

/** The leg that pays the merchant: the only one, or the second of a pair. */
export function payoutLeg(milestone: Dto['MilestoneDto']): Dto['LegDto'] {
  const leg = milestone.legs.find(({ name }) => name === 'settle') ?? openLeg(milestone)
  if (leg === undefined) throw new Unproven('leg_missing', `milestone ${milestone.milestone}`)
  return leg
}

/** Of a leg that several coins add up to: one that still holds money, if any does. */
const openLeg = ({ legs }: Dto['MilestoneDto']): Dto['LegDto'] | undefined =>
  legs.find(({ state }) => state === 'locked') ?? legs[0]

/** Shows the delivery code to the ledger: the merchant is paid. Anyone who knows the code may; it goes to the merchant's leg first. */
export async function revealCode(party: Party, milestone: Dto['MilestoneDto'], code: Preimage): Promise<ProvenTransaction> {
  const ledger = await party.hub.ledger(payoutLeg(milestone).ledger)
  return ledger.commit(await signCode(party, milestone, code))
}

/** The transaction that shows the code to the ledger, not yet sent. */
export async function signCode(
  party: Party,
  milestone: Dto['MilestoneDto'],
  code: Preimage,
  send: Pick<Send, 'validUntil'> = {},
): Promise<SignedTransaction> {
  const leg = payoutLeg(milestone)
  const ledger = await party.hub.ledger(leg.ledger)
  if (leg.coordinate === undefined) throw new Unproven('coin_missing', leg.name)
  const { coin, now } = await ledger.provenCoin(leg.coordinate as Coordinate)
  if (escrowOf({ condition: { canonical: toHex(encodeCondition(coin.condition)) } }).deliveryHash !== lockOf(code))
    throw new Unproven('code_wrong', `milestone ${milestone.milestone}`)
  const reference = lockOf(code).slice(0, 16)
  const validUntil = send.validUntil ?? after(now, VALID_MS)
  return signPush(party.hub, ledger, { coin, path: { kind: 'code' }, preimage: code, reference, validUntil })
}

/** A carrier's word that a milestone was delivered. */
export async function signDelivered(
  carrier: Signer,
  statement: { chain: ChainId; order: OrderId; milestone: number; coin: Coordinate; at: Time },
): Promise<Dto['SignedStatementDto']> {
  return {
    body: toHex(encodeDelivered(statement)),
    publicKey: carrier.publicKey,
    signature: await carrier.sign(deliveredMessage(statement)),
  }
}

/** Signs a ruling or a split after checking that each leg pays exactly what its coin's covenant prescribes for it. */
export async function signRuling(
  hub: string,
  signer: Signer,
  body: string,
  check: (ruling: RulingStatement) => string | undefined,
): Promise<Dto['SignedStatementDto']> {
  const ruling = decodeRuling(fromHex(body))
  if (!ruling.ok) throw new Unproven(ruling.code, 'the body to sign')
  const fault = check(ruling.value)
  if (fault !== undefined) throw new Unproven('ruling_mismatch', fault)
  return { body, publicKey: signer.publicKey, signature: await signer.sign(rulingMessage(hub, ruling.value)) }
}

/** The first leg of a ruling whose outputs are not what its coin and path prescribe, in words; `undefined` if all are. */
export async function rulingFault(party: Pick<Party, 'hub'>, ruling: RulingStatement): Promise<string | undefined> {
  for (const leg of ruling.legs) {
    const ledger = await ledgerOfChain(party, leg.chain)
    const { coin } = await ledger.provenCoin(leg.coin)
    const prescribed = prescribedOutputs(withoutCode(coin), leg.path)
    if (!prescribed.ok) return `${leg.coin}: ${prescribed.code}`
    const same =
      prescribed.value.length === leg.outputs.length &&
      prescribed.value.every((output, index) => sameOutput(output, leg.outputs[index]))
    if (!same) return `${leg.coin}: outputs`
  }
  return undefined
}

/** A paired coin is ruled on only after its delivery code was dropped; who gets what is the same before and after. */
function withoutCode(coin: CoinRecord): CoinRecord {
  if (coin.condition.kind !== 'escrow' || !coin.condition.paired) return coin
  const { deliveryHash: _dropped, ...condition } = coin.condition
  return { ...coin, condition }
}

/** A party's consent to a split of a milestone: asks for the body, checks it against the ledger, signs it. */
export async function consent(
  party: Party,
  order: Dto['OrderDto'],
  split: { readonly milestone: number; readonly toMerchant: bigint },
): Promise<Dto['SplitDto']> {
  const request = { milestone: split.milestone, party: party.id, toMerchant: split.toMerchant.toString() }
  const name = `split-${order.id}-${split.milestone}-${split.toMerchant}-${party.id}`
  const proposed = await party.hub.splitOrder(order.id, request, { key: `${name}-propose` })
  const hub = await party.hub.identity()
  const ruling = decodeRuling(fromHex(proposed.body))
  const fault = ruling.ok ? await rulingFault(party, ruling.value) : ruling.code
  if (fault !== undefined) throw new Unproven('ruling_mismatch', fault)
  const signed = await signRuling(hub, party.account.signer, proposed.body, () => undefined)
  return party.hub.splitOrder(order.id, { ...request, signed }, { key: `${name}-sign-${signed.signature.slice(0, 16)}` })
}

/** The merchant gives back a coin that was too much: in full, to its payer. */
export async function returnExtra(merchant: Party, refund: Dto['RefundDto']): Promise<ProvenTransaction> {
  const ledger = await merchant.hub.ledger(refund.ledger)
  return ledger.commit(await signReturn(merchant, refund))
}

/** The return of a coin that was too much, not yet sent. */
export async function signReturn(
  merchant: Party,
  refund: Dto['RefundDto'],
  send: Pick<Send, 'validUntil'> = {},
): Promise<SignedTransaction> {
  const ledger = await merchant.hub.ledger(refund.ledger)
  if (refund.coordinate === undefined) throw new Unproven('coin_missing', refund.id)
  const { coin } = await ledger.provenCoin(refund.coordinate as Coordinate)
  const reference = refund.coordinate.slice(0, 16)
  return merchant.signSpend(ledger, coin, { kind: 'refund', amount: coin.amount }, { reference, ...send })
}

/** The coin of a leg, proven. */
export async function legCoin(ledger: LedgerClient, leg: Dto['LegDto']): Promise<CoinRecord> {
  if (leg.coordinate === undefined) throw new Unproven('coin_missing', leg.name)
  return (await ledger.provenCoin(leg.coordinate as Coordinate)).coin
}

async function ledgerOfChain(party: Pick<Party, 'hub'>, chain: ChainId): Promise<LedgerClient> {
  const opened = party.hub.openedLedger(chain)
  if (opened !== undefined) return opened
  for (const name of await party.hub.ledgerNames()) {
    const ledger = await party.hub.ledger(name)
    if (ledger.chain === chain) return ledger
  }
  throw new Unproven('ledger_unknown', chain)
}

function escrowOf(leg: { readonly condition?: { readonly canonical: string } }): EscrowCondition {
  const condition = decodeCondition(fromHex(leg.condition?.canonical ?? ''))
  if (!condition.ok || condition.value.kind !== 'escrow') throw new Unproven('condition_malformed', 'an escrow was expected')
  return condition.value
}

const sameOutput = (a: Output, b: Output | undefined): boolean =>
  b !== undefined && a.asset === b.asset && a.amount === b.amount && sameCondition(a.condition, b.condition)

const sameCondition = (a: Condition, b: Condition): boolean => equalBytes(encodeCondition(a), encodeCondition(b))
