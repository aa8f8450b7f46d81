// Brings the state back at a start: the newest usable snapshot, then every later block from storage, each checked before it is applied.
import { type LedgerState, applyBlock, decodeSealedHeader, newLedgerState, splitTransactions } from '@huitong/chain'
import { log, nativeVerifier } from '@huitong/platform'
import { concat, expectOk, invariant } from '@huitong/primitives'
import type { BlockStore, Head, StoredBlock } from '../block/block-store.js'
import type { Birth } from '../genesis/genesis-folder.js'
import type { SnapshotFolder } from './snapshot-folder.js'
