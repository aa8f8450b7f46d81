import { argumentsOf } from './arguments.js'
import { median, quantiles } from './figures.js'
import { missedGoals, sentenceOf } from './goals.js'
import { type Measure, beside, linesOf } from './line.js'
import { chosenRows } from './rows/all.js'

const measure = (value: number, peerValue: number): Measure => ({
  row: 'ledger.transfer',
  metric: 'perSecond',
  value,
  unit: 'transfers/s',
  peer: 'typeorm',
  peerValue,
})

describe('lines', () => {
  it('a ratio is the median of the ratios within the passes, not the ratio of the medians', () => {
    const [line] = linesOf([measure(100, 10), measure(300, 100), measure(200, 50)])
    expect(line).toEqual({ ...measure(200, 50), ratio: 4 })
  })

  it('there is one line per row, metric and peer, in the order of their coming', () => {
    const lines = linesOf([
      ...beside({ row: 'a', metric: 'p50', value: 1, unit: 'ms' }, { btc: 2, visa: 4 }),
      { row: 'b', metric: 'p50', value: 1, unit: 'ms' },
      ...beside({ row: 'a', metric: 'p50', value: 3, unit: 'ms' }, { btc: 2, visa: 4 }),
    ])
    expect(lines.map(({ row, peer, ratio }) => [row, peer, ratio])).toEqual([
      ['a', 'btc', 1],
      ['a', 'visa', 0.5],
      ['b', null, null],
    ])
  })
})

describe('figures', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  it('quantiles are samples', () => {
    const samples = Float64Array.from({ length: 1_000 }, (_, index) => 1_000 - index)
    expect(quantiles(samples, [0.5, 0.99, 0.999])).toEqual([501, 991, 1_000])
  })
})

describe('goals', () => {
  const goal = { row: 'ledger.transfer', metric: 'perSecond', peer: 'typeorm', of: 'ratio', atLeast: 20 } as const

  it('a goal that falls short is told with what was reached', () => {
    const missed = missedGoals(linesOf([measure(190, 10)]), [goal])
    expect(missed.map(sentenceOf)).toEqual(['ledger.transfer perSecond / typeorm: ratio 19, the goal is at least 20'])
    expect(missedGoals(linesOf([measure(200, 10)]), [goal])).toEqual([])
  })

  it('a figure that is at most its bound reaches it', () => {
    const bound = { ...goal, of: 'value', atMost: 5 } as const
    const { atLeast: _, ...atMost } = bound
    expect(missedGoals(linesOf([measure(5, 10)]), [atMost])).toEqual([])
    expect(missedGoals(linesOf([measure(6, 10)]), [atMost])).toHaveLength(1)
  })
})

describe('arguments', () => {
  it('rows are chosen by name or beginning, and what fits none is refused', () => {
    expect(chosenRows(['ledger.hot']).map(({ name }) => name)).toEqual(['ledger.hot'])
    expect(chosenRows(['ledger.*']).length).toBeGreaterThan(3)
    expect(() => chosenRows(['ledger.cold'])).toThrow('no row is called ledger.cold')
  })

  it('passes are three, or one of a quick run, unless told otherwise', () => {
    expect(argumentsOf(['--json'])).toMatchObject({ isJson: true, isQuick: false, passes: 3 })
    expect(argumentsOf(['--quick'])).toMatchObject({ isJson: false, isQuick: true, passes: 1 })
    expect(argumentsOf(['--quick', '--passes', '3'])).toMatchObject({ isQuick: true, passes: 3 })
    expect(() => argumentsOf(['--passes', '0'])).toThrow('--passes')
  })
})
