// How coins are spent: paths, their times and parameters, preimages, and the outputs that locks prescribe.
import { type Time, equalBytes, fromHex, sha256 } from '@huitong/primitives'
import { writeOutput } from '../codec/condition.js'
import { Writer } from '../codec/writer.js'
import { type RuleCode, firstCode } from '../codes.js'
import { checkPathFit, checkPathTerms, checkPathTime, isLock, preimageNeeded, prescribedOutputs } from '../covenant.js'
import type { Output, SpendPath } from '../model.js'
import type { Outline } from '../outline.js'

/** A coin that is more than a plain account's, and how it is to be spent. */
export interface Spending {
  readonly coin: Output
  readonly path: SpendPath
}

/** All rules about the inputs in the order of their precedence, given those inputs whose coins or paths are not plain. */
export function checkSpendings(outline: Outline, spendings: readonly Spending[], time: Time): RuleCode | undefined {
  const worst = (rule: (spending: Spending) => RuleCode | undefined): RuleCode | undefined =>
    spendings.reduce<RuleCode | undefined>((code, spending) => firstCode(code, rule(spending)), undefined)
  const locks = spendings.filter(({ coin }) => isLock(coin.condition))
  const alone = locks.length === outline.inputCount && outline.operations.length === 0 && outline.memoSize === 0
  return (
    worst(({ coin, path }) => checkPathFit(coin.condition, path)) ??
    (locks.length > 0 && !alone ? 'lock_not_alone' : undefined) ??
    worst(({ coin, path }) => firstCode<RuleCode>(checkPathTime(coin.condition, path, time), checkPathTerms(coin, path))) ??
    checkPreimages(outline, spendings) ??
    (locks.length > 0 && !pays(outline, locks) ? 'outputs_not_prescribed' : undefined)
  )
}

/** The distinct secrets that the inputs need, in the order in which they first need them: exactly these, and each opens its lock. */
function checkPreimages(outline: Outline, spendings: readonly Spending[]): RuleCode | undefined {
  const needed = new Set<string>()
  for (const { coin, path } of spendings) {
    const hash = preimageNeeded(coin.condition, path)
    if (hash !== undefined) needed.add(hash)
  }
  if (needed.size !== outline.preimageCount) return 'preimage_count'
  let at = outline.preimagesAt
  for (const hash of needed) {
    if (!equalBytes(sha256(outline.bytes.subarray(at, at + 32)), fromHex(hash))) return 'preimage_wrong'
    at += 32
  }
  return undefined
}

/** Are the outputs byte for byte those that the locks prescribe, in input order? */
function pays(outline: Outline, locks: readonly Spending[]): boolean {
  const writer = new Writer()
  let count = 0
  for (const { coin, path } of locks) {
    const outputs = prescribedOutputs(coin, path)
    if (!outputs.ok) return false
    for (const output of outputs.value) writeOutput(writer, output)
    count += outputs.value.length
  }
  return count === outline.outputCount && equalBytes(writer.done(), outline.bytes.subarray(outline.outputsAt, outline.outputsEnd))
}
