// A person or institution with keys on this device: opens accounts, proves them to the hub, pays, and signs statements. Secrets stay here.
import {
  type ApprovalStatement,
  type CoinRecord,
  type Operation,
  type Output,
  type Paying,
  type ProvenTransaction,
  type RecoveryTerms,
  type RulebookChange,
  type SpendPath,
  type TransactionBody,
  approvalMessage,
  bindingHash,
  encodeAddress,
  encodeApproval,
} from '@huitong/chain'
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type Preimage,
  type Result,
  type Time,
  after,
  toHex,
} from '@huitong/primitives'
import { type Dto, HubClient } from './client/hub-client.js'
import { HubError } from './client/http.js'
import type { AssetState, Funds, LedgerClient } from './client/ledger-client.js'
import { type SignedTransaction, type WalletAccount, signTransaction } from './wallet/account.js'
import {
  type DraftCode,
  accountCondition,
  draftBurn,
  draftClawback,
  draftExact,
  draftIssue,
  draftLockSpend,
  draftOperations,
  draftPayment,
} from './wallet/drafts.js'

/** Half an hour: a transaction that is not in a block by then never will be. */
export const VALID_MS = 30 * 60_000

export interface Send {
  /** Makes the transaction's client reference; the same intent, the same reference. 8 bytes in hexadecimal; random if absent. */
  readonly reference?: string
  readonly memo?: string
  /** In ledger time; half an hour from the ledger's present time if absent. */
  readonly validUntil?: Time
  /** The payer's coins if they are known already (see {@link Party.funds}); asked from the ledger if absent. */
  readonly coins?: readonly CoinRecord[]
  /** Told what tax the ledger's rulebook adds, before anything is signed. Whoever does not agree throws. Not called where there is none. */
  readonly taxed?: (tax: readonly Output[]) => void | Promise<void>
}

export interface SendTogether extends Send {
  /** Who must sign beside this party, where all keys are at hand: the registrar, where it has to agree to a new token. */
  readonly cosigners?: readonly WalletAccount[]
}

export class Party {
  constructor(
    readonly hub: HubClient,
    readonly name: string,
    /** `pty_…` */
    readonly id: string,
    readonly account: WalletAccount,
  ) {}

  /** The same party after its keys were rotated or recovered. */
  withAccount(account: WalletAccount): Party {
    return new Party(this.hub, this.name, this.id, account)
  }

  get address(): string {
    return this.account.address
  }

  /** Opens the account on a ledger (once) and proves to the hub that it is this party's. */
  async openOn(ledger: LedgerClient): Promise<void> {
    await openAccount(ledger, this.account, await this.frame(ledger, {}))
    const party = await this.hub.party(this.id)
    if (party.accounts.some((bound) => bound.ledger === ledger.name && bound.account === this.address)) return
    await this.bindOn(ledger)
  }

  /** Proves to the hub that the account, open on this ledger, is this party's. */
  async bindOn(ledger: LedgerClient, by: Pick<Send, 'validUntil'> & { readonly key?: string } = {}): Promise<void> {
    const proof = await this.approve(await this.hub.identity(), {
      subject: 'bind',
      hash: bindingHash({ party: this.id, chain: ledger.chain, account: this.account.id }),
      validUntil: by.validUntil ?? after(await ledger.now(), VALID_MS),
    })
    await this.hub.bindAccount(
      this.id,
      { ledger: ledger.name, account: this.address, proof },
      { key: by.key ?? `bind-${ledger.name}-${this.id}` },
    )
  }

  /** A signed approval: this party's consent to something known by its hash. */
  async approve(hub: string, statement: Omit<ApprovalStatement, 'account'>): Promise<Dto['SignedStatementDto']> {
    const approval: ApprovalStatement = { ...statement, account: this.account.id }
    const { signer } = this.account
    const signature = await signer.sign(approvalMessage(hub, approval))
    return { body: toHex(encodeApproval(approval)), publicKey: signer.publicKey, signature }
  }

  /** Pays an amount from the oldest coins; answers with the proof. */
  pay(
    ledger: LedgerClient,
    to: { account: AccountId; asset: AssetCode; amount: Amount },
    send: Send = {},
  ): Promise<ProvenTransaction> {
    return this.payOutputs(ledger, [{ asset: to.asset, amount: to.amount, condition: accountCondition(to.account) }], send)
  }

  /** Makes exactly these outputs (locks among them) from the oldest coins. */
  async payOutputs(ledger: LedgerClient, outputs: readonly Output[], send: Send = {}): Promise<ProvenTransaction> {
    return ledger.commit(await this.signPayment(ledger, outputs, send))
  }

  /** The signed payment, not yet sent: to be kept before it is. The tax that the ledger's rulebook adds stands after the outputs. */
  async signPayment(ledger: LedgerClient, outputs: readonly Output[], send: Send = {}): Promise<SignedTransaction> {
    const all = await this.#withTax(ledger, outputs, send)
    const { coins, now } = send.coins === undefined ? await this.#coinsFor(ledger, all) : { coins: send.coins, now: undefined }
    const own = coins.filter(({ condition }) => condition.kind === 'account')
    const given = now === undefined || send.validUntil !== undefined ? send : { ...send, validUntil: after(now, VALID_MS) }
    return this.sign(ledger, drafted(draftPayment(this.account.id, own, all, await this.frame(ledger, given))))
  }

