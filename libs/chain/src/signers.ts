// Who must sign a transaction, in the order of its signature groups. Says nothing about whether the transaction is otherwise valid.
import { type AccountId, type AssetCode, type Coordinate, type HashLock, type Result, err, never, ok } from '@huitong/primitives'
import { preimageNeeded } from './covenant.js'
import { accountIdOf } from './ids.js'
import type { AccountRecord, AssetRecord, Condition, Operation, Output, SpendPath, TransactionBody } from './model.js'
import { recoveryTermsOf } from './recovery.js'

/** `need` of the accounts must have signed. `despiteRecovery`: a pending recovery does not void these signatures. */
export interface Demand {
  readonly need: number
  readonly of: readonly AccountId[]
  readonly despiteRecovery?: true
}

/** What a transaction needs to be authorised. */
export interface SignerPlan {
  /** One signature group for each, in this order. A group of an account that need not sign may be empty. */
  readonly accounts: readonly AccountId[]
  readonly demands: readonly Demand[]
  /** The locks whose preimages are needed, in order, without repetition. */
  readonly preimages: readonly HashLock[]
}

/** What must be known of a ledger to say who signs; `undefined` for what is not there. */
export interface SignerLookups {
  coin(coordinate: Coordinate): Output | undefined
  asset(code: AssetCode): Pick<AssetRecord, 'issuer'> | undefined
  account(account: AccountId): Pick<AccountRecord, 'policy' | 'recovery' | 'terms'> | undefined
  readonly registrar?: AccountId | undefined
}

export type SignerCode = 'coin_unknown' | 'asset_unknown' | 'account_unknown'

/** Who must sign `body`: accounts in the order in which inputs and then operations first need them. */
export function requiredSigners(body: TransactionBody, lookups: SignerLookups): Result<SignerPlan, SignerCode> {
  const demands: Demand[] = []
  const preimages = new Set<HashLock>()
  for (const { coin, path } of body.inputs) {
    const spent = lookups.coin(coin)
    if (spent === undefined) return err('coin_unknown', undefined, coin)
    demands.push(...demandsOfPath(spent.condition, path))
    const hash = preimageNeeded(spent.condition, path)
    if (hash !== undefined) preimages.add(hash)
  }
  for (const operation of body.operations) {
    const needed = demandsOfOperation(operation, lookups)
    if (!needed.ok) return needed
    demands.push(...needed.value)
  }
  return ok({ accounts: [...new Set(demands.flatMap((demand) => demand.of))], demands, preimages: [...preimages] })
}

/** Whose signatures spending a coin by a path needs; none where a preimage or the time alone decides. */
export function demandsOfPath(condition: Condition, path: SpendPath): Demand[] {
  // Its operation demands the issuer's signature; whoever holds the coin is not asked.
  if (path.kind === 'clawback') return []
  switch (condition.kind) {
    case 'account':
    case 'timeLock':
      return [must(condition.account)]
    case 'multi':
      return [{ need: condition.m, of: condition.accounts }]
    case 'hashLock':
      return path.kind === 'cancel' ? [must(condition.claimant)] : []
    case 'escrow':
      switch (path.kind) {
        case 'release':
          return [must(condition.payer)]
        case 'refund':
          return [must(condition.payee)]
        case 'agree':
          return [must(condition.payer), must(condition.payee)]
        case 'hold':
        case 'rule':
          return [must(condition.arbiter)]
        default:
          return []
      }
    default:
      return never(condition)
  }
}

/** Whose signatures an operation needs. */
export function demandsOfOperation(operation: Operation, lookups: SignerLookups): Result<Demand[], SignerCode> {
  switch (operation.kind) {
    case 'registerAsset': {
      const registrar = lookups.registrar
      return ok([must(operation.issuer), ...(registrar === undefined ? [] : [must(registrar)])])
    }
    case 'issue':
    case 'freeze':
    case 'unfreeze':
    case 'clawback': {
      const asset = lookups.asset(operation.asset)
      return asset === undefined ? err('asset_unknown') : ok([must(asset.issuer)])
    }
    case 'burn':
    case 'finaliseRecovery':
      return ok([])
    case 'setRulebook':
    case 'setTier':
      return ok(lookups.registrar === undefined ? [] : [must(lookups.registrar)])
    case 'openAccount':
      return ok([must(accountIdOf(operation.policy))])
    case 'rotate':
    case 'changeRecovery':
    case 'anchor':
      return ok([must(operation.account)])
    case 'proposeRecovery':
    case 'cancelRecovery': {
      const account = lookups.account(operation.account)
      if (account === undefined) return err('account_unknown')
      return ok(operation.kind === 'proposeRecovery' ? demandsOfProposal(account) : demandsOfCancel(operation.account, account))
    }
    default:
      return never(operation)
  }
}

/** A quorum of the authorities signs. That all must after a cancelled one is a question of time, so validation asks it. */
function demandsOfProposal(account: Pick<AccountRecord, 'policy' | 'terms'>): Demand[] {
  const { quorum, authorities } = recoveryTermsOf(account)
  return [{ need: quorum, of: authorities }]
}

/** The current keys cancel; a proposal that all authorities signed is cancelled only with one of them beside. */
function demandsOfCancel(id: AccountId, account: Pick<AccountRecord, 'policy' | 'recovery' | 'terms'>): Demand[] {
  const owner: Demand = { need: 1, of: [id], despiteRecovery: true }
  return account.recovery?.byAll === true ? [owner, { need: 1, of: recoveryTermsOf(account).authorities }] : [owner]
}

const must = (account: AccountId): Demand => ({ need: 1, of: [account] })
