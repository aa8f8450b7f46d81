// What settlement's own SQL means in simulated tables, apart from its deals (deal-store.ts): ledgers' heads, the hub's transactions, offers, quotes.
import type { Answered, Asked, Statement } from './database.js'
import { NONE, change, counted, insert, keyOf } from './statements-platform.js'
import { DatabaseFault, type Row, type Transaction } from './tables.js'

const big = (value: unknown): bigint => BigInt(String(value))
const text = (value: unknown): string => String(value)

const one = (row: Row | undefined): Answered => (row === undefined ? [] : [row])

async function locked(tx: Transaction, table: string, key: string): Promise<Answered> {
  if (tx.get(table, key) === undefined) return []
  await tx.lock(table, key)
  return one(tx.get(table, key))
}

const ledgers: readonly (readonly [string, Statement])[] = [
  ['select name, genesis from ledger', ({ tx }) => tx.filter('ledger', () => true)],
  ['select chain, time from ledger', ({ tx }) => tx.filter('ledger', () => true)],
  ['select height, block, time from ledger where chain = $1', ({ tx, values }) => one(tx.get('ledger', keyOf(values[0])))],
  [
    'insert into ledger',
    async ({ tx, values }) => {
      const [name, chain, genesis, block, time] = values
      await insert(tx, 'ledger', keyOf(chain), { name, chain, genesis, height: '0', block, time: text(time) })
      return []
    },
  ],
  [
    'insert into stranger_coin',
    async ({ tx, values }) => {
      await insert(tx, 'stranger_coin', `${keyOf(values[0])}/${keyOf(values[1])}`, { coordinate: keyOf(values[1]) })
      return []
    },
  ],
  [
    'insert into parked_fact',
    ({ tx, values }) => {
      tx.put('parked_fact', text(tx.next()), { deal: values[0], fact: values[1], fault: values[2] })
      return []
    },
  ],
]

const attemptsOf = (tx: Transaction, effect: unknown): Row[] =>
  tx.filter('hub_transaction', (row) => row['effect'] === effect).sort((a, b) => Number(b['attempt']) - Number(a['attempt']))
const attemptKey = (effect: unknown, attempt: unknown): string => `${text(effect)}#${text(attempt)}`

const transactions: readonly (readonly [string, Statement])[] = [
  ['select attempt, valid_until, bytes, state from hub_transaction', ({ tx, values }) => one(attemptsOf(tx, values[0])[0])],
  [
    'select transaction from hub_transaction',
    ({ tx, values }) => one(attemptsOf(tx, values[0]).find((row) => row['state'] === 'committed')),
  ],
  [
    'insert into hub_transaction',
    async ({ tx, values }) => {
      const [effect, attempt, deal, ledger, valid, state, bytes, transaction] = values
      const row = { effect, attempt: Number(attempt), deal, ledger, valid_until: text(valid), state, bytes, transaction }
      const isNew = await insert(tx, 'hub_transaction', attemptKey(effect, attempt), row)
      return isNew ? [{ attempt: row.attempt }] : []
    },
  ],
  [
    'update hub_transaction set bytes',
    async ({ tx, values }) => {
      const [effect, attempt, bytes, transaction] = values
      const kept = await change(tx, 'hub_transaction', attemptKey(effect, attempt), (row) =>
        row['state'] === 'asked' ? { ...row, bytes, transaction, state: 'signed' } : undefined,
      )
      return counted(one(kept) as readonly Row[])
    },
  ],
  [
    'update hub_transaction set state',
    async ({ tx, values }) => {
      const [effect, attempt, state] = values
      const marked = await change(tx, 'hub_transaction', attemptKey(effect, attempt), (row) => ({ ...row, state }))
      return counted(one(marked) as readonly Row[])
    },
  ],
]