  /** Own coins that suffice for these outputs and the tax on them, as far as there are any, and the ledger's time. */
  async funds(ledger: LedgerClient, outputs: Paying['outputs']): Promise<Funds> {
    return this.#coinsFor(ledger, [...outputs, ...(await ledger.taxOn(this.account.id, outputs))])
  }

  async #withTax(ledger: LedgerClient, outputs: readonly Output[], { taxed }: Send): Promise<readonly Output[]> {
    const tax = await ledger.taxOn(this.account.id, outputs)
    if (tax.length > 0) await taxed?.(tax)
    return [...outputs, ...tax]
  }

  async #coinsFor(ledger: LedgerClient, outputs: readonly Pick<Output, 'asset' | 'amount'>[]): Promise<Funds> {
    const assets = [...new Set(outputs.map(({ asset }) => asset))]
    const found = await Promise.all(
      assets.map((asset) => {
        const wanted = outputs.filter((output) => output.asset === asset).reduce((sum, { amount }) => sum + amount, 0n)
        return ledger.funds(this.account.id, asset, wanted)
      }),
    )
    const [first] = found
    return { coins: found.flatMap(({ coins }) => coins), now: first === undefined ? await ledger.now() : first.now }
  }

  /** Pays with these coins in this order, which decides which units go (first in, first out). */
  async payExactly(
    ledger: LedgerClient,
    coins: readonly CoinRecord[],
    to: { account: AccountId; asset: AssetCode; amount: Amount },
    send: Send = {},
  ): Promise<ProvenTransaction> {
    const paid: Output = { asset: to.asset, amount: to.amount, condition: accountCondition(to.account) }
    const outputs = await this.#withTax(ledger, [paid], send)
    const body = drafted(draftExact(this.account.id, coins, outputs, await this.frame(ledger, send)))
    return ledger.commit(await this.sign(ledger, body))
  }

  /** Issues new units of an asset of which this party is the issuer. */
  async issue(ledger: LedgerClient, asset: AssetCode, outputs: readonly Output[], send: Send = {}): Promise<ProvenTransaction> {
    return ledger.commit(await this.signIssue(ledger, asset, outputs, send))
  }

  async signIssue(
    ledger: LedgerClient,
    asset: AssetCode,
    outputs: readonly Output[],
    send: Send = {},
  ): Promise<SignedTransaction> {
    const state = await assetOn(ledger, asset)
    const amount = outputs.reduce((sum, output) => sum + output.amount, 0n)
    const issue = { kind: 'issue', asset, sequence: state.sequence, amount } as const
    return this.sign(ledger, draftIssue(issue, outputs, await this.frame(ledger, send)))
  }

  /** Destroys units that this party holds. */
  async burn(
    ledger: LedgerClient,
    burn: { readonly asset: AssetCode; readonly amount: Amount },
    send: Send = {},
  ): Promise<ProvenTransaction> {
    const coins = (await ledger.coins(this.account.id)).filter(({ condition }) => condition.kind === 'account')
    const body = drafted(draftBurn(this.account.id, coins, burn, await this.frame(ledger, send)))
    return ledger.commit(await this.sign(ledger, body))
  }

  /** Operations that this account alone must sign. */
  async operate(ledger: LedgerClient, operations: readonly Operation[], send: SendTogether = {}): Promise<ProvenTransaction> {
    const body = draftOperations(operations, await this.frame(ledger, send))
    return ledger.commit(await this.sign(ledger, body, send.cosigners))
  }

  /** As issuer: voids the signatures of one account, or of everybody, on coins of the asset, or lets them count again. */
  async freeze(
    ledger: LedgerClient,
    freeze: { readonly kind: 'freeze' | 'unfreeze'; readonly asset: AssetCode; readonly account?: AccountId },
    send: Send = {},
  ): Promise<ProvenTransaction> {
    const { sequence } = await assetOn(ledger, freeze.asset)
    return this.operate(ledger, [{ ...freeze, sequence }], send)
  }

  /** As issuer: takes these coins of the asset, whole, whoever holds them. */
  async clawback(
    ledger: LedgerClient,
    asset: AssetCode,
    coins: readonly CoinRecord[],
    send: Send = {},
  ): Promise<ProvenTransaction> {
    const { sequence } = await assetOn(ledger, asset)
    const operation = { kind: 'clawback', asset, sequence, issuer: this.account.id } as const
    return ledger.commit(await this.sign(ledger, draftClawback(operation, coins, await this.frame(ledger, send))))
  }

  /** As registrar: says how well the owner of an account is known, 0 to 7. */
  async setTier(
    ledger: LedgerClient,
    { account, tier }: { readonly account: AccountId; readonly tier: number },
    send: Send = {},
  ): Promise<ProvenTransaction> {
    const standing = await ledger.standing(account)
    if (standing === undefined) throw notOpen(account, ledger)
    return this.operate(ledger, [{ kind: 'setTier', account, sequence: standing.tierSequence, tier }], send)
  }

  /** As registrar: the next version of the rulebook. */
  async setRulebook(ledger: LedgerClient, change: Omit<RulebookChange, 'version'>, send: Send = {}): Promise<ProvenTransaction> {
    const { version } = await ledger.rulebook()
    return this.operate(ledger, [{ kind: 'setRulebook', ...change, version: version + 1 }], send)
  }

  /** New recovery terms for this account; in force after the delay of the old ones. */
  async changeRecovery(ledger: LedgerClient, terms: RecoveryTerms, send: Send = {}): Promise<ProvenTransaction> {
    const account = this.account.id
    const state = await ledger.account(account)
    if (state === undefined) throw notOpen(account, ledger)
    // the encoding knows one order
    const ordered = { ...terms, authorities: terms.authorities.toSorted() }
    return this.operate(ledger, [{ kind: 'changeRecovery', account, sequence: state.sequence, terms: ordered }], send)
  }

  /** Spends a locked coin by a path that this account must sign (release, refund, cancel). */
  async spendLock(ledger: LedgerClient, coin: CoinRecord, path: SpendPath, send: Send = {}): Promise<ProvenTransaction> {
    return ledger.commit(await this.signSpend(ledger, coin, path, send))
  }

  /** The signed spend of a locked coin, not yet sent. */
  async signSpend(ledger: LedgerClient, coin: CoinRecord, path: SpendPath, send: Send = {}): Promise<SignedTransaction> {
    return this.sign(ledger, drafted(draftLockSpend(coin, path, await this.frame(ledger, send))))
  }

  sign(ledger: LedgerClient, body: TransactionBody, cosigners: readonly WalletAccount[] = []): Promise<SignedTransaction> {
    return signTransaction(ledger.chain, body, { accounts: [this.account, ...cosigners] })
  }

  frame(ledger: LedgerClient, send: Send): Promise<{ validUntil: Time; reference: string; memo?: string }> {
    return frameOf(this.hub, ledger, send)
  }
}

