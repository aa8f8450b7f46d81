// Raw transactions as the auditor understands them: which coins go, which come, what was issued and burnt. Knows nothing of who may sign.
import { type Bytes, concat, fromHex, sha256 } from '@huitong/primitives'
import { ByteReader, Unreadable, hexText } from './byte-reader.js'

export interface EscrowTerms {
  readonly kind: 'escrow'
  readonly order: string
  readonly milestone: number
  readonly payer: string
  readonly payee: string
  readonly arbiter: string
  /** For the whole coin, from what the payee gets. */
  readonly fee: bigint
  readonly feeTo: string
  readonly deadline: number
  readonly latest: number
  readonly releasesByDefault: boolean
  readonly isPaired: boolean
  readonly isHeld: boolean
  readonly deliveryHash?: string
}
export interface HashLockTerms {
  readonly kind: 'hashLock'
  readonly hash: string
  readonly claimant: string
  readonly refundee: string
  readonly expiry: number
}
/** Who holds a coin. `owner` is absent where several accounts hold it together. */
export type ReadCondition = { readonly kind: 'held'; readonly owner?: string } | HashLockTerms | EscrowTerms

export interface ReadOutput {
  readonly asset: string
  readonly amount: bigint
  readonly condition: ReadCondition
}

export type PathName =
  'own' | 'claim' | 'cancel' | 'expire' | 'release' | 'refund' | 'agree' | 'code' | 'hold' | 'rule' | 'default' | 'clawback'

export interface ReadInput {
  /** Coordinate. */
  readonly coin: string
  readonly path: PathName
  /** Of release and refund: the part. Of agree and rule: what goes to the payee before the fee. */
  readonly amount?: bigint
}

export interface AssetAmount {
  readonly asset: string
  readonly amount: bigint
}

export interface ReadTransaction {
  readonly id: string
  readonly inputs: readonly ReadInput[]
  readonly outputs: readonly ReadOutput[]
  readonly issued: readonly AssetAmount[]
  readonly burnt: readonly AssetAmount[]
  /** The whole transaction's bytes, witnesses included: a leaf of the block's tree. */
  readonly bytes: Bytes
}

const PATHS = [
  'own',
  'claim',
  'cancel',
  'expire',
  'release',
  'refund',
  'agree',
  'code',
  'hold',
  'rule',
  'default',
  'clawback',
] as const
const MEMO_MAX = 512

/** The transactions of a block, which stand one after another. Throws {@link Unreadable}. */
export function readTransactions(chain: string, bytes: Bytes): ReadTransaction[] {
  const found: ReadTransaction[] = []
  for (let at = 0; at < bytes.length; at += found.at(-1)?.bytes.length ?? bytes.length)
    found.push(readTransaction(chain, bytes, at))
  return found
}

/** The transaction that begins at byte `from`. Throws {@link Unreadable}. */
export function readTransaction(chain: string, bytes: Bytes, from = 0): ReadTransaction {
  const head = new ByteReader(bytes, from)
  if (head.number(1) !== 1) throw new Unreadable(`byte ${from}: a transaction of an unknown version`)
  const bodyEnd = from + head.number(2)
  const body = new ByteReader(bytes, head.at, bodyEnd)
  body.take(6 + 8) // validUntil and reference
  const [inputCount, outputCount, operationCount] = [body.number(1), body.number(1), body.number(1)]
  const inputs = times(inputCount, () => readInput(body))
  const outputs = times(outputCount, () => readOutput(body))
  const moved = times(operationCount, () => readOperation(body))
  if (body.left > MEMO_MAX) throw new Unreadable('a memo that is too long')
  const rest = new ByteReader(bytes, bodyEnd)
  skipWitnesses(rest)
  return {
    id: hexText(sha256(concat(fromHex(chain), bytes.subarray(from, bodyEnd)))),
    inputs,
    outputs,
    issued: moved.flatMap((one) => (one?.kind === 'issue' ? [one] : [])),
    burnt: moved.flatMap((one) => (one?.kind === 'burn' ? [one] : [])),
    bytes: bytes.subarray(from, rest.at),
  }
}

/** A coin's identity: the hash of its transaction's id and its place among the outputs. */
export function coordinate(transaction: string, index: number): string {
  const bytes = Buffer.alloc(36)
  bytes.write(transaction, 'hex')
  bytes.writeUInt32BE(index, 32)
  return hexText(sha256(bytes))
}

const times = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read)

function readInput(body: ByteReader): ReadInput {
  const coin = body.hex(32)
  const path = PATHS[body.number(1) - 1]
  switch (path) {
    case undefined:
      throw new Unreadable(`byte ${body.at}: an unknown path`)
    case 'release':
    case 'refund':
    case 'agree':
    case 'rule':
      return { coin, path, amount: body.amount() }
    case 'hold':
      body.take(7) // the new deadline, and what else changes
      return { coin, path }
    default:
      return { coin, path }
  }
}

