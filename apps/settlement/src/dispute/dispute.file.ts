// A dispute as stored: the machines of the case and of its return, and the papers beside them: words, files by their hashes, signed offers, the body
// that operators sign. Data only; nothing here decides.
import type { WireEvidence } from '@huitong/contracts'
import { type Time, invariant } from '@huitong/primitives'
import { type DisputeState, type ReturnState, type Share, type StateCodec, disputeCodec, returnCodec } from '@huitong/protocol'
import type { Signed } from '../order/order.file.js'

export interface Message {
  readonly at: number
  readonly party: string
  readonly text: string
  readonly evidenceHash?: string
  /** An operator's question: which side is to answer by when. */
  readonly asks?: string
  readonly answerBy?: Time
}

/** A division of what remains, as it is signed: body over all legs, exact outputs. */
export interface Division {
  readonly outcome: 'release' | 'refund' | 'split'
  /** Decimal base units of the settle token, before the fee. */
  readonly toMerchant: string
  readonly toBuyer: string
  readonly body: string
  /** SHA-256 of the body: what is anchored. */
  readonly hash: string
}

export interface OfferPaper extends Division {
  readonly offer: string
  readonly at: number
  /** By its maker, then by the side that accepted. */
  readonly signatures: readonly Signed[]
}

export interface ProposedRuling extends Division {
  readonly cause: 'operators' | 'default'
  readonly reasons: string
  /** SHA-256 of the reasons as the body states it. */
  readonly reasonsHash: string
  /** Name of the ledger that the hash is anchored on. */
  readonly ledger: string
  readonly signatures: readonly { readonly operator: string; readonly signed: Signed }[]
  /** Transaction that anchored it, once final. */
  readonly anchoredBy?: string
}

export interface Appeal {
  readonly at: number
  readonly party: string
  readonly grounds: string
  readonly first: ProposedRuling
}

export interface DisputeFile {
  readonly claim: string
  /** Besides buyer and merchant: who may read. */
  readonly provider?: string
  readonly messages: readonly Message[]
  readonly evidence: readonly WireEvidence[]
  readonly offers: readonly OfferPaper[]
  readonly ruling?: ProposedRuling
  readonly appeal?: Appeal
}

export interface DisputeDeal {
  readonly state: DisputeState['state']
  readonly dispute: DisputeState
  /** The goods on their way back, if the buyer rejected them. */
  readonly returning: ReturnState | null
  readonly file: DisputeFile
}

export const disputeDeal = (dispute: DisputeState, file: DisputeFile, returning: ReturnState | null = null): DisputeDeal => ({
  state: dispute.state,
  dispute,
  returning,
  file,
})

export const shareOfDivision = ({ toMerchant, toBuyer }: Division): Share => ({
  toPayee: BigInt(toMerchant),
  toPayer: BigInt(toBuyer),
})

/** The offer that both sides signed. */
export function agreedOffer({ dispute, file }: DisputeDeal): OfferPaper | undefined {
  const accepted = dispute.offers.find(({ state }) => state === 'accepted')?.offer
  return accepted === undefined ? undefined : file.offers.find(({ offer }) => offer === accepted)
}

/** What two operators signed and the ledgers execute: after an appeal that nobody decided, the first ruling. */
export function rulingInForce(deal: DisputeDeal): ProposedRuling | undefined {
  const { dispute, file } = deal
  if (dispute.state !== 'IN_FORCE' && dispute.state !== 'EXECUTED') return undefined
  if (dispute.ruling.cause === 'consent') return undefined
  const isSecond = file.ruling !== undefined && file.ruling.signatures.length === 2
  return isSecond ? file.ruling : file.appeal?.first
}

interface Kept {
  readonly dispute: unknown
  readonly returning: unknown
  readonly file: DisputeFile
}

export const disputeDealCodec: StateCodec<DisputeDeal> = {
  encodeState: ({ dispute, returning, file }) => ({
    machine: 'disputeDeal',
    format: 1,
    state: {
      dispute: disputeCodec.encodeState(dispute),
      returning: returning === null ? null : returnCodec.encodeState(returning),
      file,
    },
  }),
  decodeState(stored) {
    invariant(isRecord(stored) && stored['machine'] === 'disputeDeal' && stored['format'] === 1, 'not a stored disputeDeal')
    // the border: only encodeState writes this
    const { dispute, returning, file } = stored['state'] as unknown as Kept
    const back = returning === null ? null : returnCodec.decodeState(returning)
    return disputeDeal(disputeCodec.decodeState(dispute), file, back)
  },
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
