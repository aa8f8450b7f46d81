// Judges transactions against a ledger's state and applies the valid ones. One pass over the bytes, arrays used again, no object per plain
// transfer. Never writes before the whole judgement is made; what it finds impossible stops the process.
import {
  type AccountId,
  type Bytes,
  type ChainId,
  type Time,
  VALID_AHEAD_MAX_MS,
  type Verifier,
  equalBytes,
  invariant,
  sha256Into,
} from '@huitong/primitives'
import { joinAmount } from '../codec/reader.js'
import { type RuleCode, type ValidationCode, firstCode } from '../codes.js'
import { isLock } from '../covenant.js'
import { Outline } from '../outline.js'
import { signingMessage } from '../signing.js'
import type { LedgerState } from '../state/state.js'
import { Balance } from './balance.js'
import { checkClawback } from './clawback.js'
import { accountsOf, checkEntry, rulebookDetail } from './entry.js'
import { checkKeys } from './keys.js'
import { MoneyRules } from './money.js'
import { applyOperation, checkDistinct, checkOperation, checkOperations } from './operations.js'
import { type SignatureBatch, type SignatureSource, TRANSACTION_MESSAGE_BYTES } from './signatures.js'
import { Signers } from './signers.js'
import { type Spending, checkSpendings } from './spending.js'
import { unknownAccount } from './unknown-account.js'

const COUNT_MAX = 255
/** How a transaction stands that its validator has judged: `apply` may follow `valid` once. */
type Stage = 'idle' | 'valid'

export class Validator {
  /** Id of the transaction judged last, 32 bytes, valid until the next one is judged. */
  readonly id: Bytes = new Uint8Array(32)
  private readonly outline = new Outline()
  private readonly rows = new Int32Array(COUNT_MAX)
  private readonly outputAssets = new Int32Array(COUNT_MAX)
  private readonly outputAccounts = new Int32Array(COUNT_MAX)
  private readonly balance = new Balance()
  private readonly signers: Signers
  private readonly money: MoneyRules
  private readonly identified: Uint8Array
  private readonly message: Uint8Array
  private readonly place = new Uint8Array(36)
  private readonly coordinate = new Uint8Array(32)
  private known: Bytes | undefined
  private spendings: Spending[] = []
  private time = 0 as Time
  private stage: Stage = 'idle'

  /** `spent` is told the row of each coin that is spent, just before it is removed. */
  constructor(
    readonly state: LedgerState,
    private readonly spent?: (row: number) => void,
  ) {
    this.signers = new Signers(state)
    this.money = new MoneyRules(state)
    this.identified = new Uint8Array(32 + 65_536)
    this.identified.set(state.chainBytes)
    this.message = messageTemplate(state.chain)
  }

  /**
   * Judges the transaction in bytes[start, end) for a block of time `time`: `undefined` if it is valid, or the one code of highest
   * precedence. The state is unchanged until {@link apply}. `id`: the transaction's id, if this validator has told it before.
   */
  validate(
    bytes: Bytes,
    start: number,
    end: number,
    time: Time,
    signatures: SignatureSource,
    id?: Bytes,
  ): ValidationCode | undefined {
    this.stage = 'idle'
    this.time = time
    this.known = id
    this.money.detail = undefined
    const code =
      this.outline.scan(bytes, start, end) ??
      this.checkValidity() ??
      this.checkInputs() ??
      checkDistinct(this.outline.operations) ??
      this.checkContent() ??
      this.checkBalance() ??
      this.checkSigners() ??
      this.checkMoney() ??
      this.checkSignatures(signatures) ??
      this.checkKeys(signatures)
    if (code === undefined) this.stage = 'valid'
    return code
  }

  /** What the refusal just made by {@link validate} rests on: version, parameter and value of the rulebook, or the account that is missing. */
  detailOf(code: ValidationCode): string | undefined {
    if (code === 'account_unknown') return unknownAccount(this.outline, this.state)
    return rulebookDetail(code, this.state.rulebook) ?? this.money.detail
  }

