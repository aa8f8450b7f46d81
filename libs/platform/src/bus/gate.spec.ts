import { Gate } from './gate.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('runs so many at once, keeps so many waiting in order, and refuses the rest', async () => {
  const gate = new Gate({ running: 2, waiting: 2 })
  const begun: number[] = []
  const finish: (() => void)[] = []
  const work = (n: number) => (): Promise<void> => {
    begun.push(n)
    return new Promise((resolve) => void finish.push(resolve))
  }
  expect([1, 2, 3, 4, 5].map((n) => gate.enter(work(n)))).toEqual([true, true, true, true, false])
  expect(begun).toEqual([1, 2])
  expect(gate.load).toBe(4)
  finish[0]?.()
  await turn()
  expect(begun).toEqual([1, 2, 3])
  expect(gate.enter(work(6))).toBe(true)
  expect(await gate.emptied(10)).toBe(false)
  const empty = gate.emptied(5_000)
  for (let n = 0; n < 6; n++) {
    for (const done of finish) done()
    await turn()
  }
  expect(await empty).toBe(true)
  expect(begun).toEqual([1, 2, 3, 4, 6])
})
