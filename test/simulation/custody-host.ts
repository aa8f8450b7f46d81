// The custody process with its real rules: decisions, book's promises, keys. What survives its crashes is its book, its pins and its sealed keys.
import { Vault } from '@huitong/platform'
import type { AccountId, Entropy, Time } from '@huitong/primitives'
import { seededEntropy } from '@huitong/testing'
import { uuidv7 } from 'uuidv7'
import { Keyring, type ManagedStore } from '../../apps/custody/src/account/keyring.js'
import type { Managed } from '../../apps/custody/src/account/managed.js'
import { Opener } from '../../apps/custody/src/account/opener.js'
import { CustodyService } from '../../apps/custody/src/custody.service.js'
import { PinnedRegistry } from '../../apps/custody/src/evidence/registry.js'
import { BusLedgers } from '../../apps/custody/src/ledger/ledgers.bus.js'
import type { PinKind, Pins } from '../../apps/custody/src/ledger/pins.js'
import { Settler } from '../../apps/custody/src/signed/settler.js'
import { SigningService } from '../../apps/custody/src/signed/signing.service.js'
import { MemoryBook } from '../../apps/custody/src/testing/book.memory.js'
import { cheapVerifier } from './keys.js'
import { type Host, type Network, busOf } from './network.js'
import { Life } from './scheduler.js'

const SETTLE_MS = 60_000
const RESTART_MOST_MS = 30_000

/** What is on custody's disk. */
class Disk implements ManagedStore, Pins {
  readonly book = new MemoryBook()
  readonly #managed = new Map<string, { readonly managed: Managed; readonly seed: string }>()
  readonly #pins = new Map<string, string>()

  all(): Promise<readonly Managed[]> {
    return Promise.resolve([...this.#managed.values()].map(({ managed }) => managed))
  }

  add(managed: Managed, seed: string): Promise<Managed> {
    this.#managed.set(managed.account, { managed, seed })
    return Promise.resolve(managed)
  }

  sealedSeed(account: AccountId): Promise<string | undefined> {
    return Promise.resolve(this.#managed.get(account)?.seed)
  }

  pin(kind: PinKind, name: string, value: string): Promise<string> {
    const key = `${kind}/${name}`
    const pinned = this.#pins.get(key) ?? value
    this.#pins.set(key, pinned)
    return Promise.resolve(pinned)
  }

  find(kind: PinKind, name: string): Promise<string | undefined> {
    return Promise.resolve(this.#pins.get(`${kind}/${name}`))
  }
}

export class CustodyHost {
  readonly disk = new Disk()
  readonly #entropy: Entropy
  readonly #vault = new Vault('ab'.repeat(32))

  constructor(
    private readonly network: Network,
    private readonly ledgers: readonly string[],
  ) {
    this.#entropy = seededEntropy(`custody ${network.scheduler.random.seed}`)
  }

  /** Starts the process; it starts again by itself after a crash. */
  start(): void {
    const { scheduler } = this.network
    const life = new Life('custody')
    life.ending.push(() => {
      const pause = 200 + scheduler.random.unit() * RESTART_MOST_MS
      scheduler.in(pause, scheduler.world, () => this.start())
    })
    void this.#run(life)
  }

  async #run(life: Life): Promise<void> {
    const { scheduler } = this.network
    const { disk } = this
    const bus = busOf(this.network, life)
    const ledgers = new BusLedgers(bus, disk, this.ledgers)
    const keyring = new Keyring(disk, this.#vault, this.#entropy)
    await keyring.start()
    const opener = new Opener(ledgers, keyring, this.#entropy)
    await opener.round()
    const settler = new Settler(ledgers, disk.book)
    const clock = { now: () => Math.floor(scheduler.now) as Time }
    const signing = new SigningService({
      ledgers,
      keyring,
      book: disk.book,
      settler,
      clock,
      entropy: this.#entropy,
      newId: uuidv7,
    })
    const registry = new PinnedRegistry(bus, disk)
    const parts = { ledgers, keyring, registry, verifier: cheapVerifier, book: disk.book, signing, opener, clock }
    const custody = new CustodyService(parts)
    this.network.serve('custody', hostOf(life, custody))
    for (;;) {
      await scheduler.sleep(SETTLE_MS, life)
      if (!opener.isDone) await opener.round()
      for (const name of this.ledgers) await settler.settle(name)
    }
  }
}

function hostOf(life: Life, custody: CustodyService): Host {
  return {
    life,
    answer: (subject, body) => {
      // the border: the body of a contract, made by our own code
      const asked = body as never
      switch (subject.slice('custody.'.length)) {
        case 'accounts':
          return custody.accounts()
        case 'open-liquidity':
          return custody.openLiquidity(asked)
        case 'lock-conversion-leg':
          return custody.lockConversionLeg(asked)
        case 'cancel-conversion-leg':
          return custody.cancelConversionLeg(asked)
        case 'fund-paired-leg':
          return custody.fundPairedLeg(asked)
        case 'keep-terms':
          return custody.keepTerms(asked)
        case 'hold-for-inspection':
          return custody.holdForInspection(asked)
        case 'hold-for-dispute':
          return custody.holdForDispute(asked)
        case 'rule-leg':
          return custody.ruleLeg(asked)
        case 'anchor-ruling':
          return custody.anchorRuling(asked)
        default:
          throw new Error(`the simulated custody answers no ${subject}`)
      }
    },
  }
}
