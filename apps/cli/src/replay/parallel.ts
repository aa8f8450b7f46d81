// Several at a time, each to its end: the first failure stops new ones from beginning, never those that run.

/** Runs `work` over all items, at most `width` at a time, and answers in their order. Throws the first failure once nothing runs any more. */
export async function inParallel<Item, Done>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = []
  const failures: unknown[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (failures.length === 0) {
      const index = next++
      const item = items[index]
      if (item === undefined) return
      try {
        done[index] = await work(item, index)
      } catch (cause) {
        failures.push(cause)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
  if (failures.length > 0) throw failures[0]
  return done
}
