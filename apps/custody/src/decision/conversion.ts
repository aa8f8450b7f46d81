// Conversions: the provider's leg B after leg A is final, or leg A's cancel while leg B can no longer come into being.
import type { CancelConversionLeg, CoinRef, LockConversionLeg } from '@huitong/contracts'
import { type AccountId, type Time, err, ok } from '@huitong/primitives'
import { hashLockCoin } from '../evidence/coins.js'
import { licence } from '../evidence/offer.js'
import type { BookPage, Subject } from '../signed/book.js'
import { PAIR_MARGIN_MS, type Planned, type Refusal, type World, validityFault } from './plan.js'

export const spendOf = ({ ledger, coordinate }: CoinRef): Subject => ({ ledger, key: coordinate, slot: 'spend' })
export const answerTo = ({ ledger, coordinate }: CoinRef): Subject => ({ ledger, key: coordinate, slot: 'answer' })

/** Leg B: same hash, to the payer, out of the liquidity account that leg A pays, at the offer's rate, expiring well before A. */
export async function planLockConversionLeg(request: LockConversionLeg, world: World): Promise<Planned> {
  const { legA, ledgerB, terms } = request
  const found = await hashLockCoin(world, legA)
  if (!found.ok) return found
  const { coin, condition } = found.value
  const licensed = await licence(world, { terms, legA: coin, received: coin.amount, ledgerB })
  if (!licensed.ok) return licensed
  const { offer, liquidity, amountB, counted } = licensed.value
  if (condition.claimant !== liquidity.account) return err('coin_mismatch', 'leg A does not pay the provider')
  const headB = await world.ledgers.head(ledgerB)
  if (!headB.ok) return headB
  const times = { a: condition.expiry, b: request.expiryB as Time, validUntil: request.validUntil as Time }
  const late = validityFault(times.validUntil, headB.value) ?? pairFault(times)
  if (late !== undefined) return late
  // the border: 32 bytes in hexadecimal, checked by the contract
  const claimant = request.claimant as AccountId
  const receiver = await claimantFault(world, { ledger: ledgerB, claimant, liquidity: liquidity.account })
  if (receiver !== undefined) return receiver
  const lock = { kind: 'hashLock', hash: condition.hash, claimant, refundee: liquidity.account, expiry: times.b } as const
  const { asset } = offer.give
  return ok({
    kind: 'lock-conversion-leg',
    subject: answerTo(legA),
    outcome: `lock ${ledgerB} ${asset} ${amountB} ${claimant} ${times.b}`,
    ledger: ledgerB,
    account: liquidity.account,
    validUntil: times.validUntil,
    body: { kind: 'pay', asset, output: { asset, amount: amountB, condition: lock } },
    offer: counted,
    // a leg that one of our own accounts locked is the hop before under the same hash; one that a payer locked begins a deal
    ...(isOwnLeg(world, condition.refundee) ? {} : { hash: condition.hash }),
    alsoSettle: [legA.ledger],
    check: (page) => notSpending(page, legA),
  })
}

/** Leg A back to its payer. Refused while a leg B signed here may stand on its ledger. */
export async function planCancelConversionLeg(request: CancelConversionLeg, world: World): Promise<Planned> {
  const { legA } = request
  const found = await hashLockCoin(world, legA)
  if (!found.ok) return found
  const { coin, condition, head } = found.value
  if (world.keyring.managed(condition.claimant)?.purpose !== 'liquidity')
    return err('not_managed', 'leg A pays none of our accounts')
  const validUntil = request.validUntil as Time
  const late = validityFault(validUntil, head)
  if (late !== undefined) return late
  return ok({
    kind: 'cancel-conversion-leg',
    subject: spendOf(legA),
    outcome: 'cancel',
    ledger: legA.ledger,
    account: condition.claimant,
    validUntil,
    body: { kind: 'lock', coin, path: { kind: 'cancel' } },
    alsoSettle: world.ledgers.names,
    check: (page) => notAnswered(page, legA),
  })
}

/** No outcome stands by which the hub itself spends the coin that is to be answered. */
export async function notSpending(page: BookPage, legA: CoinRef): Promise<Refusal | undefined> {
  const spending = await page.standing(spendOf(legA))
  return spending === undefined ? undefined : err('outcome_already_signed', `leg A: ${spending.outcome}`)
}

/** No leg B signed here stands or may still be committed. */
export async function notAnswered(page: BookPage, legA: CoinRef): Promise<Refusal | undefined> {
  const answer = await page.standing(answerTo(legA))
  return answer === undefined ? undefined : err('outcome_already_signed', `leg B: ${answer.transaction}`)
}

function pairFault(times: { readonly a: Time; readonly b: Time; readonly validUntil: Time }): Refusal | undefined {
  if (times.a - times.b < PAIR_MARGIN_MS) return err('too_late', 'leg A expires too soon after leg B', 'expiryB')
  if (times.validUntil >= times.b) return err('too_late', 'leg B would expire before it is locked', 'expiryB')
  return undefined
}

/** Only custody spends a liquidity account, so a lock that such an account paid was signed here, once, for this hash. */
const isOwnLeg = (world: World, refundee: AccountId): boolean => world.keyring.managed(refundee)?.purpose === 'liquidity'

/** A payer, or on a way through other tokens the next provider's managed account; never the hub's own, nor the one that pays. */
async function claimantFault(
  world: World,
  paid: { readonly ledger: string; readonly claimant: AccountId; readonly liquidity: AccountId },
): Promise<Refusal | undefined> {
  const { ledger, claimant, liquidity } = paid
  const managed = world.keyring.managed(claimant)
  const isNextHop = managed?.purpose === 'liquidity' && claimant !== liquidity
  if (managed !== undefined && !isNextHop) return err('conflict_of_interest', undefined, 'claimant')
  const account = await world.ledgers.account(ledger, claimant)
  if (!account.ok) return account
  return account.value === undefined ? err('coin_mismatch', 'the claimant has no account there', 'claimant') : undefined
}
