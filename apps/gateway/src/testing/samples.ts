// Values that services answer, one of each kind, and the same as the edge has to show them.
import { type Rulebook, encodeAddress, encodeCondition, encodeHeader, encodeTransaction } from '@huitong/chain'
import type {
  WireApiKey,
  WireCoin,
  WireConversion,
  WireDispute,
  WireLeg,
  WireMilestone,
  WireOffer,
  WireOrder,
  WireParty,
  WireQuote,
  WireRecovery,
  WireSwap,
} from '@huitong/contracts'
import {
  type AccountId,
  type AssetCode,
  type BlockHash,
  type ChainId,
  type Coordinate,
  type HashLock,
  type OrderId,
  type PublicKey,
  type Signature,
  type Time,
  brandHex,
  expectOk,
  invariant,
  parseAssetCode,
  parseTime,
  toHex,
} from '@huitong/primitives'

/** 32 bytes of one value, in hexadecimal. */
export const h32 = (byte: number): string => byte.toString(16).padStart(2, '0').repeat(32)
export const branded = <T extends string>(text: string, bytes = 32): T => {
  const value = brandHex<T>(text, bytes)
  invariant(value !== undefined, 'a sample of the right length')
  return value
}
const account = (byte: number): AccountId => branded<AccountId>(h32(byte))
export const addressFor = (byte: number): string => encodeAddress(account(byte))
export const id = (prefix: string, digit = '1'): string => `${prefix}_${digit.repeat(32)}`
const time = (milliseconds: number): Time => expectOk(parseTime(milliseconds), 'a sample time')

/** A time on the bus and at the edge. */
export const AT = 1_790_000_000_123
export const AT_TEXT = '2026-09-21T14:13:20.123Z'

export const STATEMENT = { body: 'abcd', publicKey: h32(9), signature: '07'.repeat(64) }
export const EAST = { ledger: 'east', asset: 'HKD' }
export const WEST = { ledger: 'west', asset: 'EUR' }

const escrow = encodeCondition({
  kind: 'escrow',
  order: branded<OrderId>('22'.repeat(16), 16),
  milestone: 3,
  payer: account(1),
  payee: account(2),
  arbiter: account(3),
  fee: 5n,
  feeTo: account(4),
  deadline: time(AT),
  default: 'refund',
  latest: time(AT + 1000),
  paired: false,
  held: false,
  deliveryHash: branded<HashLock>(h32(8)),
})
export const ESCROW = toHex(escrow)
export const ESCROW_VIEW = {
  canonical: ESCROW,
  kind: 'escrow',
  order: '22'.repeat(16),
  milestone: 3,
  payer: addressFor(1),
  payee: addressFor(2),
  arbiter: addressFor(3),
  fee: '5',
  feeTo: addressFor(4),
  deadline: AT_TEXT,
  default: 'refund',
  latest: '2026-09-21T14:13:21.123Z',
  paired: false,
  held: false,
  deliveryHash: h32(8),
}
const OWN = toHex(encodeCondition({ kind: 'account', account: account(1) }))

export const COIN: WireCoin = {
  coordinate: h32(5),
  asset: 'HKD',
  amount: '9223372036854775807',
  condition: ESCROW,
  transaction: h32(6),
  index: 0,
  height: 7,
  spentBy: { transaction: h32(7), input: 1, height: 8 },
}
export const COIN_VIEW = { ...COIN, condition: ESCROW_VIEW }

