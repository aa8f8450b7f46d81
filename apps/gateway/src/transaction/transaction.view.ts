// Transactions for people: decoded from the canonical bytes, which stand beside.
import { type Operation, type SpendPath, coordinateOf, decodeTransaction } from '@huitong/chain'
import type { WireTransaction } from '@huitong/contracts'
import { type TxId, brandHex, expectOk, fromHex, invariant, never } from '@huitong/primitives'
import { viewOfCondition } from '../coin/condition.view.js'
import { addressOf } from '../edge/address.js'
import { optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { assetRulesView } from '../ledger/rulebook.view.js'
import type { OperationDto, PathDto, TransactionDto } from './transaction.dto.js'

export function transactionView(wire: WireTransaction): TransactionDto {
  const { body, witnesses } = expectOk(decodeTransaction(fromHex(wire.bytes)), 'a transaction that a ledger answered')
  const id = brandHex<TxId>(wire.id, 32)
  invariant(id !== undefined, 'a transaction id of 32 bytes')
  return {
    id,
    bytes: wire.bytes,
    height: wire.height,
    index: wire.index,
    time: timestamp(wire.time),
    validUntil: timestamp(body.validUntil),
    reference: body.reference,
    inputs: body.inputs.map((input) => ({ coin: input.coin, path: pathView(input.path) })),
    outputs: body.outputs.map((output, index) => ({
      coordinate: coordinateOf(id, index),
      asset: output.asset,
      amount: output.amount.toString(),
      condition: viewOfCondition(output.condition),
    })),
    operations: body.operations.map(operationView),
    memo: body.memo,
    signatures: witnesses.signatures.map((group) => group.map(({ key, signature }) => ({ key, signature }))),
    preimages: [...witnesses.preimages],
  }
}

function pathView(path: SpendPath): PathDto {
  switch (path.kind) {
    case 'own':
    case 'claim':
    case 'cancel':
    case 'expire':
    case 'code':
    case 'default':
    case 'clawback':
      return { kind: path.kind }
    case 'release':
    case 'refund':
      return { kind: path.kind, amount: path.amount.toString() }
    case 'agree':
    case 'rule':
      return { kind: path.kind, toPayee: path.toPayee.toString() }
    case 'hold':
      return {
        kind: path.kind,
        deadline: timestamp(path.deadline),
        ...optional('default', path.default),
        dropDeliveryHash: path.dropDeliveryHash,
      }
    default:
      return never(path)
  }
}

function operationView(operation: Operation): OperationDto {
  const { kind } = operation
  switch (kind) {
    case 'registerAsset': {
      const { asset, scale, powers } = operation
      return { kind, asset, scale, powers, maxSupply: operation.maxSupply.toString(), issuer: addressOf(operation.issuer) }
    }
    case 'issue':
      return { kind, asset: operation.asset, sequence: operation.sequence, amount: operation.amount.toString() }
    case 'burn':
      return { kind, asset: operation.asset, amount: operation.amount.toString() }
    case 'openAccount': {
      const { keys, threshold, authorities, quorum, delayMs } = operation.policy
      return { kind, policy: { keys: [...keys], threshold, authorities: authorities.map(addressOf), quorum, delayMs } }
    }
    case 'rotate':
    case 'proposeRecovery': {
      const keys = { keys: [...operation.keys.keys], threshold: operation.keys.threshold }
      return { kind, account: addressOf(operation.account), sequence: operation.sequence, keys }
    }
    case 'cancelRecovery':
    case 'finaliseRecovery':
      return { kind, account: addressOf(operation.account), sequence: operation.sequence }
    case 'anchor':
      return { kind, account: addressOf(operation.account), sequence: operation.sequence, hash: operation.hash }
    case 'freeze':
    case 'unfreeze': {
      const { asset, sequence, account } = operation
      return { kind, asset, sequence, ...optional('account', account === undefined ? undefined : addressOf(account)) }
    }
    case 'clawback':
      return { kind, asset: operation.asset, sequence: operation.sequence }
    case 'changeRecovery': {
      const { authorities, quorum, delayMs } = operation.terms
      const terms = { authorities: authorities.map(addressOf), quorum, delayMs }
      return { kind, account: addressOf(operation.account), sequence: operation.sequence, terms }
    }
    case 'setRulebook': {
      const { version, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, assets = [] } = operation
      return {
        kind,
        rulebook: { version, lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, assets: assets.map(assetRulesView) },
      }
    }
    case 'setTier':
      return { kind, account: addressOf(operation.account), sequence: operation.sequence, tier: operation.tier }
    default:
      return never(operation)
  }
}
