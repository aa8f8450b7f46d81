// Random well-formed ledger data for property tests. Used by specs only.
import {
  AMOUNT_MAX,
  type AccountId,
  type Amount,
  type AssetCode,
  type Coordinate,
  type HashLock,
  type OrderId,
  type Preimage,
  type PublicKey,
  type Signature,
  TIME_MAX,
  type Time,
  toHex,
} from '@huitong/primitives'
import * as fc from 'fast-check'
import type {
  AssetRules,
  Condition,
  Input,
  KeySet,
  Operation,
  Output,
  Policy,
  SpendPath,
  TierLimit,
  Transaction,
  TransactionBody,
  Witnesses,
} from '../model.js'

/** `size` random bytes in hexadecimal under the brand T. */
export const hex = <T extends string>(size: number): fc.Arbitrary<T> =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => toHex(bytes) as T)

const account = hex<AccountId>(32)
export const time: fc.Arbitrary<Time> = fc.maxSafeNat().map((value) => (value % (TIME_MAX + 1)) as Time)
export const amount: fc.Arbitrary<Amount> = fc.oneof(
  fc.bigInt({ min: 1n, max: 300n }),
  fc.bigInt({ min: 1n, max: AMOUNT_MAX }),
  fc.constantFrom(1n, 255n, 256n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 56n, AMOUNT_MAX),
)
const amountOrZero = fc.oneof(fc.constant(0n), amount)
export const asset: fc.Arbitrary<AssetCode> = fc.stringMatching(/^[A-Z][A-Z0-9]{0,7}$/).map((text) => text as AssetCode)

const ascending = <T extends string>(value: fc.Arbitrary<T>, minLength: number): fc.Arbitrary<T[]> =>
  fc.uniqueArray(value, { minLength, maxLength: 5 }).map((list) => list.sort())

const keySet: fc.Arbitrary<KeySet> = ascending(hex<PublicKey>(32), 1).chain((keys) =>
  fc.integer({ min: 1, max: keys.length }).map((threshold) => ({ keys, threshold })),
)

export const policy: fc.Arbitrary<Policy> = fc
  .tuple(keySet, ascending(account, 2), fc.boolean())
  .chain(([keys, authorities, recoverable]): fc.Arbitrary<Policy> =>
    recoverable
      ? fc.record({
          keys: fc.constant(keys.keys),
          threshold: fc.constant(keys.threshold),
          authorities: fc.constant(authorities),
          quorum: fc.integer({ min: 2, max: authorities.length }),
          delayMs: fc.integer({ min: 0, max: 86_400_000 }),
        })
      : fc.constant({ ...keys, authorities: [], quorum: 0, delayMs: 0 }),
  )

export const condition: fc.Arbitrary<Condition> = fc.oneof(
  account.map((id): Condition => ({ kind: 'account', account: id })),
  fc.record({ kind: fc.constant('timeLock' as const), until: time, account }),
  ascending(account, 1).chain((accounts) =>
    fc.integer({ min: 1, max: accounts.length }).map((m): Condition => ({ kind: 'multi', m, accounts })),
  ),
  fc.record({
    kind: fc.constant('hashLock' as const),
    hash: hex<HashLock>(32),
    claimant: account,
    refundee: account,
    expiry: time,
  }),
  fc.record(
    {
      kind: fc.constant('escrow' as const),
      order: hex<OrderId>(16),
      milestone: fc.integer({ min: 0, max: 65_535 }),
      payer: account,
      payee: account,
      arbiter: account,
      fee: amountOrZero,
      feeTo: account,
      deadline: time,
      default: fc.constantFrom('refund' as const, 'release' as const),
      latest: time,
      paired: fc.boolean(),
      held: fc.boolean(),
      deliveryHash: hex<HashLock>(32),
    },
    {
      requiredKeys: [
        'kind',
        'order',
        'milestone',
        'payer',
        'payee',
        'arbiter',
        'fee',
        'feeTo',
        'deadline',
        'default',
        'latest',
        'paired',
        'held',
      ],
    },
  ),
)

export const path: fc.Arbitrary<SpendPath> = fc.oneof(
  fc.constantFrom<SpendPath>(
    { kind: 'own' },
    { kind: 'claim' },
    { kind: 'cancel' },
    { kind: 'expire' },
    { kind: 'code' },
    { kind: 'default' },
    { kind: 'clawback' },
  ),
  amount.chain((value) => fc.constantFrom<SpendPath>({ kind: 'release', amount: value }, { kind: 'refund', amount: value })),
  amountOrZero.chain((value) => fc.constantFrom<SpendPath>({ kind: 'agree', toPayee: value }, { kind: 'rule', toPayee: value })),
  fc.record(
    {
      kind: fc.constant('hold' as const),
      deadline: time,
      dropDeliveryHash: fc.boolean(),
      default: fc.constantFrom('refund' as const, 'release' as const),
    },
    { requiredKeys: ['kind', 'deadline', 'dropDeliveryHash'] },
  ),
)