export const TRANSACTION = toHex(
  encodeTransaction({
    body: {
      validUntil: time(AT),
      reference: '0102030405060708',
      inputs: [{ coin: branded<Coordinate>(h32(5)), path: { kind: 'own' } }],
      outputs: [
        {
          asset: expectOk<AssetCode>(parseAssetCode('HKD'), 'code'),
          amount: 12n,
          condition: { kind: 'account', account: account(1) },
        },
      ],
      operations: [
        { kind: 'rotate', account: account(1), sequence: 1, keys: { keys: [branded<PublicKey>(h32(9))], threshold: 1 } },
      ],
      memo: '6869',
    },
    witnesses: { signatures: [[{ key: 0, signature: branded<Signature>('07'.repeat(64), 64) }]], preimages: [] },
  }),
)
export const TRANSACTION_VIEW = {
  id: h32(6),
  bytes: TRANSACTION,
  height: 7,
  index: 0,
  time: AT_TEXT,
  validUntil: AT_TEXT,
  reference: '0102030405060708',
  inputs: [{ coin: h32(5), path: { kind: 'own' } }],
  // SHA-256 of the id and four zero bytes
  outputs: [
    {
      coordinate: '3938f6ab3776637dece4043665a9139060943efa0bb0b73ed5757f81afc7b70e',
      asset: 'HKD',
      amount: '12',
      condition: { canonical: OWN, kind: 'account', account: addressFor(1) },
    },
  ],
  operations: [{ kind: 'rotate', account: addressFor(1), sequence: 1, keys: { keys: [h32(9)], threshold: 1 } }],
  memo: '6869',
  signatures: [[{ key: 0, signature: '07'.repeat(64) }]],
  preimages: [],
}

const header = {
  chain: branded<ChainId>(h32(1)),
  height: 7,
  previous: branded<BlockHash>(h32(2)),
  root: h32(3),
  transactions: 1,
  size: TRANSACTION.length / 2,
  time: time(AT),
  sandbox: true,
}
export const BLOCK = {
  height: 7,
  hash: h32(4),
  header: toHex(encodeHeader(header)),
  seal: '07'.repeat(64),
  transactions: TRANSACTION,
}
export const HEADER_VIEW = {
  height: 7,
  hash: h32(4),
  header: BLOCK.header,
  seal: BLOCK.seal,
  chain: h32(1),
  previous: h32(2),
  root: h32(3),
  time: AT_TEXT,
  transactionCount: 1,
  size: TRANSACTION.length / 2,
  sandbox: true,
}

const deal = {
  state: 'LOCKED',
  exceptions: [{ kind: 'overpaid', detail: 'one unit too many', amount: '1', coin: { ledger: 'east', coordinate: h32(5) } }],
  allowedActions: ['cancel'],
  nextDeadline: { at: AT, ledger: 'east', default: 'refund' },
  version: 4,
  createdAt: AT,
}
const DEAL_VIEW = { ...deal, nextDeadline: { at: AT_TEXT, ledger: 'east', default: 'refund' }, createdAt: AT_TEXT }
const leg: WireLeg = { name: 'A', ...EAST, amount: '10', condition: ESCROW, coordinate: h32(5), state: 'final', fundedBy: h32(6) }
const LEG_VIEW = { ...leg, condition: ESCROW_VIEW }

export const OFFER: WireOffer = {
  lowWater: '10',
  isLow: false,
  id: id('off'),
  provider: id('pty'),
  liquidity: h32(4),
  sell: WEST,
  buy: EAST,
  numerator: '2',
  denominator: '3',
  min: '1',
  max: '1000',
  inventory: '5000',
  reserved: '0',
  used: '10',
  expiresAt: AT,
  state: 'active',
  createdAt: AT,
}
export const OFFER_VIEW = { ...OFFER, liquidity: addressFor(4), expiresAt: AT_TEXT, createdAt: AT_TEXT }

export const QUOTE: WireQuote = {
  id: id('qte'),
  payer: id('pty'),
  offer: id('off'),
  provider: id('pty', '2'),
  liquidity: h32(4),
  give: { ...EAST, amount: '30' },
  take: { ...WEST, amount: '20' },
  fees: [{ for: 'hub', ...EAST, amount: '1', to: h32(3) }],
  rounding: 'down for the payer',
  numerator: '2',
  denominator: '3',
  expiresAt: AT,
  state: 'open',
  compliance: [{ ledger: 'east', rulebook: 1, parameter: 'lockMaxMs', verdict: 'pass', reason: 'within' }],
}
export const QUOTE_VIEW = {
  ...QUOTE,
  liquidity: addressFor(4),
  fees: [{ for: 'hub', ...EAST, amount: '1', to: addressFor(3) }],
  expiresAt: AT_TEXT,
}