async function insertOffer({ tx, values }: Asked): Promise<Answered> {
  const [id, provider, liquidity, statement, hash, sellLedger, sellAsset, buyLedger, buyAsset, ...rest] = values
  const [numerator, denominator, min, max, buyMin, buyMax, inventory, expiresAt, createdAt] = rest.map(text)
  const named = { id, provider, liquidity, statement_hash: keyOf(hash), statement: JSON.parse(text(statement)) as unknown }
  const pair = { sell_ledger: sellLedger, sell_asset: sellAsset, buy_ledger: buyLedger, buy_asset: buyAsset }
  const bounds = { numerator, denominator, min, max, buy_min: buyMin, buy_max: buyMax, inventory, expires_at: expiresAt }
  const fresh = { reserved: '0', used: '0', paused: false, version: 1, created_at: createdAt }
  await insert(tx, 'offer', keyOf(id), { ...named, ...pair, ...bounds, ...fresh })
  return []
}

async function moveOffer({ tx, values }: Asked): Promise<Answered> {
  const moved = await change(tx, 'offer', keyOf(values[0]), (row) => {
    const reserved = big(row['reserved']) + big(values[1])
    const used = big(row['used']) + big(values[2])
    const isRight = reserved >= 0n && used >= 0n && reserved + used <= big(row['inventory'])
    if (!isRight) throw new DatabaseFault('23514', `offer holds ${reserved} reserved, ${used} used`)
    return { ...row, reserved: text(reserved), used: text(used), version: Number(row['version']) + 1 }
  })
  return counted(one(moved) as readonly Row[])
}

const offers: readonly (readonly [string, Statement])[] = [
  [
    'select id from offer where statement_hash',
    ({ tx, values }) => one(tx.find('offer', (row) => row['statement_hash'] === keyOf(values[0]))),
  ],
  ['insert into offer', insertOffer],
  ['select * from offer where id = $1 for update', ({ tx, values }) => locked(tx, 'offer', keyOf(values[0]))],
  ['select * from offer where id = $1', ({ tx, values }) => one(tx.get('offer', keyOf(values[0])))],
  [
    'select * from offer where sell_ledger',
    ({ tx, values }) =>
      tx
        .filter('offer', (row) => {
          const isPair = ['sell_ledger', 'sell_asset', 'buy_ledger', 'buy_asset'].every((name, at) => row[name] === values[at])
          return isPair && row['paused'] === false && big(row['reserved']) + big(row['used']) < big(row['inventory'])
        })
        .sort((a, b) => Number(a['created_at']) - Number(b['created_at']) || (text(a['id']) < text(b['id']) ? -1 : 1)),
  ],
  [
    'select * from offer where not paused',
    ({ tx }) =>
      tx.filter('offer', (row) => {
        const held = big(row['reserved']) + big(row['used'])
        return row['paused'] === false && held < big(row['inventory'])
      }),
  ],
  ['update offer set reserved', moveOffer],
  [
    'select sum(reserved)::text',
    ({ tx, values }) => {
      const [liquidity, ledger, asset] = values
      const own = tx.filter(
        'offer',
        (row) => keyOf(row['liquidity']) === keyOf(liquidity) && row['sell_ledger'] === ledger && row['sell_asset'] === asset,
      )
      return [{ reserved: text(own.reduce((sum, row) => sum + big(row['reserved']), 0n)) }]
    },
  ],
  ['select provider, account, owner, ledgers from liquidity', ({ tx, values }) => one(tx.get('liquidity', text(values[0])))],
  [
    'insert into liquidity',
    async ({ tx, values }) => {
      const [provider, account, owner, names] = values
      await tx.lock('liquidity', text(provider))
      tx.put('liquidity', text(provider), { ...tx.get('liquidity', text(provider)), provider, account, owner, ledgers: names })
      return []
    },
  ],
]

async function expireQuotes({ tx, values }: Asked): Promise<Answered> {
  const isDue = (row: Row): boolean =>
    row['state'] === 'open' && row['give_ledger'] === values[0] && Number(row['expires_at']) <= Number(values[1])
  const due: Row[] = []
  for (const found of tx.filter('quote', isDue)) {
    const expired = await change(tx, 'quote', keyOf(found['id']), (row) =>
      isDue(row) ? { ...row, state: 'expired' } : undefined,
    )
    if (expired !== undefined) due.push(expired)
  }
  return counted(due)
}

