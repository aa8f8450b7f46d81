// Making people and institutions known to a hub from one seed: the same seed and name always give the same keys, party and accounts, so that
// enrolling twice is enrolling once.
import { type AssetCode, type Bytes, sha256, toHex, utf8 } from '@huitong/primitives'
import {
  type HubClient,
  type LedgerClient,
  Party,
  type RecoverySetting,
  WalletAccount,
  deriveSecret,
  openAccount,
} from '@huitong/sdk'
import type { Operation, Signer } from '@huitong/chain'
import { nativeSigner } from '../native.js'

export interface Enrolled {
  readonly party: Party
  /** The key at this index of the account, for rotations and recoveries. */
  signer(index: number): Signer
}

export class Enrolment {
  constructor(
    /** The hub with a key that may make parties. */
    readonly admin: HubClient,
    private readonly seed: Bytes,
  ) {}

  /** Enrols a party with an account on these ledgers. */
  async party(
    name: string,
    options: { readonly ledgers: readonly string[]; readonly kind?: 'natural' | 'legal'; readonly recovery?: RecoverySetting },
  ): Promise<Enrolled> {
    const known = await this.admin.createParty(
      { kind: options.kind ?? 'natural', displayName: name },
      { key: this.keyOf('party', name) },
    )
    const secret = known.apiKey?.secret
    const hub = secret === undefined ? this.admin : this.admin.as(secret)
    const account = this.account(name, options.recovery)
    const party = new Party(hub, name, known.id, account)
    for (const ledger of options.ledgers) await party.openOn(await hub.ledger(ledger))
    return { party, signer: (index) => this.signer(name, index) }
  }

  /** The account of a name, without making it known to anybody. */
  account(name: string, recovery?: RecoverySetting): WalletAccount {
    return WalletAccount.create([this.signer(name, 0)], recovery === undefined ? {} : { recovery })
  }

  signer(name: string, index = 0): Signer {
    return nativeSigner(deriveSecret(this.seed, numberOf(name), index))
  }

  /** 32 bytes that only the holder of the seed can know: delivery codes, by name. */
  secret(name: string): Bytes {
    return sha256(Uint8Array.of(...this.seed, ...utf8(`secret/${name}`)))
  }

  async carrier(name: string): Promise<{ readonly name: string; readonly signer: Signer }> {
    const signer = this.signer(name)
    await this.admin.registerCarrier({ name, publicKey: signer.publicKey }, { key: this.keyOf('carrier', name) })
    return { name, signer }
  }

  async operator(name: string): Promise<{ readonly name: string; readonly signer: Signer; readonly hub: HubClient }> {
    const signer = this.signer(name)
    const known = await this.admin.registerOperator({ name, publicKey: signer.publicKey }, { key: this.keyOf('operator', name) })
    return { name, signer, hub: known.apiKey?.secret === undefined ? this.admin : this.admin.as(known.apiKey.secret) }
  }

  /** An idempotency key that belongs to this seed. */
  keyOf(kind: string, name: string): string {
    return `${kind}-${toHex(sha256(Uint8Array.of(...this.seed, ...utf8(`${kind}/${name}`)))).slice(0, 40)}`
  }
}

/** The SLIP-0010 account number of a name: 31 bits of its hash. */
function numberOf(name: string): number {
  const hash = sha256(utf8(name))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0) & 0x7fff_ffff
}

/** Registers an asset unless it is there. On a ledger with a registrar its account opens first, and it signs too. */
export async function registerAsset(
  issuer: Party,
  ledger: LedgerClient,
  asset: { readonly code: AssetCode; readonly scale: number; readonly maxSupply: bigint },
  registrar?: WalletAccount,
): Promise<void> {
  if ((await ledger.asset(asset.code)) !== undefined) return
  if (registrar !== undefined) await openAccount(ledger, registrar, await issuer.frame(ledger, {}))
  const operation: Operation = {
    kind: 'registerAsset',
    asset: asset.code,
    scale: asset.scale,
    maxSupply: asset.maxSupply,
    issuer: issuer.account.id,
    powers: { freeze: false, clawback: false },
  }
  await issuer.operate(ledger, [operation], registrar === undefined ? {} : { cosigners: [registrar] })
}
