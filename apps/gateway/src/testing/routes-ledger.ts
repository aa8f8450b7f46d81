// Routes of the hub and its ledgers.
import { encodeRulebook } from '@huitong/chain'
import * as contracts from '@huitong/contracts'
import { encodeStatuses } from '@huitong/contracts'
import { type TxId, ok } from '@huitong/primitives'
import type { RouteCase } from './route-case.js'
import * as s from './samples.js'

const status: contracts.LedgerStatus = {
  ledger: 'east',
  chain: s.h32(1),
  sandbox: true,
  height: 7,
  time: s.AT,
  now: s.AT,
  indexLag: 0,
  finalityP50Ms: 3,
  finalityP99Ms: 9,
}
const ledgerView = {
  ledger: 'east',
  chain: s.h32(1),
  genesis: '{}',
  sandbox: true,
  status: { height: 7, time: s.AT_TEXT, now: s.AT_TEXT, indexLag: 0, finalityP50Ms: 3, finalityP99Ms: 9 },
}
const terms = {
  arbiter: s.h32(3),
  feeAccount: s.h32(4),
  feePpm: 5000,
  quoteTtlMs: 30_000,
  skewMs: 1,
  marginMs: 2,
  outageMs: 3,
  transitMs: 4,
  longestDisputeMs: 5,
}
const asset = {
  asset: 'HKD',
  scale: 2,
  maxSupply: '100',
  issuer: s.h32(2),
  powers: { freeze: true, clawback: false },
  issued: '10',
  burnt: '0',
  sequence: 2,
}
const assetView = { ...asset, issuer: s.addressFor(2), frozen: false }
const standing = { tier: 2, tierSequence: 1, frozen: ['HKD'], counted: [{ asset: 'HKD', amount: '5' }], rulebook: 3 }
export const RECEIPT = {
  format: 'huitong-receipt-1',
  chain: s.h32(1),
  transaction: s.TRANSACTION,
  index: 0,
  path: [s.h32(2)],
  header: s.BLOCK.header,
  seal: s.BLOCK.seal,
}
const step = {
  id: s.h32(6),
  height: 7,
  time: s.AT,
  inputs: [s.h32(5)],
  outputs: [s.h32(4)],
  issued: { asset: 'HKD', amount: '1' },
}

const storage: contracts.WireStorage = {
  blocksBytes: 9,
  indexBytes: 8,
  baseBytes: 7,
  snapshotBytes: 6,
  transactions: 3,
  blocksBytesPerTransaction: 3,
  indexBytesPerTransaction: 2.7,
  prunedTo: 2,
  pruneTarget: 2,
  prunedTransactions: 1,
}
const entry: contracts.WireJournalEntry = {
  transaction: s.h32(6),
  height: 6,
  index: 0,
  time: s.AT,
  postings: [
    { part: 'available', account: s.h32(1), asset: 'HKD', amount: '5' },
    { part: 'issued', asset: 'HKD', amount: '-5' },
  ],
}
const balance = { asset: 'HKD', available: '5', locked: '0', total: '5' }
const change = { asset: 'HKD', available: '5', locked: '-5', availableAfter: '5', lockedAfter: '0' }

