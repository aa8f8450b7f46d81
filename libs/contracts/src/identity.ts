// Who is who: parties and the accounts bound to them, carriers, operators, API keys, recovery cases. Personal data never leaves identity in events.
import { Type } from 'class-transformer'
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsEmail,
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
import { IsHexBytes, IsHexUpTo, IsLedgerName, IsPlainText, IsTime, IsTypedId } from './fields.js'
import { NoFields, type WirePolicy } from './ledger.js'

/** What a key may be used for. `admin` implies all; `operator` is for people on duty; the rest belong to a party and reach its own objects only. */
export const SCOPES = ['admin', 'operator', 'read', 'pay', 'trade', 'orders', 'disputes', 'parties', 'sandbox'] as const
export type Scope = (typeof SCOPES)[number]

export interface Principal {
  readonly key: string
  readonly party?: string
  readonly operator?: string
  readonly scopes: readonly Scope[]
}

export class PresentedKey {
  /** The secret as presented; compared by hash, never stored or logged. */
  @Matches(/^ht_[0-9a-f]{8}_[0-9a-f]{48}$/) apiKey: string
}
export const identityAuthenticate = command<Principal>()({
  subject: 'identity.authenticate',
  request: PresentedKey,
  codes: ['key_unknown', 'key_revoked', 'key_expired'] as const,
})

/** On whose behalf a command runs, as the gateway established it. Services decide per object. */
export class Actor {
  @IsString() @MaxLength(64) key: string
  @IsOptional() @IsTypedId('pty') party?: string
  @IsOptional() @IsTypedId('opr') operator?: string
  @IsArray() @IsIn(SCOPES, { each: true }) scopes: Scope[]
}

