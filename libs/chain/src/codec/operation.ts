// Operations as bytes: one tag, then fixed fields. What a rulebook says of assets is in rulebook.ts.
import { type AccountId, type AssetCode, SCALE_MAX, invariant, never } from '@huitong/primitives'
import type { Operation } from '../model.js'
import { readKeySet, readPolicy, readTerms, writeKeySet, writePolicy, writeTerms } from './policy.js'
import type { Reader } from './reader.js'
import { TIER_MAX, readRulebook, readTier, writeRulebook } from './rulebook.js'
import type { Writer } from './writer.js'

export const OPERATION_TAG = {
  registerAsset: 1,
  issue: 2,
  burn: 3,
  openAccount: 4,
  rotate: 5,
  proposeRecovery: 6,
  cancelRecovery: 7,
  finaliseRecovery: 8,
  anchor: 9,
  freeze: 10,
  unfreeze: 11,
  clawback: 12,
  setRulebook: 13,
  changeRecovery: 14,
  setTier: 15,
} as const

/** Flag of a freeze or unfreeze: an account follows; else the asset as a whole is meant. */
const ONE_ACCOUNT = 1
const CAN_FREEZE = 1
const CAN_CLAW_BACK = 2

export function writeOperation(writer: Writer, operation: Operation): void {
  writer.u8(OPERATION_TAG[operation.kind])
  switch (operation.kind) {
    case 'registerAsset':
      invariant(operation.scale <= SCALE_MAX, 'at most nine decimals')
      writer.asset(operation.asset).u8(operation.scale).amount(operation.maxSupply).hex(operation.issuer, 32)
      writer.u8((operation.powers.freeze ? CAN_FREEZE : 0) | (operation.powers.clawback ? CAN_CLAW_BACK : 0))
      return
    case 'issue':
      writer.asset(operation.asset).u32(operation.sequence).amount(operation.amount)
      return
    case 'burn':
      writer.asset(operation.asset).amount(operation.amount)
      return
    case 'openAccount':
      writePolicy(writer, operation.policy)
      return
    case 'rotate':
    case 'proposeRecovery':
      writer.hex(operation.account, 32).u32(operation.sequence)
      writeKeySet(writer, operation.keys)
      return
    case 'cancelRecovery':
    case 'finaliseRecovery':
      writer.hex(operation.account, 32).u32(operation.sequence)
      return
    case 'anchor':
      writer.hex(operation.account, 32).u32(operation.sequence).hex(operation.hash, 32)
      return
    case 'freeze':
    case 'unfreeze':
      writer
        .asset(operation.asset)
        .u32(operation.sequence)
        .u8(operation.account === undefined ? 0 : ONE_ACCOUNT)
      if (operation.account !== undefined) writer.hex(operation.account, 32)
      return
    case 'clawback':
      writer.asset(operation.asset).u32(operation.sequence)
      return
    case 'changeRecovery':
      writer.hex(operation.account, 32).u32(operation.sequence)
      return writeTerms(writer, operation.terms)
    case 'setRulebook':
      return writeRulebook(writer, operation)
    case 'setTier':
      invariant(operation.tier <= TIER_MAX, 'a tier of 0 to 7')
      writer.hex(operation.account, 32).u32(operation.sequence).u8(operation.tier)
      return
    default:
      never(operation)
  }
}

export function readOperation(reader: Reader): Operation {
  switch (reader.u8()) {
    case OPERATION_TAG.registerAsset:
      return readRegisterAsset(reader)
    case OPERATION_TAG.issue:
      return { kind: 'issue', asset: reader.asset(), sequence: reader.u32(), amount: reader.amount() }
    case OPERATION_TAG.burn:
      return { kind: 'burn', asset: reader.asset(), amount: reader.amount() }
    case OPERATION_TAG.openAccount:
      return { kind: 'openAccount', policy: readPolicy(reader) }
    case OPERATION_TAG.rotate:
      return { kind: 'rotate', ...readSubject(reader), keys: readKeySet(reader) }
    case OPERATION_TAG.proposeRecovery:
      return { kind: 'proposeRecovery', ...readSubject(reader), keys: readKeySet(reader) }
    case OPERATION_TAG.cancelRecovery:
      return { kind: 'cancelRecovery', ...readSubject(reader) }
    case OPERATION_TAG.finaliseRecovery:
      return { kind: 'finaliseRecovery', ...readSubject(reader) }
    case OPERATION_TAG.anchor:
      return { kind: 'anchor', ...readSubject(reader), hash: reader.hex<string>(32) }
    case OPERATION_TAG.freeze:
      return { kind: 'freeze', ...readFreeze(reader) }
    case OPERATION_TAG.unfreeze:
      return { kind: 'unfreeze', ...readFreeze(reader) }
    case OPERATION_TAG.clawback:
      return { kind: 'clawback', asset: reader.asset(), sequence: reader.u32() }
    case OPERATION_TAG.setRulebook:
      return { kind: 'setRulebook', ...readRulebook(reader) }
    case OPERATION_TAG.changeRecovery:
      return { kind: 'changeRecovery', ...readSubject(reader), terms: readTerms(reader) }
    case OPERATION_TAG.setTier:
      return { kind: 'setTier', ...readSubject(reader), tier: readTier(reader) }
    default:
      reader.fail('operation_unknown')
      return { kind: 'cancelRecovery', ...readSubject(reader) }
  }
}

const readSubject = (reader: Reader): { account: AccountId; sequence: number } => ({
  account: reader.hex<AccountId>(32),
  sequence: reader.u32(),
})

function readFreeze(reader: Reader): { asset: AssetCode; sequence: number; account?: AccountId } {
  const asset = reader.asset()
  const sequence = reader.u32()
  const flags = reader.u8()
  if (flags > ONE_ACCOUNT) reader.fail('flags_unknown')
  return flags === ONE_ACCOUNT ? { asset, sequence, account: reader.hex<AccountId>(32) } : { asset, sequence }
}

function readRegisterAsset(reader: Reader): Operation {
  const asset = reader.asset()
  const scale = reader.u8()
  if (scale > SCALE_MAX) reader.fail('scale_malformed')
  const maxSupply = reader.amount()
  const issuer = reader.hex<AccountId>(32)
  const flags = reader.u8()
  if (flags > 3) reader.fail('flags_unknown')
  const powers = { freeze: (flags & CAN_FREEZE) !== 0, clawback: (flags & CAN_CLAW_BACK) !== 0 }
  return { kind: 'registerAsset', asset, scale, maxSupply, issuer, powers }
}