export const LEDGER: readonly RouteCase[] = [
  {
    route: 'GET /v1/hub',
    path: '/v1/hub',
    who: 'open',
    stub: (bus) => bus.on(contracts.hubTerms, ok(terms)),
    answer: {
      hub: 'ab'.repeat(32),
      sandbox: true,
      ledgers: ['east', 'west'],
      terms: { ...terms, arbiter: s.addressFor(3), feeAccount: s.addressFor(4) },
    },
  },
  {
    route: 'GET /v1/ledgers',
    path: '/v1/ledgers',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerStatus, ok(status), 'east').on(contracts.ledgerGenesis, ok({ genesis: '{}' }), 'east'),
    // west does not answer
    answer: { items: [ledgerView, { ledger: 'west' }] },
  },
  {
    route: 'GET /v1/ledgers/:ledger',
    path: '/v1/ledgers/east',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerStatus, ok(status), 'east').on(contracts.ledgerGenesis, ok({ genesis: '{}' }), 'east'),
    answer: ledgerView,
  },
  {
    route: 'GET /v1/ledgers/:ledger/storage',
    path: '/v1/ledgers/east/storage',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerStorage, ok(storage), 'east'),
    asked: ['ledger.east.storage', {}],
    answer: storage,
  },
  {
    route: 'POST /v1/ledgers/:ledger/prunings',
    path: '/v1/ledgers/east/prunings',
    who: ['operator'],
    keyed: true,
    status: 202,
    body: { keep: 1000 },
    stub: (bus) => bus.on(contracts.ledgerPrune, ok({ prunedTo: 0, pruneTarget: 7 }), 'east'),
    asked: ['ledger.east.prune', { keep: 1000 }],
    answer: { prunedTo: 0, pruneTarget: 7 },
  },
  {
    route: 'GET /v1/ledgers/:ledger/blocks',
    path: '/v1/ledgers/east/blocks?from=7&limit=2',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerBlocks, ok({ blocks: [s.BLOCK], height: 9 }), 'east'),
    asked: ['ledger.east.blocks', { from: 7, limit: 2 }],
    answer: { items: [{ ...s.HEADER_VIEW, transactions: [s.TRANSACTION] }], next: 8, height: 9 },
  },
  {
    route: 'GET /v1/ledgers/:ledger/blocks/:height',
    path: '/v1/ledgers/east/blocks/7',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerBlock, ok(s.BLOCK), 'east'),
    asked: ['ledger.east.block', { height: 7 }],
    answer: { ...s.HEADER_VIEW, transactions: [s.TRANSACTION] },
  },
  {
    route: 'GET /v1/ledgers/:ledger/headers',
    path: '/v1/ledgers/east/headers',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerHeaders, ok({ blocks: [{ ...s.BLOCK, transactions: '' }], height: 7 }), 'east'),
    asked: ['ledger.east.headers', { from: 1, limit: 50 }],
    answer: { items: [s.HEADER_VIEW], height: 7 },
  },
  {
    route: 'POST /v1/ledgers/:ledger/transactions',
    path: '/v1/ledgers/east/transactions',
    who: ['pay'],
    body: { transaction: s.TRANSACTION },
    stub: (bus) =>
      bus.onSubmit(() =>
        Promise.resolve(ok(encodeStatuses([{ outcome: 'committed', id: s.branded<TxId>(s.h32(6)), height: 7, index: 1 }]))),
      ),
    answer: { items: [{ id: s.h32(6), outcome: 'committed', height: 7, index: 1 }] },
  },
  {
    route: 'GET /v1/ledgers/:ledger/transactions/:id',
    path: `/v1/ledgers/east/transactions/${s.h32(6)}`,
    who: 'open',
    stub: (bus) =>
      bus.on(contracts.ledgerTransaction, ok({ id: s.h32(6), bytes: s.TRANSACTION, height: 7, index: 0, time: s.AT }), 'east'),
    asked: ['ledger.east.transaction', { id: s.h32(6) }],
    answer: s.TRANSACTION_VIEW,
  },
  {
    route: 'GET /v1/ledgers/:ledger/transactions/:id/receipt',
    path: `/v1/ledgers/east/transactions/${s.h32(6)}/receipt`,
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerReceipt, ok({ receipt: JSON.stringify(RECEIPT) }), 'east'),
    asked: ['ledger.east.receipt', { id: s.h32(6) }],
    answer: RECEIPT,
  },
  {
    route: 'GET /v1/ledgers/:ledger/accounts/:address',
    path: `/v1/ledgers/east/accounts/${s.addressFor(1)}`,
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerAccount, ok(s.ACCOUNT), 'east'),
    asked: ['ledger.east.account', { account: s.h32(1) }],
    answer: s.ACCOUNT_VIEW,
  },
  {
    route: 'GET /v1/ledgers/:ledger/rulebook',
    path: '/v1/ledgers/east/rulebook',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerRulebook, ok({ rulebook: encodeRulebook(s.RULEBOOK) }), 'east'),
    asked: ['ledger.east.rulebook', {}],
    answer: s.RULEBOOK_VIEW,
  },
  {
    route: 'GET /v1/ledgers/:ledger/accounts/:address/standing',
    path: `/v1/ledgers/east/accounts/${s.addressFor(1)}/standing`,
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerStanding, ok({ account: s.h32(1), ...standing }), 'east'),
    asked: ['ledger.east.standing', { account: s.h32(1) }],
    answer: { account: s.addressFor(1), ...standing },
  },
  {
    route: 'GET /v1/ledgers/:ledger/accounts/:address/coins',
    path: `/v1/ledgers/east/accounts/${s.addressFor(1)}/coins?asset=HKD&relation=named&after=${s.h32(2)}&limit=3`,
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerCoins, ok({ coins: [s.COIN], next: s.h32(5), now: s.AT }), 'east'),
    asked: ['ledger.east.coins', { account: s.h32(1), asset: 'HKD', relation: 'named', after: s.h32(2), limit: 3 }],
    answer: { items: [s.COIN_VIEW], now: s.AT_TEXT, next: s.h32(5) },
  },
  {
    route: 'GET /v1/ledgers/:ledger/accounts/:address/balances',
    path: `/v1/ledgers/east/accounts/${s.addressFor(1)}/balances?height=7`,
    who: 'open',
    stub: (bus) =>
      bus.on(
        contracts.ledgerBalances,
        ok({ height: 7, balances: [{ asset: 'HKD', available: '1', locked: '2', total: '3' }] }),
        'east',
      ),
    asked: ['ledger.east.balances', { account: s.h32(1), height: 7 }],
    answer: { height: 7, items: [{ asset: 'HKD', available: '1', locked: '2', total: '3' }] },
  },
  {
    route: 'GET /v1/ledgers/:ledger/accounts/:address/party',
    path: `/v1/ledgers/east/accounts/${s.addressFor(1)}/party`,
    who: 'key',
    stub: (bus) => bus.on(contracts.identityPartyOfAccount, ok({ party: s.id('pty') })),
    asked: ['identity.party-of-account', { ledger: 'east', account: s.h32(1) }],
    answer: { party: s.id('pty') },
  },
  {
    route: 'GET /v1/ledgers/:ledger/coins/:coordinate',
    path: `/v1/ledgers/east/coins/${s.h32(5)}`,
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerCoin, ok(s.COIN), 'east'),
    asked: ['ledger.east.coin', { coordinate: s.h32(5) }],
    answer: s.COIN_VIEW,
  },
  {
    route: 'GET /v1/ledgers/:ledger/coins/:coordinate/proof',
    path: `/v1/ledgers/east/coins/${s.h32(5)}/proof`,
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerCoinProof, ok({ coin: s.COIN, receipt: JSON.stringify(RECEIPT), now: s.AT }), 'east'),
    asked: ['ledger.east.coin-proof', { coordinate: s.h32(5) }],
    answer: { coin: s.COIN_VIEW, receipt: RECEIPT, now: s.AT_TEXT },
  },
  {
    route: 'GET /v1/ledgers/:ledger/coins/:coordinate/history',
    path: `/v1/ledgers/east/coins/${s.h32(5)}/history?direction=forward&depth=5&after=AQ_-`,
    who: 'open',
    stub: (bus) =>
      bus.on(
        contracts.ledgerHistory,
        ok({ height: 7, coins: [s.COIN], siblings: [s.COIN], transactions: [step], open: [s.h32(4)], next: 'AQ' }),
        'east',
      ),
    asked: ['ledger.east.history', { coordinate: s.h32(5), direction: 'forward', depth: 5, limit: 200, after: 'AQ_-' }],
    answer: {
      height: 7,
      coins: [s.COIN_VIEW],
      siblings: [s.COIN_VIEW],
      transactions: [{ ...step, time: s.AT_TEXT }],
      open: [s.h32(4)],
      next: 'AQ',
    },
  },
  {
    route: 'GET /v1/ledgers/:ledger/index-check',
    path: '/v1/ledgers/east/index-check?from=3',
    who: ['operator'],
    stub: (bus) =>
      bus.on(
        contracts.ledgerCheckIndex,
        ok({ to: 7, height: 9, rows: 4, fault: { height: 7, transaction: 0, table: 'coins' } }),
        'east',
      ),
    asked: ['ledger.east.check-index', { from: 3, limit: 50 }],
    answer: { to: 7, height: 9, rows: 4, fault: { height: 7, transaction: 0, table: 'coins' } },
  },
  {
    route: 'GET /v1/ledgers/:ledger/journal',
    path: '/v1/ledgers/east/journal?from=3&to=7&after=5.1&limit=2',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerJournal, ok({ from: 3, to: 7, entries: [entry], next: '6.1' }), 'east'),
    asked: ['ledger.east.journal', { from: 3, to: 7, after: '5.1', limit: 2 }],
    answer: {
      from: 3,
      to: 7,
      entries: [{ ...entry, time: s.AT_TEXT, postings: [{ ...entry.postings[0], account: s.addressFor(1) }, entry.postings[1]] }],
      next: '6.1',
    },
  },
  {
    route: 'GET /v1/ledgers/:ledger/accounts/:address/statement',
    path: `/v1/ledgers/east/accounts/${s.addressFor(1)}/statement?asset=HKD&since=${s.AT_TEXT}&to=7&limit=2`,
    who: 'open',
    stub: (bus) =>
      bus.on(
        contracts.ledgerStatement,
        ok({
          from: 3,
          to: 7,
          opening: [],
          entries: [{ height: 6, time: s.AT, changes: [change] }],
          closing: [balance],
          next: '6.0',
        }),
        'east',
      ),
    asked: ['ledger.east.statement', { account: s.h32(1), asset: 'HKD', since: s.AT, to: 7, limit: 2 }],
    answer: {
      from: 3,
      to: 7,
      opening: [],
      entries: [{ height: 6, time: s.AT_TEXT, changes: [change] }],
      closing: [balance],
      next: '6.0',
    },
  },
  {
    route: 'GET /v1/ledgers/:ledger/assets',
    path: '/v1/ledgers/east/assets',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerAssets, ok({ assets: [asset] }), 'east'),
    asked: ['ledger.east.assets', {}],
    answer: { items: [assetView] },
  },
  {
    route: 'GET /v1/ledgers/:ledger/assets/:asset',
    path: '/v1/ledgers/east/assets/HKD',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerAsset, ok(asset), 'east'),
    asked: ['ledger.east.asset', { asset: 'HKD' }],
    answer: assetView,
  },
  {
    route: 'GET /v1/ledgers/:ledger/assets/:asset/freezes',
    path: `/v1/ledgers/east/assets/HKD/freezes?after=${s.h32(2)}&limit=1`,
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerFreezes, ok({ frozen: true, accounts: [s.h32(1)], next: s.h32(1) }), 'east'),
    asked: ['ledger.east.freezes', { asset: 'HKD', after: s.h32(2), limit: 1 }],
    answer: { frozen: true, items: [s.addressFor(1)], next: s.h32(1) },
  },
]
