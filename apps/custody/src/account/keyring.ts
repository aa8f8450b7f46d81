// The hub's secret keys. Seeds are made here, stored sealed, opened for the length of one signature. Nothing in this file logs or returns a seed.
import { type Vault, nativePublicKey, nativeSign } from '@huitong/platform'
import { type AccountId, type Bytes, type Entropy, type Signature, hexOf, invariant, type PublicKey } from '@huitong/primitives'
import { type Managed, type Purpose, accountOfKey, managedPolicy } from './managed.js'

/** Where accounts and their sealed seeds are kept. */
export interface ManagedStore {
  all(): Promise<readonly Managed[]>
  /** Adds an account unless there is one of its purpose and provider; answers the one that is there now. */
  add(managed: Managed, sealedSeed: string): Promise<Managed>
  sealedSeed(account: AccountId): Promise<string | undefined>
}

const SEED_BYTES = 32
const purposeOf = (publicKey: PublicKey): string => `custody/account/${publicKey}`

export class Keyring {
  #managed: readonly Managed[] = []
  /** Sealed, as stored: signing happens inside the book's transaction and must not wait for a second connection. */
  readonly #sealed = new Map<string, string>()

  constructor(
    private readonly store: ManagedStore,
    private readonly vault: Vault,
    private readonly entropy: Entropy,
  ) {}

  /** Loads the accounts and makes the arbiter's and the fee account's keys at the first start. */
  async start(): Promise<void> {
    await this.#ensure('arbiter')
    await this.#ensure('fee')
    await this.#reload()
  }

  get accounts(): readonly Managed[] {
    return this.#managed
  }

  managed(account: string): Managed | undefined {
    return this.#managed.find((one) => one.account === account)
  }

  get arbiter(): Managed {
    return this.#only('arbiter')
  }

  get fee(): Managed {
    return this.#only('fee')
  }

  liquidityOf(provider: string): Managed | undefined {
    return this.#managed.find((one) => one.purpose === 'liquidity' && one.provider === provider)
  }

  /** The account behind a provider's offers, made once. */
  async openLiquidity(provider: string, owner: AccountId): Promise<Managed> {
    const made = this.liquidityOf(provider) ?? (await this.#ensure('liquidity', { provider, owner }))
    await this.#reload()
    return made
  }

  /** Signs a message that this process built itself. */
  async sign(account: AccountId, message: Bytes): Promise<Signature> {
    const managed = this.managed(account)
    const sealed = this.#sealed.get(account)
    invariant(managed !== undefined && sealed !== undefined, 'custody signs for accounts it manages')
    const seed = this.vault.open(sealed, purposeOf(managed.publicKey))
    invariant(seed.ok, 'the seed of a managed account opens under the master key')
    try {
      return hexOf<Signature>(nativeSign(message, seed.value))
    } finally {
      seed.value.fill(0)
    }
  }

  async #ensure(purpose: Purpose, of: { provider?: string; owner?: AccountId } = {}): Promise<Managed> {
    const known = (await this.store.all()).find((one) => one.purpose === purpose && one.provider === of.provider)
    if (known !== undefined) return known
    const seed = this.entropy.bytes(SEED_BYTES)
    const publicKey = hexOf<PublicKey>(nativePublicKey(seed))
    const sealed = this.vault.seal(seed, purposeOf(publicKey))
    seed.fill(0)
    const account = accountOfKey(publicKey)
    return this.store.add({ account, purpose, policy: managedPolicy(publicKey), publicKey, ...of }, sealed)
  }

  async #reload(): Promise<void> {
    const managed = await this.store.all()
    for (const { account } of managed) {
      const sealed = await this.store.sealedSeed(account)
      if (sealed !== undefined) this.#sealed.set(account, sealed)
    }
    this.#managed = managed
  }

  #only(purpose: Purpose): Managed {
    const found = this.#managed.find((one) => one.purpose === purpose)
    invariant(found !== undefined, `the ${purpose} account exists after start`)
    return found
  }
}
