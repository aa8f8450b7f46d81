// Disputes over milestones: claims, words, evidence files, offers, rulings, appeals, returns. Files travel in pieces; no message carries a whole one.
import { Type } from 'class-transformer'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator'
import { command } from './command.js'
import { SignedStatement } from './custody.js'
import { IsAmount, IsHexBytes, IsPlainText, IsTime, IsTypedId } from './fields.js'
import { Actor } from './identity.js'
import { DealById, type DealView, ORDER_CODES, OnDeal, OnMilestone, Page, Write } from './settlement.js'

export class OpenDispute extends OnMilestone {
  @IsTypedId('pty') party: string
  @IsPlainText(2000) claim: string
  /** `approval` statement (subject `dispute`) over order and milestone, by a key of the party's account. */
  @ValidateNested() @Type(() => SignedStatement) opened: SignedStatement
}
export interface WireEvidence {
  readonly id: string
  readonly at: number
  /** Party or operator that handed it in. */
  readonly party: string
  readonly name: string
  readonly mediaType: string
  readonly size: number
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string
}
export interface WireDisputeOffer {
  readonly id: string
  readonly at: number
  readonly party: string
  /** Base units of the settle token to the merchant, before the fee. */
  readonly toMerchant: string
  /** The ruling statement's body over all legs, signed by its maker; the other side accepts by signing the same. */
  readonly body: string
  readonly until: number
  readonly state: 'open' | 'accepted' | 'declined' | 'withdrawn' | 'expired'
}
export interface WireRuling {
  readonly outcome: 'release' | 'refund' | 'split'
  readonly cause: 'operators' | 'consent' | 'default'
  readonly toMerchant: string
  readonly reasons: string
  /** The ruling statement over all legs, its hash, and who has signed. */
  readonly body: string
  readonly hash: string
  readonly signedBy: readonly string[]
  readonly anchoredBy?: string
}
export interface WireReturn {
  readonly state: string
  readonly tracking?: string
  /** Whose silence ended it, at which step. */
  readonly lapsed?: { readonly party: string; readonly step: string }
}
export interface WireDispute extends DealView {
  readonly id: string
  readonly order: string
  readonly milestone: number
  readonly openedBy: string
  readonly claim: string
  readonly messages: readonly {
    readonly at: number
    readonly party: string
    readonly text: string
    readonly evidenceHash?: string
    readonly asks?: string
    readonly answerBy?: number
  }[]
  readonly evidence: readonly WireEvidence[]
  readonly offers: readonly WireDisputeOffer[]
  readonly ruling?: WireRuling
  /** Parties that will not appeal the ruling. */
  readonly acceptedBy: readonly string[]
  readonly appeal?: { readonly at: number; readonly party: string; readonly grounds: string; readonly first: WireRuling }
  readonly return?: WireReturn
}
export const DISPUTE_CODES = [
  ...ORDER_CODES,
  'dispute_unknown',
  'dispute_open',
  'ruling_mismatch',
  'operator_unknown',
  'operator_signed_already',
  'offer_unknown',
] as const
export const openDispute = command<WireDispute>()({
  subject: 'settlement.open-dispute',
  request: OpenDispute,
  codes: DISPUTE_CODES,
})
/** The buyer does not keep what came: a dispute with a return. The claim says why. */
export class RejectMilestone extends OpenDispute {}
export const rejectMilestone = command<WireDispute>()({
  subject: 'settlement.reject-milestone',
  request: RejectMilestone,
  codes: DISPUTE_CODES,
})
export const getDispute = command<WireDispute>()({ subject: 'settlement.dispute', request: DealById, codes: DISPUTE_CODES })
export const listDisputes = command<{ readonly items: readonly WireDispute[]; readonly next?: string }>()({
  subject: 'settlement.disputes',
  request: Page,
  codes: [] as const,
})
export class SayInDispute extends OnDeal {
  @IsTypedId('dsp') id: string
  @IsPlainText(4000) text: string
  @IsOptional() @IsHexBytes(32) evidenceHash?: string
  /** An operator asks this side for a word or evidence; its silence is judged by default. */
  @IsOptional() @IsTypedId('pty') asks?: string
  /** Until when, in ledger time; three days if absent, and a quarter of what is left under the hold at most. */
  @IsOptional() @IsTime() answerBy?: number
}
export const sayInDispute = command<WireDispute>()({
  subject: 'settlement.say-in-dispute',
  request: SayInDispute,
  codes: DISPUTE_CODES,
})

