// A bus inside the test: answers by subject with what the test says, after checking each request against its contract as a service would.
import type { Answer, BusCode, BytesCommand, Command } from '@huitong/contracts'
import { type Bytes, type Result, err } from '@huitong/primitives'
import { plainToInstance } from 'class-transformer'
import { validate } from 'class-validator'
import type { BusPort } from '../hub/bus.js'

interface Asked {
  readonly subject: string
  readonly body: unknown
}
type AnyAnswer = Answer<unknown, string>

export class FakeBus implements BusPort {
  /** Everything asked since the last {@link reset}, authentication left out. */
  asked: Asked[] = []
  readonly envelopes: { readonly subject: string; readonly bytes: Bytes }[] = []
  readonly #answers = new Map<string, (body: unknown) => AnyAnswer | Promise<AnyAnswer>>()
  #submit: (bytes: Bytes, subject: string) => Promise<Result<Bytes, BusCode>> = () => Promise.resolve(err('unavailable'))

  /** Answers a command on its subject (with the address filled in). */
  on<R extends object, V, C extends string>(
    command: Command<R, V, C>,
    answer: Answer<V, C | BusCode> | ((body: R) => Answer<V, C | BusCode>),
    to?: string,
  ): this {
    const reply = typeof answer === 'function' ? (body: unknown) => answer(body as R) : () => answer
    this.#answers.set(addressed(command.subject, to), reply)
    return this
  }

  onSubmit(answer: (bytes: Bytes, subject: string) => Promise<Result<Bytes, BusCode>>): this {
    this.#submit = answer
    return this
  }

  reset(): void {
    this.asked = []
    this.envelopes.length = 0
  }

  async call<Request extends object, Value, Code extends string>(
    command: Command<Request, Value, Code>,
    body: NoInfer<Request>,
    options: { readonly to?: string } = {},
  ): Promise<Answer<Value, Code | BusCode>> {
    const subject = addressed(command.subject, options.to)
    const sent: unknown = JSON.parse(JSON.stringify(body))
    if (subject !== 'identity.authenticate') this.asked.push({ subject, body: sent })
    const wrong = await faultOf(command.request, sent)
    if (wrong !== undefined) return err('malformed', wrong)
    const answer = this.#answers.get(subject)
    if (answer === undefined) return err('unavailable')
    // the border of the test: the answer was typed where it was given
    return (await answer(sent)) as Answer<Value, Code | BusCode>
  }

  submit(command: BytesCommand, bytes: Bytes, options: { readonly to?: string } = {}): Promise<Result<Bytes, BusCode>> {
    const subject = addressed(command.subject, options.to)
    this.envelopes.push({ subject, bytes })
    return this.#submit(bytes, subject)
  }
}

const addressed = (subject: string, to: string | undefined): string => subject.replace('{to}', to ?? '{to}')

async function faultOf(type: new () => object, body: unknown): Promise<string | undefined> {
  if (typeof body !== 'object' || body === null) return 'no object'
  if (Object.keys(body).length === 0) return undefined
  const message = plainToInstance(type, body, { exposeUnsetFields: false })
  const errors = await validate(message, { whitelist: true, forbidNonWhitelisted: true })
  return errors[0]?.toString()
}
