// Structured logs on stderr: an event name and ids, one JSON object per line. Never payloads, secrets or preimages; what slips in is redacted.
import type { LoggerService } from '@nestjs/common'
import { type DestinationStream, type Logger, destination, pino } from 'pino'
import type { LogLevel } from './settings.js'
import { currentTrace } from './trace.js'

export type LogFields = Readonly<Record<string, unknown>>

/** What a field may not be called if its value is to be seen, in lower case without separators. */
const SECRET =
  /secret|password|passphrase|preimage|authorization|cookie|mnemonic|seed|privatekey|masterkey|apikey|token$|databaseurl|deliverycode/
const DEPTH_MAX = 6
export const REDACTED = '[redacted]'

/** The log of a process. `log.info('order.accepted', { order })`: the event's name first, then ids. */
export class Log {
  #pino: Logger

  constructor(options: { readonly level: LogLevel; readonly role?: string; readonly stream?: DestinationStream }) {
    this.#pino = create(options)
  }

  /** Sets level and role once the settings are known. */
  configure(options: { readonly level: LogLevel; readonly role?: string; readonly stream?: DestinationStream }): void {
    this.#pino = create(options)
  }

  debug(event: string, fields: LogFields = {}): void {
    this.#pino.debug(this.#line(event, fields))
  }

  info(event: string, fields: LogFields = {}): void {
    this.#pino.info(this.#line(event, fields))
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#pino.warn(this.#line(event, fields))
  }

  error(event: string, fields: LogFields = {}): void {
    this.#pino.error(this.#line(event, fields))
  }

  #line(event: string, fields: LogFields): Record<string, unknown> {
    const traceId = currentTrace()?.traceId
    return { event, ...(traceId === undefined ? {} : { traceId }), ...redactFields(fields) }
  }
}

/** The log of this process. runProcess gives it level and role; until then warnings and errors are written. */
export const log = new Log({ level: 'warn' })

/** Nest's own messages through our log: event `nest`, the framework's context beside it. */
export class NestLog implements LoggerService {
  log(message: unknown, ...rest: unknown[]): void {
    log.debug('nest', nestFields(message, rest))
  }

  error(message: unknown, ...rest: unknown[]): void {
    log.error('nest.error', nestFields(message, rest))
  }

  warn(message: unknown, ...rest: unknown[]): void {
    log.warn('nest.warning', nestFields(message, rest))
  }

  debug(message: unknown, ...rest: unknown[]): void {
    log.debug('nest', nestFields(message, rest))
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    log.debug('nest', nestFields(message, rest))
  }
}

/** A fault as log fields: name, message, code and stack. */
export function faultFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { fault: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? { faultCode: error.code } : {}
  return { fault: error.message, faultName: error.name, ...code, stack: error.stack }
}

function create(options: { readonly level: LogLevel; readonly role?: string; readonly stream?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { role: options.role, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // synchronous: the last line before a crash is the one that matters
    options.stream ?? destination({ fd: 2, sync: true }),
  )
}

function redactFields(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redact(name, value, 0)]))
}

function redact(name: string, value: unknown, depth: number): unknown {
  if (SECRET.test(name.toLowerCase().replace(/[-_.]/g, ''))) return REDACTED
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return value.replace(/(:\/\/[^:/@\s]*):[^@\s/]+@/g, `$1:${REDACTED}@`)
  if (value instanceof Error) return redact('fault', faultFields(value), depth)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (depth >= DEPTH_MAX) return '...'
  if (Array.isArray(value)) return value.map((item) => redact('', item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(key, item, depth + 1)]))
}

function nestFields(message: unknown, rest: readonly unknown[]): LogFields {
  const context = rest.at(-1)
  const text = message instanceof Error ? faultFields(message) : { message: String(message) }
  return { ...text, ...(typeof context === 'string' ? { context } : {}) }
}
