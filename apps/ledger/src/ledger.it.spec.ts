// One ledger over real servers: what it acknowledges is durable, readable and provable, whatever is restarted meanwhile.
import 'reflect-metadata'
import * as fs from 'node:fs'
import path from 'node:path'
import { decodeGenesis, encodeCondition, verifyReceipt } from '@huitong/chain'
import { nativeVerifier } from '@huitong/platform'
import { type Preimage, type Time, expectOk, fromHex, lockOf, toHex, utf8 } from '@huitong/primitives'
import { type Hosted, Servers, hostLedger, submit, until } from './testing/hosted.js'
import { EURO, Wallet, newKey, pay } from './testing/wallet.js'

let servers: Servers
beforeAll(async () => {
  servers = await Servers.start()
})
afterAll(async () => {
  await servers.stop()
})

/** A ledger with an issuer, two accounts and one coin of 100 of the first. */
async function furnished(name = servers.freshName(), hosted?: Hosted) {
  const host = hosted ?? (await hostLedger(servers, name))
  const wallet = new Wallet(host.ledger.birth.chain, () => host.ledger.status().now)
  const issuer = newKey()
  const anna = newKey()
  const bert = newKey()
  const issue = wallet.issue(issuer, 0, [pay(anna.account, 100n)])
  const statuses = await submit(host.ledger, wallet.open(issuer, anna, bert), wallet.register(issuer), issue)
  expect(statuses.map(({ outcome }) => outcome)).toEqual(['committed', 'committed', 'committed'])
  const [coin] = issue.coins
  if (coin === undefined) throw new Error('a coin was issued')
  return { name, host, wallet, issuer, anna, bert, coin, issue }
}

