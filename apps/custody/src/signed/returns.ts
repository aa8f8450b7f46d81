// Which legs under an offer came back to the account that paid them: read from the ledgers, each counted as given until then and free once after.
// Asked only when an offer looks used up, so that it costs nothing otherwise.
import { type SpendPath, coordinateOf } from '@huitong/chain'
import { log } from '@huitong/platform'
import type { Ledgers, ReadCoin } from '../ledger/ledgers.js'
import type { Book, LegFate, Signed } from './book.js'

/** Legs looked at for one request, those longest not looked at first. */
const LOOK_MAX = 100
/** More holds than that no coin has. */
const HOLDS_MAX = 64

export class Returns {
  constructor(
    private readonly ledgers: Ledgers,
    private readonly book: Book,
  ) {}

  async look(offer: string): Promise<void> {
    for (const leg of await this.book.legsOut(offer, LOOK_MAX)) {
      const fate = await this.#fateOf(leg)
      if (fate === undefined) continue
      await this.book.noteLeg(leg.id, fate)
      if (fate === 'returned') log.info('custody.leg.returned', { id: leg.id, ledger: leg.ledger })
    }
  }

  /** Undefined: the ledger does not say. */
  async #fateOf({ ledger, transaction, account }: Signed): Promise<LegFate | undefined> {
    const root = coordinateOf(transaction, 0)
    let coordinate = root
    for (let holds = 0; holds <= HOLDS_MAX; holds += 1) {
      const coin = await this.ledgers.coin(ledger, coordinate)
      if (!coin.ok || coin.value === undefined) return undefined
      const { spentBy } = coin.value
      if (spentBy === undefined) return 'out'
      const spender = await this.ledgers.transaction(ledger, spentBy.transaction)
      const input = spender.ok ? spender.value?.body.inputs[spentBy.input] : undefined
      if (input?.coin !== coordinate) return undefined
      if (input.path.kind !== 'hold') return fateBy(input.path, coin.value, account)
      const held = coordinateOf(spentBy.transaction, 0)
      // holds are the arbiter's, and the arbiter is ours: the book knows the line
      if ((await this.book.rootOf(ledger, held)) !== root) return undefined
      coordinate = held
    }
    return undefined
  }
}

/** Free again is only what came back whole to the account that paid; a share of it stays counted as given. */
function fateBy(path: SpendPath, { condition }: ReadCoin, payer: string): LegFate {
  switch (path.kind) {
    case 'expire':
    case 'cancel':
      return condition.kind === 'hashLock' && condition.refundee === payer ? 'returned' : 'spent'
    case 'default':
      return condition.kind === 'escrow' && condition.default === 'refund' && condition.payer === payer ? 'returned' : 'spent'
    case 'rule':
      return condition.kind === 'escrow' && path.toPayee === 0n && condition.payer === payer ? 'returned' : 'spent'
    default:
      return 'spent'
  }
}
