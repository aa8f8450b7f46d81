// The tables of custody that are no secret: which accounts it keeps for what, and what it has signed.
import { rows } from '@huitong/platform'
import type { Bytes } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'
import { hexText } from '../chain/byte-reader.js'
import type { Purpose, TransactionFact } from './facts.js'

export interface CustodyFacts {
  readonly accounts: ReadonlyMap<string, Purpose>
  readonly transactions: readonly TransactionFact[]
}

interface SignedRow {
  readonly id: string
  readonly ledger: string
  readonly transaction: Bytes
  readonly state: 'live' | 'final' | 'dead'
  readonly subject_ledger: string
  readonly subject_key: Bytes
  readonly subject_slot: string
}

/** `since`: the mark of the last snapshot; `undefined` where custody has no tables. */
export async function readCustody(manager: EntityManager, since: string | undefined): Promise<CustodyFacts> {
  if (since === undefined) return { accounts: new Map(), transactions: [] }
  const accounts = await rows<{ account: Bytes; purpose: Purpose }>(
    manager,
    'select account, purpose from custody.managed_account',
  )
  const signed = await rows<SignedRow>(
    manager,
    `select id, ledger, transaction, state, subject_ledger, subject_key, subject_slot from custody.signed
     where xmin::text::bigint >= $1::bigint & 4294967295`,
    [since],
  )
  return {
    accounts: new Map(accounts.map(({ account, purpose }) => [hexText(account), purpose] as const)),
    transactions: signed.map((one) => ({
      key: `custody's signature ${one.id}`,
      ledger: one.ledger,
      id: hexText(one.transaction),
      state: one.state === 'live' ? 'open' : one.state,
      effect: `custody's ${one.subject_slot} of ${hexText(one.subject_key)} on ${one.subject_ledger}`,
    })),
  }
}
