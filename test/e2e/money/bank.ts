// A hub for tests of where money goes: one ledger of three has a registrar, and a rulebook that taxes what changes hands there. Decides nothing.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type OfferStatement, type Rulebook, encodeOffer, encodeRulebook, offerMessage } from '@huitong/chain'
import { type AccountId, type AssetCode, after, toHex } from '@huitong/primitives'
import { type Dto, HubClient, type Party, type WalletAccount, accountOf, openAccount, systemEntropy, until } from '@huitong/sdk'
import { Stage } from '../../../apps/cli/src/demo/stage.js'
import { Enrolment } from '../../../apps/cli/src/network/enrolment.js'
import { found } from '../../../apps/cli/src/network/founding.js'
import { type House, dataFolder, openHouse } from '../house.js'
import { DEPTH, PEARL, POINT, RATES, type TokenOf } from '../people.js'

/** Five per cent of what changes hands in points. */
export const TAX_PPM = 50_000

export interface Bank {
  readonly house: House
  readonly stage: Stage
  readonly registrar: Party
  /** What the hub said to who would register a token before the registrar's account was open. */
  readonly tooEarly: unknown
  /** The account that the tax goes to. */
  readonly treasury: WalletAccount
  close(): Promise<void>
}

let bank: Bank | undefined
beforeAll(async () => {
  bank = await openBank()
})
afterAll(() => bank?.close())

/** The one hub of all tests about money: opened before the first, closed after the last. */
export function the(): Bank {
  if (bank === undefined) throw new Error('the bank is closed')
  return bank
}

async function openBank(): Promise<Bank> {
  const { folder, remove } = dataFolder()
  const seed = systemEntropy.bytes(32)
  // keys need no hub: registrar and treasury are named before there is a ledger
  const names = new Enrolment(new HubClient({ url: 'http://127.0.0.1' }), seed)
  const [registrar, treasury] = [names.account('Registrar'), names.account('Treasury')]
  writeRulebook(folder, registrar.id, treasury.id)
  const house = await openHouse(folder)
  try {
    const enrolment = new Enrolment(house.admin, seed)
    const tooEarly = await tooEarlyIn(enrolment)
    const ledger = await house.admin.ledger(POINT.ledger)
    const { party } = await enrolment.party('Registrar', { ledgers: [POINT.ledger], kind: 'legal' })
    await openAccount(ledger, treasury, await party.frame(ledger, {}))
    const network = await found(house.admin, seed, RATES, DEPTH, new Map([[POINT.ledger, registrar]]))
    const stage = new Stage(network, 'of the test', () => undefined)
    await sellPearls(stage)
    return { house, stage, registrar: party, tooEarly, treasury, close: () => house.close().finally(remove) }
  } catch (cause) {
    await house.close()
    remove()
    throw cause
  }
}

/** A second provider: pearls are had for points only, so that who has taels goes through points. */
async function sellPearls(stage: Stage): Promise<void> {
  const house = await stage.person('Pearl House', [POINT, PEARL])
  const { hub } = house
  const liquidity = await hub.openLiquidity({ provider: house.id, owner: house.address })
  const account = accountOf(liquidity.account)
  await stage.grant(account, PEARL, DEPTH)
  const [give, take] = [await stage.network.ledger(PEARL), await stage.network.ledger(POINT)]
  const statement: OfferStatement = {
    offer: toHex(systemEntropy.bytes(16)),
    give: { chain: give.chain, asset: PEARL.asset, account },
    take: { chain: take.chain, asset: POINT.asset, account },
    numerator: 9n,
    denominator: 10n,
    min: 1n,
    max: DEPTH,
    inventory: DEPTH,
    expiry: after(await give.now(), 366 * 24 * 3_600_000),
  }
  const { signer } = house.account
  const signature = await signer.sign(offerMessage(await hub.identity(), statement))
  const offer = { body: toHex(encodeOffer(statement)), publicKey: signer.publicKey, signature }
  await hub.createOffer({ provider: house.id, offer })
}

function writeRulebook(data: string, registrar: AccountId, treasury: AccountId): void {
  const rules: Rulebook = {
    version: 1,
    jurisdiction: 'CN',
    currencyZone: 'CNY',
    registrar,
    lockMaxMs: 366 * 24 * 3_600_000,
    feeShareMaxPpm: 50_000,
    recoveryDelayMinMs: 0,
    assets: [{ asset: POINT.asset, tier: 0, limits: [], counterparties: [], tax: { ppm: TAX_PPM, to: treasury } }],
  }
  const folder = path.join(data, 'ledgers', POINT.ledger)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'rulebook.json'), encodeRulebook(rules))
}

async function tooEarlyIn(enrolment: Enrolment): Promise<unknown> {
  const { party } = await enrolment.party('In a hurry', { ledgers: [POINT.ledger] })
  const powers = { freeze: false, clawback: false }
  const token = { asset: 'EARLY' as AssetCode, scale: 0, maxSupply: 1n, issuer: party.account.id, powers }
  const ledger = await party.hub.ledger(POINT.ledger)
  return party.operate(ledger, [{ kind: 'registerAsset', ...token }]).then(
    () => undefined,
    (cause: unknown) => cause,
  )
}

/** Base units of a token that an account’s keys alone can spend now. */
export async function held({ stage }: Bank, { id }: Pick<WalletAccount, 'id'>, token: TokenOf): Promise<bigint> {
  const balances = await (await stage.network.ledger(token)).balances(id).catch(() => [])
  return balances.find(({ asset }) => asset === token.asset)?.available ?? 0n
}

/** What an account has more, or less, of a token when the work is done. */
export async function gained<T>(
  bank: Bank,
  of: readonly (readonly [Pick<WalletAccount, 'id'>, TokenOf])[],
  work: () => Promise<T>,
): Promise<{ readonly by: readonly bigint[]; readonly result: T }> {
  const measure = (): Promise<bigint[]> => Promise.all(of.map(([account, token]) => held(bank, account, token)))
  const before = await measure()
  const result = await work()
  const after = await measure()
  return { by: after.map((amount, index) => amount - (before[index] ?? 0n)), result }
}

/** The order once it is as it should be. */
export const reached = (party: Party, id: string, enough: (order: Dto['OrderDto']) => boolean): Promise<Dto['OrderDto']> =>
  until(party.hub.http, `${id} to get there`, () => party.hub.order(id), enough, { deadlineMs: 60_000, intervalMs: 20 })

export const taxOf = (amount: bigint, ppm = TAX_PPM): bigint => (amount * BigInt(ppm)) / 1_000_000n