  /** Applies the transaction that was just found valid. */
  apply(): void {
    invariant(this.stage === 'valid', 'only a transaction found valid is applied, once')
    this.stage = 'idle'
    const { state, outline, rows } = this
    for (let i = 0; i < outline.inputCount; i++) {
      const row = rows[i] ?? -1
      state.assets.removeCoin(state.coins.assetOf(row), state.coins.highOf(row), state.coins.lowOf(row))
      this.spent?.(row)
      state.coins.remove(row)
    }
    for (const operation of outline.operations) applyOperation(operation, state, this.time)
    this.place.set(this.id)
    for (let i = 0; i < outline.outputCount; i++) this.addOutput(i)
    state.committed.add(this.id, outline.validUntil)
    if (state.anyRuled) this.money.apply(this.time)
  }

  /**
   * Adds the signature checks of a transaction to a batch: the place of the first, or -1 if they cannot be said yet (a coin, account or
   * asset is not known, or the groups do not fit); such a transaction is verified when it is validated.
   */
  collectSignatures(bytes: Bytes, start: number, end: number, batch: SignatureBatch): number {
    this.stage = 'idle'
    const { outline, signers } = this
    if (outline.scan(bytes, start, end) !== undefined || this.findCoins() !== undefined) return -1
    for (const operation of outline.operations) {
      const code = checkOperation(operation, this.state, this.state.head.time)
      if (code === 'account_unknown' || code === 'asset_unknown') return -1
    }
    signers.collect(outline, this.rows, this.state.head.time)
    if (signers.count !== outline.groupCount) return -1
    this.identify()
    this.message.set(this.id, TRANSACTION_MESSAGE_BYTES - 32)
    const first = batch.count
    const known = this.eachSignature((signer, position, signatureAt) => {
      const keyRow = signers.keyRow(signer, position)
      if (keyRow < 0) return false
      batch.add({ key: signers.key(signer, position), keyRow, message: this.message, bytes, signatureAt })
      return true
    })
    if (!known) batch.count = first
    return known ? first : -1
  }

  private checkValidity(): RuleCode | undefined {
    const { outline, state, time } = this
    if (this.known === undefined) this.identify()
    else this.id.set(this.known)
    this.message.set(this.id, TRANSACTION_MESSAGE_BYTES - 32)
    if (state.committed.has(this.id, outline.validUntil)) return 'already_committed'
    if (time > outline.validUntil) return 'valid_until_passed'
    if (outline.validUntil > time + VALID_AHEAD_MAX_MS) return 'valid_until_too_far'
    return outline.inputCount === 0 && outline.operations.length === 0 ? 'nothing_to_do' : undefined
  }

  /** Hashes ledger id and body to the transaction's id. */
  private identify(): void {
    const { outline, identified } = this
    const size = outline.bodyEnd - outline.start
    identified.set(outline.bytes.subarray(outline.start, outline.bodyEnd), 32)
    sha256Into(identified.subarray(0, 32 + size), this.id, 0)
  }

  private checkInputs(): RuleCode | undefined {
    const { outline, state, rows } = this
    const code = this.checkRepeats() ?? this.findCoins()
    if (code !== undefined) return code
    this.spendings = []
    for (let i = 0; i < outline.inputCount; i++) {
      const path = outline.paths[i] ?? { kind: 'own' }
      const row = rows[i] ?? -1
      if (path.kind !== 'own' || state.coins.accountOf(row) < 0) this.spendings.push({ coin: state.coinAt(row), path })
    }
    if (this.spendings.length > 0) return checkSpendings(outline, this.spendings, this.time)
    return outline.preimageCount > 0 ? 'preimage_count' : undefined
  }

