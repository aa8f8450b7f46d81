// A holder loses the key while an order is open: two institutions vouch, the delay passes, new keys take over, and the order goes on.
import { type RecoverySetting, type WalletAccount, legCoin, payoutLeg, until } from '@huitong/sdk'
import { decodeBody, transactionMessage, txIdOf } from '@huitong/chain'
import { fromHex } from '@huitong/primitives'
import { TAEL } from '../network/tokens.js'
import { milestoneOf, placeOrder, reach } from './shop.js'
import { NotProven, type Stage, money } from './stage.js'

const DAY = 24 * 3_600_000
const NOTARIES = ['Pingyao Notary 平遥公证', 'Suzhou Notary 苏州公证'] as const

export async function loseAndRecover(stage: Stage): Promise<void> {
  const notaries = await Promise.all(NOTARIES.map((name) => stage.person(name, [TAEL])))
  const recovery: RecoverySetting = { authorities: notaries.map(({ account }) => account.id), quorum: 2, delayMs: 3 * DAY }
  const name = `Rong ${stage.run}`
  const { party: rong } = await stage.network.enrolment.party(name, { ledgers: [TAEL.ledger], recovery })
  const tea = await stage.person('Longjing Tea 龙井茶行', [TAEL])
  await stage.grant(rong.account.id, TAEL, 70_00n)
  const order = await placeOrder(stage, { buyer: rong, merchant: tea, amount: 50_00n, item: 'spring tea', inspectionMs: 5 * DAY })
  stage.say(`Rong has ${money(50_00n, TAEL)} in escrow and ${money(20_00n, TAEL)} in hand, and loses the key`)

  const recovered = stage.accountWith(name, rong.account, 1)
  const signer = stage.network.enrolment.signer(name, 1)
  const opened = await stage.network.hub.openRecovery({
    party: rong.id,
    account: rong.address,
    keys: { keys: [signer.publicKey], threshold: 1 },
  })
  const ledger = await stage.network.ledger(TAEL)
  for (const notary of notaries) {
    const signatures = []
    for (const leg of opened.legs) {
      const body = decodeBody(fromHex(leg.body))
      if (!body.ok) throw new NotProven(`the proposal for ${leg.ledger} is malformed`)
      const chain = (await notary.hub.ledger(leg.ledger)).chain
      for (const { key, signature } of await notary.account.sign(transactionMessage(chain, txIdOf(chain, body.value))))
        signatures.push({ ledger: leg.ledger, key, signature })
    }
    await notary.hub.approveRecovery(opened.id, { authority: notary.address, signatures })
  }
  await until(
    stage.network.hub.http,
    `${opened.id} to be proposed`,
    () => stage.network.hub.recovery(opened.id),
    (view) => view.state === 'PROPOSED',
  )
  stage.say(`${NOTARIES.join(' and ')} vouch; for three days the old key could still cancel, and nothing goes out`)
  await refusedMeanwhile(stage, rong.account, recovered)
  await stage.passTime(TAEL, 3 * DAY + 60_000)
  await until(
    stage.network.hub.http,
    `${opened.id} to be final`,
    () => stage.network.hub.recovery(opened.id),
    (view) => view.state === 'FINALISED',
  )
  const state = await ledger.account(rong.account.id)
  if (state?.current.keys[0] !== signer.publicKey) throw new NotProven('the ledger does not show the new key')
  stage.say('new keys, same address; no coin has moved, the order is still open')

  const again = rong.withAccount(recovered)
  const coin = await legCoin(ledger, payoutLeg(milestoneOf(order)))
  const released = await again.spendLock(ledger, coin, { kind: 'release', amount: coin.amount })
  const fee = BigInt(milestoneOf(order).fee)
  stage.holds(
    released,
    [{ asset: TAEL.asset, amount: 50_00n - fee, condition: { kind: 'account', account: tea.account.id } }],
    'Rong releases',
  )
  await reach(tea, order.id, 'SETTLED')
  stage.say(
    `the new key releases the order: ${money(50_00n - fee, TAEL)} to the merchant; ${money(20_00n, TAEL)} are Rong’s as before`,
  )
}

/** While a recovery is pending, the account's own signatures count for nothing but cancelling. */
async function refusedMeanwhile(stage: Stage, old: WalletAccount, next: WalletAccount): Promise<void> {
  const ledger = await stage.network.ledger(TAEL)
  const [coin] = await ledger.coins(old.id, { asset: TAEL.asset })
  if (coin === undefined) throw new NotProven('Rong has no coin in hand')
  for (const account of [old, next]) {
    const { party } = await stage.network.enrolment.party(`Rong ${stage.run}`, { ledgers: [] })
    try {
      await party
        .withAccount(account)
        .payExactly(ledger, [coin], { account: stage.network.provider.account.id, asset: TAEL.asset, amount: 1n })
    } catch {
      continue
    }
    throw new NotProven('a key moved money while the recovery was pending')
  }
}
