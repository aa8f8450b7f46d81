// A holder's wallet on this machine: words, API key and secrets of open deals under a passphrase; address and key history in the open, but
// authenticated. Never writes a secret in plain, and never replaces a wallet that exists.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { type Policy, type Signer, accountIdOf, encodeAddress } from '@huitong/chain'
import { type AccountId, type Bytes, type Preimage, type PublicKey, lockOf } from '@huitong/primitives'
import { type RecoverySetting, type SecretStore, WalletAccount, deriveSigner, seedOf } from '@huitong/sdk'
import { CommandFailure, EXIT } from '../exit-code.js'
import { replaceFile, underLock } from './safe-file.js'
import { type BoxKey, type SealedBox, boxKeyOf, newBoxKey, openBox, sealBox } from './sealed-box.js'

/** What anybody who reads the file may know. */
export interface WalletCard {
  readonly name: string
  readonly createdAt: string
  /** The account's first policy: its hash is the address. */
  readonly policy: Policy
  /** Which derived key signs now: 0 at first, one more after each rotation or recovery. */
  readonly index: number
  /** True once the account is open on some ledger: from then on the policy, and with it the address, stands. */
  readonly opened: boolean
  /** The hub's id of the holder, `pty_…`, once they are known to it. */
  readonly party?: string
}

interface WalletSecrets {
  readonly words: string
  readonly apiKey?: string
  /** Preimages and delivery codes by name, in hexadecimal. */
  readonly kept: Readonly<Record<string, string>>
  /** What was agreed to in open deals, as JSON by name: one's own word, not the hub's. */
  readonly deals: Readonly<Record<string, string>>
}

interface WalletFile {
  readonly format: typeof FORMAT
  readonly card: WalletCard
  readonly box: SealedBox
}

const FORMAT = 'huitong-wallet-1'
/** One account number per wallet; rotations walk its indices. */
const ACCOUNT = 0

export class WalletFolder {
  readonly folder: string

  constructor(dataFolder: string) {
    this.folder = path.join(dataFolder, 'wallets')
  }

  /** The cards of all wallets here, by name. Needs no passphrase. */
  list(): WalletCard[] {
    if (!existsSync(this.folder)) return []
    return readdirSync(this.folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => this.read(file.slice(0, -5)).card)
  }

  card(name: string): WalletCard {
    return this.read(name).card
  }

  exists(name: string): boolean {
    return existsSync(this.fileOf(name))
  }

  /** A wallet of these words, written before it is answered. */
  async create(
    given: {
      readonly name: string
      readonly words: string
      readonly policy?: Policy
      readonly index?: number
      readonly at: string
    },
    passphrase: string,
  ): Promise<OpenWallet> {
    const file = this.fileOf(given.name)
    const seed = seedOfWords(given.words)
    const card: WalletCard = {
      name: given.name,
      createdAt: given.at,
      policy: given.policy ?? WalletAccount.create([deriveSigner(seed, ACCOUNT, 0)]).policy,
      index: given.index ?? 0,
      opened: given.policy !== undefined,
    }
    const key = newBoxKey(passphrase)
    return underLock(file, () => {
      if (existsSync(file)) throw new CommandFailure(EXIT.usage, 'wallet_exists', `a wallet named ${given.name} exists: ${file}`)
      const secrets: WalletSecrets = { words: given.words, kept: {}, deals: {} }
      write(file, key, card, secrets)
      return new OpenWallet(file, key, card, secrets)
    })
  }

  /** Opens a wallet; a wrong passphrase and a changed file look alike, by design of the cipher. */
  unlock(name: string, passphrase: string): OpenWallet {
    const { card, box } = this.read(name)
    const key = boxKeyOf(passphrase, box)
    if (!key.ok) throw malformed(this.fileOf(name))
    return new OpenWallet(
      this.fileOf(name),
      key.value,
      card,
      secretsIn(this.fileOf(name), key.value, { format: FORMAT, card, box }),
    )
  }

  fileOf(name: string): string {
    if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name))
      throw new CommandFailure(
        EXIT.usage,
        'wallet_name_malformed',
        `"${name}" cannot name a wallet: a-z, 0-9, - and _, at most 40`,
      )
    return path.join(this.folder, `${name}.json`)
  }

  private read(name: string): WalletFile {
    const file = this.fileOf(name)
    if (!existsSync(file))
      throw new CommandFailure(
        EXIT.usage,
        'wallet_unknown',
        `no wallet named ${name} in ${this.folder}; make one: huitong wallet create ${name}`,
      )
    return readWallet(file)
  }
}

/** A wallet whose passphrase was given. What it changes is on disk when the call returns. */
export class OpenWallet {
  constructor(
    private readonly file: string,
    private readonly key: BoxKey,
    private known: WalletCard,
    private secrets: WalletSecrets,
  ) {}

  /** 2,048 rounds of a slow hash away from the words: made once. */
  private seed: Bytes | undefined

