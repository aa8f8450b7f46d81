// Whether a statement that somebody sent is what it should be and signed by whom it should be: keys are read from the ledger now. Custody checks
// the same again before it acts; this is so that nobody waits for a refusal.
import { approvalMessage, decodeApproval, decodeDelivered, decodeRuling, deliveredMessage, rulingMessage } from '@huitong/chain'
import { identityCarrierOfKey, identityOperators, ledgerAccount } from '@huitong/contracts'
import { Bus, VERIFIER } from '@huitong/platform'
import {
  type AccountId,
  type ChainId,
  type Coordinate,
  type Err,
  type OrderId,
  type Result,
  type Verifier,
  err,
  fromHex,
  ok,
} from '@huitong/primitives'
import { Inject, Injectable } from '@nestjs/common'
import { HubClock } from '../clock/hub-clock.js'
import { notOpen } from '../party/bindings.js'
import { HubAccounts } from './hub-accounts.js'
import type { Signed } from './order.file.js'

export type StatementCode = 'signature_invalid' | 'terms_mismatch' | 'account_unknown' | 'ledger_unavailable'
type Fault<Code extends string> = Promise<Err<Code> | undefined>

/** An account on one ledger. */
export interface SignerPlace {
  readonly ledger: string
  readonly account: AccountId
}

@Injectable()
export class Statements {
  constructor(
    private readonly bus: Bus,
    private readonly accounts: HubAccounts,
    private readonly clock: HubClock,
    @Inject(VERIFIER) private readonly verifier: Verifier,
  ) {}

  /**
   * An approval by a current key of one of the accounts: which one. `terms_mismatch`: over something else; `signature_invalid`: not by a
   * current key of an account given, or no longer valid.
   */
  async approval(
    signed: Signed,
    wanted: { readonly subject: 'orderTerms' | 'dispute'; readonly hash: string; readonly by: readonly SignerPlace[] },
  ): Promise<Result<SignerPlace, StatementCode>> {
    const decoded = decodeApproval(fromHex(signed.body))
    if (!decoded.ok) return err('signature_invalid', decoded.code)
    const { subject, account, hash, validUntil } = decoded.value
    if (subject !== wanted.subject || hash !== wanted.hash) return err('terms_mismatch', 'the approval is over something else')
    const place = wanted.by.find((one) => one.account === account)
    if (place === undefined) return err('signature_invalid', 'the approval names an account of nobody asked')
    if (validUntil < this.clock.now()) return err('signature_invalid', 'the approval is no longer valid')
    const hub = await this.accounts.on([])
    if (!hub.ok) return hub
    const fault = await this.#keyFault(signed, approvalMessage(hub.value.hub, decoded.value), place)
    return fault ?? ok(place)
  }

  /** A ruling's body signed by a current key of the account; answers how many such signatures the account needs. */
  async consent(signed: Signed, place: SignerPlace): Promise<Err<StatementCode> | undefined> {
    const message = await this.#ruling(signed)
    return message.ok ? this.#keyFault(signed, message.value, place) : message
  }

  /** The operator whose key signed this ruling. */
  async operator(signed: Signed): Promise<Result<string, StatementCode | 'operator_unknown'>> {
    const message = await this.#ruling(signed)
    if (!message.ok) return message
    const listed = await this.bus.call(identityOperators, {})
    if (!listed.ok) return err('ledger_unavailable', 'identity')
    const operator = listed.value.operators.find(({ publicKey }) => publicKey === signed.publicKey)
    if (operator === undefined) return err('operator_unknown')
    return this.#isSigned(signed, message.value) ? ok(operator.id) : err('signature_invalid')
  }

  /** A registered carrier's word on exactly this coin. */
  async delivered(
    signed: Signed,
    wanted: { readonly chain: ChainId; readonly order: OrderId; readonly milestone: number; readonly coin: Coordinate },
  ): Fault<StatementCode | 'carrier_unknown'> {
    const decoded = decodeDelivered(fromHex(signed.body))
    if (!decoded.ok) return err('signature_invalid', decoded.code)
    const { chain, order, milestone, coin } = decoded.value
    if (chain !== wanted.chain || order !== wanted.order || milestone !== wanted.milestone || coin !== wanted.coin)
      return err('terms_mismatch', 'the carrier speaks of another coin')
    if (!this.#isSigned(signed, deliveredMessage(decoded.value))) return err('signature_invalid')
    const carrier = await this.bus.call(identityCarrierOfKey, { publicKey: signed.publicKey })
    if (carrier.ok) return undefined
    return carrier.code === 'carrier_unknown' ? err('carrier_unknown') : err('ledger_unavailable', 'identity')
  }

  /** Signatures that an account needs to give money away. */
  async threshold({ ledger, account }: SignerPlace): Promise<Result<number, StatementCode>> {
    const found = await this.bus.call(ledgerAccount, { account }, { to: ledger })
    if (found.ok) return ok(found.value.current.threshold)
    return found.code === 'account_unknown' ? unknown({ ledger, account }) : err('ledger_unavailable', ledger)
  }

  async #ruling(signed: Signed) {
    const decoded = decodeRuling(fromHex(signed.body))
    if (!decoded.ok) return err('signature_invalid', decoded.code)
    const hub = await this.accounts.on([])
    return hub.ok ? ok(rulingMessage(hub.value.hub, decoded.value)) : hub
  }

  async #keyFault(signed: Signed, message: Uint8Array, { ledger, account }: SignerPlace): Fault<StatementCode> {
    const found = await this.bus.call(ledgerAccount, { account }, { to: ledger })
    if (!found.ok) return found.code === 'account_unknown' ? unknown({ ledger, account }) : err('ledger_unavailable', ledger)
    // while somebody else may be taking the account over, its keys speak for nobody
    if (found.value.recovery !== undefined) return err('signature_invalid', 'the account is being recovered')
    if (!found.value.current.keys.includes(signed.publicKey)) return err('signature_invalid', 'not a current key of the account')
    return this.#isSigned(signed, message) ? undefined : err('signature_invalid')
  }

  #isSigned({ publicKey, signature }: Signed, message: Uint8Array): boolean {
    return this.verifier.verify(fromHex(signature), message, fromHex(publicKey))
  }
}

const unknown = ({ ledger, account }: SignerPlace) => err('account_unknown', notOpen('signer', account, ledger))
