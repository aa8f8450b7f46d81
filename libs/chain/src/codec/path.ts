// Spending paths as bytes: one tag, then the path's parameters.
import { never } from '@huitong/primitives'
import type { SpendPath } from '../model.js'
import { readTime } from './condition.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

export const PATH_TAG = {
  own: 1,
  claim: 2,
  cancel: 3,
  expire: 4,
  release: 5,
  refund: 6,
  agree: 7,
  code: 8,
  hold: 9,
  rule: 10,
  default: 11,
  clawback: 12,
} as const

const DEFAULT_REFUND = 1
const DEFAULT_RELEASE = 2
const DROP_DELIVERY_HASH = 4

export function writePath(writer: Writer, path: SpendPath): void {
  writer.u8(PATH_TAG[path.kind])
  switch (path.kind) {
    case 'own':
    case 'claim':
    case 'cancel':
    case 'expire':
    case 'code':
    case 'default':
    case 'clawback':
      return
    case 'release':
    case 'refund':
      writer.amount(path.amount)
      return
    case 'agree':
    case 'rule':
      writer.amountOrZero(path.toPayee)
      return
    case 'hold':
      writer.u48(path.deadline)
      writer.u8(
        (path.default === 'refund' ? DEFAULT_REFUND : path.default === 'release' ? DEFAULT_RELEASE : 0) |
          (path.dropDeliveryHash ? DROP_DELIVERY_HASH : 0),
      )
      return
    default:
      never(path)
  }
}

export function readPath(reader: Reader): SpendPath {
  switch (reader.u8()) {
    case PATH_TAG.own:
      return { kind: 'own' }
    case PATH_TAG.claim:
      return { kind: 'claim' }
    case PATH_TAG.cancel:
      return { kind: 'cancel' }
    case PATH_TAG.expire:
      return { kind: 'expire' }
    case PATH_TAG.release:
      return { kind: 'release', amount: reader.amount() }
    case PATH_TAG.refund:
      return { kind: 'refund', amount: reader.amount() }
    case PATH_TAG.agree:
      return { kind: 'agree', toPayee: reader.amountOrZero() }
    case PATH_TAG.code:
      return { kind: 'code' }
    case PATH_TAG.hold:
      return readHold(reader)
    case PATH_TAG.rule:
      return { kind: 'rule', toPayee: reader.amountOrZero() }
    case PATH_TAG.default:
      return { kind: 'default' }
    case PATH_TAG.clawback:
      return { kind: 'clawback' }
    default:
      reader.fail('path_unknown')
      return { kind: 'own' }
  }
}

function readHold(reader: Reader): SpendPath {
  const deadline = readTime(reader)
  const flags = reader.u8()
  const dropDeliveryHash = (flags & DROP_DELIVERY_HASH) !== 0
  switch (flags & ~DROP_DELIVERY_HASH) {
    case 0:
      return { kind: 'hold', deadline, dropDeliveryHash }
    case DEFAULT_REFUND:
      return { kind: 'hold', deadline, default: 'refund', dropDeliveryHash }
    case DEFAULT_RELEASE:
      return { kind: 'hold', deadline, default: 'release', dropDeliveryHash }
    default:
      reader.fail('flags_unknown')
      return { kind: 'hold', deadline, dropDeliveryHash }
  }
}