export class OnDispute extends OnDeal {
  @IsTypedId('dsp') id: string
  @IsTypedId('pty') party: string
}
/** Without signatures: what is to be signed. With as many as the party's account needs to spend: an open offer. */
export class OfferInDispute extends OnDispute {
  @IsAmount() toMerchant: string
  /** In the ledger's time; three days if absent. */
  @IsOptional() @IsTime() until?: number
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(16)
  @ValidateNested({ each: true })
  @Type(() => SignedStatement)
  signed?: SignedStatement[]
}
export interface WireOfferDraft {
  readonly body: string
  readonly dispute: WireDispute
}
export const offerInDispute = command<WireOfferDraft>()({
  subject: 'settlement.offer-in-dispute',
  request: OfferInDispute,
  codes: DISPUTE_CODES,
})
/** `decline` of one's own offer withdraws it. `accept` carries the signatures over the same body. */
export class AnswerOffer extends OnDispute {
  @IsTypedId('dof') offer: string
  @IsIn(['accept', 'decline']) answer: 'accept' | 'decline'
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(16)
  @ValidateNested({ each: true })
  @Type(() => SignedStatement)
  signed?: SignedStatement[]
}
export const answerOffer = command<WireDispute>()({
  subject: 'settlement.answer-offer',
  request: AnswerOffer,
  codes: DISPUTE_CODES,
})

/** An operator's proposal of a ruling fixes its body; the same operator signs it, then a second one signs the same body. */
export class RuleDispute extends OnDeal {
  @IsTypedId('dsp') id: string
  @IsAmount() toMerchant: string
  @IsPlainText(4000) reasons: string
}
export const ruleDispute = command<WireDispute>()({
  subject: 'settlement.rule-dispute',
  request: RuleDispute,
  codes: DISPUTE_CODES,
})
export class SignRuling extends OnDeal {
  @IsTypedId('dsp') id: string
  @ValidateNested() @Type(() => SignedStatement) signed: SignedStatement
}
export const signRuling = command<WireDispute>()({ subject: 'settlement.sign-ruling', request: SignRuling, codes: DISPUTE_CODES })
/** Once, before the ruling is in force: two other operators decide. */
export class AppealRuling extends OnDispute {
  @IsPlainText(4000) grounds: string
}
export const appealRuling = command<WireDispute>()({
  subject: 'settlement.appeal-ruling',
  request: AppealRuling,
  codes: DISPUTE_CODES,
})
/** Will not appeal. In force at once when nobody is left who could want another ruling. */
export class AcceptRuling extends OnDispute {}
export const acceptRuling = command<WireDispute>()({
  subject: 'settlement.accept-ruling',
  request: AcceptRuling,
  codes: DISPUTE_CODES,
})
export class StepReturn extends OnDispute {
  @IsIn(['authorise', 'refuse', 'ship', 'receive']) step: 'authorise' | 'refuse' | 'ship' | 'receive'
  @IsOptional() @IsPlainText(100) tracking?: string
}
export const stepReturn = command<WireDispute>()({ subject: 'settlement.step-return', request: StepReturn, codes: DISPUTE_CODES })

// ---------------------------------------------------------------------------------------------------------------- evidence files

/** The largest file, and the pieces it travels in: a piece in base64 fits one message of the bus. */
export const EVIDENCE_BYTES_MAX = 16 * 1024 * 1024
export const EVIDENCE_PIECE_BYTES = 512 * 1024
/** What a person who decides can look at, and nothing that runs. */
export const EVIDENCE_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/pdf',
  'text/plain',
  'video/mp4',
  'audio/mpeg',
] as const
export const EVIDENCE_CODES = [
  'dispute_unknown',
  'forbidden',
  'wrong_state',
  'evidence_unknown',
  'evidence_too_large',
  'evidence_incomplete',
  'evidence_type_unsupported',
] as const
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** One piece of a file that is not in the case yet. Pieces come in order; the same piece again changes nothing. */
export class PutEvidencePiece {
  @IsTypedId('dsp') id: string
  /** Named by whoever uploads, random. */
  @IsHexBytes(16) upload: string
  @IsInt() @Min(0) @Max(31) index: number
  @IsString() @MaxLength(700_000) @Matches(BASE64) data: string
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export const putEvidencePiece = command<{ readonly size: number }>()({
  subject: 'settlement.put-evidence-piece',
  request: PutEvidencePiece,
  codes: EVIDENCE_CODES,
  deadlineMs: 15_000,
})
/** Enters an uploaded file into the case: from now on its hash stands there. */
export class AddEvidence extends Write {
  @IsTypedId('dsp') id: string
  @IsHexBytes(16) upload: string
  @IsPlainText(200) name: string
  @IsIn(EVIDENCE_TYPES) mediaType: (typeof EVIDENCE_TYPES)[number]
  @IsInt() @Min(1) @Max(EVIDENCE_BYTES_MAX) size: number
  @IsHexBytes(32) sha256: string
}
export const addEvidence = command<WireDispute>()({
  subject: 'settlement.add-evidence',
  request: AddEvidence,
  codes: [...DISPUTE_CODES, ...EVIDENCE_CODES] as const,
  deadlineMs: 15_000,
})
/** A piece of a file in the case. The first one is a look, and is logged. */
export class ReadEvidence {
  @IsTypedId('dsp') id: string
  @IsTypedId('evd') evidence: string
  @IsInt() @Min(0) @Max(31) index: number
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export const readEvidence = command<{ readonly file: WireEvidence; readonly pieces: number; readonly data: string }>()({
  subject: 'settlement.read-evidence',
  request: ReadEvidence,
  codes: EVIDENCE_CODES,
  deadlineMs: 15_000,
})
