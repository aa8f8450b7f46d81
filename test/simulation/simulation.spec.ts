// Two hundred seeds of the whole of settlement. A failure prints its seed, the command that shows it again, and what led to it.
import { Report } from './report.js'
import { runSeed } from './run.js'
import { failureText, shrink } from './shrink.js'

const SEEDS = 200
const ROOT = new URL('../../', import.meta.url)

describe('settlement, simulated', () => {
  it(`keeps its rules in ${SEEDS} seeds, and ends every deal once the faults are over`, { timeout: 300_000 }, async () => {
    const report = new Report(ROOT)
    for (let seed = 0; seed < SEEDS; seed++) {
      const result = await runSeed({ seed })
      report.add(result)
      if (result.failure !== undefined) throw new Error(failureText(await shrink(result)))
    }
    // the simulation itself must not fall asleep: faults of every kind, and most of what the diagrams show
    expect([...report.faults].filter(([, count]) => count === 0)).toEqual([])
    for (const { machine, arrows, drawn } of report.machines())
      if (drawn > 0) expect([machine, arrows / drawn > 0.2]).toEqual([machine, true])
  })

  it.each([3, 77])('seed %i is the same run whenever it runs', async (seed) => {
    const [one, , two] = [await runSeed({ seed }), await runSeed({ seed: seed + 1 }), await runSeed({ seed })]
    expect(two.trace.hash).toBe(one.trace.hash)
    expect([two.events, two.trace.count]).toEqual([one.events, one.trace.count])
  })
})
