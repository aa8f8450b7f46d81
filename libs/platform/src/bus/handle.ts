// Decorators that make a controller's method answer a command. The method returns a Result; an exception becomes a code and a log line.
import { type Answer, type BusCode, type BytesCommand, type Command } from '@huitong/contracts'
import { type Bytes, err } from '@huitong/primitives'
import { Catch, type RpcExceptionFilter, UseFilters, applyDecorators } from '@nestjs/common'
import { MessagePattern } from '@nestjs/microservices'
import { type Observable, of } from 'rxjs'
import { faultFields, log } from '../log.js'
import { UnitFailed, isTransient } from '../pg/transient.js'

/** What a handler is registered with: read by the transport strategy. */
export type HandlerKind =
  | { readonly kind: 'command'; readonly command: Command<object, unknown, string> }
  | { readonly kind: 'bytes'; readonly command: BytesCommand }

/** Who asked and by what subject; the second argument of a handler. */
export interface CallContext {
  readonly subject: string
}

type Handler<Request, Reply> = (request: Request, context: CallContext) => Reply | Promise<Reply>

/**
 * `@Handle(acceptOrder)` on `accept(request: AcceptOrder): Promise<Answer<OrderView, AcceptCode>>`. The compiler holds the method to
 * the command's request, value and codes; the request arrives checked against its class.
 */
export function Handle<Request extends object, Value, Code extends string>(command: Command<Request, Value, Code>) {
  return <Method extends Handler<Request, Answer<Value, Code | BusCode>>>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => register({ kind: 'command', command }, target, name, descriptor)
}

/** The same for raw bytes: `@HandleBytes(ledgerSubmit)` on `submit(bytes: Bytes): Promise<Bytes>`. */
export function HandleBytes(command: BytesCommand) {
  return <Method extends Handler<Bytes, Bytes>>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => register({ kind: 'bytes', command }, target, name, descriptor)
}

/** Turns what a handler throws into a code: a database away is a fault of the moment, anything else is ours to read in the log. */
@Catch()
export class AnswerFault implements RpcExceptionFilter {
  catch(error: unknown): Observable<Answer<never, BusCode>> {
    const code = codeOfFault(error)
    if (code === 'internal') log.error('bus.handler.failed', faultFields(error))
    else log.warn('bus.handler.interrupted', { code, ...faultFields(error) })
    return of(err(code))
  }
}

function codeOfFault(error: unknown): BusCode {
  if (error instanceof UnitFailed) return error.outcome === 'nothing' ? 'unavailable' : 'timeout'
  // a command that does not go through runCommand may have done some of its work
  return isTransient(error) ? 'timeout' : 'internal'
}

function register(kind: HandlerKind, target: object, name: string | symbol, descriptor: PropertyDescriptor): void {
  applyDecorators(MessagePattern(kind.command.subject, { huitong: kind }), UseFilters(AnswerFault))(target, name, descriptor)
}
