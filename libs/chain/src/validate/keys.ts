// New keys that an operation brings: each must be one under which a signature proves something. Points are costly, so this is asked last.
import { type PublicKey, fromHex } from '@huitong/primitives'
import type { RuleCode } from '../codes.js'
import type { Operation } from '../model.js'
import { isStrongKey } from '../strong-key.js'

export function checkKeys(operations: readonly Operation[]): RuleCode | undefined {
  return operations.some((operation) => newKeysOf(operation).some((key) => !isStrongKey(fromHex(key)))) ? 'key_weak' : undefined
}

function newKeysOf(operation: Operation): readonly PublicKey[] {
  switch (operation.kind) {
    case 'openAccount':
      return operation.policy.keys
    case 'rotate':
    case 'proposeRecovery':
      return operation.keys.keys
    default:
      return []
  }
}
