// The people of a world and what they own at the start; providers with offers in every direction. No fault happens before all of it stands.
import { type OfferStatement, encodeOffer, offerMessage } from '@huitong/chain'
import type { AccountId, Time } from '@huitong/primitives'
import { sha256, toHex, utf8 } from '@huitong/primitives'
import type { Person } from '@huitong/testing'
import { Actor, type Wish } from './actor.js'
import { HUB } from './identity-host.js'
import { someone } from './keys.js'
import { ASSETS, LEDGERS, MINUTE, type World } from './world.js'

const COINS = 3
const COIN = 50_000n
const LIQUIDITY_COINS = 6
const LIQUIDITY_COIN = 40_000n

export interface Cast {
  /** Two people for each deal. */
  readonly pairs: readonly (readonly [Actor, Actor])[]
  readonly carrier: Actor
  readonly operators: readonly Actor[]
  readonly providers: readonly Actor[]
  /** The issuer of each ledger's asset, in the order of the ledgers. */
  readonly banks: readonly Actor[]
}

/** Institutions that may give people new keys, two together. */
export const institutions = (): readonly Person[] => ['first institution', 'second institution'].map((name) => someone(name))
/** From a proposal to new keys: short, so that deals meet both. */
export const RECOVERY_MS = 3 * MINUTE

export const partyOf = (name: string): string => `pty_${toHex(sha256(utf8(name))).slice(0, 32)}`

/** Opens accounts and issues money, in few blocks. */
export function cast(world: World, deals: number, journal: Wish[]): Cast {
  const { random } = world.options
  const actor = (name: string, isOperator = false): Actor => {
    const party = isOperator ? `opr_${partyOf(name).slice(4)}` : partyOf(name)
    const authorities = institutions().map(({ account }) => account)
    const recovery = isOperator ? {} : { authorities, quorum: 2, delayMs: RECOVERY_MS }
    return new Actor(world, party, someone(name, recovery), random.fork(name), journal, isOperator)
  }
  const pairs = Array.from({ length: deals }, (_, number) => [actor(`anna${number}`), actor(`boris${number}`)] as const)
  const providers = [actor('provider one'), actor('provider two')]
  const carrier = actor('carrier')
  // two judge, two others hear appeals
  const operators = ['olga', 'otto', 'oona', 'olaf'].map((name) => actor(name, true))
  const banks = LEDGERS.map((name) => actor(`bank of ${name}`))
  for (const one of [...pairs.flat(), ...providers]) world.identity.owners.set(one.person.account, one.party)
  world.identity.carriers.push({ id: 'car_1', person: carrier.person })
  for (const one of operators) world.identity.operators.push({ id: one.party, person: one.person })
  furnish(
    world,
    [...pairs.flat(), ...providers].map(({ person }) => person),
  )
  return { pairs, carrier, operators, providers, banks }
}

function furnish(world: World, people: readonly Person[]): void {
  for (const host of world.ledgers) {
    const { ledger } = host
    const asset = ASSETS[host.name]
    if (asset === undefined) continue
    const bank = someone(`bank of ${host.name}`)
    for (const who of [...institutions(), bank, ...people])
      ledger.admit(ledger.signed({ operations: [{ kind: 'openAccount', policy: who.policy }] }, [who]))
    ledger.close()
    const powers = { freeze: true, clawback: true }
    const registration = { kind: 'registerAsset', asset, scale: 2, maxSupply: 10n ** 15n, issuer: bank.account, powers } as const
    ledger.send({ operations: [registration] }, [bank])
    const outputs = people.flatMap(({ account }) =>
      Array.from({ length: COINS }, () => ({ asset, amount: COIN, condition: { kind: 'account', account } as const })),
    )
    issue(world, host.name, bank, outputs)
  }
}

type Output = Parameters<World['ledgers'][number]['ledger']['send']>[0]['outputs']

function issue(world: World, name: string, bank: Person, outputs: NonNullable<Output>): void {
  const { ledger } = world.host(name)
  const [first] = outputs
  if (first === undefined) return
  const sequence = ledger.state.asset(first.asset)?.sequence ?? 0
  const amount = outputs.reduce((sum, output) => sum + output.amount, 0n)
  ledger.send({ outputs, operations: [{ kind: 'issue', asset: first.asset, sequence, amount }] }, [bank])
}

/** Liquidity accounts with money on every ledger, and one signed offer of each provider for each pair of ledgers. */
export async function provide(world: World, { providers }: Cast): Promise<void> {
  await until(world, () => world.settlement !== undefined && world.settlement.ledgers.all().length === LEDGERS.length)
  for (const [number, provider] of providers.entries()) {
    const asked = { provider: provider.party, owner: provider.person.account }
    const opened = await provider.ask('opens liquidity', (hub, write) => hub.offers.openLiquidity({ ...write, ...asked }))
    if (opened?.ok !== true) throw new Error(`no liquidity: ${opened?.code ?? 'no answer'}`)
    // the border: an account of a view
    const account = opened.value.account as AccountId
    for (const name of LEDGERS) {
      const asset = ASSETS[name]
      if (asset === undefined) continue
      const condition = { kind: 'account', account } as const
      const outputs = Array.from({ length: LIQUIDITY_COINS }, () => ({ asset, amount: LIQUIDITY_COIN, condition }))
      issue(world, name, someone(`bank of ${name}`), outputs)
    }
    await offer(world, provider, account, number)
  }
}

async function offer(world: World, provider: Actor, account: AccountId, number: number): Promise<void> {
  const pairs = LEDGERS.flatMap((give) => LEDGERS.filter((take) => take !== give).map((take) => [give, take] as const))
  // one provider is dearer: the other is asked first
  for (const [index, [give, take]] of pairs.entries()) {
    if (index % 2 !== number && world.options.random.fork(`offer ${number} ${index}`).chance(0.5)) continue
    const [gives, takes] = [world.host(give).ledger, world.host(take).ledger]
    const statement: OfferStatement = {
      offer: toHex(sha256(utf8(`offer ${number} ${give} ${take}`))).slice(0, 32),
      give: { chain: gives.chain, asset: ASSETS[give] ?? fail(), account },
      take: { chain: takes.chain, asset: ASSETS[take] ?? fail(), account },
      numerator: BigInt(7 - number),
      denominator: 3n,
      min: 10n,
      max: 60_000n,
      inventory: 120_000n,
      expiry: (provider.now + 600 * MINUTE) as Time,
    }
    const signed = provider.stated(encodeOffer(statement), offerMessage(HUB, statement))
    const made = await provider.ask('offers', (hub, write) =>
      hub.offers.create({ ...write, provider: provider.party, offer: signed }),
    )
    if (made?.ok !== true)
      throw new Error(`no offer: ${made?.code ?? 'no answer'} ${made?.ok === false ? (made.detail ?? '') : ''}`)
  }
}

async function until(world: World, condition: () => boolean): Promise<void> {
  while (!condition()) await world.scheduler.sleep(500, world.scheduler.world)
}

function fail(): never {
  throw new RangeError('every ledger has an asset')
}
