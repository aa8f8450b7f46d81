// Which key a route needs, said on the route. A route that says nothing is refused at start: nothing is open by omission.
import { SCOPES, type Scope } from '@huitong/contracts'
import { SetMetadata, applyDecorators } from '@nestjs/common'
import { ApiBearerAuth, ApiExtraModels, ApiHeader, ApiResponse } from '@nestjs/swagger'
import { ProblemDto } from '../problem/problem.dto.js'

export type Access = { readonly kind: 'open' } | { readonly kind: 'scoped'; readonly anyOf: readonly Scope[] }
export const ACCESS = 'huitong:access'
export const KEYED = 'huitong:keyed'

const refusals = ApiResponse({
  status: 'default',
  description: 'Refused, with a code of docs/errors.md.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } },
})

/** Anyone may call it, with or without a key. */
export const Open = (): MethodDecorator =>
  applyDecorators(SetMetadata(ACCESS, { kind: 'open' } satisfies Access), ApiExtraModels(ProblemDto), refusals)

/** Needs a key with one of these scopes; `admin` has them all. */
export const Needs = (...anyOf: readonly [Scope, ...Scope[]]): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'scoped', anyOf } satisfies Access),
    ApiBearerAuth('apiKey'),
    ApiExtraModels(ProblemDto),
    refusals,
  )

/** Any valid key. */
export const NeedsKey = (): MethodDecorator => Needs(...anyScope())

/** A write: needs an Idempotency-Key. */
export const Keyed = (): MethodDecorator =>
  applyDecorators(
    SetMetadata(KEYED, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: 'Made by the caller, 1 to 200 visible ASCII characters. The same key and body get the same answer.',
      schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]{1,200}$' },
    }),
  )

export const allows = (access: Access, scopes: readonly Scope[]): boolean =>
  access.kind === 'open' || scopes.includes('admin') || access.anyOf.some((scope) => scopes.includes(scope))

function anyScope(): readonly [Scope, ...Scope[]] {
  const [first, ...rest] = SCOPES
  return [first, ...rest]
}
