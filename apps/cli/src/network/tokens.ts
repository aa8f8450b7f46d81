// The embedded network's ledgers and tokens, and the institutions behind them.
import type { AssetCode } from '@huitong/primitives'

export interface TokenOf {
  readonly ledger: string
  readonly asset: AssetCode
  readonly scale: number
  readonly issuer: string
}

const token = (ledger: string, asset: string, scale: number, issuer: string): TokenOf => ({
  ledger,
  asset: asset as AssetCode,
  scale,
  issuer,
})

/** The settlement token: silver by weight, as the draft banks of Shanxi kept it. */
export const TAEL = token('shanxi', 'TAEL', 2, 'Rishengchang Draft Bank 日升昌')
/** Vouchers of a merchants' guild. */
export const POINT = token('jiangnan', 'POINT', 2, 'Jiangnan Merchants’ Guild 江南商会')
/** Trade money of the southern ports. */
export const PEARL = token('lingnan', 'PEARL', 3, 'Lingnan Maritime Exchange 岭南市舶')

export const TOKENS: readonly TokenOf[] = [TAEL, POINT, PEARL]
export const MAX_SUPPLY = 1_000_000_000_000_000n
