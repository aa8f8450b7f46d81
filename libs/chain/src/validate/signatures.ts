// Signature checks apart from validation: jobs are collected before ordering, done anywhere (worker threads over shared memory), and their
// answers are used only if the key checked is still the account's key.
import { type Bytes, type Verifier, invariant } from '@huitong/primitives'

const KEY = 32
const SIGNATURE = 64
/** Length of every transaction's signing message: tag, version, ledger id, transaction id. */
export const TRANSACTION_MESSAGE_BYTES = 84

/** Many signature checks side by side in flat arrays. Give an allocator of shared memory to let workers do them. */
export class SignatureBatch {
  readonly keys: Uint8Array
  readonly signatures: Uint8Array
  readonly messages: Uint8Array
  /** Which row of the ledger's key store the key came from. */
  readonly keyRows: Uint32Array
  /** 1 where the check succeeded; written by whoever does the checks. */
  readonly valid: Uint8Array
  count = 0

  constructor(
    readonly capacity: number,
    allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
  ) {
    this.keys = new Uint8Array(allocate(capacity * KEY))
    this.signatures = new Uint8Array(allocate(capacity * SIGNATURE))
    this.messages = new Uint8Array(allocate(capacity * TRANSACTION_MESSAGE_BYTES))
    this.keyRows = new Uint32Array(allocate(capacity * 4))
    this.valid = new Uint8Array(allocate(capacity))
  }

  /** Free places; a transaction needs at most SIGNATURES_MAX. */
  get room(): number {
    return this.capacity - this.count
  }

  clear(): void {
    this.count = 0
  }

  add(job: { key: Bytes; keyRow: number; message: Bytes; bytes: Bytes; signatureAt: number }): void {
    invariant(this.room > 0, 'room in the batch')
    const row = this.count++
    this.keys.set(job.key, row * KEY)
    for (let i = 0; i < SIGNATURE; i++) this.signatures[row * SIGNATURE + i] = job.bytes[job.signatureAt + i] ?? 0
    this.messages.set(job.message, row * TRANSACTION_MESSAGE_BYTES)
    this.keyRows[row] = job.keyRow
    this.valid[row] = 0
  }

  /** Does the checks of rows [from, to). */
  verify(verifier: Verifier, from = 0, to = this.count): void {
    for (let row = from; row < to; row++) {
      const signature = this.signatures.subarray(row * SIGNATURE, (row + 1) * SIGNATURE)
      const message = this.messages.subarray(row * TRANSACTION_MESSAGE_BYTES, (row + 1) * TRANSACTION_MESSAGE_BYTES)
      this.valid[row] = verifier.verify(signature, message, this.keys.subarray(row * KEY, (row + 1) * KEY)) ? 1 : 0
    }
  }
}

/** Where validation gets its answers about signatures from. */
export type SignatureSource =
  /** Verifies on the spot. */
  | { readonly kind: 'verify'; readonly verifier: Verifier }
  /**
   * Takes the answers for the very same bytes from a batch, beginning at `first` (-1: none were collected). Where the key has changed
   * meanwhile, `otherwise` verifies on the spot; without it the code is `signature_stale`.
   */
  | { readonly kind: 'checked'; readonly batch: SignatureBatch; readonly first: number; readonly otherwise?: Verifier }
  /** Takes every signature for good: to replay one's own storage at a restart, to measure, to simulate. Never for what strangers sent. */
  | { readonly kind: 'trusted' }