export class CreateApiKey {
  @IsString() @MaxLength(200) idempotencyKey: string
  @IsPlainText(100) label: string
  @IsArray() @ArrayUnique() @ArrayMinSize(1) @IsIn(SCOPES, { each: true }) scopes: Scope[]
  @IsOptional() @IsTypedId('pty') party?: string
  @IsOptional() @IsTypedId('opr') operator?: string
  @IsOptional() @IsTime() expiresAt?: number
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export interface WireApiKey {
  readonly id: string
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly party?: string
  readonly operator?: string
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
  /** Shown in the answer to its creation (and a replay of it), never again. */
  readonly secret?: string
}
export const identityCreateApiKey = command<WireApiKey>()({
  subject: 'identity.create-api-key',
  request: CreateApiKey,
  codes: ['party_unknown', 'operator_unknown', 'scope_forbidden', 'forbidden', 'idempotency_key_reused', 'in_flight'] as const,
})
export class ById {
  @Matches(/^[a-z]{3}_[0-9a-f]{32}$/) id: string
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export const identityRevokeApiKey = command<WireApiKey>()({
  subject: 'identity.revoke-api-key',
  request: ById,
  codes: ['key_unknown', 'forbidden'] as const,
})

export class CreateParty {
  @IsString() @MaxLength(200) idempotencyKey: string
  @IsIn(['natural', 'legal']) kind: 'natural' | 'legal'
  /** Shown to counterparties. */
  @IsPlainText(100) displayName: string
  /** Kept encrypted with a key of its own, erasable. */
  @IsOptional() @IsPlainText(200) legalName?: string
  @IsOptional() @IsEmail() email?: string
  @IsOptional() @Matches(/^[A-Z]{2}$/) jurisdiction?: string
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export interface WireParty {
  readonly id: string
  readonly kind: 'natural' | 'legal'
  readonly displayName: string
  readonly jurisdiction?: string
  readonly createdAt: number
  readonly accounts: readonly { readonly ledger: string; readonly account: string; readonly boundAt: number }[]
  /** Its first API key, in the answer to creation only. */
  readonly apiKey?: WireApiKey
}
export const identityCreateParty = command<WireParty>()({
  subject: 'identity.create-party',
  request: CreateParty,
  codes: ['forbidden', 'idempotency_key_reused', 'in_flight'] as const,
})
export const identityParty = command<WireParty>()({ subject: 'identity.party', request: ById, codes: ['party_unknown'] as const })

export interface WirePerson {
  readonly legalName?: string
  readonly email?: string
}
/** Personal data, for the party itself and people on duty; every look is on the audit log. */
export const identityPerson = command<WirePerson>()({
  subject: 'identity.person',
  request: ById,
  codes: ['party_unknown', 'forbidden'] as const,
})
/** Destroys the person's data key, for ever. Accounts and deals stay: they never held personal data. */
export const identityErasePerson = command<WireParty>()({
  subject: 'identity.erase-person',
  request: ById,
  codes: ['party_unknown', 'forbidden'] as const,
})

export class BindAccount {
  @IsString() @MaxLength(200) idempotencyKey: string
  @IsTypedId('pty') party: string
  @IsLedgerName() ledger: string
  @IsHexBytes(32) account: string
  /** Approval statement `bind` over hub, party, ledger's chain and account, signed by a current key of the account. */
  @ValidateNested() @Type(() => SignedStatement) proof: SignedStatement
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export const identityBindAccount = command<WireParty>()({
  subject: 'identity.bind-account',
  request: BindAccount,
  codes: [
    'party_unknown',
    'ledger_unknown',
    'account_unknown',
    'account_bound_elsewhere',
    'proof_invalid',
    'forbidden',
    'idempotency_key_reused',
    'in_flight',
  ] as const,
})
export class AccountOnLedger {
  @IsLedgerName() ledger: string
  @IsHexBytes(32) account: string
}
export const identityPartyOfAccount = command<{ readonly party: string }>()({
  subject: 'identity.party-of-account',
  request: AccountOnLedger,
  codes: ['account_unbound'] as const,
})

export class RegisterCarrier {
  @IsString() @MaxLength(200) idempotencyKey: string
  @IsPlainText(100) name: string
  @IsHexBytes(32) publicKey: string
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export interface WireCarrier {
  readonly id: string
  readonly name: string
  readonly publicKey: string
  readonly createdAt: number
}
export const identityRegisterCarrier = command<WireCarrier>()({
  subject: 'identity.register-carrier',
  request: RegisterCarrier,
  codes: ['forbidden', 'public_key_weak', 'idempotency_key_reused', 'in_flight'] as const,
})
export class ByPublicKey {
  @IsHexBytes(32) publicKey: string
}
export const identityCarrierOfKey = command<WireCarrier>()({
  subject: 'identity.carrier-of-key',
  request: ByPublicKey,
  codes: ['carrier_unknown'] as const,
})

export class RegisterOperator {
  @IsString() @MaxLength(200) idempotencyKey: string
  @IsPlainText(100) name: string
  @IsHexBytes(32) publicKey: string
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export interface WireOperator {
  readonly id: string
  readonly name: string
  readonly publicKey: string
  readonly createdAt: number
  /** In the answer to registration only. */
  readonly apiKey?: WireApiKey
}
export const identityRegisterOperator = command<WireOperator>()({
  subject: 'identity.register-operator',
  request: RegisterOperator,
  codes: ['forbidden', 'public_key_weak', 'idempotency_key_reused', 'in_flight'] as const,
})
export const identityOperators = command<{ readonly operators: readonly WireOperator[] }>()({
  subject: 'identity.operators',
  request: NoFields,
  codes: [] as const,
})

export class WireKeySet {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(16) @IsHexBytesEach() keys: string[]
  @IsInt() @Min(1) @Max(16) threshold: number
}
function IsHexBytesEach(): PropertyDecorator {
  return Matches(/^[0-9a-f]{64}$/, { each: true })
}

export class OpenRecovery {
  @IsString() @MaxLength(200) idempotencyKey: string
  @IsTypedId('pty') party: string
  @IsHexBytes(32) account: string
  @ValidateNested() @Type(() => WireKeySet) keys: WireKeySet
  @ValidateNested() @Type(() => Actor) actor: Actor
}
/** The proposal for one ledger: the transaction body that the authorities sign, and what came of it. */
export interface WireRecoveryLeg {
  readonly ledger: string
  readonly body: string
  readonly approvals: readonly { readonly authority: string; readonly key: number }[]
  readonly state: 'collecting' | 'proposed' | 'finalised' | 'cancelled' | 'lagging'
  readonly end?: number
}
export interface WireRecovery {
  readonly id: string
  readonly party: string
  readonly account: string
  readonly policy: WirePolicy
  readonly keys: { readonly keys: readonly string[]; readonly threshold: number }
  readonly state: 'OPENED' | 'APPROVED' | 'PROPOSED' | 'FINALISED' | 'CANCELLED' | 'REJECTED'
  readonly legs: readonly WireRecoveryLeg[]
  readonly createdAt: number
  readonly version: number
}
const RECOVERY_CODES = [
  'recovery_unknown',
  'recovery_open',
  'party_unknown',
  'account_unbound',
  'no_recovery_policy',
  'public_key_weak',
  'signature_invalid',
  'not_an_authority',
  'wrong_state',
  'ledger_refused',
  'forbidden',
  'idempotency_key_reused',
  'in_flight',
] as const
/** Opens a case over every ledger on which the party has the account open. */
export const identityOpenRecovery = command<WireRecovery>()({
  subject: 'identity.open-recovery',
  request: OpenRecovery,
  codes: RECOVERY_CODES,
})
export class ApproveRecovery {
  @IsString() @MaxLength(200) idempotencyKey: string
  @IsTypedId('rcv') id: string
  /** The authority account, and per ledger its keys' signatures over the leg's body. */
  @IsHexBytes(32) authority: string
  @IsArray() @ArrayMaxSize(64) @ValidateNested({ each: true }) @Type(() => LegSignature) signatures: LegSignature[]
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export class LegSignature {
  @IsLedgerName() ledger: string
  @IsInt() @Min(0) @Max(15) key: number
  @IsHexBytes(64) signature: string
}
export const identityApproveRecovery = command<WireRecovery>()({
  subject: 'identity.approve-recovery',
  request: ApproveRecovery,
  codes: RECOVERY_CODES,
  deadlineMs: 15_000,
})
export const identityRecovery = command<WireRecovery>()({ subject: 'identity.recovery', request: ById, codes: RECOVERY_CODES })

/** The hub's own facts that clients need: hub id, ledgers with chain ids, sandbox flag. */
export interface HubInfo {
  readonly hub: string
  readonly sandbox: boolean
  readonly ledgers: readonly string[]
}
export const identityHub = command<HubInfo>()({ subject: 'identity.hub', request: NoFields, codes: [] as const })

export class AuditPage {
  @IsInt() @Min(0) after: number
  @IsInt() @Min(1) @Max(200) limit: number
}
export interface WireAuditEntry {
  readonly seq: number
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: unknown
  readonly hash: string
}
export const identityAudit = command<{ readonly entries: readonly WireAuditEntry[] }>()({
  subject: 'identity.audit',
  request: AuditPage,
  codes: [] as const,
})

export class HexDocument {
  @IsHexUpTo(64 * 1024) document: string
}
