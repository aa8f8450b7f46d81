// The OpenAPI 3.1 document, made from the controllers and DTO classes. Complete only in a build: the schemas come from the build's plugin.
import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger'

const DESCRIPTION = `Huitong (汇通) is the hub where independently run token ledgers meet: pay, convert, swap, buy in escrow across ledgers.

Amounts are decimal strings of base units, times RFC 3339 in UTC, accounts bech32m addresses. Every write takes an \`Idempotency-Key\`: the same
key and body get the first answer again, marked \`Idempotency-Replayed: true\`; another body is refused with 422, a request still in progress
with 409. Refusals are \`application/problem+json\` with a stable \`code\`. Lists are pages: \`next\` of one goes into \`after\` of the following.`

type PathItem = OpenAPIObject['paths'][string]

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Huitong')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'ht_…', description: 'API key of a party, operator or administrator.' },
      'apiKey',
    )
    .build()
  const operationIdFactory = (controller: string, method: string): string =>
    `${controller.replace(/Controller$/, '').replace(/^./, (first) => first.toLowerCase())}.${method}`
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory })
  return withSortedEnums({ ...document, paths: versioned(document.paths) })
}

/**
 * The compiler gives the members of a union in the order in which it met them anywhere: here in one that no other file can change.
 * Copies: the document holds constants of the contracts by reference.
 */
function withSortedEnums(document: OpenAPIObject): OpenAPIObject {
  const sort = (key: string, value: unknown): unknown => (key === 'enum' && Array.isArray(value) ? value.toSorted() : value)
  // the border of the type: the same document, its lists of values in another order
  return JSON.parse(JSON.stringify(document, sort)) as OpenAPIObject
}

/** Health and metrics answer without the version too; the document names each route once. */
const versioned = (paths: OpenAPIObject['paths']): OpenAPIObject['paths'] =>
  Object.fromEntries(
    Object.entries(paths)
      .filter(([path]) => path.startsWith('/v1/'))
      .map(([path, item]) => [path, plainlyNamed(item)]),
  )

/** A route of several versions gets its position appended to its name: `health.live[0]`. */
function plainlyNamed(item: PathItem): PathItem {
  const { get } = item
  return get?.operationId === undefined
    ? item
    : { ...item, get: { ...get, operationId: get.operationId.replace(/\[\d+\]$/, '') } }
}

/** The document at /openapi.json and pages for people at /docs. */
export function serveDocument(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Huitong API',
  })
}
