// The shape of what processes say to each other: commands with an answer, byte commands, events. Data only, no transport.
import type { Result } from '@huitong/primitives'

declare const value: unique symbol

/**
 * A typed command over the bus: request and reply with a deadline. `subject` may hold `{to}`, the address of one of several
 * equal services (`ledger.{to}.coin`). `Value` is what a good answer carries: JSON data, amounts as decimal strings.
 */
export interface Command<Request extends object, Value, Code extends string> {
  readonly subject: string
  /** The message class; its class-validator rules are checked before a handler sees it. */
  readonly request: new () => Request
  /** Every code the command itself may answer. A code outside of this list (and of BusCode) is taken for `internal`. */
  readonly codes: readonly Code[]
  readonly deadlineMs: number
  readonly [value]?: Value
}

/** The default time a caller waits for an answer, in milliseconds. */
export const DEADLINE_MS = 5_000

/**
 * Declares a command: `command<OrderView>()({ subject: 'settlement.order.accept', request: AcceptOrder, codes: ['order_not_found'] })`.
 * Two calls, because the value's type is said and the others are inferred.
 */
export function command<Value>() {
  return <Request extends object, const Code extends string = never>(declared: {
    readonly subject: string
    readonly request: new () => Request
    readonly codes?: readonly Code[]
    readonly deadlineMs?: number
  }): Command<Request, Value, Code> => ({
    subject: declared.subject,
    request: declared.request,
    codes: declared.codes ?? [],
    deadlineMs: declared.deadlineMs ?? DEADLINE_MS,
  })
}

/**
 * An answer: a result, marked when it is the stored answer to an earlier, equal request (see runCommand in libs/platform).
 */
export type Answer<Value, Code extends string> = Result<Value, Code> & { readonly replayed?: true }

/** The second verb: raw bytes both ways. Only failures of the bus itself are codes; all else is in the bytes. */
export interface BytesCommand {
  readonly subject: string
  readonly deadlineMs: number
}

export const bytesCommand = (declared: { readonly subject: string; readonly deadlineMs?: number }): BytesCommand => ({
  subject: declared.subject,
  deadlineMs: declared.deadlineMs ?? DEADLINE_MS,
})

/** Envelopes of signed transactions to a ledger, one status per transaction back. */
export const ledgerSubmit = bytesCommand({ subject: 'ledger.{to}.submit' })
/** The same envelope; the answer carries receipts beside the statuses (`encodeProven`), so that who wants proof asks once. */
export const ledgerSubmitProven = bytesCommand({ subject: 'ledger.{to}.submit-proven' })

/** A typed event on JetStream: published from the outbox only, message id = event id. */
export interface EventType<Body extends object> {
  readonly subject: string
  readonly body: new () => Body
}

export const eventType = <Body extends object>(subject: string, body: new () => Body): EventType<Body> => ({ subject, body })
