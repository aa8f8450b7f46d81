// `huitong demo`: the main job on three ledgers, told step by step. A step is ok only if receipts verified with the pinned genesis say so.
import type { Command } from 'commander'
import { toHex } from '@huitong/primitives'
import { systemEntropy } from '@huitong/sdk'
import { conversion, payment, swap } from '../demo/exchange.js'
import { essay } from '../demo/essay.js'
import { loseAndRecover } from '../demo/recovery.js'
import { buyAcrossTokens, buyWithCode, dispute } from '../demo/shop.js'
import { Stage } from '../demo/stage.js'
import { CommandFailure, EXIT } from '../exit-code.js'
import { type Rate, found } from '../network/founding.js'
import { seedIn } from '../network/seed.js'
import { POINT, TAEL } from '../network/tokens.js'
import { type Session, withHub } from '../session.js'
import { nativeHub } from '../native.js'
import type { Output } from '../output.js'
import { globalsOf, outputOf } from './globals.js'

const RATES: readonly Rate[] = [
  { give: POINT, take: TAEL, numerator: 99n, denominator: 100n },
  { give: TAEL, take: POINT, numerator: 99n, denominator: 100n },
]
const DEPTH = 6_400_000n

const STEPS: readonly { readonly step: string; readonly title: string; readonly run: (stage: Stage) => Promise<void> }[] = [
  { step: 'ancestry', title: 'The essay’s example: which units does Hook hold?', run: essay },
  { step: 'pay', title: 'Pay', run: payment },
  { step: 'convert', title: 'Convert TAEL into POINT through a provider', run: conversion },
  { step: 'swap', title: 'Swap TAEL for PEARL between two people', run: swap },
  { step: 'buy-with-code', title: 'Buy with the money in escrow and a delivery code', run: buyWithCode },
  { step: 'buy-across-tokens', title: 'Buy in POINT from a merchant who is paid in TAEL', run: buyAcrossTokens },
  { step: 'dispute', title: 'Dispute, ruled by two operators', run: dispute },
  { step: 'recovery', title: 'Lose a key and recover it with an order open', run: loseAndRecover },
]

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('the main job on three ledgers, step by step; exits 0 only if every step is proven')
    .action(async (_options: object, command: Command) => {
      const output = outputOf(command)
      await withHub({ ...globalsOf(command), sandbox: true }, output, (session) => perform(session, output))
    })
}

async function perform(session: Session, output: Output): Promise<void> {
  if (session.adminKey === undefined)
    throw new CommandFailure(EXIT.usage, 'key_missing', 'the demonstration enrols people: give an admin key in HUITONG_API_KEY')
  const admin = nativeHub({ url: session.url, apiKey: session.adminKey, deadlineMs: 60_000 })
  const network = await found(admin, seedIn(session.folder, 'demo'), RATES, DEPTH)
  const stage = new Stage(network, toHex(systemEntropy.bytes(3)), (line) => output.say(`   ${line}`))
  const results: { step: string; ok: boolean; ms: number; proofs: number }[] = []
  for (const { step, title, run } of STEPS) {
    output.say(`\n${results.length + 1}. ${title}`)
    const begun = performance.now()
    const before = stage.proofs
    const fault = await run(stage).then(
      () => undefined,
      (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))),
    )
    const result = { step, ok: fault === undefined, ms: Math.round(performance.now() - begun), proofs: stage.proofs - before }
    results.push(result)
    output.emit(
      fault === undefined ? result : { ...result, error: fault.message },
      fault === undefined ? `   ✓ ${result.proofs} receipts verified, ${result.ms} ms` : `   ✗ ${fault.message}`,
    )
    if (fault !== undefined) output.note(fault.stack ?? fault.message)
  }
  const ok = results.every((result) => result.ok)
  output.say(`\n${results.filter((result) => result.ok).length} of ${STEPS.length} steps proven by ${stage.proofs} receipts`)
  output.summary({ ok, steps: results.length, proofs: stage.proofs })
  if (!ok) throw new CommandFailure(EXIT.failed, 'step_failed', `step ${results.find((result) => !result.ok)?.step} did not hold`)
}