  private checkRepeats(): RuleCode | undefined {
    const { bytes, coinAt, inputCount } = this.outline
    for (let i = 1; i < inputCount; i++) {
      const a = coinAt[i] ?? 0
      for (let j = 0; j < i; j++) {
        const b = coinAt[j] ?? 0
        if (bytes[a] === bytes[b] && equalBytes(bytes.subarray(a, a + 32), bytes.subarray(b, b + 32))) return 'input_repeated'
      }
    }
    return undefined
  }

  private findCoins(): RuleCode | undefined {
    const { outline, state, rows } = this
    for (let i = 0; i < outline.inputCount; i++) {
      const row = state.coins.find(outline.bytes, outline.coinAt[i] ?? 0)
      if (row < 0) return 'coin_unknown'
      rows[i] = row
    }
    return undefined
  }

  /** Outputs and operations together, since their refusals interleave in precedence. */
  private checkContent(): RuleCode | undefined {
    const { outline, state } = this
    let code: RuleCode | undefined
    for (let i = 0; i < outline.outputCount; i++) {
      const asset = state.assets.find(outline.bytes, outline.assetAt[i] ?? 0)
      if (asset < 0) code = firstCode<RuleCode>(code, 'asset_unknown')
      this.outputAssets[i] = asset
      if (outline.conditions[i] === undefined) {
        const account = state.accounts.find(outline.bytes, outline.conditionAt[i] ?? 0)
        if (account < 0) code = firstCode<RuleCode>(code, 'account_unknown')
        this.outputAccounts[i] = account
      } else code = firstCode(code, this.checkCondition(i))
    }
    code = firstCode(code, checkClawback(outline, state, { rows: this.rows, outputAccounts: this.outputAccounts }))
    return outline.operations.length === 0 ? code : firstCode(code, checkOperations(outline.operations, state, this.time))
  }

  /** An output that is not a plain account's. What a spent lock prescribes was checked when the lock was entered. */
  private checkCondition(i: number): RuleCode | undefined {
    const { outline, state, time } = this
    const condition = outline.conditions[i]
    if (condition === undefined) return undefined
    if (accountsOf(condition).some((account) => state.accounts.numberOf(account) < 0)) return 'account_unknown'
    if (!isLock(condition) || this.spendings.some(({ coin }) => isLock(coin.condition))) return undefined
    const amount = joinAmount(outline.high[i] ?? 0, outline.low[i] ?? 0)
    return checkEntry(condition, { amount, time, rulebook: state.rulebook, owner: this.soleOwner() })
  }

  /** The account that alone owns every input. */
  private soleOwner(): AccountId | undefined {
    let owner: AccountId | undefined
    for (let i = 0; i < this.outline.inputCount; i++) {
      const condition = this.state.conditionAt(this.rows[i] ?? -1)
      if (condition.kind !== 'account' && condition.kind !== 'timeLock') return undefined
      if (owner !== undefined && owner !== condition.account) return undefined
      owner = condition.account
    }
    return owner
  }

  private checkBalance(): RuleCode | undefined {
    const { outline, state, rows, balance } = this
    const { coins } = state
    balance.clear()
    for (let i = 0; i < outline.inputCount; i++) {
      const row = rows[i] ?? -1
      balance.credit(coins.assetOf(row), coins.highOf(row), coins.lowOf(row))
    }
    for (let i = 0; i < outline.outputCount; i++) {
      balance.debit(this.outputAssets[i] ?? 0, outline.high[i] ?? 0, outline.low[i] ?? 0)
    }
    for (const operation of outline.operations) {
      if (operation.kind !== 'issue' && operation.kind !== 'burn') continue
      const asset = state.assets.numberOf(operation.asset)
      const high = Number(operation.amount >> 32n)
      const low = Number(operation.amount & 0xffff_ffffn)
      if (operation.kind === 'issue') balance.credit(asset, high, low)
      else balance.debit(asset, high, low)
    }
    return balance.isEven() ? undefined : 'unbalanced'
  }

