// Who may see and do what, as a table.
import type { Actor } from '@huitong/contracts'
import { actsFor, listedParty, maySee } from './access.js'

const ANN = 'pty_ann'
const EVE = 'pty_eve'
const keys: Readonly<Record<string, Actor>> = {
  ann: { key: 'a', party: ANN, scopes: ['trade'] },
  eve: { key: 'e', party: EVE, scopes: ['trade'] },
  operator: { key: 'o', operator: 'opr_1', scopes: ['operator'] },
  admin: { key: 'r', scopes: ['admin'] },
  nobody: { key: 'n', scopes: ['read'] },
}

it.each([
  ['ann', true, true, { party: ANN }],
  ['eve', false, false, { party: EVE }],
  ['operator', true, false, {}],
  ['admin', true, true, {}],
  ['nobody', false, false, { party: 'nobody' }],
] as const)('%s: sees %s, acts %s', (name, sees, acts, listed) => {
  const actor = keys[name]
  if (actor === undefined) throw new Error('a key of the table')
  expect(maySee(actor, [ANN, 'pty_bob'])).toBe(sees)
  expect(actsFor(actor, ANN).ok).toBe(acts)
  expect(listedParty(actor)).toEqual(listed)
})
