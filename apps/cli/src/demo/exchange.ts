// Paying, converting through a provider, and swapping between two people: three ways in which value moves.
import { answerSwap, completeSwap, convert, proposeSwap, until } from '@huitong/sdk'
import type { Coordinate } from '@huitong/primitives'
import { PEARL, POINT, TAEL } from '../network/tokens.js'
import { NotProven, type Stage, money } from './stage.js'

export async function payment(stage: Stage): Promise<void> {
  const [lin, mei] = [await stage.person('Lin', [TAEL]), await stage.person('Mei', [TAEL])]
  await stage.grant(lin.account.id, TAEL, 100_00n)
  const proof = await stage.pay(lin, mei, TAEL, 42_50n)
  stage.say(
    `Lin pays Mei ${money(42_50n, TAEL)}: final at height ${proof.header.height}, change ${money(stage.received(proof, lin.account.id, TAEL.asset), TAEL)}`,
  )
}

export async function conversion(stage: Stage): Promise<void> {
  const wu = await stage.person('Wu', [TAEL, POINT])
  await stage.grant(wu.account.id, TAEL, 50_00n)
  const quote = await wu.hub.createQuote({
    payer: wu.id,
    give: { ledger: TAEL.ledger, asset: TAEL.asset },
    take: { ledger: POINT.ledger, asset: POINT.asset },
    fixed: 'send',
    amount: '2000',
  })
  stage.say(
    `quote: ${money(BigInt(quote.give.amount), TAEL)} for ${money(BigInt(quote.take.amount), POINT)}, firm until ${quote.expiresAt}`,
  )
  const { paid, got, conversion } = await convert(wu, quote, { name: `demo-${stage.run}`, secrets: stage.secrets })
  stage.proofs += 1
  const received = stage.received(got, wu.account.id, POINT.asset)
  if (received !== BigInt(quote.take.amount)) throw new NotProven(`Wu received ${received} instead of ${quote.take.amount}`)
  const ledger = await stage.network.ledger(TAEL)
  const lock = paid.coins.find((coin) => coin.condition.kind === 'hashLock')
  const claim = lock === undefined ? undefined : await stage.spentBy(ledger, lock.coordinate)
  if (claim === undefined) throw new NotProven('the provider has not been paid')
  stage.holds(claim, [], 'the provider claims')
  stage.say(`two hash-locked legs, one secret: ${conversion.id} is ${conversion.state}; Wu holds ${money(received, POINT)}`)
}

export async function swap(stage: Stage): Promise<void> {
  const [shen, bai] = [await stage.person('Shen', [TAEL, PEARL]), await stage.person('Bai', [TAEL, PEARL])]
  await stage.grant(shen.account.id, TAEL, 30_00n)
  await stage.grant(bai.account.id, PEARL, 9_000n)
  const terms = {
    counterparty: bai.id,
    give: { ledger: TAEL.ledger, asset: TAEL.asset, amount: 30_00n },
    take: { ledger: PEARL.ledger, asset: PEARL.asset, amount: 9_000n },
  }
  const options = { name: `demo-swap-${stage.run}`, secrets: stage.secrets }
  const proposed = await proposeSwap(shen, terms, options)
  const [got] = await Promise.all([completeSwap(shen, proposed.id, terms, options), answerSwap(bai, proposed)])
  stage.holds(
    got,
    [{ asset: PEARL.asset, amount: 9_000n, condition: { kind: 'account', account: shen.account.id } }],
    'Shen claims',
  )
  const done = await until(
    shen.hub.http,
    `the end of ${proposed.id}`,
    (seen) => shen.hub.swap(proposed.id, seen),
    (view) => view.state === 'COMPLETED',
  )
  const claim = await stage.spentBy(await stage.network.ledger(TAEL), (done.legA.coordinate ?? '') as Coordinate)
  if (claim === undefined) throw new NotProven('Bai has not been paid')
  stage.holds(
    claim,
    [{ asset: TAEL.asset, amount: 30_00n, condition: { kind: 'account', account: bai.account.id } }],
    'Bai is paid',
  )
  stage.say(`Shen gives ${money(30_00n, TAEL)}, Bai gives ${money(9_000n, PEARL)}: both claimed, on two ledgers`)
}
