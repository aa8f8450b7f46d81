// The generated documents are those of the code, and complete: no schema without properties, no route without a summary.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generated } from '../../../scripts/gateway-docs.mjs'

const committed = (name: string): string => readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8')

interface Schema {
  readonly properties?: Record<string, unknown>
}
interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly responses: Record<string, unknown>
}
interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Schema> }
}
const openapi: Document = JSON.parse(committed('docs/openapi.json'))

describe('the generated documents', () => {
  it('are as the code says', { timeout: 120_000 }, async () => {
    for (const [name, text] of Object.entries(await generated()))
      expect(text === committed(name), `${name} is old: node scripts/gateway-docs.mjs`).toBe(true)
  })
})

describe('docs/openapi.json', () => {
  it('is OpenAPI 3.1', () => expect(openapi.openapi).toMatch(/^3\.1\./))

  it.each(Object.entries(openapi.components.schemas))('shows the fields of %s', (_name, schema) => {
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(0)
  })

  const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  )

  it.each(operations)('says what $name does, answers and refuses', ({ operation }) => {
    expect((operation.summary ?? operation.description ?? '').length).toBeGreaterThan(5)
    expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
    expect(operation.responses).toHaveProperty('default')
  })
})
