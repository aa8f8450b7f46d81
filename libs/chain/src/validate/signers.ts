// The accounts that must or may sign a transaction, as numbers, and whether its signature groups satisfy them. Verifies no signature itself.
import { type AccountId, type PublicKey, type Time, fromHex, invariant } from '@huitong/primitives'
import { type RuleCode, firstCode } from '../codes.js'
import type { Operation, Policy, SpendPath } from '../model.js'
import type { Outline } from '../outline.js'
import { proposalRule } from '../recovery.js'
import { type Demand, demandsOfOperation, demandsOfPath } from '../signers.js'
import type { LedgerState } from '../state/state.js'

/** Stands for a key that is not in the key store yet: of an account that this very transaction opens. */
export const OWN_KEY_ROW = 0xffff_ffff

const MUST = 1
/** Must sign, and a pending recovery does not void the signature. */
const MUST_DESPITE_RECOVERY = 2

interface SomeOf {
  readonly need: number
  readonly signers: readonly number[]
  /** The asset of the coin that they are to spend together; -1 if an operation needs them. */
  readonly asset: number
}

export class Signers {
  count = 0
  /** Account number; -1 - n for the account that operation n opens. */
  private readonly accounts: number[] = []
  private readonly duty: number[] = []
  private readonly someOf: SomeOf[] = []
  private opened: Policy[] = []
  /** Why a freeze voids a signature that is needed. */
  private frozen: RuleCode | undefined

  constructor(private readonly state: LedgerState) {}

  /** Collects the signers of an outlined transaction whose coins are at `rows` of the coin set. All its accounts and assets are known. */
  collect(outline: Outline, rows: Int32Array, time: Time): void {
    this.count = 0
    this.someOf.length = 0
    this.opened = []
    this.frozen = undefined
    for (let i = 0; i < outline.inputCount; i++) this.addInput(rows[i] ?? -1, outline.paths[i] ?? { kind: 'own' })
    for (const operation of outline.operations) this.addOperation(operation, time)
  }

  /** Key row in the key store of the key at `position` of signer i; -1 if it has none. */
  keyRow(signer: number, position: number): number {
    const account = this.accounts[signer] ?? 0
    if (account >= 0) return this.state.accounts.keyRowOf(account, position)
    return position < this.policyOf(account).keys.length ? OWN_KEY_ROW : -1
  }

  /** The 32 bytes of that key. */
  key(signer: number, position: number): Uint8Array {
    const account = this.accounts[signer] ?? 0
    if (account >= 0) return this.state.accounts.keyAt(this.state.accounts.keyRowOf(account, position))
    const key: PublicKey | undefined = this.policyOf(account).keys[position]
    invariant(key !== undefined, 'a key position that was checked')
    return fromHex(key)
  }

  /** Has the account signed, if it is among the signers? To be asked of groups that fit. */
  hasSigned(account: number, outline: Outline): boolean {
    for (let i = 0; i < this.count; i++) if (this.accounts[i] === account) return (outline.groupSize[i] ?? 0) > 0
    return false
  }

  /** Do the groups fit the signers, leaving aside whether the signatures verify? */
  check(outline: Outline): RuleCode | undefined {
    if (outline.groupCount !== this.count) return 'signature_groups'
    for (let i = 0; i < this.count; i++) {
      const size = outline.groupSize[i] ?? 0
      if (size !== this.threshold(i) && (size > 0 || this.duty[i] !== 0)) return 'signature_count'
    }
    for (let i = 0; i < this.count; i++) {
      const last = (outline.groupSize[i] ?? 0) - 1
      // Positions ascend, so the last is the largest.
      if (last >= 0 && this.keyRow(i, outline.bytes[(outline.groupAt[i] ?? 0) + 65 * last] ?? 0) < 0) return 'signature_key'
    }
    for (let i = 0; i < this.count; i++)
      if (((this.duty[i] ?? 0) & MUST) !== 0 && this.isRecovering(i)) return 'account_recovering'
    if (this.frozen !== undefined) return this.frozen
    for (const { need, signers, asset } of this.someOf) {
      const signed = signers.filter((i) => (outline.groupSize[i] ?? 0) > 0 && !this.isRecovering(i) && !this.isFrozen(i, asset))
      if (signed.length < need) return 'quorum_missing'
    }
    return undefined
  }

