// Founds the network that demonstrations and replays run on: tokens with their issuers, a liquidity provider with offers, a carrier, operators.
import { type OfferStatement, encodeOffer, offerMessage } from '@huitong/chain'
import { type AccountId, type Time, after, sha256, toHex, utf8 } from '@huitong/primitives'
import { type Dto, type HubClient, type LedgerClient, type Party, type WalletAccount, accountOf } from '@huitong/sdk'
import { Enrolment, registerAsset } from './enrolment.js'
import { MAX_SUPPLY, TOKENS, type TokenOf } from './tokens.js'

export const PROVIDER = 'Weifenghou Clearing House 蔚丰厚'
export const CARRIER = 'Zhenyuan Escort 镇远镖局'
export const OPERATORS = ['Operator Cheng 程', 'Operator Lu 陆'] as const

export interface Rate {
  /** What the provider pays out, and what it takes for it. */
  readonly give: TokenOf
  readonly take: TokenOf
  readonly numerator: bigint
  readonly denominator: bigint
}

export interface Founded {
  readonly enrolment: Enrolment
  readonly hub: HubClient
  readonly issuers: ReadonlyMap<string, Party>
  readonly provider: Party
  readonly carrier: Awaited<ReturnType<Enrolment['carrier']>>
  readonly operators: readonly Awaited<ReturnType<Enrolment['operator']>>[]
  readonly liquidity: Dto['LiquidityDto']
  ledger(token: TokenOf): Promise<LedgerClient>
  issuer(token: TokenOf): Party
}

/**
 * Enrols everyone and funds the provider so that `rates` are on offer. Running it again finds everything as it was. `registrars`: the accounts of
 * those ledgers that have one, by the ledger's name.
 */
export async function found(
  admin: HubClient,
  seed: Uint8Array,
  rates: readonly Rate[],
  depth: bigint,
  registrars: ReadonlyMap<string, WalletAccount> = new Map(),
): Promise<Founded> {
  const enrolment = new Enrolment(admin, seed)
  const names = TOKENS.map(({ ledger }) => ledger)
  const issuers = new Map<string, Party>()
  for (const token of TOKENS) {
    const { party } = await enrolment.party(token.issuer, { kind: 'legal', ledgers: [token.ledger] })
    const asset = { code: token.asset, scale: token.scale, maxSupply: MAX_SUPPLY }
    await registerAsset(party, await party.hub.ledger(token.ledger), asset, registrars.get(token.ledger))
    issuers.set(token.asset, party)
  }
  const { party: provider } = await enrolment.party(PROVIDER, { kind: 'legal', ledgers: names })
  const liquidity = await provider.hub.openLiquidity(
    { provider: provider.id, owner: provider.address },
    { key: enrolment.keyOf('liquidity', PROVIDER) },
  )
  const founded: Founded = {
    enrolment,
    hub: admin,
    issuers,
    provider,
    liquidity,
    carrier: await enrolment.carrier(CARRIER),
    operators: [await enrolment.operator(OPERATORS[0]), await enrolment.operator(OPERATORS[1])],
    ledger: (token) => admin.ledger(token.ledger),
    issuer: (token) => {
      const issuer = issuers.get(token.asset)
      if (issuer === undefined) throw new Error(`no issuer of ${token.asset}`)
      return issuer
    },
  }
  for (const rate of rates) await offer(founded, rate, depth)
  return founded
}

/** Puts an offer up, with the inventory behind it in the managed account. */
async function offer(founded: Founded, rate: Rate, depth: bigint): Promise<void> {
  const { provider, enrolment, liquidity } = founded
  const name = `${rate.give.asset}-for-${rate.take.asset}-${rate.numerator}-${rate.denominator}`
  const [giveLedger, takeLedger] = [await founded.ledger(rate.give), await founded.ledger(rate.take)]
  const managed = accountOf(liquidity.account)
  await stock(founded, rate.give, managed, depth)
  const { hub } = await founded.hub.hub()
  const statement: OfferStatement = {
    offer: toHex(sha256(utf8(enrolment.keyOf('offer', name)))).slice(0, 32),
    give: { chain: giveLedger.chain, asset: rate.give.asset, account: managed },
    take: { chain: takeLedger.chain, asset: rate.take.asset, account: managed },
    numerator: rate.numerator,
    denominator: rate.denominator,
    min: 1n,
    max: depth,
    inventory: depth,
    expiry: after(FIRST_DAY, OFFER_MS),
  }
  const { signer } = provider.account
  const signature = await signer.sign(offerMessage(hub, statement))
  await provider.hub.createOffer(
    { provider: provider.id, offer: { body: toHex(encodeOffer(statement)), publicKey: signer.publicKey, signature } },
    { key: enrolment.keyOf('offer', name) },
  )
}

/** A fixed time, so that the same offer is the same statement whenever it is made again. */
const FIRST_DAY = Date.UTC(2026, 0, 1) as Time
const OFFER_MS = 20 * 366 * 24 * 3_600_000

/** How many coins the stock is cut into: so many deals can be served from it at the same time. */
const STOCK_COINS = 64n

/** Issues units to the managed account until it holds at least `depth`, in several coins. */
async function stock(founded: Founded, token: TokenOf, managed: AccountId, depth: bigint): Promise<void> {
  const ledger = await founded.ledger(token)
  const held = (await ledger.coins(managed, { asset: token.asset })).reduce((sum, coin) => sum + coin.amount, 0n)
  if (held * 2n >= depth) return
  const part = depth / STOCK_COINS
  const outputs = Array.from({ length: Number(STOCK_COINS) }, () => ({
    asset: token.asset,
    amount: part,
    condition: { kind: 'account', account: managed } as const,
  }))
  await founded.issuer(token).issue(ledger, token.asset, outputs)
}
