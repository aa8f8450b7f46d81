// The arbiter's and the provider's part of custody, and identity's operators and carriers, for specs of orders: signs only on evidence that really
// is signed by whom it must be, like the process it stands for. For specs only.
import {
  type RulingStatement,
  type SpendPath,
  approvalMessage,
  decodeApproval,
  decodeCondition,
  decodeDelivered,
  decodeRuling,
  deliveredMessage,
  disputeHash,
  prescribedOutputs,
  rulingMessage,
} from '@huitong/chain'
import {
  AnchorRuling,
  type Answer,
  ByPublicKey,
  type CustodyCode,
  FundPairedLeg,
  HoldForDispute,
  HoldForInspection,
  KeepTerms,
  type KeptTerms,
  NoFields,
  RuleLeg,
  type SignedStatement,
  type SignedTransaction,
  type WireCarrier,
  type WireOperator,
  custodyAnchorRuling,
  custodyFundPairedLeg,
  custodyHoldForDispute,
  custodyHoldForInspection,
  custodyKeepTerms,
  custodyRuleLeg,
  identityCarrierOfKey,
  identityOperators,
} from '@huitong/contracts'
import { BusServer, Handle, nativeVerifier } from '@huitong/platform'
import { type Coordinate, type Time, after, err, expectOk, fromHex, ok, sha256, toHex } from '@huitong/primitives'
import { type OrderTerms, fromJson, orderTermsHash } from '@huitong/protocol'
import { Controller, type INestMicroservice, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { HUB, type SimHub } from './sim-hub.js'
import type { SimLedger } from './sim-ledger.js'
import { type Key, keyOf, signerOf } from './key.js'
import { lock, signed } from './wallet.js'

const ARBITER = keyOf('arbiter')

export class SimArbiter {
  readonly operators = new Map<string, Key>()
  readonly carriers = new Map<string, Key>()
  /** Commands that it does not answer for now, by kind. */
  readonly deaf = new Set<string>()
  readonly seen: string[] = []

  constructor(readonly hub: SimHub) {}

  ledger(name: string): SimLedger {
    return this.hub.custody.ledger(name)
  }
}

type Signed = Answer<SignedTransaction, CustodyCode>

@Controller()
class SimArbiterController {
  constructor(private readonly arbiter: SimArbiter) {}

  @Handle(identityOperators)
  operators(_request: NoFields): Answer<{ readonly operators: readonly WireOperator[] }, never> {
    const operators = [...this.arbiter.operators].map(([id, key]) => ({
      id,
      name: id,
      publicKey: publicKeyOf(key),
      createdAt: 0,
    }))
    return ok({ operators })
  }

  @Handle(identityCarrierOfKey)
  carrier({ publicKey }: ByPublicKey): Answer<WireCarrier, 'carrier_unknown'> {
    const found = [...this.arbiter.carriers].find(([, key]) => publicKeyOf(key) === publicKey)
    return found === undefined ? err('carrier_unknown') : ok({ id: found[0], name: found[0], publicKey, createdAt: 0 })
  }

  @Handle(custodyKeepTerms)
  keepTerms(asked: KeepTerms): Answer<KeptTerms, CustodyCode> {
    // the border: canonical text of terms
    const terms = fromJson(JSON.parse(asked.terms)) as OrderTerms
    const hash = orderTermsHash(terms)
    const isAgreed = asked.agreed.every((approval) => {
      const read = expectOk(decodeApproval(fromHex(approval.body)), 'approval')
      return read.hash === hash && isSigned(approval, approvalMessage(HUB, read))
    })
    return isAgreed ? ok({ order: terms.order, hash }) : err('evidence_signature_invalid')
  }

  @Handle(custodyHoldForInspection)
  holdForInspection(asked: HoldForInspection): Signed {
    const coin = this.#coin(asked.coin)
    if (coin?.condition.kind !== 'escrow') return err('coin_spent')
    const said = expectOk(decodeDelivered(fromHex(asked.delivered.body)), 'delivered')
    if (said.milestone !== coin.condition.milestone || !isSigned(asked.delivered, deliveredMessage(said)))
      return err('evidence_insufficient')
    // the border: canonical text of terms
    const terms = fromJson(JSON.parse(asked.terms)) as OrderTerms
    for (const approval of asked.agreed) {
      const read = expectOk(decodeApproval(fromHex(approval.body)), 'approval')
      if (read.hash !== orderTermsHash(terms) || !isSigned(approval, approvalMessage(HUB, read)))
        return err('evidence_insufficient')
    }
    const agreed = new Set(asked.agreed.map(({ body }) => expectOk(decodeApproval(fromHex(body)), 'approval').account))
    if (!agreed.has(coin.condition.payer) || !agreed.has(coin.condition.payee)) return err('evidence_insufficient')
    const confirmation = terms.milestones[coin.condition.milestone]?.confirmation
    if (confirmation?.kind !== 'inspection') return err('evidence_insufficient')
    const wished = after(this.arbiter.ledger(asked.coin.ledger).now(), confirmation.inspectionMs)
    const deadline = wished > coin.condition.deadline ? wished : after(coin.condition.deadline, 1)
    return this.#spend('inspection', asked, { kind: 'hold', deadline, default: 'release', dropDeliveryHash: false })
  }

  @Handle(custodyHoldForDispute)
  holdForDispute(asked: HoldForDispute): Signed {
    const coin = this.#coin(asked.coin)
    if (coin?.condition.kind !== 'escrow') return err('coin_spent')
    const path = { kind: 'hold', deadline: asked.deadline as Time, dropDeliveryHash: asked.dropDeliveryHash } as const
    if (asked.ground === 'basis') {
      const ruling = rulingOf(asked.basis ?? [])
      return ruling === undefined ? err('evidence_insufficient') : this.#spend('basis', asked, path)
    }
    if (asked.ground === 'unpaired') return this.#spend('unpaired', asked, path)
    if (asked.opened === undefined || asked.dropDeliveryHash) return err('evidence_insufficient')
    const read = expectOk(decodeApproval(fromHex(asked.opened.body)), 'opened')
    const isThis = read.subject === 'dispute' && read.hash === disputeHash(coin.condition)
    if (!isThis || !isSigned(asked.opened, approvalMessage(HUB, read))) return err('evidence_insufficient')
    return this.#spend('dispute', asked, path)
  }

  @Handle(custodyRuleLeg)
  ruleLeg(asked: RuleLeg): Signed {
    const path = { kind: 'rule', toPayee: BigInt(asked.toPayee) } as const
    const coin = this.#coin(asked.coin)
    if (coin?.condition.kind !== 'escrow') return err('coin_spent')
    if (asked.ground === 'unpaired') return path.toPayee === 0n ? this.#spend('rule', asked, path) : err('evidence_insufficient')
    if (coin.condition.paired && asked.pair === undefined) return err('evidence_insufficient', 'pair')
    if (asked.ground === 'code_spent')
      return path.toPayee === coin.amount ? this.#spend('rule', asked, path) : err('evidence_insufficient')
    const ruling = rulingOf(asked.evidence)
    if (ruling === undefined) return err('evidence_insufficient', 'evidence')
    const { chain } = this.arbiter.ledger(asked.coin.ledger)
    const leg = ruling.legs.find((one) => one.coin === coin.coordinate) ?? ruling.legs.find((one) => one.chain === chain)
    if (leg?.path.kind !== 'rule' || leg.path.toPayee !== path.toPayee || asked.validUntil > leg.validUntil)
      return err('coin_mismatch')
    const outputs = expectOk(prescribedOutputs(coin, path), 'outputs of a ruling')
    // to the last output
    if (toText(outputs) !== toText(leg.outputs)) return err('evidence_insufficient', 'other outputs')
    const signers = new Set(asked.evidence.map(({ publicKey }) => publicKey))
    const operators = [...this.arbiter.operators.values()].filter((key) => signers.has(publicKeyOf(key)))
    if (asked.ground === 'ruling' ? operators.length < 2 : signers.size < 2) return err('evidence_signature_invalid')
    return this.#spend('rule', asked, path)
  }

  @Handle(custodyFundPairedLeg)
  fundPairedLeg(asked: FundPairedLeg): Signed {
    const { custody } = this.arbiter.hub
    if (this.arbiter.deaf.has('fund')) return err('liquidity_busy')
    const legA = this.#coin(asked.legA)
    const condition = expectOk(decodeCondition(fromHex(asked.conditionB)), 'leg B')
    if (legA?.condition.kind !== 'escrow' || condition.kind !== 'escrow') return err('coin_not_final')
    const isPair =
      legA.condition.deliveryHash === condition.deliveryHash &&
      legA.condition.order === condition.order &&
      legA.condition.payee === condition.payer &&
      legA.condition.deadline > condition.deadline &&
      legA.amount === BigInt(asked.terms.amountA)
    const key = [...custody.liquidity.values()].find(({ account }) => account === condition.payer)
    if (!isPair || key === undefined) return err('coin_mismatch')
    const ledger = this.arbiter.ledger(asked.ledgerB)
    const [first] = [...ledger.state.allCoins()].filter(
      (coin) => coin.condition.kind === 'account' && coin.condition.account === key.account,
    )
    if (first === undefined) return err('liquidity_short')
    const locked = { asset: first.asset, amount: BigInt(asked.terms.amountB), condition, validUntil: asked.validUntil as Time }
    return custody.answer(`fund ${asked.legA.coordinate} ${asked.validUntil}`, ledger, () => lock(ledger, key, locked))
  }

  @Handle(custodyAnchorRuling)
  anchor(asked: AnchorRuling): Signed {
    if (rulingOf(asked.ruling) === undefined) return err('evidence_insufficient')
    const ledger = this.arbiter.ledger(asked.ledger)
    const hash = toHex(sha256(fromHex(asked.ruling[0]?.body ?? '')))
    const sequence = ledger.state.account(ARBITER.account)?.sequence ?? 0
    const operation = { kind: 'anchor', account: ARBITER.account, sequence, hash } as const
    const validUntil = asked.validUntil as Time
    return this.arbiter.hub.custody.answer(`anchor ${hash} ${validUntil}`, ledger, () =>
      signed(ledger, { validUntil, operations: [operation] }, ARBITER),
    )
  }

  #coin({ ledger, coordinate }: { readonly ledger: string; readonly coordinate: string }) {
    return this.arbiter.ledger(ledger).state.coin(coordinate as Coordinate)
  }

  #spend(kind: string, asked: { readonly coin: HoldForDispute['coin']; readonly validUntil: number }, path: SpendPath): Signed {
    const ledger = this.arbiter.ledger(asked.coin.ledger)
    const coin = this.#coin(asked.coin)
    if (coin === undefined) return err('coin_spent')
    if (this.arbiter.deaf.has(kind)) return err('ledger_unavailable')
    this.arbiter.seen.push(`${kind} ${ledger.name.slice(0, 4)}`)
    const validUntil = asked.validUntil as Time
    return this.arbiter.hub.custody.answer(`${kind} ${asked.coin.coordinate} ${validUntil}`, ledger, () => {
      const outputs = expectOk(prescribedOutputs(coin, path), 'outputs of the arbiter’s spend')
      return signed(ledger, { validUntil, inputs: [{ coin: coin.coordinate, path }], outputs }, ARBITER)
    })
  }
}