  get card(): WalletCard {
    return this.known
  }

  get words(): string {
    return this.secrets.words
  }

  get apiKey(): string | undefined {
    return this.secrets.apiKey
  }

  get account(): WalletAccount {
    return this.accountAt(this.known.policy, this.known.index)
  }

  /** The account of a policy with this wallet's key of an index. */
  accountAt(policy: Policy, index: number): WalletAccount {
    const signer = this.signer(index)
    return WalletAccount.of(policy, { keys: [signer.publicKey], threshold: 1 }, [signer])
  }

  signer(index: number = this.known.index): Signer {
    this.seed ??= seedOfWords(this.secrets.words)
    return deriveSigner(this.seed, ACCOUNT, index)
  }

  /** The index of a public key among the first `limit`, if this wallet can make it. */
  indexOf(publicKey: PublicKey, limit = 100): number | undefined {
    const seed = seedOfWords(this.secrets.words)
    for (let index = 0; index < limit; index++) if (deriveSigner(seed, ACCOUNT, index).publicKey === publicKey) return index
    return undefined
  }

  /** The policy that this wallet's first key makes with a recovery setting. */
  policyWith(recovery: RecoverySetting): Policy {
    return WalletAccount.create([this.signer(0)], { recovery }).policy
  }

  async update(change: Partial<Pick<WalletCard, 'policy' | 'index' | 'opened' | 'party'>>): Promise<void> {
    await this.rewrite((card, secrets) => ({ card: { ...card, ...change }, secrets }))
  }

  async keepApiKey(apiKey: string): Promise<void> {
    await this.rewrite((card, secrets) => ({ card, secrets: { ...secrets, apiKey } }))
  }

  /** The secrets of open deals: on disk, sealed, before anything is locked under them. */
  get store(): SecretStore {
    return {
      get: (name) => Promise.resolve(this.secrets.kept[name] as Preimage | undefined),
      put: (name, secret) =>
        this.rewrite((card, secrets) => ({ card, secrets: { ...secrets, kept: { ...secrets.kept, [name]: secret } } })),
    }
  }

  /** The secret that opens a lock, if this wallet keeps it. */
  secretOf(hash: string): { readonly name: string; readonly secret: Preimage } | undefined {
    for (const [name, secret] of Object.entries(this.secrets.kept))
      if (lockOf(secret as Preimage) === hash) return { name, secret: secret as Preimage }
    return undefined
  }

  deal(name: string): string | undefined {
    return this.secrets.deals[name]
  }

  async keepDeal(name: string, terms: string): Promise<void> {
    await this.rewrite((card, secrets) => ({ card, secrets: { ...secrets, deals: { ...secrets.deals, [name]: terms } } }))
  }

  /** Changes what is on disk now, not what this command read a while ago. */
  private async rewrite(
    change: (card: WalletCard, secrets: WalletSecrets) => { card: WalletCard; secrets: WalletSecrets },
  ): Promise<void> {
    await underLock(this.file, () => {
      const current = readWallet(this.file)
      if (current.box.salt !== this.key.salt) throw malformed(this.file)
      const next = change(current.card, secretsIn(this.file, this.key, current))
      write(this.file, this.key, next.card, next.secrets)
      this.known = next.card
      this.secrets = next.secrets
    })
  }
}

export const cardId = (card: WalletCard): AccountId => accountIdOf(card.policy)
export const cardAddress = (card: WalletCard): string => encodeAddress(cardId(card))

function write(file: string, key: BoxKey, card: WalletCard, secrets: WalletSecrets): void {
  const box = sealBox(key, JSON.stringify(secrets), JSON.stringify(card))
  replaceFile(file, `${JSON.stringify({ format: FORMAT, card, box } satisfies WalletFile, null, 2)}\n`)
}

function readWallet(file: string): WalletFile {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as WalletFile
    if (read.format === FORMAT && Number.isSafeInteger(read.card.index) && typeof read.box.data === 'string') {
      // An address can be made of it only if it is a policy.
      accountIdOf(read.card.policy)
      return read
    }
  } catch {
    // Falls through: whatever it is, it is not a wallet.
  }
  throw malformed(file)
}

function secretsIn(file: string, key: BoxKey, read: WalletFile): WalletSecrets {
  const opened = openBox(key, read.box, JSON.stringify(read.card))
  if (!opened.ok)
    throw new CommandFailure(EXIT.usage, 'wallet_closed', `the passphrase is wrong, or ${file} was changed by something else`)
  return JSON.parse(opened.value) as WalletSecrets
}

function seedOfWords(words: string): Bytes {
  const seed = seedOf(words)
  if (!seed.ok)
    throw new CommandFailure(
      EXIT.usage,
      'mnemonic_invalid',
      'these are not 24 valid words: one is wrong, missing or out of order',
    )
  return seed.value
}

const malformed = (file: string): CommandFailure =>
  new CommandFailure(EXIT.usage, 'wallet_malformed', `${file} is not a wallet of this program`)
