// What a signature thread does, as text to start it with: it checks batches that lie in shared memory and answers in the same memory.
import type { MessagePort } from 'node:worker_threads'

/** The arrays of one batch (libs/chain, SignatureBatch), in shared memory. */
export interface SharedBatch {
  readonly keys: Uint8Array
  readonly signatures: Uint8Array
  readonly messages: Uint8Array
  readonly valid: Uint8Array
}
export interface SignatureWork {
  readonly batches: readonly SharedBatch[]
  /** Length of one signed message. */
  readonly messageBytes: number
  /** Where the native library is looked up from. */
  readonly from: string
}
/** "Check rows `from` to `to` (exclusive) of batch `batch`"; the answer is the batch's number. */
export interface SignatureTask {
  readonly batch: number
  readonly from: number
  readonly to: number
}
interface Sodium {
  crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean
}

/**
 * Runs inside the thread. Self-contained, since it travels as text: no import and no name from outside of it. libsodium itself holds the
 * house's rule (S < L, canonical A and R, none of small order, cofactorless); the test compares it with the platform's verifier.
 */
function work(port: MessagePort, sodium: Sodium, data: SignatureWork): void {
  const message = Buffer.alloc(data.messageBytes)
  const key = Buffer.alloc(32)
  const signature = Buffer.alloc(64)
  port.on('message', (task: SignatureTask) => {
    const batch = data.batches[task.batch]
    if (batch === undefined) throw new Error('no such batch')
    for (let row = task.from; row < task.to; row++) {
      key.set(batch.keys.subarray(row * 32, row * 32 + 32))
      signature.set(batch.signatures.subarray(row * 64, row * 64 + 64))
      message.set(batch.messages.subarray(row * data.messageBytes, (row + 1) * data.messageBytes))
      batch.valid[row] = sodium.crypto_sign_verify_detached(signature, message, key) ? 1 : 0
    }
    port.postMessage(task.batch)
  })
}

/** The thread's program. Text, so that it runs from TypeScript sources and from a build alike. */
export const SIGNATURE_WORKER = `
const { parentPort, workerData } = require('node:worker_threads')
const sodium = require('node:module').createRequire(workerData.from)('sodium-native')
;(${work.toString()})(parentPort, sodium, workerData)`