  private addInput(row: number, path: SpendPath): void {
    const { coins } = this.state
    const asset = coins.assetOf(row)
    const account = coins.accountOf(row)
    if (account >= 0 && path.kind === 'own') {
      this.require(account, MUST)
      return this.noteFreeze(asset, account)
    }
    // An arbiter decides between others about their money: no freeze of its own silences it, nor one of the asset.
    const byArbiter = path.kind === 'hold' || path.kind === 'rule'
    for (const demand of demandsOfPath(this.state.conditionAt(row), path)) this.add(demand, byArbiter ? -1 : asset)
  }

  /** An account that must sign for a coin of the asset: is it allowed to? */
  private noteFreeze(asset: number, account: number): void {
    const { assets } = this.state
    if (asset < 0 || !assets.anyFrozen) return
    if (assets.record(asset).frozen) this.frozen = firstCode<RuleCode>(this.frozen, 'asset_frozen')
    else if (assets.isFrozen(asset, account)) this.frozen = firstCode<RuleCode>(this.frozen, 'account_frozen')
  }

  private addOperation(operation: Operation, time: Time): void {
    if (operation.kind === 'openAccount') {
      this.opened.push(operation.policy)
      this.require(-this.opened.length, MUST)
      return
    }
    const demands = demandsOfOperation(operation, this.state)
    invariant(demands.ok, 'an operation on known accounts and assets')
    if (operation.kind !== 'proposeRecovery') return demands.value.forEach((demand) => this.add(demand, -1))
    const cancelled = this.state.accounts.cancelledOf(this.state.accounts.numberOf(operation.account))
    const byAll = proposalRule(cancelled, time) === 'all'
    for (const demand of demands.value) this.add(byAll ? { ...demand, need: demand.of.length } : demand, -1)
  }

  /** `asset`: of the coin that the demand is about; -1 if it is about none, or no freeze matters to it. */
  private add(demand: Demand, asset: number): void {
    const signers = demand.of.map((account) => this.position(this.numberOf(account)))
    const [only] = signers
    if (only !== undefined && signers.length === 1) {
      this.duty[only] = (this.duty[only] ?? 0) | (demand.despiteRecovery === true ? MUST_DESPITE_RECOVERY : MUST)
      this.noteFreeze(asset, this.accounts[only] ?? 0)
    } else {
      this.someOf.push({ need: demand.need, signers, asset })
      if (asset >= 0 && this.state.assets.record(asset).frozen) this.frozen = firstCode<RuleCode>(this.frozen, 'asset_frozen')
    }
  }

  private require(account: number, duty: number): void {
    const i = this.position(account)
    this.duty[i] = (this.duty[i] ?? 0) | duty
  }

  private position(account: number): number {
    for (let i = 0; i < this.count; i++) if (this.accounts[i] === account) return i
    this.accounts[this.count] = account
    this.duty[this.count] = 0
    return this.count++
  }

  private numberOf(account: AccountId): number {
    const number = this.state.accounts.numberOf(account)
    invariant(number >= 0, 'a named account is open')
    return number
  }

  private threshold(signer: number): number {
    const account = this.accounts[signer] ?? 0
    return account >= 0 ? this.state.accounts.threshold(account) : this.policyOf(account).threshold
  }

  private isRecovering(signer: number): boolean {
    const account = this.accounts[signer] ?? 0
    return account >= 0 && this.state.accounts.isRecovering(account)
  }

  private isFrozen(signer: number, asset: number): boolean {
    const account = this.accounts[signer] ?? 0
    return asset >= 0 && account >= 0 && this.state.assets.isFrozen(asset, account)
  }

  private policyOf(account: number): Policy {
    const policy = this.opened[-1 - account]
    invariant(policy !== undefined, 'an account that this transaction opens')
    return policy
  }
}