  private checkSigners(): RuleCode | undefined {
    this.signers.collect(this.outline, this.rows, this.time)
    return this.signers.check(this.outline)
  }

  private checkMoney(): RuleCode | undefined {
    const { outline, rows, outputAssets, outputAccounts, signers, time } = this
    if (!this.state.anyRuled) return undefined
    return this.money.check({ outline, rows, outputAssets, outputAccounts, signers, time })
  }

  /** After the signatures, so that nobody has points computed for nothing; one's own storage was checked before. */
  private checkKeys({ kind }: SignatureSource): RuleCode | undefined {
    return this.outline.operations.length === 0 || kind === 'trusted' ? undefined : checkKeys(this.outline.operations)
  }

  private checkSignatures(source: SignatureSource): RuleCode | undefined {
    switch (source.kind) {
      case 'trusted':
        return undefined
      case 'verify':
        return this.verifyNow(source.verifier)
      default:
        return this.takeAnswers(source)
    }
  }

  private verifyNow(verifier: Verifier): RuleCode | undefined {
    const { bytes } = this.outline
    const allValid = this.eachSignature((signer, position, at) =>
      verifier.verify(bytes.subarray(at, at + 64), this.message, this.signers.key(signer, position)),
    )
    return allValid ? undefined : 'signature_wrong'
  }

  /** Uses checks made earlier for these bytes, where the key that was checked is still the signer's key. */
  private takeAnswers(source: Extract<SignatureSource, { kind: 'checked' }>): RuleCode | undefined {
    const { batch, first, otherwise } = source
    let row = first
    const current =
      first >= 0 && this.eachSignature((signer, position) => batch.keyRows[row++] === this.signers.keyRow(signer, position))
    if (!current) {
      if (otherwise !== undefined) return this.verifyNow(otherwise)
      return this.eachSignature(() => false) ? undefined : 'signature_stale'
    }
    row = first
    return this.eachSignature(() => batch.valid[row++] === 1) ? undefined : 'signature_wrong'
  }

  /** Visits the signatures in the order of the bytes until a visit answers false; answers whether none did. */
  private eachSignature(visit: (signer: number, position: number, signatureAt: number) => boolean): boolean {
    const { bytes, groupAt, groupSize, groupCount } = this.outline
    for (let group = 0; group < groupCount; group++) {
      let at = groupAt[group] ?? 0
      for (let left = groupSize[group] ?? 0; left > 0; left--) {
        if (!visit(group, bytes[at] ?? 0, at + 1)) return false
        at += 65
      }
    }
    return true
  }

  private addOutput(i: number): void {
    const { state, outline, place, coordinate } = this
    place[34] = i >> 8
    place[35] = i & 255
    sha256Into(place, coordinate, 0)
    const asset = this.outputAssets[i] ?? 0
    const high = outline.high[i] ?? 0
    const low = outline.low[i] ?? 0
    if (outline.conditions[i] === undefined) {
      state.coins.addPlain(coordinate, { asset, high, low, account: this.outputAccounts[i] ?? 0 })
    } else {
      // One byte before the fields, the end of the amount, gives its place to the tag.
      // A copy in any case: `slice` of a Node Buffer is a window on the transaction, which nobody may change.
      const condition = new Uint8Array(outline.bytes.subarray((outline.conditionAt[i] ?? 0) - 1, outline.conditionEnd[i] ?? 0))
      condition[0] = outline.conditionTag[i] ?? 0
      state.coins.addConditioned(coordinate, { asset, high, low, condition })
    }
    state.assets.addCoin(asset, high, low)
  }
}

/** The signing message of this ledger's transactions with room for the id at its end. */
function messageTemplate(chain: ChainId): Uint8Array {
  const message = signingMessage('transaction', chain, new Uint8Array(32))
  invariant(message.length === TRANSACTION_MESSAGE_BYTES, 'the length of a signing message')
  return message
}
