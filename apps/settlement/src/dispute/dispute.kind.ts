// A dispute as a deal: libs/protocol's machine with the words said, the evidence named and the body that operators sign. Silence rules nobody: it
// sends the case to the operators, since custody pays on two operators' signatures and on nothing less.
import { type Result, err, invariant, never, ok } from '@huitong/primitives'
import {
  type Decided,
  type DisputeCode,
  type DisputeEffect,
  type DisputeEvent,
  type DisputeState,
  type Env,
  type LedgerFact,
  type Share,
  type StateCodec,
  decideDispute,
  disputeCodec,
  disputeEffects,
} from '@huitong/protocol'
import type { Deadline, DealKind, Outline } from '../deal/kind.js'
import type { Signed } from '../order/order.file.js'

export interface Message {
  readonly at: number
  readonly party: string
  readonly text: string
  readonly evidenceHash?: string
}

export interface ProposedRuling {
  readonly outcome: 'release' | 'refund' | 'split'
  /** Decimal base units of the settle token, before the fee. */
  readonly toMerchant: string
  readonly toBuyer: string
  readonly reasons: string
  /** SHA-256 of the reasons as the body states it. */
  readonly reasonsHash: string
  readonly body: string
  /** SHA-256 of the body: what is anchored. */
  readonly hash: string
  /** Name of the ledger that the hash is anchored on. */
  readonly ledger: string
  readonly signatures: readonly { readonly operator: string; readonly signed: Signed }[]
  /** Transaction that anchored it, once final. */
  readonly anchoredBy?: string
}

export interface DisputeFile {
  readonly claim: string
  /** Besides buyer and merchant: who may read. */
  readonly provider?: string
  readonly messages: readonly Message[]
  readonly ruling?: ProposedRuling
  /** The other side did not answer in time. */
  readonly isSilent: boolean
}

export interface DisputeDeal {
  readonly state: DisputeState['state']
  readonly dispute: DisputeState
  readonly file: DisputeFile
}

export type DisputeDealEvent =
  | Extract<DisputeEvent, { kind: 'held' | 'milestoneClosed' }>
  /** `by` is absent for an operator's word: it answers for nobody. */
  | { readonly kind: 'say'; readonly by?: string; readonly message: Message }
  /** An operator's proposal fixes the body; another proposal replaces it until two have signed one. */
  | { readonly kind: 'propose'; readonly ruling: ProposedRuling }
  | { readonly kind: 'sign'; readonly operator: string; readonly signed: Signed }
  | { readonly kind: 'anchored'; readonly transaction: string }

export type DisputeDealCode = DisputeCode | 'ruling_mismatch' | 'operator_signed_already' | 'wrong_state'
type Outcome = Decided<DisputeDeal, DisputeEffect, DisputeDealCode>

export const disputeDeal = (dispute: DisputeState, file: DisputeFile): DisputeDeal => ({ state: dispute.state, dispute, file })

export const shareOfRuling = ({ toMerchant, toBuyer }: ProposedRuling): Share => ({
  toPayee: BigInt(toMerchant),
  toPayer: BigInt(toBuyer),
})

