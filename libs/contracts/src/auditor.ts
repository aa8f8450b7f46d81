// What the auditor answers: the outcome of every invariant, from its own reading of the databases.
import { IsBoolean, IsOptional } from 'class-validator'
import { command } from './command.js'
import { NoFields } from './ledger.js'

export interface WireInvariant {
  readonly invariant: number
  readonly title: string
  /** `not_exercised`: no fact existed to examine. */
  readonly verdict: 'ok' | 'broken' | 'not_exercised'
  readonly checked: number
  /** The first fact that breaks it. */
  readonly detail?: string
}
export class AuditRequest {
  /** Reads everything from the beginning instead of going on where the last check ended. */
  @IsOptional() @IsBoolean() full?: boolean
}
export const auditInvariants = command<{ readonly at: number; readonly invariants: readonly WireInvariant[] }>()({
  subject: 'auditor.invariants',
  request: AuditRequest,
  codes: ['busy'] as const,
  deadlineMs: 120_000,
})
export interface WireReserves {
  readonly reserves: readonly {
    readonly ledger: string
    readonly asset: string
    readonly issued: string
    readonly holders: string
    readonly escrow: string
    readonly hashLocks: string
    readonly fees: string
    readonly liquidity: string
    /** issued - everything held: 0. */
    readonly difference: string
  }[]
}
/** Per ledger and asset, summed from the coins themselves. */
export const auditReserves = command<WireReserves>()({
  subject: 'auditor.reserves',
  request: NoFields,
  codes: [] as const,
  deadlineMs: 60_000,
})