export const CONVERSION: WireConversion = {
  ...deal,
  id: id('cnv'),
  quote: id('qte'),
  payer: id('pty'),
  provider: id('pty', '2'),
  hash: h32(8),
  legA: leg,
  legB: { name: 'B', ...WEST, amount: '7', state: 'awaited' },
  lockBefore: AT,
  lastSafeReveal: AT,
}
export const CONVERSION_VIEW = {
  ...CONVERSION,
  ...DEAL_VIEW,
  legA: LEG_VIEW,
  lockBefore: AT_TEXT,
  lastSafeReveal: AT_TEXT,
}

export const SWAP: WireSwap = {
  ...deal,
  id: id('swp'),
  initiator: id('pty'),
  counterparty: id('pty', '2'),
  hash: h32(8),
  legA: leg,
  legB: leg,
  lockABefore: AT,
}
export const SWAP_VIEW = { ...SWAP, ...DEAL_VIEW, legA: LEG_VIEW, legB: LEG_VIEW, lockABefore: AT_TEXT }

const milestone: WireMilestone = {
  milestone: 0,
  merchant: id('pty', '2'),
  state: 'FUNDED',
  settle: { ...WEST, amount: '20' },
  pay: { ...EAST, amount: '30' },
  fee: '1',
  feeTo: h32(4),
  deliveryHash: h32(8),
  fundBy: AT,
  shipBy: AT,
  deadline: AT,
  latest: AT,
  funded: '30',
  released: '0',
  refunded: '0',
  fees: '0',
  remaining: '30',
  legs: [leg],
  allowedActions: ['ship'],
  nextDeadline: { at: AT, ledger: 'west', default: 'refund' },
}
export const ORDER: WireOrder = {
  ...deal,
  id: id('ord'),
  order: '22'.repeat(16),
  buyer: id('pty'),
  payer: h32(1),
  arbiter: h32(3),
  terms: '{}',
  termsHash: h32(8),
  details: '{}',
  agreeBy: AT,
  agreedBy: [id('pty')],
  milestones: [milestone],
  refunds: [{ id: 'r1', reason: 'surplus', ...EAST, amount: '1', state: 'pending' }],
  reference: '4711',
}
export const ORDER_VIEW = {
  ...ORDER,
  ...DEAL_VIEW,
  payer: addressFor(1),
  arbiter: addressFor(3),
  agreeBy: AT_TEXT,
  milestones: [
    {
      ...milestone,
      feeTo: addressFor(4),
      fundBy: AT_TEXT,
      shipBy: AT_TEXT,
      deadline: AT_TEXT,
      latest: AT_TEXT,
      legs: [LEG_VIEW],
      nextDeadline: { at: AT_TEXT, ledger: 'west', default: 'refund' },
    },
  ],
}

const claimed = { id: id('dsp'), order: id('ord'), milestone: 0, openedBy: id('pty'), claim: 'never came' }
const message = { party: id('pty'), text: 'hello', evidenceHash: h32(8) }
const signing = { body: 'abcd', hash: h32(8), signedBy: [id('opr')] }
const ruling = { outcome: 'split', cause: 'operators', toMerchant: '3', reasons: 'half', ...signing } as const
const offered = { id: id('dof'), party: id('pty'), toMerchant: '3', body: 'abcd', state: 'open' } as const
const appeal = { party: id('pty'), grounds: 'it was whole', first: ruling }
export const EVIDENCE = { id: id('evd'), party: id('pty'), name: 'crack.txt', mediaType: 'text/plain', size: 5, sha256: h32(9) }

export const DISPUTE: WireDispute = {
  ...deal,
  ...claimed,
  messages: [{ at: AT, ...message }],
  evidence: [{ ...EVIDENCE, at: AT }],
  offers: [{ ...offered, at: AT, until: AT }],
  ruling,
  acceptedBy: [id('pty')],
  appeal: { ...appeal, at: AT },
  return: { state: 'LAPSED', tracking: 'K-2', lapsed: { party: id('pty'), step: 'ship' } },
}
export const DISPUTE_VIEW = {
  ...DISPUTE,
  ...DEAL_VIEW,
  messages: [{ at: AT_TEXT, ...message }],
  evidence: [{ ...EVIDENCE, at: AT_TEXT }],
  offers: [{ ...offered, at: AT_TEXT, until: AT_TEXT }],
  appeal: { ...appeal, at: AT_TEXT },
}

