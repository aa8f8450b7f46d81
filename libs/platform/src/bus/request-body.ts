// Reads a message into its class and checks it by the class's own rules: nothing unknown passes, nothing is converted.
import { type Result, err, ok } from '@huitong/primitives'
import { plainToInstance } from 'class-transformer'
import { type ValidationError, validate } from 'class-validator'

/** The message of a request, an instance of `type`; or `malformed` with the first offending field and the rule it broke. */
export async function requestBody<T extends object>(type: new () => T, body: unknown): Promise<Result<T, 'malformed'>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return err('malformed', 'the message must be an object')
  const message = plainToInstance(type, body, { enableImplicitConversion: false, exposeUnsetFields: false })
  const errors = await validate(message, {
    whitelist: true,
    forbidNonWhitelisted: true,
    // a class without any rule is an empty message, and then `whitelist` has nothing to compare with: check by hand below
    forbidUnknownValues: Object.keys(body).length > 0,
    stopAtFirstError: true,
  })
  const first = errors[0]
  return first === undefined ? ok(message) : err('malformed', ...faultOf(first, ''))
}

function faultOf(error: ValidationError, path: string): [detail: string, field: string] {
  const field = error.property === undefined ? path : path === '' ? error.property : `${path}.${error.property}`
  const child = error.children?.[0]
  if (child !== undefined) return faultOf(child, field)
  return [Object.values(error.constraints ?? {})[0] ?? 'not as the contract says', field]
}
