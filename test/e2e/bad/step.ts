// One row of the table of bad requests: a route, a request that would go through here and now, and the same request with one thing wrong. Which faults
// a route has to have is read from the OpenAPI document, so that a new route without rows is noticed.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Answered, call } from '../call.js'
import { ROOT } from '../house.js'
import type { Cast } from './cast.js'
import type { Request } from './request.js'

/** Said by the rows; `stale version`, `replayed key` and `another body` follow from every good request by themselves. */
export type Fault =
  | 'wrong state'
  | 'wrong party'
  | 'wrong amount'
  | 'forged signature'
  | 'reused hash'
  | 'hash of another size'
  | 'expired quote'
  | 'self-trade'
  | 'nobody’s object'

type Made<T> = T | Promise<T>

/** What is wrong | how | the good request, with that | its code | the field at fault. */
export type Row = readonly [Fault, string, (good: Request, cast: Cast) => Made<Request>, string, string?]

export interface Step {
  /** As the document writes it: `POST /v1/orders/{id}/ship`. */
  readonly route: string
  /** Goes through when its turn comes, and changes something. */
  readonly good: (cast: Cast) => Made<Request>
  /** Before it did. */
  readonly rows: readonly Row[]
  /** After it did. */
  readonly after?: readonly Row[]
  /** The good request with something else asked for; not needed where the body names a version. */
  readonly other?: (good: Request, cast: Cast) => Made<Request>
  /** It asks for an API key of whatever scope. */
  readonly isOpenToAnyKey?: true
  /** It needs a key like every write and remembers none: done again it changes nothing more. */
  readonly isKeyless?: true
  /** Waits until all that the good request set off has come about. */
  readonly until?: (cast: Cast, answer: Answered['body']) => Promise<unknown>
  /** What the next step needs, after the last row. */
  readonly next?: (cast: Cast) => Promise<unknown>
}

interface Schema {
  readonly $ref?: string
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
const document: Document = JSON.parse(readFileSync(path.join(ROOT, 'docs/openapi.json'), 'utf8'))

/** Every route that writes, by the document. */
export const WRITES: ReadonlyMap<string, Operation> = new Map(
  Object.entries(document.paths).flatMap(([at, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'get')
      .map(([method, operation]) => [`${method.toUpperCase()} ${at}`, operation] as const),
  ),
)

const bodyOf = (route: string): Schema | undefined => WRITES.get(route)?.requestBody?.content['application/json']?.schema

/** Names and schemas of all fields of a body, also of its parts. */
function fieldsOf(schema: Schema | undefined): readonly (readonly [string, Schema])[] {
  if (schema === undefined) return []
  const named = schema.$ref === undefined ? undefined : document.components.schemas[schema.$ref.split('/').at(-1) ?? '']
  const parts = [
    ...(named === undefined ? [] : [named]),
    ...(schema.allOf ?? []),
    ...(schema.items === undefined ? [] : [schema.items]),
  ]
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [[name, field] as const, ...fieldsOf(field)]),
    ...parts.flatMap(fieldsOf),
  ]
}

export const namesVersion = (route: string): boolean => fieldsOf(bodyOf(route)).some(([name]) => name === 'version')

/** The faults that a route's path and body make possible. */
export function possibleFaults(route: string): ReadonlySet<Fault> {
  const fields = fieldsOf(bodyOf(route))
  const has = (...names: readonly string[]): boolean => fields.some(([name]) => names.includes(name))
  const isOnObject = route.includes('{') || has('order')
  const isAmount = ({ pattern }: Schema): boolean =>
    pattern?.endsWith('[0-9]{0,18})$') === true || pattern === '^[1-9][0-9]{0,18}$'
  return new Set<Fault>([
    'wrong party',
    ...(isOnObject ? (['wrong state', 'nobody’s object'] as const) : []),
    ...(fields.some(([, field]) => isAmount(field)) ? (['wrong amount'] as const) : []),
    ...(has('signature') ? (['forged signature'] as const) : []),
    ...(has('hash', 'deliveryHash') ? (['reused hash', 'hash of another size'] as const) : []),
    ...(has('quote') ? (['expired quote'] as const) : []),
    ...(has('take', 'counterparty', 'merchant') ? (['self-trade'] as const) : []),
  ])
}

/** The deal's version that a write would name: its order's, dispute's or swap's, as an admin sees it. */
export async function versionOf(cast: Cast, { path: at, body }: Request): Promise<number> {
  const object = at === '/v1/disputes' ? `/v1/orders/${String(body?.['order'])}` : at.split('/').slice(0, 4).join('/')
  const answer = await call(cast.house.url, { path: object, as: cast.house.adminKey })
  return Number(answer.body['version'])
}
