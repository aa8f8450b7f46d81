// The door of custody: every request is checked by its decision, signed or refused, and written down either way.
import type {
  AnchorRuling,
  CancelConversionLeg,
  CustodyAccounts,
  CustodyCode,
  FundPairedLeg,
  HoldForDispute,
  HoldForInspection,
  KeepTerms,
  KeptTerms,
  LockConversionLeg,
  OpenLiquidity,
  RuleLeg,
  SignedTransaction,
  WireManagedAccount,
  WithdrawLiquidity,
} from '@huitong/contracts'
import { fingerprint } from '@huitong/platform'
import { type AccountId, type Clock, type Result, err, ok, toHex } from '@huitong/primitives'
import type { Managed } from './account/managed.js'
import type { Opener } from './account/opener.js'
import { planAnchorRuling, planWithdraw } from './decision/account.js'
import { planCancelConversionLeg, planLockConversionLeg } from './decision/conversion.js'
import { planHoldForDispute, planHoldForInspection } from './decision/hold.js'
import { termsToKeep } from './evidence/kept-terms.js'
import { planFundPairedLeg } from './decision/paired-leg.js'
import type { Planned, World } from './decision/plan.js'
import { planRuleLeg } from './decision/rule.js'
import type { Book, DecisionKind } from './signed/book.js'
import { type SigningService, answerOf } from './signed/signing.service.js'

type Signing = Promise<Result<SignedTransaction, CustodyCode>>

/** Not refusals: the same request may be granted in a moment. */
const OF_THE_MOMENT: readonly CustodyCode[] = ['ledger_unavailable', 'liquidity_busy']

export interface CustodyParts extends World {
  readonly book: Book
  readonly signing: SigningService
  readonly opener: Opener
  readonly clock: Clock
}

export class CustodyService {
  constructor(private readonly parts: CustodyParts) {}

  async accounts(): Promise<Result<CustodyAccounts, 'unavailable'>> {
    const { registry, keyring } = this.parts
    const hub = await registry.hub()
    if (!hub.ok) return err('unavailable', hub.detail)
    return ok({ hub: hub.value, accounts: keyring.accounts.map((managed) => this.#wire(managed)) })
  }

  /** The provider's own account must be bound to it somewhere: nobody opens liquidity in another's name. */
  async openLiquidity({ provider, owner }: OpenLiquidity): Promise<Result<WireManagedAccount, CustodyCode>> {
    const { keyring, opener, registry, ledgers } = this.parts
    const known = keyring.liquidityOf(provider)
    if (known !== undefined && known.owner !== owner)
      return this.#refused('open-liquidity', provider, err('evidence_insufficient', 'opened for another account', 'owner'))
    if (known === undefined) {
      const bound = await Promise.all(ledgers.names.map((ledger) => registry.isBound(ledger, owner, provider)))
      const away = bound.find((one) => !one.ok)
      if (away?.ok === false) return away
      if (!bound.some((one) => one.ok && one.value))
        return this.#refused('open-liquidity', provider, err('evidence_insufficient', 'not an account of the provider', 'owner'))
    }
    // the border: 32 bytes in hexadecimal, checked by the contract
    const managed = known ?? (await keyring.openLiquidity(provider, owner as AccountId))
    await opener.round()
    return opener.openOn(managed).length === 0 ? err('ledger_unavailable', 'no ledger answers') : ok(this.#wire(managed))
  }

  lockConversionLeg(request: LockConversionLeg): Signing {
    return this.#decide('lock-conversion-leg', request, planLockConversionLeg)
  }

  cancelConversionLeg(request: CancelConversionLeg): Signing {
    return this.#decide('cancel-conversion-leg', request, planCancelConversionLeg)
  }

  fundPairedLeg(request: FundPairedLeg): Signing {
    return this.#decide('fund-paired-leg', request, planFundPairedLeg)
  }

  /** Signs nothing; what is kept here is believed by later decisions, so it is written down like one. */
  async keepTerms(request: KeepTerms): Promise<Result<KeptTerms, CustodyCode>> {
    const found = await termsToKeep(request, this.parts)
    if (!found.ok) return this.#refused('keep-terms', toHex(fingerprint(plain(request))), found)
    const { order, hash } = found.value
    const at = this.parts.clock.now()
    await this.parts.book.write(async (page) => {
      if (await page.hasTerms(order, hash)) return
      await page.keepTerms({ ...found.value, at })
      await page.audit({ at, action: 'kept.terms', subject: order, detail: { hash } })
    })
    return ok({ order, hash })
  }

  holdForInspection(request: HoldForInspection): Signing {
    return this.#decide('hold-for-inspection', request, planHoldForInspection)
  }

  holdForDispute(request: HoldForDispute): Signing {
    return this.#decide('hold-for-dispute', request, planHoldForDispute)
  }

  ruleLeg(request: RuleLeg): Signing {
    return this.#decide('rule-leg', request, planRuleLeg)
  }

  anchorRuling(request: AnchorRuling): Signing {
    return this.#decide('anchor-ruling', request, planAnchorRuling)
  }

  withdraw(request: WithdrawLiquidity): Signing {
    return this.#decide('withdraw', request, planWithdraw)
  }

  async #decide<R extends object>(kind: DecisionKind, request: R, plan: (request: R, world: World) => Promise<Planned>): Signing {
    const digest = toHex(fingerprint({ kind, request: plain(request) }))
    const known = await this.parts.book.byDigest(digest)
    if (known !== undefined) return ok(answerOf(known))
    const planned = await plan(request, this.parts)
    const answer = planned.ok ? await this.parts.signing.sign(planned.value, digest) : planned
    return answer.ok ? answer : this.#refused(kind, digest, answer)
  }

  async #refused<R extends Extract<Result<never, CustodyCode>, { ok: false }>>(
    action: string,
    subject: string,
    refusal: R,
  ): Promise<R> {
    if (OF_THE_MOMENT.includes(refusal.code)) return refusal
    const { code, detail } = refusal
    const line = { at: this.parts.clock.now(), action: `refused.${action}`, subject, detail: { code, detail } }
    await this.parts.book.write((page) => page.audit(line))
    return refusal
  }

  #wire(managed: Managed): WireManagedAccount {
    const { account, purpose, policy, provider } = managed
    return {
      account,
      purpose,
      policy,
      ledgers: this.parts.opener.openOn(managed),
      ...(provider === undefined ? {} : { provider }),
    }
  }
}

/** Message classes as plain data. */
const plain = (request: object): unknown => JSON.parse(JSON.stringify(request))
