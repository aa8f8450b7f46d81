// The bytes of the bus: JSON bodies, replies as results, deadline and trace in headers. Never lets an exception or a bigint across.
import { BUS_CODES, type Answer, type BusCode, type Command } from '@huitong/contracts'
import { type Bytes, err, fromUtf8, utf8 } from '@huitong/primitives'
import { type MsgHdrs, headers } from '@nats-io/transport-node'
import { traceparent } from '../trace.js'

const DEADLINE = 'Huitong-Deadline'
const CODE = 'Huitong-Code'
const TRACE = 'traceparent'

/** Clocks of two machines may differ this much before a request that is still wanted is dropped as late. */
const CLOCK_ALLOWANCE_MS = 1_000

export function requestHeaders(deadlineMs: number): MsgHdrs {
  const sent = headers()
  sent.set(DEADLINE, String(Date.now() + deadlineMs))
  sent.set(TRACE, traceparent())
  return sent
}

/** Headers of an event: the trace alone. */
export function eventHeaders(trace: string = traceparent()): MsgHdrs {
  const sent = headers()
  sent.set(TRACE, trace)
  return sent
}

export const traceOf = (received: MsgHdrs | undefined): string | undefined => received?.get(TRACE) || undefined

/** True when the caller of a request has stopped waiting: to begin now would do work that nobody learns of. */
export function isLate(received: MsgHdrs | undefined): boolean {
  const deadline = Number(received?.get(DEADLINE) ?? '')
  return deadline > 0 && Date.now() > deadline + CLOCK_ALLOWANCE_MS
}

/** What every inbox of a process begins with. */
const INBOX = '_INBOX_'

/** The inbox of a role: the server lets nobody else listen there. */
export const inboxOf = (role: string): string => `${INBOX}${role.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`

/**
 * Whether the answer goes into the inbox of one of `callers` (any role's when undefined). A stream's message can be delivered to any subject its
 * reader names, but it wants its answer nowhere or at `$JS.ACK`: without this test whoever may publish an event could speak to a service.
 */
export function isWantedBy(callers: readonly string[] | undefined, reply: string | undefined): boolean {
  if (reply === undefined) return false
  return callers === undefined ? reply.startsWith(INBOX) : callers.some((role) => reply.startsWith(`${inboxOf(role)}.`))
}

/** Health and metrics: every process answers them, to everybody whom the server lets ask. */
export const isForEveryone = (subject: string): boolean => subject.startsWith('health.') || subject.startsWith('metrics.')

/** A refusal of the bus itself beside raw bytes: the code travels in a header, the body is empty. */
export function refusalHeaders(code: BusCode): MsgHdrs {
  const sent = headers()
  sent.set(CODE, code)
  return sent
}

export const refusalOf = (received: MsgHdrs | undefined): BusCode | undefined =>
  BUS_CODES.find((code) => code === received?.get(CODE))

/** JSON of a message. A bigint or a missing body is a mistake of the caller and throws. */
export function encodeJson(body: unknown): Bytes {
  const text = JSON.stringify(body)
  if (text === undefined) throw new TypeError('nothing to send')
  return utf8(text)
}

/** The JSON value of received bytes, or `undefined` if they are none. */
export function decodeJson(bytes: Bytes): { readonly value: unknown } | undefined {
  const text = fromUtf8(bytes)
  if (text === undefined) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Reads a reply against the command's closed list of codes; anything else is `internal`. */
export function decodeAnswer<R extends object, Value, Code extends string>(
  command: Command<R, Value, Code>,
  bytes: Bytes,
): Answer<Value, Code | BusCode> {
  const reply = decodeJson(bytes)?.value
  if (typeof reply !== 'object' || reply === null || !('ok' in reply)) return err('internal', 'the reply is no answer')
  const replayed = 'replayed' in reply && reply.replayed === true ? { replayed: true as const } : {}
  // the border: the value's shape is the handler's promise, checked where it was written
  if (reply.ok === true) return { ok: true, value: ('value' in reply ? reply.value : undefined) as Value, ...replayed }
  const text = 'code' in reply ? reply.code : undefined
  const codes: readonly (Code | BusCode)[] = [...command.codes, ...BUS_CODES]
  const code = codes.find((known) => known === text)
  if (code === undefined) return err('internal', `the reply's code is not in the contract: ${String(text)}`)
  const detail = 'detail' in reply && typeof reply.detail === 'string' ? reply.detail : undefined
  const field = 'field' in reply && typeof reply.field === 'string' ? reply.field : undefined
  return { ...err(code, detail, field), ...replayed }
}

/** Puts an address into a subject. The address of a service is a name: lowercase letters, digits and hyphens. */
export function addressed(subject: string, to: string | undefined): string {
  if (!subject.includes('{to}')) return subject
  if (to === undefined || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(to))
    throw new TypeError(`${subject} needs an address, not "${String(to)}"`)
  return subject.replace('{to}', to)
}