const codec: StateCodec<DisputeDeal> = {
  encodeState: ({ dispute, file }) => ({
    machine: 'disputeDeal',
    format: 1,
    state: { dispute: disputeCodec.encodeState(dispute), file },
  }),
  decodeState(stored) {
    invariant(isRecord(stored) && stored['machine'] === 'disputeDeal' && stored['format'] === 1, 'not a stored disputeDeal')
    // the border: only encodeState writes this
    const { dispute, file } = stored['state'] as { readonly dispute: unknown; readonly file: DisputeFile }
    return disputeDeal(disputeCodec.decodeState(dispute), file)
  },
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

export const disputeKind: DealKind<DisputeDeal, DisputeDealEvent, DisputeEffect> = {
  kind: 'dispute',
  prefix: 'dsp',
  codec,
  decide,
  effects: ({ dispute, file }) => owed(dispute, file),
  outline,
}

function decide(deal: DisputeDeal, event: DisputeDealEvent | LedgerFact, env: Env): Outcome {
  switch (event.kind) {
    case 'held':
    case 'milestoneClosed':
      return moved(decideDispute(deal.dispute, event, env), deal.file)
    case 'timePassed':
      return onTime(deal, event, env)
    case 'coinCreated':
    case 'coinSpent':
      return ok({ state: deal, effects: [] })
    case 'say':
      return onWord(deal, event, env)
    case 'propose':
      return onProposal(deal, event.ruling, env)
    case 'sign':
      return onSignature(deal, event, env)
    case 'anchored': {
      const { ruling } = deal.file
      return ruling === undefined
        ? err('wrong_state')
        : kept(deal.dispute, { ...deal.file, ruling: { ...ruling, anchoredBy: event.transaction } })
    }
    default:
      return never(event)
  }
}

function moved(decided: ReturnType<typeof decideDispute>, file: DisputeFile): Outcome {
  return decided.ok ? kept(decided.value.state, file) : decided
}

const kept = (dispute: DisputeState, file: DisputeFile): Outcome =>
  ok({ state: disputeDeal(dispute, file), effects: owed(dispute, file) })

/** A ruling is anchored even if the money was faster: what two operators signed stays findable. */
function owed(dispute: DisputeState, file: DisputeFile): readonly DisputeEffect[] {
  const effects = disputeEffects(dispute).filter(({ kind }) => kind !== 'anchorRuling')
  const isRuled = dispute.state === 'RULED' || dispute.state === 'EXECUTED'
  if (!isRuled || file.ruling === undefined || file.ruling.anchoredBy !== undefined) return effects
  return [...effects, { kind: 'anchorRuling', id: `${dispute.terms.id}/anchor`, rulingHash: file.ruling.hash }]
}

function onTime(deal: DisputeDeal, fact: Extract<LedgerFact, { kind: 'timePassed' }>, env: Env): Outcome {
  const { dispute, file } = deal
  const { chain, answerBy } = dispute.terms
  if (dispute.state !== 'OPEN') return moved(decideDispute(dispute, fact, env), file)
  const final = fact.chain === chain ? fact.time : (env.ledgers[chain]?.final ?? 0)
  return final < answerBy ? kept(dispute, file) : toOperators(dispute, { ...file, isSilent: true }, env)
}

function onWord(deal: DisputeDeal, { by, message }: Extract<DisputeDealEvent, { kind: 'say' }>, env: Env): Outcome {
  const { dispute } = deal
  if (dispute.state === 'RULED' || dispute.state === 'EXECUTED' || dispute.state === 'MOOT')
    return err('dispute_wrong_state', dispute.state)
  const file = { ...deal.file, messages: [...deal.file.messages, message] }
  // before the clock stands nothing is answered, but everything is heard
  if (by === undefined || dispute.state === 'REQUESTED') return kept(dispute, file)
  return moved(decideDispute(dispute, { kind: 'answer', by }, env), file)
}

function onProposal({ dispute, file }: DisputeDeal, ruling: ProposedRuling, env: Env): Outcome {
  const next = { ...file, ruling }
  if (dispute.state === 'ARBITRATION') return kept({ ...dispute, ruling: null, signatures: [] }, next)
  if (dispute.state === 'OPEN' || dispute.state === 'NEGOTIATION') return toOperators(dispute, next, env)
  return err('dispute_wrong_state', dispute.state)
}

/** An operator takes the case up: both sides have had their say, or one kept silent. */
function toOperators(dispute: DisputeState, file: DisputeFile, env: Env): Outcome {
  const { buyer, merchant, openedBy } = dispute.terms
  const other = openedBy === buyer ? merchant : buyer
  const answered = dispute.state === 'OPEN' ? stateOf(decideDispute(dispute, { kind: 'answer', by: other }, env)) : ok(dispute)
  if (!answered.ok) return answered
  return moved(decideDispute(answered.value, { kind: 'escalate', by: openedBy }, env), file)
}

const stateOf = (decided: ReturnType<typeof decideDispute>): Result<DisputeState, DisputeCode> =>
  decided.ok ? ok(decided.value.state) : decided

function onSignature({ dispute, file }: DisputeDeal, event: Extract<DisputeDealEvent, { kind: 'sign' }>, env: Env): Outcome {
  const { ruling } = file
  const { operator, signed } = event
  if (ruling === undefined || signed.body !== ruling.body) return err('ruling_mismatch', undefined, 'signed')
  if (ruling.signatures.some((one) => one.operator === operator)) return err('operator_signed_already')
  const next = { ...file, ruling: { ...ruling, signatures: [...ruling.signatures, { operator, signed }] } }
  const said = { kind: 'signRuling', operator, share: shareOfRuling(ruling), reasons: ruling.reasonsHash } as const
  return moved(decideDispute(dispute, said, env), next)
}

function outline({ dispute, file }: DisputeDeal): Outline {
  const { buyer, merchant, chain, answerBy, arbitrateFrom } = dispute.terms
  const deadlines: Deadline[] = []
  if (dispute.state === 'OPEN') deadlines.push({ chain, at: answerBy, default: 'silence_goes_to_operators' })
  if (dispute.state === 'NEGOTIATION') deadlines.push({ chain, at: arbitrateFrom, default: 'goes_to_operators' })
  const isAnchored = file.ruling?.anchoredBy !== undefined
  return {
    isFinal: dispute.state === 'MOOT' || (dispute.state === 'EXECUTED' && isAnchored),
    parties: [buyer, merchant, ...(file.provider === undefined ? [] : [file.provider])],
    deadlines,
    hashes: [],
  }
}
