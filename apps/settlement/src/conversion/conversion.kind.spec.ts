// Where a conversion's promised amount is, by what became of its legs.
import type { ConversionState } from '@huitong/protocol'
import { inventoryOf } from './conversion.kind.js'

const lock = { coordinate: 'aa', at: 0 }
const legs = {
  none: { fate: 'none' },
  open: { fate: 'open', lock },
  claimed: { fate: 'claimed', lock, at: 1 },
  returned: { fate: 'returned', lock, by: 'expire', at: 1 },
} as const

it.each<[ConversionState['state'], keyof typeof legs, keyof typeof legs, string]>([
  ['QUOTED', 'none', 'none', 'taken'],
  ['B_SUBMITTED', 'open', 'none', 'taken'],
  ['DECLINED', 'open', 'none', 'returned'],
  ['B_LOCKED', 'open', 'open', 'settled'],
  ['B_REFUNDED', 'open', 'returned', 'returned'],
  ['SETTLED', 'claimed', 'claimed', 'settled'],
  // leg A was paid out before leg B came: it may still come, or is owed
  ['ONE_LEG', 'claimed', 'none', 'taken'],
  ['ONE_LEG', 'claimed', 'returned', 'returned'],
  ['ONE_LEG', 'returned', 'claimed', 'settled'],
])('%s with A %s and B %s: %s', (state, a, b, where) => {
  // the border: of a state only its name and its legs are looked at
  const conversion = { state, a: legs[a], b: legs[b] } as unknown as ConversionState
  expect(inventoryOf(conversion)).toBe(where)
})
