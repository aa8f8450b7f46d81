// The machine's signature arithmetic: libsodium alone on every core, over messages and keys like those of transfers. Nothing can be faster.
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Workload } from '../workload/plan.js'
import { transfersOf } from '../workload/read.js'
import { TransferForm } from '../workload/transactions.js'
import { walletsOf } from '../workload/wallets.js'
import { chainOf } from '../workload/lay-out.js'
import * as fs from 'node:fs'
import path from 'node:path'

export interface VerificationRate {
  readonly perSecond: number
  /** CPU seconds of one verification. */
  readonly cpuSeconds: number
}

interface Verified {
  readonly done: number
  readonly right: number
  readonly ms: number
}

/** Distinct signatures, so that no cache holds an answer. */
const SAMPLES = 4_096

/** A thread's program, as text so that it needs no file of its own: verifies until the time is over, answers how many were right. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const sodium = require('node:module').createRequire(workerData.from)('sodium-native')
const { samples, count, messageBytes, ms } = workerData
const size = messageBytes + 96
const rows = Array.from({ length: count }, (_, row) => {
  const at = row * size
  const of = (from, length) => Buffer.from(samples.buffer, samples.byteOffset + at + from, length)
  return [of(messageBytes + 32, 64), of(0, messageBytes), of(messageBytes, 32)]
})
const { go } = workerData
parentPort.postMessage('ready')
setImmediate(() => {
  Atomics.wait(go, 0, 0)
  const begun = performance.now()
  let done = 0
  let right = 0
  while (performance.now() - begun < ms) {
    for (let i = 0; i < 64; i++, done++) {
      const row = rows[done % count]
      if (sodium.crypto_sign_verify_detached(row[0], row[1], row[2])) right++
    }
  }
  parentPort.postMessage({ done, right, ms: performance.now() - begun })
})`

export async function rawVerification(config: { readonly workload: Workload; readonly ms: number }): Promise<VerificationRate> {
  const { workload, ms } = config
  const { samples, count, messageBytes } = samplesOf(workload)
  const go = new Int32Array(new SharedArrayBuffer(4))
  const threads = Array.from(
    { length: os.availableParallelism() },
    () => new Worker(THREAD, { eval: true, workerData: { go, samples, count, messageBytes, ms, from: import.meta.url } }),
  )
  await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('message', resolve))))
  const before = process.cpuUsage()
  const answered = threads.map((thread) => new Promise<Verified>((resolve) => thread.once('message', resolve)))
  Atomics.store(go, 0, 1)
  Atomics.notify(go, 0)
  const answers = await Promise.all(answered)
  const used = process.cpuUsage(before)
  await Promise.all(threads.map((thread) => thread.terminate()))
  if (answers.some(({ done, right }) => done !== right)) throw new Error('a signature of the workload is not valid')
  const total = answers.reduce((sum, { done }) => sum + done, 0)
  const perSecond = answers.reduce((sum, answer) => sum + answer.done / (answer.ms / 1_000), 0)
  return { perSecond, cpuSeconds: (used.user + used.system) / 1e6 / total }
}

function samplesOf(workload: Workload): { samples: Uint8Array; count: number; messageBytes: number } {
  const { plan, folder, record } = workload
  const form = new TransferForm(chainOf(folder), plan)
  const count = Math.min(SAMPLES, plan.transfers)
  const owners = fs.readFileSync(path.join(folder, 'owners.bin'))
  const wallets = walletsOf(plan.seed, plan.wallets)
  const transfers = Buffer.concat(transfersOf(workload, 0, count))
  const messageBytes = form.signed(transfers, 0).message.length
  const size = messageBytes + 96
  const samples = Buffer.alloc(count * size)
  for (let k = 0; k < count; k++) {
    const { message, signature } = form.signed(transfers, k * record)
    message.copy(samples, k * size)
    wallets[owners.readUInt32LE(4 * k)]?.publicKey.copy(samples, k * size + messageBytes)
    signature.copy(samples, k * size + messageBytes + 32)
  }
  return { samples, count, messageBytes }
}
