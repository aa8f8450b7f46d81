// Reads made workloads: setup transactions and transfers as the bytes that are sent.
import * as fs from 'node:fs'
import path from 'node:path'
import type { Workload } from './plan.js'

export function* setupOf(workload: Workload): Generator<Uint8Array> {
  const bytes = fs.readFileSync(path.join(workload.folder, 'setup.bin'))
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    yield bytes.subarray(at + 4, at + 4 + length)
    at += 4 + length
  }
}

/** `count` transfers from number `from` on, each a view on one buffer. */
export function transfersOf(workload: Workload, from: number, count: number): Uint8Array[] {
  const { record } = workload
  const bytes = Buffer.alloc(count * record)
  const file = fs.openSync(path.join(workload.folder, 'transfers.bin'), 'r')
  const read = fs.readSync(file, bytes, 0, bytes.length, from * record)
  fs.closeSync(file)
  if (read !== bytes.length) throw new RangeError(`the workload has no ${count} transfers from number ${from} on`)
  return Array.from({ length: count }, (_, k) => bytes.subarray(k * record, (k + 1) * record))
}

/** Puts the ledger's genesis and sealing key where its process looks for them. */
export function plantGenesis(workload: Workload, ledgersFolder: string): void {
  const folder = path.join(ledgersFolder, workload.plan.name)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const file of ['sealing.key', 'genesis.json']) fs.copyFileSync(path.join(workload.folder, file), path.join(folder, file))
  fs.chmodSync(path.join(folder, 'sealing.key'), 0o600)
}