export const API_KEY: WireApiKey = {
  id: id('key'),
  label: 'till',
  scopes: ['read', 'pay'],
  party: id('pty'),
  createdAt: AT,
  expiresAt: AT,
  secret: 'ht_once',
}
export const API_KEY_VIEW = { ...API_KEY, createdAt: AT_TEXT, expiresAt: AT_TEXT }

export const PARTY: WireParty = {
  id: id('pty'),
  kind: 'legal',
  displayName: 'Harbour Trading',
  jurisdiction: 'HK',
  createdAt: AT,
  accounts: [{ ledger: 'east', account: h32(1), boundAt: AT }],
  apiKey: API_KEY,
}
export const PARTY_VIEW = {
  ...PARTY,
  createdAt: AT_TEXT,
  accounts: [{ ledger: 'east', account: addressFor(1), boundAt: AT_TEXT }],
  apiKey: API_KEY_VIEW,
}

const policy = { keys: [h32(9)], threshold: 1, authorities: [h32(2), h32(3)], quorum: 2, delayMs: 1000 }
export const POLICY_VIEW = { ...policy, authorities: [addressFor(2), addressFor(3)] }
export const ACCOUNT = {
  account: h32(1),
  policy,
  current: { keys: [h32(9)], threshold: 1 },
  sequence: 2,
  recovery: { keys: { keys: [h32(7)], threshold: 1 }, proposedAt: AT, end: AT },
  terms: { authorities: [h32(3), h32(4)], quorum: 2, delayMs: 5 },
  change: { terms: { authorities: [], quorum: 0, delayMs: 0 }, from: AT },
}
export const ACCOUNT_VIEW = {
  ...ACCOUNT,
  account: addressFor(1),
  policy: POLICY_VIEW,
  recovery: { keys: { keys: [h32(7)], threshold: 1 }, proposedAt: AT_TEXT, end: AT_TEXT },
  terms: { authorities: [addressFor(3), addressFor(4)], quorum: 2, delayMs: 5 },
  change: { terms: { authorities: [], quorum: 0, delayMs: 0 }, from: AT_TEXT },
}

export const RULEBOOK: Rulebook = {
  version: 3,
  jurisdiction: 'HK',
  currencyZone: 'HKD',
  lockMaxMs: 5,
  feeShareMaxPpm: 6,
  registrar: account(2),
  recoveryDelayMinMs: 7,
  assets: [
    {
      asset: expectOk<AssetCode>(parseAssetCode('HKD'), 'code'),
      tier: 1,
      limits: [{ tier: 1, perTransaction: 5n, perDay: 9n }, { tier: 2 }],
      counterparties: [account(3)],
      tax: { ppm: 50_000, to: account(4) },
    },
  ],
}
export const RULEBOOK_VIEW = {
  ...RULEBOOK,
  registrar: addressFor(2),
  assets: [
    {
      asset: 'HKD',
      tier: 1,
      limits: [{ tier: 1, perTransaction: '5', perDay: '9' }, { tier: 2 }],
      counterparties: [addressFor(3)],
      tax: { ppm: 50_000, to: addressFor(4) },
    },
  ],
}

export const RECOVERY: WireRecovery = {
  id: id('rcv'),
  party: id('pty'),
  account: h32(1),
  policy,
  keys: { keys: [h32(7)], threshold: 1 },
  state: 'OPENED',
  legs: [{ ledger: 'east', body: 'abcd', approvals: [{ authority: h32(2), key: 0 }], state: 'collecting', end: AT }],
  createdAt: AT,
  version: 1,
}
export const RECOVERY_VIEW = {
  ...RECOVERY,
  account: addressFor(1),
  policy: POLICY_VIEW,
  legs: [{ ledger: 'east', body: 'abcd', approvals: [{ authority: addressFor(2), key: 0 }], state: 'collecting', end: AT_TEXT }],
  createdAt: AT_TEXT,
}
