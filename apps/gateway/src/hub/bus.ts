// What the gateway needs of the bus: the port that tests fill with an in-process one.
import type { Answer, BusCode, BytesCommand, Command } from '@huitong/contracts'
import type { Bytes, Result } from '@huitong/primitives'

export interface BusPort {
  call<Request extends object, Value, Code extends string>(
    command: Command<Request, Value, Code>,
    body: NoInfer<Request>,
    options?: { readonly to?: string; readonly deadlineMs?: number },
  ): Promise<Answer<Value, Code | BusCode>>
  submit(
    command: BytesCommand,
    bytes: Bytes,
    options?: { readonly to?: string; readonly deadlineMs?: number },
  ): Promise<Result<Bytes, BusCode>>
}

/** Injection token of the {@link BusPort}. */
export const BUS = Symbol('bus')