const notOpen = (account: AccountId, { name }: LedgerClient): HubError =>
  new HubError('account_unknown', 404, `${encodeAddress(account)} is not open on ${name}: it has to be opened there first`)

async function assetOn(ledger: LedgerClient, asset: AssetCode): Promise<AssetState> {
  const state = await ledger.asset(asset)
  if (state === undefined) throw new HubError('asset_unknown', 404, asset)
  return state
}

/** Validity and reference of a new transaction, in the ledger's own time. */
export async function frameOf(
  hub: HubClient,
  ledger: LedgerClient,
  send: Send,
): Promise<{ validUntil: Time; reference: string; memo?: string }> {
  return {
    validUntil: send.validUntil ?? after(await ledger.now(), VALID_MS),
    reference: send.reference ?? toHex(hub.http.entropy.bytes(8)),
    ...(send.memo === undefined ? {} : { memo: send.memo }),
  }
}

/** Opens an account on a ledger unless it is open already. */
export async function openAccount(
  ledger: LedgerClient,
  account: WalletAccount,
  frame: { validUntil: Time; reference: string },
): Promise<void> {
  if ((await ledger.account(account.id)) !== undefined) return
  const body = draftOperations([{ kind: 'openAccount', policy: account.policy }], frame)
  try {
    await ledger.commit(await signTransaction(ledger.chain, body, { accounts: [account] }))
  } catch (cause) {
    // Somebody else may have opened it in between: anyone who knows the policy's signature can send it.
    if ((await ledger.account(account.id)) === undefined) throw cause
  }
}

/** A spend of a locked coin that needs no key: claim and code by preimage, expire and default by time. */
export interface Push {
  readonly coin: CoinRecord
  readonly path: SpendPath
  readonly preimage?: Preimage
  readonly reference?: string
  readonly validUntil?: Time
}

export async function pushLock(hub: HubClient, ledger: LedgerClient, push: Push): Promise<ProvenTransaction> {
  return ledger.commit(await signPush(hub, ledger, push))
}

/** The transaction that spends a locked coin without a key, not yet sent. */
export async function signPush(hub: HubClient, ledger: LedgerClient, push: Push): Promise<SignedTransaction> {
  const { coin, path, preimage, ...send } = push
  const body = drafted(draftLockSpend(coin, path, await frameOf(hub, ledger, send)))
  return signTransaction(ledger.chain, body, { accounts: [], preimages: preimage === undefined ? [] : [preimage] })
}

/** A draft that a wallet cannot make (not enough funds, a path the coin does not have) is an error of its caller. */
export function drafted(draft: Result<TransactionBody, DraftCode>): TransactionBody {
  if (draft.ok) return draft.value
  throw new HubError(draft.code, 0, draft.detail ?? 'the wallet cannot make this transaction')
}