export const output: fc.Arbitrary<Output> = fc.record({ asset, amount, condition })
const input: fc.Arbitrary<Input> = fc.record({ coin: hex<Coordinate>(32), path })
const sequence = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const ppm = fc.integer({ min: 0, max: 1_000_000 })
const tier = fc.integer({ min: 0, max: 7 })

const tierLimit: fc.Arbitrary<TierLimit> = fc.record(
  { tier, perTransaction: amountOrZero, perDay: amountOrZero },
  { requiredKeys: ['tier'] },
)

export const assetRules: fc.Arbitrary<AssetRules> = fc.record(
  {
    asset,
    tier,
    limits: fc
      .uniqueArray(tierLimit, { selector: (limit) => limit.tier, maxLength: 3 })
      .map((list) => list.sort((a, b) => a.tier - b.tier)),
    counterparties: ascending(account, 0),
    tax: fc.record({ ppm, to: account }),
  },
  { requiredKeys: ['asset', 'tier', 'limits', 'counterparties'] },
)

/** Rules for one asset or more; a rulebook without any has no list at all. */
export const rulesOfAssets: fc.Arbitrary<AssetRules[]> = fc
  .uniqueArray(assetRules, { selector: (rules) => rules.asset, minLength: 1, maxLength: 3 })
  .map((list) => list.sort((a, b) => (a.asset < b.asset ? -1 : 1)))

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant('registerAsset' as const),
    asset,
    scale: fc.integer({ min: 0, max: 9 }),
    maxSupply: amount,
    issuer: account,
    powers: fc.record({ freeze: fc.boolean(), clawback: fc.boolean() }),
  }),
  fc.record({ kind: fc.constant('issue' as const), asset, sequence, amount }),
  fc.record({ kind: fc.constant('burn' as const), asset, amount }),
  fc.record({ kind: fc.constant('openAccount' as const), policy }),
  fc.record({ kind: fc.constantFrom('rotate' as const, 'proposeRecovery' as const), account, sequence, keys: keySet }),
  fc.record({ kind: fc.constantFrom('cancelRecovery' as const, 'finaliseRecovery' as const), account, sequence }),
  fc.record({ kind: fc.constant('anchor' as const), account, sequence, hash: hex<string>(32) }),
  fc.record({
    kind: fc.constant('changeRecovery' as const),
    account,
    sequence,
    terms: policy.map(({ authorities, quorum, delayMs }) => ({ authorities, quorum, delayMs })),
  }),
  fc.record(
    {
      kind: fc.constant('setRulebook' as const),
      version: sequence,
      lockMaxMs: time.map(Number),
      feeShareMaxPpm: ppm,
      recoveryDelayMinMs: fc.integer({ min: 0, max: 86_400_000 }),
      assets: rulesOfAssets,
    },
    { requiredKeys: ['kind', 'version', 'lockMaxMs', 'feeShareMaxPpm', 'recoveryDelayMinMs'] },
  ),
  fc.record({ kind: fc.constant('setTier' as const), account, sequence, tier }),
  fc.record({ kind: fc.constant('clawback' as const), asset, sequence }),
  fc.record(
    { kind: fc.constantFrom('freeze' as const, 'unfreeze' as const), asset, sequence, account },
    { requiredKeys: ['kind', 'asset', 'sequence'] },
  ),
)

export const body: fc.Arbitrary<TransactionBody> = fc.record({
  validUntil: time,
  reference: hex<string>(8),
  inputs: fc.array(input, { maxLength: 4 }),
  outputs: fc.array(output, { maxLength: 4 }),
  operations: fc.array(operation, { maxLength: 3 }),
  memo: fc.uint8Array({ maxLength: 40 }).map(toHex),
})

const group = fc
  .uniqueArray(fc.integer({ min: 0, max: 15 }), { maxLength: 3 })
  .chain((keys) =>
    fc.tuple(...keys.sort((a, b) => a - b).map((key) => hex<Signature>(64).map((signature) => ({ key, signature })))),
  )

export const witnesses: fc.Arbitrary<Witnesses> = fc.record({
  signatures: fc.array(group, { maxLength: 3 }),
  preimages: fc.array(hex<Preimage>(32), { maxLength: 2 }),
})

export const transaction: fc.Arbitrary<Transaction> = fc.record({ body, witnesses })
