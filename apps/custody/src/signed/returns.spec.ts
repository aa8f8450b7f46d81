// An offer's inventory: what the ledger shows to have come back whole to the provider may be given again, once; all else stays given.
import {
  type Condition,
  type EscrowCondition,
  type SpendPath,
  coordinateOf,
  encodeCondition,
  prescribedOutputs,
} from '@huitong/chain'
import {
  type Coordinate,
  type HashLock,
  type OrderId,
  type Preimage,
  type Time,
  type TxId,
  lockOf,
  toHex,
} from '@huitong/primitives'
import {
  HOUR,
  MINUTE,
  START,
  TEA,
  type World,
  offerOf,
  people,
  signedOffer,
  signedRuling,
  submit,
  world,
} from '../testing/world.js'

const at = (milliseconds: number): Time => (START + milliseconds) as Time
const secret = (digit: string): Preimage => digit.repeat(64) as Preimage
const QUOTE = `qte_${'33'.repeat(16)}`

/** Enough for one leg of 1500. */
const terms = (hub: World) => ({
  offer: signedOffer(offerOf(hub, { inventory: 2_999n })),
  quote: QUOTE,
  amountA: '1000',
  amountB: '1500',
  expiresAt: at(MINUTE),
})

function locked(hub: World, condition: Condition): Coordinate {
  const from = hub.east.fund(people.issuer, TEA, people.buyer.account, 1_000n)
  return hub.east.lock(people.buyer, from, 1_000n, condition)
}

/** Asks for leg B of a new conversion, valid now on its ledger. */
function convert(hub: World, digit: string) {
  const hash = lockOf(secret(digit))
  const a: Condition = { kind: 'hashLock', hash, claimant: hub.liquidity, refundee: people.buyer.account, expiry: at(20 * HOUR) }
  return hub.custody.lockConversionLeg({
    conversion: `cnv_${digit.repeat(32)}`,
    terms: terms(hub),
    legA: { ledger: 'east', coordinate: locked(hub, a) },
    ledgerB: 'west',
    claimant: people.buyer.account,
    expiryB: (hub.west.now + HOUR) as Time,
    validUntil: (hub.west.now + 5 * MINUTE) as Time,
  })
}

function spend(hub: World, coordinate: Coordinate, path: SpendPath, preimages: readonly Preimage[] = []): void {
  const coin = hub.west.coins.get(coordinate)
  const outputs = coin === undefined ? undefined : prescribedOutputs(coin, path)
  if (outputs?.ok !== true) throw new Error('a coin to spend')
  hub.west.send({ inputs: [{ coin: coordinate, path }], outputs: outputs.value }, [people.buyer], preimages)
}

const first = (hub: World, answer: Parameters<typeof submit>[1]): Coordinate => coordinateOf(submit(hub, answer) as TxId, 0)
const USED_UP = { ok: false, code: 'limit_exceeded' }

describe('a conversion’s leg B', () => {
  it('that expired is free again, once', async () => {
    const hub = await world()
    const coin = first(hub, await convert(hub, '1'))
    expect(await convert(hub, '2')).toMatchObject(USED_UP)
    hub.west.advance(HOUR)
    // due is not back
    expect(await convert(hub, '3')).toMatchObject(USED_UP)
    spend(hub, coin, { kind: 'expire' })
    expect(await convert(hub, '4')).toMatchObject({ ok: true })
    expect(await convert(hub, '5')).toMatchObject(USED_UP)
  })

  it('that was claimed is not', async () => {
    const hub = await world()
    spend(hub, first(hub, await convert(hub, '1')), { kind: 'claim' }, [secret('1')])
    hub.west.advance(HOUR)
    expect(await convert(hub, '2')).toMatchObject(USED_UP)
  })

  it('whose transaction is dead is free again', async () => {
    const hub = await world()
    expect(await convert(hub, '1')).toMatchObject({ ok: true })
    hub.west.advance(5 * MINUTE + 1)
    expect(await convert(hub, '2')).toMatchObject({ ok: true })
  })
})