export const publicKeyOf = (key: Key): string => signerOf(key).publicKey

/** A statement signed by a key: its body and the message under the signature. */
export async function stated(key: Key, body: Uint8Array, message: Uint8Array): Promise<SignedStatement> {
  const { publicKey, sign } = signerOf(key)
  return { body: toHex(body), publicKey, signature: await sign(message) }
}

const isSigned = ({ publicKey, signature }: SignedStatement, message: Uint8Array): boolean =>
  nativeVerifier.verify(fromHex(signature), message, fromHex(publicKey))

/** The one ruling that at least two have really signed. */
function rulingOf(evidence: readonly SignedStatement[]): RulingStatement | undefined {
  const [first] = evidence
  if (first === undefined || evidence.some(({ body }) => body !== first.body)) return undefined
  const ruling = expectOk(decodeRuling(fromHex(first.body)), 'ruling')
  const signers = evidence.filter((one) => isSigned(one, rulingMessage(HUB, ruling)))
  return new Set(signers.map(({ publicKey }) => publicKey)).size >= 2 ? ruling : undefined
}

const toText = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'bigint'
      ? inner.toString()
      : typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
  )

/** Serves the arbiter beside the hub; the answer stops it. */
export async function serveArbiter(arbiter: SimArbiter): Promise<() => Promise<void>> {
  const bus = await arbiter.hub.servers.bus('arbiter')
  @Module({ controllers: [SimArbiterController], providers: [{ provide: SimArbiter, useValue: arbiter }] })
  class Served {}
  const strategy = new BusServer({ bus, group: 'arbiter' })
  const app: INestMicroservice = await NestFactory.createMicroservice(Served, { strategy, logger: ['error'] })
  await app.listen()
  return async () => {
    await app.close()
    await bus.close()
  }
}
