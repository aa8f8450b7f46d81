// Committed byte-for-byte examples of the codec: another implementation can be tested with them, and ours cannot drift unseen.
import { readFileSync, writeFileSync } from 'node:fs'
import {
  type AccountId,
  type AssetCode,
  type BlockHash,
  type Coordinate,
  type HashLock,
  type OrderId,
  type Preimage,
  type PublicKey,
  type Signature,
  type Time,
  toHex,
} from '@huitong/primitives'
import { blockHashOf } from '../block.js'
import { accountIdOf, chainIdOf, coordinateOf, encodeAddress, txIdOf } from '../ids.js'
import type { AssetRules, BlockHeader, Condition, Genesis, Operation, Policy, SpendPath, TransactionBody } from '../model.js'
import { transactionMessage } from '../signing.js'
import { encodeCondition } from './condition.js'
import { encodeGenesis } from './genesis.js'
import { encodeHeader } from './header.js'
import { encodeBody, encodeTransaction } from './transaction.js'

const FILE = new URL('../../../../test/vectors/codec.json', import.meta.url)
const bytes = <T extends string>(byte: string, size: number): T => byte.repeat(size) as T
const account = (byte: string): AccountId => bytes<AccountId>(byte, 32)
const time = (value: number): Time => value as Time
const USD = 'USD' as AssetCode

const policy: Policy = {
  keys: [bytes<PublicKey>('01', 32), bytes<PublicKey>('02', 32)],
  threshold: 2,
  authorities: [account('0a'), account('0b'), account('0c')],
  quorum: 2,
  delayMs: 604_800_000,
}
const genesis: Genesis = {
  format: 'huitong-genesis-1',
  name: 'Example “汇通”',
  createdAt: time(1_700_000_000_000),
  sandbox: false,
  sealingKey: bytes<PublicKey>('5e', 32),
  rulebook: {
    version: 1,
    jurisdiction: 'CN',
    currencyZone: 'CNY',
    lockMaxMs: 2_592_000_000,
    feeShareMaxPpm: 50_000,
    registrar: account('0d'),
    recoveryDelayMinMs: 86_400_000,
  },
}
const conditions: Condition[] = [
  { kind: 'account', account: account('a1') },
  { kind: 'timeLock', until: time(1_700_000_600_000), account: account('a1') },
  { kind: 'multi', m: 2, accounts: [account('a1'), account('a2'), account('a3')] },
  {
    kind: 'hashLock',
    hash: bytes<HashLock>('11', 32),
    claimant: account('a1'),
    refundee: account('a2'),
    expiry: time(1_700_003_600_000),
  },
  {
    kind: 'escrow',
    order: bytes<OrderId>('0f', 16),
    milestone: 258,
    payer: account('a1'),
    payee: account('a2'),
    arbiter: account('a3'),
    fee: 250n,
    feeTo: account('a4'),
    deadline: time(1_700_086_400_000),
    default: 'release',
    latest: time(1_700_172_800_000),
    paired: false,
    held: true,
    deliveryHash: bytes<HashLock>('12', 32),
  },
  {
    kind: 'escrow',
    order: bytes<OrderId>('0f', 16),
    milestone: 0,
    payer: account('a1'),
    payee: account('a2'),
    arbiter: account('a3'),
    fee: 0n,
    feeTo: account('a4'),
    deadline: time(0),
    default: 'refund',
    latest: time(2 ** 48 - 1),
    paired: true,
    held: false,
  },
]
const paths: SpendPath[] = [
  { kind: 'own' },
  { kind: 'claim' },
  { kind: 'cancel' },
  { kind: 'expire' },
  { kind: 'release', amount: 1n },
  { kind: 'refund', amount: 256n },
  { kind: 'agree', toPayee: 0n },
  { kind: 'code' },
  { kind: 'hold', deadline: time(1_700_090_000_000), default: 'release', dropDeliveryHash: true },
  { kind: 'hold', deadline: time(1_700_090_000_000), dropDeliveryHash: false },
  { kind: 'rule', toPayee: 2n ** 63n - 1n },
  { kind: 'default' },
]
const keys = { keys: policy.keys, threshold: 1 }
const operations: Operation[] = [
  {
    kind: 'registerAsset',
    asset: USD,
    scale: 2,
    maxSupply: 10n ** 15n,
    issuer: account('a1'),
    powers: { freeze: true, clawback: false },
  },
  { kind: 'issue', asset: USD, sequence: 7, amount: 65_536n },
  { kind: 'burn', asset: 'ABCDEFG9' as AssetCode, amount: 255n },
  { kind: 'openAccount', policy },
  { kind: 'rotate', account: account('a1'), sequence: 1, keys },
  { kind: 'proposeRecovery', account: account('a2'), sequence: 2, keys },
  { kind: 'cancelRecovery', account: account('a3'), sequence: 3 },
  { kind: 'finaliseRecovery', account: account('a4'), sequence: 4 },
  { kind: 'anchor', account: account('a5'), sequence: 2 ** 32 - 1, hash: bytes<string>('77', 32) },
]
const ruledAssets: AssetRules[] = [
  { asset: 'EUR' as AssetCode, tier: 0, limits: [], counterparties: [account('a1'), account('a2')] },
  {
    asset: USD,
    tier: 1,
    limits: [{ tier: 1, perTransaction: 100n, perDay: 0n }, { tier: 2, perDay: 70_000n }, { tier: 7 }],
    counterparties: [],
    tax: { ppm: 50_000, to: account('a4') },
  },
]
/** Operations that came after the examples above, which stay as they are. */
const laterOperations: Operation[] = [
  { kind: 'freeze', asset: USD, sequence: 8 },
  { kind: 'freeze', asset: USD, sequence: 9, account: account('a1') },
  { kind: 'unfreeze', asset: USD, sequence: 10, account: account('a1') },
  { kind: 'clawback', asset: USD, sequence: 11 },
  { kind: 'setRulebook', version: 2, lockMaxMs: 2_592_000_000, feeShareMaxPpm: 20_000, recoveryDelayMinMs: 172_800_000 },
  {
    kind: 'changeRecovery',
    account: account('a1'),
    sequence: 5,
    terms: { authorities: [account('0a'), account('0b')], quorum: 2, delayMs: 604_800_000 },
  },
  {
    kind: 'setRulebook',
    version: 3,
    lockMaxMs: 2_592_000_000,
    feeShareMaxPpm: 20_000,
    recoveryDelayMinMs: 172_800_000,
    assets: ruledAssets,
  },
  { kind: 'setTier', account: account('a1'), sequence: 6, tier: 2 },
]
const frame = { validUntil: time(1_700_000_300_000), reference: '0011223344556677', memo: '' }
const output = { asset: USD, amount: 100n, condition: { kind: 'account' as const, account: account('a2') } }
const transfer: TransactionBody = {
  ...frame,
  inputs: [{ coin: bytes<Coordinate>('c0', 32), path: { kind: 'own' } }],
  outputs: [output, { ...output, amount: 900n, condition: { kind: 'account', account: account('a1') } }],
  operations: [],
}
const everything: TransactionBody = {
  ...frame,
  inputs: paths.map((path, index) => ({ coin: bytes<Coordinate>((16 + index).toString(16), 32), path })),
  outputs: conditions.map((condition) => ({ asset: USD, amount: 1n, condition })),
  operations,
  memo: 'e6b187e9809a',
}
/** Each of them alone, with an input by the path of its name if it has one. */
function oneOperation(operation: Operation) {
  const { kind } = operation
  const inputs = kind === 'clawback' ? [{ coin: bytes<Coordinate>('c1', 32), path: { kind } }] : []
  return { kind, body: toHex(encodeBody({ ...frame, inputs, outputs: [], operations: [operation] })) }
}
const header: BlockHeader = {
  chain: chainIdOf(genesis),
  height: 3,
  previous: bytes<BlockHash>('99', 32),
  root: bytes<string>('88', 32),
  transactions: 2,
  size: 438,
  time: time(1_700_000_000_123),
  sandbox: true,
}

