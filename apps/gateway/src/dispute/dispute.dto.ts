// Disputes over milestones.
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator'
import { Amount, Hex, Part, Parts, PlainText, Timestamp, TypedId } from '../edge/fields.js'
import { DealDto, OnDealDto, SignedStatementDto } from '../edge/value.dto.js'

export class OpenDisputeDto extends OnDealDto {
  @TypedId('ord') order: string
  @IsInt() @Min(0) @Max(65_535) milestone: number
  @TypedId('pty') party: string
  /** What is wrong, in words. */
  @PlainText(2000) claim: string
  /** `approval` statement (subject `dispute`) over order and milestone, by a key of the party's account. */
  @Part(() => SignedStatementDto) opened: SignedStatementDto
}

export class SayInDisputeDto extends OnDealDto {
  @PlainText(4000) text: string
  /** SHA-256 of a file that belongs to the message. */
  @IsOptional() @Hex(32) evidenceHash?: string
  /** By an operator: the side that is asked for a word or evidence. If it is silent until then, judgement by default is put before the operators. */
  @IsOptional() @TypedId('pty') asks?: string
  /** Until when it is to answer, in the ledger's time; three days if absent, and a quarter of what is left under the hold at most. */
  @IsOptional() @Timestamp() answerBy?: number
}

/** Name of a file, in the query beside the file itself. */
export class EvidenceQuery {
  @PlainText(200) name: string
}

export class OfferInDisputeDto extends OnDealDto {
  @TypedId('pty') party: string
  /** Base units of the settle token to the merchant, before the fee; the rest goes to the buyer. */
  @Amount() toMerchant: string
  /** When the offer lapses, in the ledger's time; three days if absent. */
  @IsOptional() @Timestamp() until?: number
  /** As many signatures over the body as the party's account needs to spend. Without: the answer gives the body. */
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(16) @Parts(() => SignedStatementDto) signed?: SignedStatementDto[]
}

export class AnswerOfferDto extends OnDealDto {
  @TypedId('pty') party: string
  /** `decline` of one's own offer withdraws it. */
  @IsIn(['accept', 'decline']) answer: 'accept' | 'decline'
  /** To accept: signatures over the offer's body. */
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(16) @Parts(() => SignedStatementDto) signed?: SignedStatementDto[]
}

export class AppealRulingDto extends OnDealDto {
  @TypedId('pty') party: string
  /** Why others should decide, in words. */
  @PlainText(4000) grounds: string
}

export class AcceptRulingDto extends OnDealDto {
  @TypedId('pty') party: string
}

export class StepReturnDto extends OnDealDto {
  @TypedId('pty') party: string
  /** `authorise`, `refuse` and `receive` are the merchant's, `ship` is the buyer's. */
  @IsIn(['authorise', 'refuse', 'ship', 'receive']) step: 'authorise' | 'refuse' | 'ship' | 'receive'
  @IsOptional() @PlainText(100) tracking?: string
}

export class RuleDisputeDto extends OnDealDto {
  /** Base units of the settle token to the merchant, before the fee; the rest goes to the buyer. */
  @Amount() toMerchant: string
  @PlainText(4000) reasons: string
}

export class SignRulingDto extends OnDealDto {
  /** Signature over the ruling's body. */
  @Part(() => SignedStatementDto) signed: SignedStatementDto
}

export class DisputeMessageDto {
  @Timestamp() at: string
  party: string
  text: string
  @Hex(32) evidenceHash?: string
  /** An operator's question to this side, and until when it is to answer. */
  @TypedId('pty') asks?: string
  @Timestamp() answerBy?: string
}

/** A file in the case. Its bytes: GET …/evidence/{evidence}. */
export class EvidenceDto {
  @TypedId('evd') id: string
  @Timestamp() at: string
  /** Party or operator that handed it in. */
  party: string
  name: string
  mediaType: string
  /** Bytes. */
  size: number
  @Hex(32) sha256: string
}

export class DisputeOfferDto {
  @TypedId('dof') id: string
  @Timestamp() at: string
  @TypedId('pty') party: string
  @Amount() toMerchant: string
  /** What both sides sign, in hexadecimal. */
  body: string
  @Timestamp() until: string
  state: 'open' | 'accepted' | 'declined' | 'withdrawn' | 'expired'
}

/** A ruling: proposed by one operator, in force once a second one has signed the same body. */
export class RulingDto {
  outcome: 'release' | 'refund' | 'split'
  /** `default`: drafted because one side was silent. */
  cause: 'operators' | 'consent' | 'default'
  @Amount() toMerchant: string
  reasons: string
  /** The ruling statement over all legs, in hexadecimal. */
  body: string
  @Hex(32) hash: string
  /** Operators that have signed. */
  signedBy: string[]
  /** Transaction that wrote the hash into the ledger. */
  @Hex(32) anchoredBy?: string
}

export class AppealDto {
  @Timestamp() at: string
  @TypedId('pty') party: string
  grounds: string
  /** In force if the appeal is not decided in time. */
  first: RulingDto
}

/** Whose silence ended a return, and at which step. */
export class LapseDto {
  @TypedId('pty') party: string
  step: string
}

/** The goods on their way back. */
export class ReturnDto {
  state: string
  tracking?: string
  lapsed?: LapseDto
}

export class DisputeDto extends DealDto {
  @TypedId('dsp') id: string
  @TypedId('ord') order: string
  milestone: number
  @TypedId('pty') openedBy: string
  claim: string
  messages: DisputeMessageDto[]
  evidence: EvidenceDto[]
  offers: DisputeOfferDto[]
  ruling?: RulingDto
  /** Parties that will not appeal the ruling. */
  acceptedBy: string[]
  appeal?: AppealDto
  return?: ReturnDto
}

export class DisputePageDto {
  items: DisputeDto[]
  next?: string
}

/** What is to be signed for an offer, and the case with the offer once it was. */
export class OfferDraftDto {
  body: string
  dispute: DisputeDto
}