describe('a ledger', () => {
  it('commits a transfer, shows it at once, and proves it', async () => {
    const { host, wallet, anna, bert, coin, issue } = await furnished()
    const { ledger } = host
    const transfer = wallet.transfer(anna, coin, [pay(bert.account, 30n), pay(anna.account, 70n)])
    const [status] = await submit(ledger, transfer)
    expect(status).toMatchObject({ outcome: 'committed', id: transfer.id, index: 0 })

    expect(await ledger.recent.coin(coin)).toMatchObject({ amount: '100', spentBy: { transaction: transfer.id, input: 0 } })
    const [paid] = transfer.coins
    if (paid === undefined) throw new Error('two coins were made')
    expect(await ledger.recent.coin(paid)).toMatchObject({ amount: '30', transaction: transfer.id, index: 0 })
    const receipt = expectOk(await ledger.blockReads.receipt(transfer.id), 'receipt')
    const genesis = expectOk(decodeGenesis(utf8(ledger.birth.text)), 'genesis')
    const proven = verifyReceipt(JSON.parse(receipt), { genesis, chain: ledger.birth.chain, verifier: nativeVerifier })
    expect(proven).toMatchObject({ ok: true, value: { id: transfer.id } })

    expect(await ledger.accountReads.balances({ account: anna.account })).toMatchObject({
      value: { balances: [{ asset: EURO, available: '70', locked: '0', total: '70' }] },
    })
    const before = expectOk(await ledger.blockReads.transaction(issue.id), 'issue').height
    expect(await ledger.accountReads.balances({ account: anna.account, height: before })).toMatchObject({
      value: { balances: [{ asset: EURO, available: '100' }] },
    })
    const coins = await ledger.accountReads.coins({ account: bert.account, relation: 'own', limit: 10 })
    expect(coins).toMatchObject({ value: { coins: [{ coordinate: paid, amount: '30' }] } })
    expect(await ledger.historyReads.history({ coordinate: paid, direction: 'backward', depth: 10, limit: 100 })).toMatchObject({
      value: {
        coins: [{ coordinate: paid }, { coordinate: coin }],
        siblings: [{ coordinate: transfer.coins[1] }],
        transactions: [
          { id: transfer.id, inputs: [coin] },
          { id: issue.id, issued: { asset: EURO, amount: '100' } },
        ],
        open: [],
      },
    })
    await host.close()
    expect(host.faults).toEqual([])
  })

  it('refuses with the rules’ codes, answers a resubmission with the first height, and joins one in flight', async () => {
    const { host, wallet, anna, bert, coin } = await furnished()
    const transfer = wallet.transfer(anna, coin, [pay(bert.account, 100n)])
    const forged = wallet.transfer(bert, coin, [pay(bert.account, 100n)])
    const uneven = wallet.transfer(anna, coin, [pay(bert.account, 99n)])
    const statuses = await submit(host.ledger, forged, uneven, transfer, transfer)
    expect(statuses.map((status) => ('code' in status ? status.code : status.outcome))).toEqual([
      'signature_wrong',
      'unbalanced',
      'committed',
      'committed',
    ])
    expect(statuses[3]).toEqual(statuses[2])
    expect(await submit(host.ledger, transfer)).toMatchObject([{ ...statuses[2], outcome: 'replayed' }])
    const second = wallet.transfer(anna, coin, [pay(anna.account, 100n)])
    expect(await submit(host.ledger, second)).toMatchObject([{ outcome: 'refused', code: 'coin_unknown', id: second.id }])
    expect(await host.ledger.submission.submit(utf8('x'))).toEqual(expect.any(Uint8Array))
    await host.close()
  })

  it('comes back from storage with the same state, by replay and by snapshot', async () => {
    const { host, name, wallet, anna, bert, coin } = await furnished()
    const transfer = wallet.transfer(anna, coin, [pay(bert.account, 100n)])
    await submit(host.ledger, transfer)
    const { height, time } = host.ledger.status()
    await host.close()

    const again = await hostLedger(servers, name, { snapshotEvery: 1 })
    expect(again.ledger.status()).toMatchObject({ height, time })
    expect(await submit(again.ledger, transfer)).toMatchObject([{ outcome: 'replayed' }])
    const [paid] = transfer.coins
    if (paid === undefined) throw new Error('a coin was made')
    expect(await submit(again.ledger, wallet.transfer(bert, paid, [pay(anna.account, 100n)]))).toMatchObject([
      { outcome: 'committed', height: height + 1 },
    ])
    await again.close()
    const third = await hostLedger(servers, name)
    expect(third.ledger.status().height).toBe(height + 1)
    expect(await submit(third.ledger, transfer)).toMatchObject([{ outcome: 'replayed', height }])
    await third.close()
  })

  it('stops when another writer takes over, telling nobody that anything was refused', async () => {
    const { host, name, wallet, anna, bert, coin } = await furnished()
    const usurper = await hostLedger(servers, name)
    const transfer = wallet.transfer(anna, coin, [pay(bert.account, 100n)])
    expect(await submit(host.ledger, transfer)).toMatchObject([{ outcome: 'unknown', id: transfer.id }])
    expect(host.faults).toMatchObject([{ name: 'WriterFenced' }])
    expect(await submit(usurper.ledger, transfer)).toMatchObject([{ outcome: 'committed' }])
    await usurper.close()
    await host.close()
  })

  it('moves a sandbox’s clock for good, and ticks when a deadline falls due', async () => {
    const { host, name, wallet, anna, coin } = await furnished()
    const { now } = host.ledger.status()
    const until_ = (now + 1_000_000) as Time
    const condition = { kind: 'timeLock', until: until_, account: anna.account } as const
    await submit(host.ledger, wallet.transfer(anna, coin, [{ asset: EURO, amount: 100n, condition }]))
    expect(await host.ledger.accountReads.balances({ account: anna.account })).toMatchObject({
      value: { balances: [{ available: '0', locked: '100' }] },
    })
    await host.ledger.advanceClock((until_ - 600) as Time)
    const before = host.ledger.status().height
    await until('the deadline has a block', () => host.ledger.status().time >= until_)
    expect(host.ledger.status().height).toBe(before + 1)
    expect(await host.ledger.accountReads.balances({ account: anna.account })).toMatchObject({
      value: { balances: [{ available: '100', locked: '0' }] },
    })
    await host.close()
    const again = await hostLedger(servers, name)
    expect(again.ledger.status().now).toBeGreaterThanOrEqual(until_)
    await again.close()
  })

  it('shows locks to those they name, and where the money went after a claim', async () => {
    const { host, wallet, anna, bert, coin } = await furnished()
    const { ledger } = host
    const preimage = 'ab'.repeat(32) as Preimage
    const expiry = (ledger.status().now + 3_600_000) as Time
    const condition = {
      kind: 'hashLock',
      hash: lockOf(preimage),
      claimant: bert.account,
      refundee: anna.account,
      expiry,
    } as const
    const lock = wallet.transfer(anna, coin, [{ asset: EURO, amount: 60n, condition }, pay(anna.account, 40n)])
    expect(await submit(ledger, lock)).toMatchObject([{ outcome: 'committed' }])
    const [locked, rest] = lock.coins
    if (locked === undefined || rest === undefined) throw new Error('two coins were made')
    for (const { account } of [anna, bert]) {
      expect(await ledger.accountReads.coins({ account, relation: 'named', limit: 5 })).toMatchObject({
        value: { coins: [{ coordinate: locked, condition: toHex(encodeCondition(condition)) }] },
      })
    }
    expect(await ledger.accountReads.balances({ account: anna.account })).toMatchObject({
      value: { balances: [{ available: '40', locked: '60', total: '100' }] },
    })
    const claim = wallet.sign({ inputs: [{ coin: locked, path: { kind: 'claim' } }], outputs: [pay(bert.account, 60n)] })
    // no key of anybody: the preimage alone
    const bytes = Uint8Array.of(...claim.bytes.subarray(0, -1), 1, ...fromHex(preimage))
    expect(await submit(ledger, { ...claim, bytes })).toMatchObject([{ outcome: 'committed' }])
    const [claimed] = claim.coins
    if (claimed === undefined) throw new Error('a coin was made')
    const forward = await ledger.historyReads.history({ coordinate: coin, direction: 'forward', depth: 1, limit: 10 })
    expect(forward).toMatchObject({ value: { coins: [{ coordinate: coin }, {}, {}], open: [locked] } })
    const whole = await ledger.historyReads.history({ coordinate: coin, direction: 'forward', depth: 9, limit: 10 })
    expect(whole).toMatchObject({ value: { transactions: [{ id: lock.id }, { id: claim.id }], open: [] } })
    expect(await ledger.accountReads.coins({ account: bert.account, relation: 'named', limit: 5 })).toMatchObject({
      value: { coins: [] },
    })
    await host.close()
  })

  it('pages through an account’s coins, and rebuilds the whole index from the raw blocks', async () => {
    const { host, name, wallet, anna, bert, coin } = await furnished()
    const split = wallet.transfer(
      anna,
      coin,
      Array.from({ length: 10 }, (_, i) => pay(i < 3 ? anna.account : bert.account, 10n)),
    )
    await submit(host.ledger, split)
    // its coins are paged from memory as from the index, which holds this block some time later
    expect(host.ledger.indexer.lag).toBeGreaterThan(0)
    const pages = async (hosted: Hosted): Promise<string[]> => {
      const seen: string[] = []
      for (let after: string | undefined; ;) {
        const page = expectOk(
          await hosted.ledger.accountReads.coins({
            account: bert.account,
            relation: 'own',
            limit: 3,
            ...(after === undefined ? {} : { after }),
          }),
          'coins',
        )
        seen.push(...page.coins.map(({ coordinate }) => coordinate))
        if (page.next === undefined) return seen
        after = page.next
      }
    }
    expect(await pages(host)).toEqual(split.coins.slice(3))
    const tables = 'indexed_blocks, transactions, coins, spends, relations, postings, recovery_ends'
    await host.database.query(`truncate ${tables}`)
    await host.database.query('update index_cursor set height = 0, transactions = 0, coins = 0')
    await host.close()
    const again = await hostLedger(servers, name)
    expect(await pages(again)).toEqual(split.coins.slice(3))
    expect(await again.ledger.accountReads.balances({ account: anna.account })).toMatchObject({
      value: { balances: [{ available: '30' }] },
    })
    await again.close()
  })

  it('does not start over a database of another ledger', async () => {
    const { host, name } = await furnished()
    await host.close()
    fs.rmSync(path.join(servers.folder, 'ledgers', name), { recursive: true })
    await expect(hostLedger(servers, name)).rejects.toMatchObject({ name: 'ForeignChain' })
  })
})
