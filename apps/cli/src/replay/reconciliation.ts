// Where everything issued is, per token, over the whole hub: as the auditor sums it from raw coins, or, where no auditor answers, as this machine
// does, replaying every ledger's blocks from its genesis. Never from what a replay itself has counted.
import { type Block, type Condition, decodeHeader, verifyChain } from '@huitong/chain'
import { type AccountId, type Signature, expectOk, fromHex, never } from '@huitong/primitives'
import { type HubClient, type LedgerClient, HubError, Unproven, accountOf } from '@huitong/sdk'
import { browserVerifier } from '@huitong/chain'

export interface Reserve {
  readonly ledger: string
  readonly asset: string
  readonly issued: bigint
  /** In accounts, of holders and of liquidity providers. */
  readonly holders: bigint
  /** In escrow and under hash locks. */
  readonly escrow: bigint
  readonly fees: bigint
  /** issued - holders - escrow - fees. */
  readonly difference: bigint
}

export interface Reconciliation {
  readonly source: 'auditor' | 'blocks'
  readonly rows: readonly Reserve[]
}

const NO_AUDITOR: ReadonlySet<string> = new Set(['unavailable', 'unreachable', 'timeout', 'http_502', 'http_503', 'http_504'])

export async function reconcile(hub: HubClient): Promise<Reconciliation> {
  try {
    const { items } = await hub.reserves()
    return { source: 'auditor', rows: items.map(reserveOf) }
  } catch (cause) {
    if (!(cause instanceof HubError) || !NO_AUDITOR.has(cause.code)) throw cause
    return { source: 'blocks', rows: await fromBlocks(hub) }
  }
}

/** The sums are made here once more: a difference that the auditor reports is not believed to be 0 because it says so. */
function reserveOf(item: Awaited<ReturnType<HubClient['reserves']>>['items'][number]): Reserve {
  const issued = BigInt(item.issued)
  const holders = BigInt(item.holders) + BigInt(item.liquidity)
  const escrow = BigInt(item.escrow) + BigInt(item.hashLocks)
  const fees = BigInt(item.fees)
  const { ledger, asset } = item
  return { ledger, asset, issued, holders, escrow, fees, difference: issued - holders - escrow - fees }
}

async function fromBlocks(hub: HubClient): Promise<readonly Reserve[]> {
  const { terms } = await hub.hub()
  const rows: Reserve[] = []
  for (const name of await hub.ledgerNames()) rows.push(...(await sumsOf(await hub.ledger(name), accountOf(terms.feeAccount))))
  return rows
}

/** Seals, roots and balances of every block are verified; signatures of single transactions are taken as the ledger took them. */
async function sumsOf(ledger: LedgerClient, feeAccount: AccountId): Promise<readonly Reserve[]> {
  const replayed = await verifyChain(ledger.genesis, blocksOf(ledger), { verifier: browserVerifier, trustSignatures: true })
  if (!replayed.ok) throw new Unproven(replayed.code, `block ${replayed.height} of ${ledger.name}`)
  const sums = new Map(replayed.state.assets.all().map(({ asset }) => [asset, { holders: 0n, escrow: 0n, fees: 0n }]))
  for (const { asset, amount, condition } of replayed.state.allCoins()) {
    const sum = sums.get(asset)
    if (sum !== undefined) sum[placeOf(condition, feeAccount)] += amount
  }
  return replayed.state.assets.all().map(({ asset, issued, burnt }) => {
    const { holders, escrow, fees } = sums.get(asset) ?? { holders: 0n, escrow: 0n, fees: 0n }
    const out = issued - burnt
    return { ledger: ledger.name, asset, issued: out, holders, escrow, fees, difference: out - holders - escrow - fees }
  })
}

function placeOf(condition: Condition, feeAccount: AccountId): 'holders' | 'escrow' | 'fees' {
  switch (condition.kind) {
    case 'account':
      return condition.account === feeAccount ? 'fees' : 'holders'
    case 'timeLock':
    case 'multi':
      return 'holders'
    case 'hashLock':
    case 'escrow':
      return 'escrow'
    default:
      return never(condition)
  }
}

async function* blocksOf(ledger: LedgerClient): AsyncGenerator<Block> {
  let from: number | undefined = 1
  while (from !== undefined) {
    const page: Awaited<ReturnType<LedgerClient['blocks']>> = await ledger.blocks(from)
    for (const { header, seal, transactions } of page.items) {
      const read = expectOk(decodeHeader(fromHex(header)), `a header of ${ledger.name}`)
      // the border: checked by verifyChain
      yield { header: { ...read, seal: seal as Signature }, transactions: transactions.map(fromHex) }
    }
    from = page.next
  }
}
