// The one validation of bodies and queries: by the DTO's own rules, nothing unknown, nothing converted by guessing.
import { type ValidationError, ValidationPipe } from '@nestjs/common'
import { Problem } from '../problem/problem.js'

export const validation = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    transformOptions: { enableImplicitConversion: false, exposeUnsetFields: false },
    exceptionFactory: (errors) => problemOf(errors),
  })

function problemOf(errors: readonly ValidationError[]): Problem {
  const [first] = errors
  return first === undefined ? new Problem('malformed') : fault(first, '')
}

function fault(error: ValidationError, path: string): Problem {
  const field = path === '' ? error.property : `${path}.${error.property}`
  const child = error.children?.[0]
  if (child !== undefined) return fault(child, field)
  const [rule, sentence] = Object.entries(error.constraints ?? {})[0] ?? ['', 'not as documented']
  return rule === 'whitelistValidation'
    ? new Problem('field_unknown', undefined, field)
    : new Problem('malformed', sentence, field)
}