const isHopOf = (row: Row, parent: unknown): boolean => row['parent'] !== null && keyOf(row['parent']) === keyOf(parent)

const quotes: readonly (readonly [string, Statement])[] = [
  [
    'insert into quote',
    async ({ tx, values }) => {
      const [id, offer, payer, view, ledger, amount, expiresAt, createdAt, parent] = values
      const row = {
        id,
        offer,
        payer,
        state: 'open',
        deal: null,
        view: JSON.parse(text(view)) as unknown,
        give_ledger: ledger,
        parent,
      }
      const numbers = { take_amount: text(amount), expires_at: text(expiresAt), created_at: text(createdAt) }
      await insert(tx, 'quote', keyOf(id), { ...row, ...numbers })
      return []
    },
  ],
  ['select * from quote where id = $1 for update', ({ tx, values }) => locked(tx, 'quote', keyOf(values[0]))],
  ['select * from quote where id = $1', ({ tx, values }) => one(tx.get('quote', keyOf(values[0])))],
  [
    `update quote set state = 'taken'`,
    async ({ tx, values }) => {
      const further = tx.filter('quote', (row) => isHopOf(row, values[0])).map((row) => row['id'])
      for (const id of [values[0], ...further]) {
        await change(tx, 'quote', keyOf(id), (row) => ({ ...row, state: 'taken', deal: values[1] }))
      }
      return NONE
    },
  ],
  [
    'update quote set state = $2',
    async ({ tx, values }) => {
      await change(tx, 'quote', keyOf(values[0]), (row) => ({ ...row, state: values[1] }))
      return NONE
    },
  ],
  [
    'select id from quote where parent',
    ({ tx, values }) =>
      tx
        .filter('quote', (row) => isHopOf(row, values[0]))
        .map(({ id }) => ({ id }))
        .sort((a, b) => (text(a.id) < text(b.id) ? -1 : 1)),
  ],
  [`update quote set state = 'expired'`, expireQuotes],
  [`select count(*) filter (where q.state = 'open')`, countQuotes],
]

/** Open quotes of a party, and those of late that held inventory for nothing. */
function countQuotes({ tx, values }: Asked): Answered {
  const [payer, since, lapsed] = values
  const names = new Set(Array.isArray(lapsed) ? lapsed.map(String) : [])
  const own = tx.filter('quote', (row) => row['payer'] === payer && row['parent'] === null)
  const unused = own.filter((row) => {
    if (row['state'] === 'expired') return Number(row['created_at']) >= Number(since)
    const deal = row['state'] === 'returned' ? tx.get('deal', `cnv_${keyOf(row['deal'])}`)?.['row'] : undefined
    // the border: deal-store.ts wrote this row
    const { stateName = '', updatedAt = 0 } = (deal ?? {}) as { readonly stateName?: string; readonly updatedAt?: number }
    return updatedAt >= Number(since) && names.has(stateName)
  })
  return [{ open: text(own.filter((row) => row['state'] === 'open').length), unused: text(unused.length) }]
}

const alarms: readonly (readonly [string, Statement])[] = [
  [
    'insert into alarm',
    async ({ tx, values }) => {
      const [kind, subject, detail, parties, chain, coin, at] = values
      const key = `${text(kind)}/${text(subject)}`
      const row = { id: text(tx.next()), kind, subject, detail, parties, chain, coin, raised_at: at }
      return (await insert(tx, 'alarm', key, row)) ? [{ id: row.id }] : []
    },
  ],
  [
    'update alarm set cleared_at',
    async ({ tx, values }) => {
      const key = `${text(values[0])}/${text(values[1])}`
      if (tx.get('alarm', key) === undefined) return NONE
      await tx.lock('alarm', key)
      const found = tx.get('alarm', key)
      tx.remove('alarm', key)
      return counted(one(found) as readonly Row[])
    },
  ],
]

export const settlementStatements = [...ledgers, ...transactions, ...offers, ...quotes, ...alarms]
