// A ruling statement over a coin: signed by two different pinned operators, or by buyer and merchant; naming this coin and exactly these outputs.
import {
  type RulingLeg,
  type RulingStatement,
  decodeRuling,
  encodeOutput,
  prescribedOutputs,
  rulingMessage,
} from '@huitong/chain'
import type { CustodyCode, SignedStatement } from '@huitong/contracts'
import { type Amount, type Bytes, type Result, equalBytes, err, fromHex, ok } from '@huitong/primitives'
import { type World, commonBody } from '../decision/plan.js'
import type { ReadCoin } from '../ledger/ledgers.js'
import { type AccountPlace, isSignedBy } from './signatures.js'

export interface Ruled {
  readonly ruling: RulingStatement
  readonly message: Bytes
}

/** The one ruling under all signatures. Says nothing about whose signatures they are. */
export async function readRuling(world: World, evidence: readonly SignedStatement[]): Promise<Result<Ruled, CustodyCode>> {
  const body = commonBody(evidence)
  if (body === undefined) return err('evidence_insufficient', 'the signatures are not over one ruling', 'evidence')
  const decoded = decodeRuling(fromHex(body))
  if (!decoded.ok) return err('evidence_insufficient', 'the ruling does not decode', 'evidence')
  const hub = await world.registry.hub()
  if (!hub.ok) return hub
  return ok({ ruling: decoded.value, message: rulingMessage(hub.value, decoded.value) })
}

/** Two different operators, each with the key that custody pinned for them. */
export async function operatorsFault(world: World, ruled: Ruled, evidence: readonly SignedStatement[]) {
  const operators = new Set<string>()
  for (const { publicKey, signature } of evidence) {
    if (!world.verifier.verify(fromHex(signature), ruled.message, fromHex(publicKey))) continue
    const operator = await world.registry.operatorOfKey(publicKey)
    if (!operator.ok) return operator
    if (operator.value !== undefined) operators.add(operator.value)
  }
  return operators.size >= 2 ? undefined : err('evidence_signature_invalid', 'not signed by two different operators', 'evidence')
}

/** Buyer and merchant, each with as many keys as its account needs. */
export async function consentFault(
  world: World,
  ruled: Ruled,
  given: { readonly evidence: readonly SignedStatement[]; readonly parties: readonly AccountPlace[] },
) {
  if (given.parties.length !== 2) return err('evidence_insufficient', 'buyer and merchant are not known', 'evidence')
  for (const by of given.parties) {
    const claimed = { by, weight: 'threshold', message: ruled.message, signed: given.evidence } as const
    const isSigned = await isSignedBy(world, claimed)
    if (!isSigned.ok) return isSigned
    if (!isSigned.value) return err('evidence_signature_invalid', 'not signed by buyer and merchant', 'evidence')
  }
  return undefined
}

/**
 * The ruling's leg for a coin. Holds signed here change a coin's coordinate but not its fate, so a ruling reaches the coin through
 * the line of holds; what it pays must still be exact.
 */
export async function legOf(world: World, ruling: RulingStatement, coin: Pick<ReadCoin, 'chain' | 'ledger' | 'coordinate'>) {
  const root = await world.book.rootOf(coin.ledger, coin.coordinate)
  for (const leg of ruling.legs) {
    if (leg.chain === coin.chain && (await world.book.rootOf(coin.ledger, leg.coin)) === root) return leg
  }
  return undefined
}

/** The payee's part if the leg is a split of this coin into exactly the outputs that the ledger prescribes. */
export function splitOf(leg: RulingLeg, coin: ReadCoin): Result<Amount, CustodyCode> {
  if (leg.path.kind !== 'rule') return err('evidence_insufficient', 'the ruling does not split this coin', 'evidence')
  const { toPayee } = leg.path
  // the code may still stand on the coin while the ruling is read: it is the outputs that count here
  const bare = coin.condition.kind === 'escrow' ? { ...coin, condition: withoutCode(coin.condition) } : coin
  const outputs = prescribedOutputs(bare, leg.path)
  const isExact =
    outputs.ok &&
    outputs.value.length === leg.outputs.length &&
    outputs.value.every((output, index) => {
      const stated = leg.outputs[index]
      return stated !== undefined && equalBytes(encodeOutput(output), encodeOutput(stated))
    })
  return isExact ? ok(toPayee) : err('evidence_insufficient', 'the ruling states other outputs', 'evidence')
}

function withoutCode<C extends { readonly deliveryHash?: string }>(condition: C): Omit<C, 'deliveryHash'> {
  const { deliveryHash: _dropped, ...rest } = condition
  return rest
}
