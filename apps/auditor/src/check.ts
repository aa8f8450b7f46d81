// One check: a snapshot, the new blocks of every ledger, then every invariant over what is known now.
import { setImmediate } from 'node:timers/promises'
import { faultFields, log } from '@huitong/platform'
import { checkDeadlines } from './invariant/deadlines.js'
import { checkEffects } from './invariant/effects.js'
import { checkEscrow } from './invariant/escrow.js'
import { checkLiquidity } from './invariant/liquidity.js'
import { checkPairs } from './invariant/pairs.js'
import { Findings, type Verdict, verdicts } from './invariant/verdict.js'
import type { Memory } from './memory.js'
import type { HeadFact, Snapshot } from './read/facts.js'
import type { Source } from './read/source.js'
import type { LedgerReplay } from './replay/ledger-replay.js'

/** A committed audit entry is linked within a fraction of a second; it may wait this long for a process to come back, in milliseconds. */
const LINK_MS = 60_000
/** Longest piece of work without a pause, in milliseconds. */
const BREATH_MS = 50

export interface Outcome {
  readonly verdicts: readonly Verdict[]
  readonly snapshot: Snapshot
}

export async function check(memory: Memory, source: Source): Promise<Outcome> {
  const seen = new Map([...memory.logs].map(([app, { seq }]) => [app, seq] as const))
  const snapshot = await source.snapshot({ seen, ...(memory.mark === undefined ? {} : { mark: memory.mark }) })
  memory.take(snapshot)
  const found = new Findings()
  for (const head of snapshot.heads) await follow(memory, source, { head, snapshot, found })
  checkEscrow(memory, snapshot, found)
  checkPairs(memory, found)
  checkLiquidity(snapshot, found)
  checkEffects(memory, found)
  checkDeadlines(memory, snapshot, found)
  for (const { app, waitingMs = 0 } of snapshot.logs) {
    if (waitingMs > LINK_MS)
      found.broken(8, `${app}: an audit entry has waited ${Math.round(waitingMs)} ms for its place in the chain`)
  }
  const replays = [...memory.ledgers.values()].map(({ findings }) => findings)
  return { verdicts: verdicts([...replays, memory.lasting, found]), snapshot }
}

/** Replays a ledger up to where it stood in the snapshot. */
async function follow(
  memory: Memory,
  source: Source,
  { head, snapshot, found }: { readonly head: HeadFact; readonly snapshot: Snapshot; readonly found: Findings },
): Promise<void> {
  const pinned = snapshot.cursors.find(({ name }) => name === head.name)
  if (pinned !== undefined && pinned.chain !== head.chain) {
    found.broken(3, `${head.name} is ledger ${head.chain}, but settlement knows it as ${pinned.chain}`)
  }
  const known = memory.ledgers.has(head.name) ? undefined : (pinned?.genesis ?? (await source.genesis(head.name)))
  const replay = memory.replay(head.name, head.chain, known)
  if (replay === undefined) return
  for (const { ledger, id } of memory.transactions.values()) if (ledger === head.name) replay.wanted.add(id)
  if (replay.height < head.height) {
    let breathed = performance.now()
    for await (const block of source.blocks(head.name, replay.height + 1, head.height)) {
      replay.apply(block)
      if (performance.now() - breathed < BREATH_MS) continue
      // health and requests are answered while a long history is replayed
      await setImmediate()
      breathed = performance.now()
    }
  }
  if (replay.height !== head.height || replay.hash !== head.hash) {
    replay.findings.broken(
      3,
      `${head.name} says it ends with block ${head.height}, its blocks lead to another end at ${replay.height}`,
    )
  }
  await classify(replay, source)
}

/** Coins that were not there to be spent: spent before, or never made. */
async function classify(replay: LedgerReplay, source: Source): Promise<void> {
  for (const { coin, height } of replay.missing.splice(0)) {
    const at = `${replay.birth.name}, block ${height}`
    try {
      const wasSpent = await source.wasSpent(replay.birth.name, coin, height - 1)
      if (wasSpent) replay.findings.broken(3, `${at}: coin ${coin} is spent a second time`)
      else replay.findings.broken(2, `${at}: coin ${coin} is spent, but was never made`)
    } catch (error) {
      // a breach is told in any case, if need be without its kind
      log.warn('audit.coin.unsearched', { coin, ...faultFields(error) })
      replay.findings.broken(2, `${at}: coin ${coin} is spent, but is not there`)
    }
  }
}
