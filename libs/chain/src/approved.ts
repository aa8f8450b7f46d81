// What an approval statement is over, as the 32-byte hash it carries: one function per subject, so that signer and checker mean the same.
// Order terms and quotes are hashed where their canonical text is made (libs/protocol). Pure arithmetic on bytes.
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type Bytes,
  type ChainId,
  type OrderId,
  concat,
  fromHex,
  invariant,
  taggedHash,
  toHex,
  utf8,
} from '@huitong/primitives'

/** Subject `bind`: the party (`pty_…`) says that this account on this ledger is its own; signed by a key of the account. */
export function bindingHash(binding: { readonly party: string; readonly chain: ChainId; readonly account: AccountId }): string {
  return toHex(taggedHash('huitong/bind', text(binding.party), fromHex(binding.chain), fromHex(binding.account)))
}

/** Subject `withdraw`: a provider takes `amount` of `asset` out of its managed account, to its own; signed by keys of its own account. */
export function withdrawalHash(withdrawal: {
  readonly provider: string
  readonly chain: ChainId
  readonly asset: AssetCode
  readonly amount: Amount
}): string {
  const amount = new Uint8Array(8)
  new DataView(amount.buffer).setBigUint64(0, withdrawal.amount)
  const { provider, chain, asset } = withdrawal
  return toHex(taggedHash('huitong/withdraw', text(provider), fromHex(chain), text(asset), amount))
}

/** Subject `dispute`: one milestone of one order; signed by a key of either party's account. */
export function disputeHash(disputed: { readonly order: OrderId; readonly milestone: number }): string {
  const { order, milestone } = disputed
  invariant(milestone >= 0 && milestone <= 65_535, 'a milestone from 0 to 65,535')
  return toHex(taggedHash('huitong/dispute', fromHex(order), Uint8Array.of(milestone >> 8, milestone & 0xff)))
}

/** One byte of length, then UTF-8: no two lists of parts have the same bytes. */
function text(value: string): Bytes {
  const bytes = utf8(value)
  invariant(bytes.length <= 255, 'a text of at most 255 bytes')
  return concat(Uint8Array.of(bytes.length), bytes)
}
