// What happens to accounts while deals run: issuers freeze accounts and whole assets and lift it again, take landed coins back, and people change their
// keys. None of it may stop locked money from going where its lock says.
import type { Operation } from '@huitong/chain'
import { type AccountId, type AssetCode, after } from '@huitong/primitives'
import type { Person } from '@huitong/testing'
import type { Actor } from './actor.js'
import { someone } from './keys.js'
import type { LedgerHost } from './ledger-host.js'
import { type Cast, RECOVERY_MS, institutions } from './setup.js'
import { ASSETS, LEDGERS, MINUTE } from './world.js'

const VALID_MS = 2 * MINUTE

/** Whatever issuers and people do of this kind, until `untilMs` have passed; afterwards nothing is frozen. */
export async function powerStories(people: Cast, untilMs: number): Promise<void> {
  const doing = LEDGERS.flatMap((name, number) => {
    const bank = people.banks[number]
    return bank === undefined ? [] : [issuer(bank, name, { people, untilMs })]
  })
  const parties = people.pairs.flat()
  const [changing] = people.banks
  if (changing !== undefined && changing.random.chance(0.5)) doing.push(newKeys(changing.random.pick(parties), untilMs))
  const [, recovering] = people.banks
  if (recovering !== undefined && recovering.random.chance(0.5)) doing.push(recovers(recovering.random.pick(parties), untilMs))
  await Promise.all(doing)
}

async function issuer(
  bank: Actor,
  name: string,
  { people, untilMs }: { readonly people: Cast; readonly untilMs: number },
): Promise<void> {
  const { random } = bank
  const host = bank.world.host(name)
  const asset = ASSETS[name]
  if (asset === undefined) return
  for (let number = random.below(3); number > 0; number--) {
    await bank.sleep((random.unit() * untilMs) / 4)
    const [one] = random.pick(people.pairs)
    const kind = random.pick(['account', 'asset', 'liquidity', 'clawback'] as const)
    if (kind === 'clawback') await takesBack(bank, host, { asset, from: one.person.account })
    else {
      const liquidity = [...bank.world.identity.owners.keys()]
      const whom =
        kind === 'asset' ? {} : { account: kind === 'account' ? one.person.account : (random.pick(liquidity) as AccountId) }
      await freezes(bank, host, { asset, ...whom })
    }
  }
}

/** A freeze for some minutes. It is lifted whatever it costs: a frozen deal would wait for ever. */
async function freezes(
  bank: Actor,
  host: LedgerHost,
  what: { readonly asset: AssetCode; readonly account?: AccountId },
): Promise<void> {
  const { asset, account } = what
  const isFrozen = (): boolean =>
    account === undefined ? host.ledger.state.asset(asset)?.frozen === true : host.ledger.state.isFrozen(asset, account)
  if (isFrozen()) return
  await does(bank, host, (sequence) => ({ kind: 'freeze', sequence, ...what }))
  await bank.pause(30, 400)
  for (let attempt = 0; isFrozen() && attempt < 50; attempt++)
    await does(bank, host, (sequence) => ({ kind: 'unfreeze', sequence, ...what }))
}

async function does(
  bank: Actor,
  host: LedgerHost,
  operation: (sequence: number) => Extract<Operation, { asset: AssetCode; sequence: number }>,
): Promise<void> {
  const { ledger } = host
  const asset = ASSETS[host.name]
  const sequence = asset === undefined ? 0 : (ledger.state.asset(asset)?.sequence ?? 0)
  const made = operation(sequence)
  const bytes = ledger.signed({ operations: [made], validUntil: after(ledger.now, VALID_MS) }, [bank.person])
  await bank.send(host, bytes, `${made.kind}s`)
}

/** A landed coin: what is locked cannot be taken, and is not tried here (hash lock case 25). */
async function takesBack(
  bank: Actor,
  host: LedgerHost,
  { asset, from }: { readonly asset: AssetCode; readonly from: AccountId },
): Promise<void> {
  const { ledger } = host
  const [coin] = ledger.ownCoins(from, asset)
  if (coin === undefined) return
  const sequence = ledger.state.asset(asset)?.sequence ?? 0
  const inputs = [{ coin: coin.coordinate, path: { kind: 'clawback' } as const }]
  const outputs = [{ asset, amount: coin.amount, condition: { kind: 'account', account: bank.person.account } as const }]
  const operations = [{ kind: 'clawback', asset, sequence } as const]
  const bytes = ledger.signed({ inputs, outputs, operations, validUntil: after(ledger.now, VALID_MS) }, [bank.person])
  await bank.send(host, bytes, 'takes a coin back')
}

/** New keys on one ledger after another, in the midst of whatever the person has agreed to. */
async function newKeys(actor: Actor, untilMs: number): Promise<void> {
  const { random, person } = actor
  await actor.sleep((random.unit() * untilMs) / 2)
  const fresh = { ...someone(`${person.name} anew`), account: person.account }
  const keys = { keys: fresh.policy.keys, threshold: 1 }
  for (const name of LEDGERS) {
    const host = actor.world.host(name)
    const { ledger } = host
    const sequence = ledger.state.account(person.account)?.sequence ?? 0
    const rotate = { kind: 'rotate', account: person.account, sequence, keys } as const
    const bytes = ledger.signed({ operations: [rotate], validUntil: after(ledger.now, VALID_MS) }, [person])
    await actor.send(host, bytes, 'changes its keys')
  }
  actor.person = fresh
}

/** Lost keys: institutions propose new ones on every ledger, which take effect after a delay. The account stays, and whatever it has agreed to. */
async function recovers(actor: Actor, untilMs: number): Promise<void> {
  const { random, person, world } = actor
  await actor.sleep((random.unit() * untilMs) / 2)
  const fresh = { ...someone(`${person.name} recovered`), account: person.account }
  const keys = { keys: fresh.policy.keys, threshold: 1 }
  const { account } = person
  const isCancelled = random.chance(0.15)
  for (const name of LEDGERS)
    await operates(actor, name, (sequence) => ({ kind: 'proposeRecovery', account, sequence, keys }), institutions())
  if (isCancelled) {
    for (const name of LEDGERS)
      await operates(actor, name, (sequence) => ({ kind: 'cancelRecovery', account, sequence }), [person])
    return
  }
  for (const name of LEDGERS) {
    const { ledger } = world.host(name)
    for (let attempt = 0; attempt < 20 && ledger.state.account(account)?.current.keys[0] !== fresh.publicKey; attempt++) {
      await actor.sleep(RECOVERY_MS / 4)
      await operates(actor, name, (sequence) => ({ kind: 'finaliseRecovery', account, sequence }), [])
    }
  }
  actor.person = fresh
}

async function operates(
  actor: Actor,
  name: string,
  operation: (sequence: number) => Extract<Operation, { account: AccountId; sequence: number }>,
  signers: readonly Person[],
): Promise<void> {
  const host = actor.world.host(name)
  const { ledger } = host
  const made = operation(ledger.state.account(actor.person.account)?.sequence ?? 0)
  const bytes = ledger.signed({ operations: [made], validUntil: after(ledger.now, VALID_MS) }, signers)
  await actor.send(host, bytes, made.kind)
}
