import { inParallel } from './parallel.js'

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('several at a time', () => {
  test('answers stand in the items’ order, and no more than the width run at once', async () => {
    let running = 0
    let most = 0
    const done = await inParallel([5, 1, 4, 2, 3], 2, async (turns) => {
      most = Math.max(most, ++running)
      for (let turn = 0; turn < turns; turn++) await soon()
      running -= 1
      return turns * 10
    })
    expect(done).toEqual([50, 10, 40, 20, 30])
    expect(most).toBe(2)
  })

  test('a failure is thrown only when nothing runs any more, and nothing new begins after it', async () => {
    const begun: number[] = []
    const ended: number[] = []
    const work = async (item: number): Promise<void> => {
      begun.push(item)
      if (item === 1) throw new Error('one')
      for (let turn = 0; turn < 5; turn++) await soon()
      ended.push(item)
    }
    await expect(inParallel([0, 1, 2, 3], 2, work)).rejects.toThrow('one')
    expect(begun).toEqual([0, 1])
    expect(ended).toEqual([0])
  })
})
