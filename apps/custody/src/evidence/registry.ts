// Who is an operator or a carrier, and what the hub's id is: identity says so once, custody keeps what it saw first and refuses a change.
import { identityCarrierOfKey, identityHub, identityOperators, identityPartyOfAccount } from '@huitong/contracts'
import { Bus, log } from '@huitong/platform'
import { type Result, err, isHex, ok } from '@huitong/primitives'
import { type PinKind, type Pins, isPinned } from '../ledger/pins.js'

export type Known<T> = Result<T, 'ledger_unavailable'>

export interface Registry {
  /** The domain of statements' signatures, 32 bytes in hexadecimal. */
  hub(): Promise<Known<string>>
  /** The operator whose key this is. */
  operatorOfKey(publicKey: string): Promise<Known<string | undefined>>
  carrierOfKey(publicKey: string): Promise<Known<string | undefined>>
  /** True if the account is bound to the party on this ledger. */
  isBound(ledger: string, account: string, party: string): Promise<Known<boolean>>
}

export class PinnedRegistry implements Registry {
  #hub: string | undefined

  constructor(
    private readonly bus: Bus,
    private readonly pins: Pins,
  ) {}

  async hub(): Promise<Known<string>> {
    this.#hub ??= await this.pins.find('hub', 'hub')
    if (this.#hub !== undefined) return ok(this.#hub)
    const info = await this.bus.call(identityHub, {})
    if (!info.ok || !isHex(info.value.hub, 32)) return err('ledger_unavailable', 'identity does not say which hub this is')
    this.#hub = await this.pins.pin('hub', 'hub', info.value.hub)
    return ok(this.#hub)
  }

  async operatorOfKey(publicKey: string): Promise<Known<string | undefined>> {
    const pinned = await this.pins.find('operator-key', publicKey)
    if (pinned !== undefined) return ok(pinned)
    const listed = await this.bus.call(identityOperators, {})
    if (!listed.ok) return err('ledger_unavailable', 'identity does not answer')
    const operator = listed.value.operators.find((one) => one.publicKey === publicKey)
    return ok(operator === undefined ? undefined : await this.#pin({ kind: 'operator', id: operator.id, publicKey }))
  }

  async carrierOfKey(publicKey: string): Promise<Known<string | undefined>> {
    const pinned = await this.pins.find('carrier-key', publicKey)
    if (pinned !== undefined) return ok(pinned)
    const found = await this.bus.call(identityCarrierOfKey, { publicKey })
    if (!found.ok && found.code !== 'carrier_unknown') return err('ledger_unavailable', 'identity does not answer')
    return ok(found.ok ? await this.#pin({ kind: 'carrier', id: found.value.id, publicKey }) : undefined)
  }

  async isBound(ledger: string, account: string, party: string): Promise<Known<boolean>> {
    const found = await this.bus.call(identityPartyOfAccount, { ledger, account })
    if (!found.ok && found.code !== 'account_unbound') return err('ledger_unavailable', 'identity does not answer')
    return ok(found.ok && found.value.party === party)
  }

  /** Both ways: an id has one key, a key one id. */
  async #pin(seen: { readonly kind: 'operator' | 'carrier'; readonly id: string; readonly publicKey: string }) {
    const { kind, id, publicKey } = seen
    const byKey: PinKind = kind === 'operator' ? 'operator-key' : 'carrier-key'
    const isRight = (await isPinned(this.pins, kind, id, publicKey)) && (await isPinned(this.pins, byKey, publicKey, id))
    if (isRight) return id
    log.error('custody.key.changed', { kind, id })
    return undefined
  }
}