describe('a milestone’s leg B', () => {
  const HASH: HashLock = lockOf(secret('5'))
  const ORDER = '44'.repeat(16) as OrderId
  const a = (hub: World): EscrowCondition => ({
    kind: 'escrow',
    order: ORDER,
    milestone: 1,
    payer: people.buyer.account,
    payee: hub.liquidity,
    arbiter: hub.keyring.arbiter.account,
    fee: 0n,
    feeTo: hub.keyring.fee.account,
    deadline: at(12 * HOUR),
    default: 'refund',
    latest: at(48 * HOUR),
    paired: true,
    held: false,
    deliveryHash: HASH,
  })
  async function funded(hub: World) {
    const b = { ...a(hub), payer: hub.liquidity, payee: people.merchant.account, deadline: at(10 * HOUR), latest: at(46 * HOUR) }
    const legA = locked(hub, a(hub))
    const answer = await hub.custody.fundPairedLeg({
      order: `ord_${ORDER}`,
      milestone: 1,
      terms: terms(hub),
      legA: { ledger: 'east', coordinate: legA },
      ledgerB: 'west',
      conditionB: toHex(encodeCondition(b)),
      validUntil: at(5 * MINUTE),
    })
    return { a: legA, b: first(hub, answer) }
  }

  it('that went back by default is free again, once', async () => {
    const hub = await world()
    const { b } = await funded(hub)
    hub.west.advance(10 * HOUR)
    expect(await convert(hub, '1')).toMatchObject(USED_UP)
    spend(hub, b, { kind: 'default' })
    expect(await convert(hub, '2')).toMatchObject({ ok: true })
    expect(await convert(hub, '3')).toMatchObject(USED_UP)
  })

  it('that the code opened is not', async () => {
    const hub = await world()
    spend(hub, (await funded(hub)).b, { kind: 'code' }, [secret('5')])
    hub.west.advance(HOUR)
    expect(await convert(hub, '1')).toMatchObject(USED_UP)
  })

  it.each([
    ['back whole: free again', 0n, 0n, true],
    ['divided: given', 400n, 600n, false],
  ] as const)('that a ruling sent %s, through the hold that dropped its code', async (_name, partA, partB, isFree) => {
    const hub = await world()
    const legs = await funded(hub)
    const both = [
      { sim: hub.east, name: 'east', coin: legs.a, toPayee: partA, deadline: at(20 * HOUR) },
      { sim: hub.west, name: 'west', coin: legs.b, toPayee: partB, deadline: at(18 * HOUR) },
    ]
    const stated = both.map(({ sim, coin, toPayee }) => {
      const path = { kind: 'rule', toPayee } as const
      const found = sim.coins.get(coin)
      if (found?.condition.kind !== 'escrow') throw new Error('an escrow coin')
      const { deliveryHash: _code, ...condition } = found.condition
      const outputs = prescribedOutputs({ ...found, condition }, path)
      if (!outputs.ok) throw new Error(outputs.code)
      return { chain: sim.chain, coin, path, outputs: outputs.value, validUntil: at(24 * HOUR) }
    })
    const ruling = { order: ORDER, outcome: 'split', reasons: '66'.repeat(32), legs: stated } as const
    const evidence = signedRuling(ruling, people.opera, people.operb)
    const held: { ledger: string; coordinate: Coordinate }[] = []
    for (const { name, coin, deadline } of both) {
      const asked = { coin: { ledger: name, coordinate: coin }, ground: 'basis', basis: evidence, deadline } as const
      const hold = await hub.custody.holdForDispute({ ...asked, dropDeliveryHash: true, validUntil: at(5 * MINUTE) })
      held.push({ ledger: name, coordinate: first(hub, hold) })
    }
    const [pair, coin] = held
    if (pair === undefined || coin === undefined) throw new Error('two legs')
    const rule = { ground: 'ruling', coin, pair, toPayee: partB.toString(), evidence, validUntil: at(5 * MINUTE) } as const
    submit(hub, await hub.custody.ruleLeg(rule))
    hub.west.advance(HOUR)
    expect(await convert(hub, '1')).toMatchObject(isFree ? { ok: true } : USED_UP)
  })
})