export function readOutput(body: ByteReader): ReadOutput {
  const asset = body.asset()
  // One byte for both: the condition's tag above, the amount's length below.
  const head = body.number(1)
  const amount = body.digits(head & 15)
  if (amount === 0n) throw new Unreadable(`byte ${body.at}: a coin of nothing`)
  return { asset, amount, condition: readCondition(body, head >> 4) }
}

function readCondition(body: ByteReader, tag: number): ReadCondition {
  switch (tag) {
    case 1:
      return { kind: 'held', owner: body.hex(32) }
    case 2:
      body.take(6)
      return { kind: 'held', owner: body.hex(32) }
    case 3:
      body.take(1)
      body.take(32 * body.number(1))
      return { kind: 'held' }
    case 4:
      return {
        kind: 'hashLock',
        hash: body.hex(32),
        claimant: body.hex(32),
        refundee: body.hex(32),
        expiry: body.number(6),
      }
    case 5:
      return readEscrow(body)
    default:
      throw new Unreadable(`byte ${body.at}: an unknown condition`)
  }
}

function readEscrow(body: ByteReader): EscrowTerms {
  const named = { order: body.hex(16), milestone: body.number(2) }
  const parties = { payer: body.hex(32), payee: body.hex(32), arbiter: body.hex(32), fee: body.amount(), feeTo: body.hex(32) }
  const limits = { deadline: body.number(6), latest: body.number(6) }
  const flags = body.number(1)
  if (flags > 15) throw new Unreadable(`byte ${body.at}: unknown flags`)
  return {
    kind: 'escrow',
    ...named,
    ...parties,
    ...limits,
    releasesByDefault: (flags & 1) !== 0,
    isPaired: (flags & 2) !== 0,
    isHeld: (flags & 4) !== 0,
    ...((flags & 8) === 0 ? {} : { deliveryHash: body.hex(32) }),
  }
}

type Moved = AssetAmount & { readonly kind: 'issue' | 'burn' }

/** What an operation does to the supply; of all others only the length is of interest. */
function readOperation(body: ByteReader): Moved | undefined {
  const tag = body.number(1)
  switch (tag) {
    case 1: // registers an asset: code, scale, greatest supply, issuer, powers
      body.asset()
      body.take(1)
      body.amount()
      body.take(33)
      return undefined
    case 2: {
      const asset = body.asset()
      body.take(4)
      return { kind: 'issue', asset, amount: body.amount() }
    }
    case 3:
      return { kind: 'burn', asset: body.asset(), amount: body.amount() }
    case 4: // opens an account: keys, threshold, authorities, quorum, delay
      skipKeys(body)
      body.take(32 * body.number(1) + 7)
      return undefined
    case 5:
    case 6: // new keys of an account, or a proposal of them
      body.take(36)
      skipKeys(body)
      return undefined
    case 7:
    case 8:
      body.take(36)
      return undefined
    case 9:
      body.take(68)
      return undefined
    case 10:
    case 11: {
      // freezes or unfreezes: asset, sequence, whether one account is meant, and which
      body.asset()
      body.take(4)
      const flags = body.number(1)
      if (flags > 1) throw new Unreadable(`byte ${body.at}: unknown flags`)
      body.take(32 * flags)
      return undefined
    }
    case 12: // claws back: asset and sequence; what is taken, the inputs say
      body.asset()
      body.take(4)
      return undefined
    case 14: // changes who may recover an account: account, sequence, authorities, quorum, delay
      body.take(36)
      body.take(32 * body.number(1) + 7)
      return undefined
    case 13: // sets the rulebook: version, longest lock, greatest fee share, shortest recovery delay, then rules for assets
      body.take(4 + 6 + 4 + 6)
      for (let assets = body.number(1); assets > 0; assets--) skipAssetRules(body)
      return undefined
    case 15: // says an account's tier: account, sequence, tier
      body.take(37)
      return undefined
    default:
      throw new Unreadable(`byte ${body.at}: an unknown operation`)
  }
}

/** Asset, tier, limits by tier, counterparties, tax. */
function skipAssetRules(body: ByteReader): void {
  body.asset()
  body.take(1)
  for (let limits = body.number(1); limits > 0; limits--) {
    const flags = body.take(2)[1] ?? 0
    if (flags > 3) throw new Unreadable(`byte ${body.at}: unknown flags`)
    for (let values = (flags & 1) + (flags >> 1); values > 0; values--) body.amount()
  }
  body.take(32 * body.number(1))
  const flags = body.number(1)
  if (flags > 1) throw new Unreadable(`byte ${body.at}: unknown flags`)
  body.take(36 * flags)
}

const skipKeys = (body: ByteReader): void => void body.take(32 * body.number(1) + 1)

function skipWitnesses(rest: ByteReader): void {
  for (let groups = rest.number(1); groups > 0; groups--) rest.take(65 * rest.number(1))
  rest.take(32 * rest.number(1))
}