function vectors(): unknown {
  const chain = chainIdOf(genesis)
  const signature = bytes<Signature>('55', 64)
  const whole = (body: TransactionBody) => {
    const witnesses = {
      signatures: [[{ key: 0, signature }], [], [{ key: 1, signature }]],
      preimages: [bytes<Preimage>('66', 32)],
    }
    const id = txIdOf(chain, body)
    return {
      body: toHex(encodeBody(body)),
      id,
      coordinate0: coordinateOf(id, 0),
      message: toHex(transactionMessage(chain, id)),
      transaction: toHex(encodeTransaction({ body, witnesses })),
    }
  }
  const accountId = accountIdOf(policy)
  return {
    ruledGenesis: new TextDecoder().decode(encodeGenesis({ ...genesis, rulebook: { ...genesis.rulebook, assets: ruledAssets } })),
    genesis: { text: new TextDecoder().decode(encodeGenesis(genesis)), chain },
    account: { id: accountId, address: encodeAddress(accountId) },
    conditions: conditions.map((condition) => ({ kind: condition.kind, bytes: toHex(encodeCondition(condition)) })),
    transfer: whole(transfer),
    everything: whole(everything),
    later: laterOperations.map(oneOperation),
    header: { bytes: toHex(encodeHeader(header)), hash: blockHashOf(header) },
  }
}

/** To make the file anew after a deliberate change of format: HUITONG_WRITE_VECTORS=1. */
it('writes the committed bytes', () => {
  if (process.env['HUITONG_WRITE_VECTORS'] === '1') writeFileSync(FILE, `${JSON.stringify(vectors(), undefined, 2)}\n`)
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(vectors())
})
