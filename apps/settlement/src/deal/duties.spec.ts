// No effect is owed for nobody: every kind of deal says who does each of its effects, and the process does not start where a performer is missing.
import type { SwapEffect } from '@huitong/protocol'
import { disputeKind } from '../dispute/dispute.kind.js'
import { swapKind } from '../swap/swap.kind.js'
import { DealService } from './deal.service.js'
import type { AnyDealKind, DealEffect, DealKind, Duty } from './kind.js'

// what it is made of plays no part in what is registered
const service = (): DealService => new DealService(...([] as unknown as ConstructorParameters<typeof DealService>))

function kind(duties: Readonly<Record<string, Duty>>, within?: AnyDealKind['within']): AnyDealKind {
  const fake = { ...swapKind, duties, ...(within === undefined ? {} : { within }) }
  return fake as unknown as AnyDealKind
}
const check = (duties: Readonly<Record<string, Duty>>, performed: readonly string[], within?: AnyDealKind['within']) => () => {
  const deals = service()
  deals.register<{ readonly state: string }, never, DealEffect>(kind(duties, within))
  for (const effect of performed) deals.performs('swp', effect)
  deals.checkDuties()
}

it('a kind that leaves an effect of its machine out is no kind', () => {
  const { adjudicate: _, ...some } = swapKind.duties
  // @ts-expect-error an effect that nobody is named for does not compile
  const duties: DealKind<never, never, SwapEffect>['duties'] = some
  expect(Object.keys(duties)).not.toContain('adjudicate')
})

it.each<[string, Readonly<Record<string, Duty>>, readonly string[], RegExp]>([
  ['an effect without its performer', { a: 'performed', b: 'shown' }, [], /swap's a is performed/],
  ['a performer of what is shown', { a: 'shown' }, ['a'], /swap's a is shown/],
  ['a performer of what no machine owes', { a: 'performed' }, ['a', 'b'], /swp.b is owed by no machine/],
  ['an effect within a transaction that the kind takes no part in', { a: 'within' }, [], /within/],
])('refuses to start with %s', (_name, duties, performed, message) => {
  expect(check(duties, performed)).toThrow(message)
})

it('starts when each effect has somebody', () => {
  expect(check({ a: 'performed', b: 'shown', c: 'within' }, ['a'], () => Promise.resolve())).not.toThrow()
  expect(check(disputeKind.duties, ['prepareJudgement', 'ruleOrder', 'anchorRuling'])).not.toThrow()
})
