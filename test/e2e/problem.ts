// What a refusal of the hub looks like, by docs/errors.md.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Answered } from './call.js'
import { ROOT } from './house.js'

/** Status by code, as the page says. */
const documented = new Map(
  [...readFileSync(path.join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(
    ([, code = '', status]) => [code, Number(status)],
  ),
)

/** Refused with this code and the status that docs/errors.md gives it, as problem+json, telling nothing of the inside. */
export function expectProblem(answer: Answered, code: string, field?: string): void {
  expect(`${answer.status} ${String(answer.body['code'])} ${String(answer.body['detail'] ?? '')}`).toMatch(
    new RegExp(`^${documented.get(code)} ${code} `),
  )
  expect(answer.type).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({ status: answer.status, type: expect.any(String), title: expect.any(String) })
  expect(answer.text).not.toMatch(/node_modules|\.[jt]s:\d/)
  if (field !== undefined) expect(answer.body['field']).toBe(field)
}
