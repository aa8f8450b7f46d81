// One seed from its first event to its verdict: people act while things fail, everything heals, and then every deal must come to its end by itself.
import { installNativeHash } from '@huitong/platform'
import { Coverage } from './coverage.js'
import type { FaultGroup, FaultKind } from './faults.js'
import { Oracle } from './oracle.js'
import { conversionStory } from './conversion-stories.js'
import { type Told, swapStory } from './pair-stories.js'
import { orderStory } from './order-stories.js'
import { powerStories } from './power-stories.js'
import { Random } from './random.js'
import { type Cast, cast, provide } from './setup.js'
import type { Wish } from './actor.js'
import type { Trace } from './trace.js'
import { type Failure, MINUTE, World } from './world.js'

export interface SeedOptions {
  readonly seed: number
  /** Only these stories, by number; all if absent. */
  readonly only?: ReadonlySet<number>
  readonly without?: ReadonlySet<FaultGroup>
}

export interface SeedResult {
  readonly seed: number
  readonly failure?: Failure
  readonly trace: Trace
  readonly events: number
  readonly simulatedMs: number
  readonly faults: ReadonlyMap<FaultKind, number>
  readonly coverage: Coverage
  /** Deals by kind and the state they ended in. */
  readonly ends: ReadonlyMap<string, number>
  readonly checks: number
  readonly reminders: number
  readonly stories: readonly string[]
}

// as every process of the hub does
installNativeHash()

export const STORIES = 6
const FAULTY_MS = 45 * MINUTE
/** The latest of everything that was agreed, and time for the hub to come to it. */
const END_MS = 260 * MINUTE
const SETUP_MOST_MS = 10 * MINUTE

export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const random = new Random(options.seed)
  const world = new World({ seed: options.seed, random, without: options.without ?? new Set() })
  const coverage = new Coverage()
  const journal: Wish[] = []
  const stories: string[] = []
  const oracle = new Oracle(world, journal, coverage)
  await world.within(async () => {
    const people = cast(world, STORIES, journal)
    oracle.listen()
    world.start()
    const { scheduler } = world
    let isReady = false
    provide(world, people).then(
      () => (isReady = true),
      (error: unknown) => world.broken(error),
    )
    const isOver = (): boolean => world.failure !== undefined
    await scheduler.run(scheduler.now + SETUP_MOST_MS, () => isReady || isOver())
    if (!isReady) world.fail('setup', 'the hub is not ready in time')
    world.note('ready')
    const begun = scheduler.now
    const played = tell(world, people, { options, oracle, stories })
    if (options.without?.has('powers') !== true && random.fork('powers').chance(0.4))
      powerStories(people, FAULTY_MS / 2).catch((error: unknown) => world.broken(error))
    world.beginFaults(FAULTY_MS)
    const isDone = (): boolean => scheduler.events % 64 === 0 && played.isOver() && oracle.isQuiet()
    await scheduler.run(begun + FAULTY_MS, () => isOver() || isDone())
    if (!isOver()) world.heal()
    await scheduler.run(begun + END_MS, () => isOver() || isDone())
    if (!isOver()) await oracle.atEnd()
  })
  return {
    seed: options.seed,
    ...(world.failure === undefined ? {} : { failure: world.failure }),
    trace: world.scheduler.trace,
    events: world.scheduler.events,
    simulatedMs: world.scheduler.now - world.scheduler.trace.start,
    faults: world.faults.counts,
    coverage,
    ends: oracle.ends(),
    checks: oracle.checks,
    reminders: oracle.reminders,
    stories,
  }
}

/** What most deals of a seed are: of everything, or of one sort, so that long courses of that sort meet each other. */
const THEMES = [
  ['swap', 'conversion', 'code', 'inspection', 'paired', 'paired', 'mixed'],
  ['code', 'inspection', 'paired', 'paired', 'mixed'],
  ['conversion', 'conversion', 'swap'],
] as const

/** Everybody begins at a time of its own. */
function tell(
  world: World,
  people: Cast,
  told: { readonly options: SeedOptions; readonly oracle: Oracle; readonly stories: string[] },
): { readonly isOver: () => boolean } {
  const random = world.options.random.fork('stories')
  const kinds: (typeof THEMES)[number] = world.hasLongOutage ? THEMES[2] : random.pick(THEMES)
  let playing = 0
  people.pairs.forEach(([anna, boris], number) => {
    const kind = number < 2 ? (['swap', 'conversion'] as const)[number] : random.pick(kinds)
    const delay = random.unit() * 12 * MINUTE
    if (kind === undefined || told.options.only?.has(number) === false) return
    told.stories.push(`${number}: ${kind}`)
    const story: Told = { folly: [] }
    told.oracle.told.push(story)
    playing += 1
    world.scheduler.in(delay, world.scheduler.world, () => {
      const play =
        kind === 'swap'
          ? swapStory(anna, boris, story)
          : kind === 'conversion'
            ? conversionStory(anna, story)
            : orderStory(kind, { buyer: anna, shop: boris, people }, story)
      play.then(() => (playing -= 1)).catch((error: unknown) => world.broken(error))
    })
  })
  return { isOver: () => playing === 0 }
}
