// A coin's history drawn as a tree of text: each line a coin, its branches the coins it came from or went into. Draws, checks nothing.
import { encodeAddress } from '@huitong/chain'
import type { Coordinate } from '@huitong/primitives'
import type { History, HistoryCoin } from '@huitong/sdk'
import { type Token, moneyText } from './amounts.js'
import { short, shortAddress } from './desk.js'

export interface TreeOptions {
  readonly direction: 'backward' | 'forward'
  readonly token: Pick<Token, 'asset' | 'scale'>
  /** Steps drawn; what lies behind is counted. */
  readonly depth: number
}

/** The tree below (or before) a coin, one line per coin; a coin that was drawn already is only named again. */
export function historyTree(history: History, root: Coordinate, options: TreeOptions): string {
  const lines: string[] = []
  const drawn = new Set<Coordinate>()
  const spenders = options.direction === 'forward' ? spendersOf(history) : undefined
  const draw = (coordinate: Coordinate, lead: string, stem: string, depth: number): void => {
    const coin = history.coins.get(coordinate)
    if (coin === undefined) return
    const again = drawn.has(coordinate)
    drawn.add(coordinate)
    const next = spenders === undefined ? sources(history, coin) : targets(history, coin, spenders)
    const more = again ? '  (drawn above)' : next.length > 0 && depth >= options.depth ? `  … ${next.length} more behind` : ''
    lines.push(`${lead}${lineOf(history, coin, options)}${more}`)
    if (again || depth >= options.depth) return
    for (const [index, each] of next.entries()) {
      const last = index === next.length - 1
      draw(each, `${stem}${last ? '└─ ' : '├─ '}`, `${stem}${last ? '   ' : '│  '}`, depth + 1)
    }
  }
  draw(root, '', '', 0)
  return lines.join('\n')
}

function lineOf(history: History, coin: HistoryCoin, options: TreeOptions): string {
  const { condition } = coin
  const holder =
    condition === undefined
      ? ''
      : condition.kind === 'account'
        ? ` of ${shortAddress(encodeAddress(condition.account))}`
        : ` in ${condition.kind}`
  const inputs = history.transactions.get(coin.transaction)?.inputs
  const issued = options.direction === 'backward' && inputs?.length === 0 ? ', issued' : ''
  const height = coin.height === undefined ? '' : `, height ${coin.height}`
  return `${moneyText(coin.amount, options.token)}${holder}  ${short(coin.coordinate)}${issued}${height}`
}

/** The inputs of the same token of the transaction that made the coin. */
function sources(history: History, coin: HistoryCoin): readonly Coordinate[] {
  const inputs = history.transactions.get(coin.transaction)?.inputs ?? []
  return inputs.filter((input) => history.coins.get(input)?.asset === coin.asset)
}

/** The outputs of the same token of the transaction that spent the coin. */
function targets(history: History, coin: HistoryCoin, spenders: ReadonlyMap<Coordinate, string>): readonly Coordinate[] {
  const spender = spenders.get(coin.coordinate)
  const outputs = spender === undefined ? [] : (history.transactions.get(spender)?.outputs ?? [])
  return outputs.filter((output) => history.coins.get(output)?.asset === coin.asset)
}

const spendersOf = (history: History): ReadonlyMap<Coordinate, string> =>
  new Map([...history.transactions.values()].flatMap(({ id, inputs }) => inputs.map((input) => [input, id] as const)))
