// The receipt as the ledger wrote it, read into the shape that the edge promises.
import { invariant, isHex } from '@huitong/primitives'
import type { ReceiptDto } from './transaction.dto.js'

/** A receipt's JSON text. A ledger that answers anything else is broken. */
export function receiptView(text: string): ReceiptDto {
  const receipt: unknown = JSON.parse(text)
  invariant(isReceipt(receipt), 'a ledger answers receipts of the known form')
  const { format, chain, transaction, index, path, header, seal } = receipt
  return { format, chain, transaction, index, path, header, seal }
}

function isReceipt(value: unknown): value is ReceiptDto {
  if (typeof value !== 'object' || value === null) return false
  const fields: Partial<Record<keyof ReceiptDto, unknown>> = value
  return (
    fields.format === 'huitong-receipt-1' &&
    isHex(fields.chain, 32) &&
    isHex(fields.transaction) &&
    typeof fields.index === 'number' &&
    Array.isArray(fields.path) &&
    fields.path.every((hash) => isHex(hash, 32)) &&
    isHex(fields.header) &&
    isHex(fields.seal, 64)
  )
}
