// Reads the canonical bytes of an offer statement back into its fields. Accepts only what libs/chain writes: the fields are encoded again and
// must give the very same bytes.
import { type OfferStatement, encodeOffer } from '@huitong/chain'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Result,
  type Time,
  equalBytes,
  err,
  fromUtf8,
  ok,
  parseAssetCode,
  toHex,
} from '@huitong/primitives'

const VERSION = 1
const ASSET_BYTES = 8

export function decodeOffer(bytes: Bytes): Result<OfferStatement, 'offer_malformed'> {
  const reader = new Fields(bytes)
  const version = reader.number(1)
  const offer = reader.hex(16)
  const sides = [reader.side(), reader.side()] as const
  const [numerator, denominator, min, max, inventory] = [1, 2, 3, 4, 5].map(() => reader.amount())
  const expiry = reader.number(6) as Time
  const [give, take] = sides
  if (reader.isShort || version !== VERSION || give === undefined || take === undefined) return err('offer_malformed')
  if (!numerator || !denominator || !min || !max || !inventory) return err('offer_malformed', 'an amount is zero')
  const statement = { offer, give, take, numerator, denominator, min, max, inventory, expiry }
  try {
    return equalBytes(encodeOffer(statement), bytes) ? ok(statement) : err('offer_malformed', 'not in canonical form')
  } catch {
    // the encoder refuses fields out of range
    return err('offer_malformed', 'field out of range')
  }
}

/** Takes fields from the front; remembers if the bytes ended too early. */
class Fields {
  #at = 0
  isShort = false

  constructor(private readonly bytes: Bytes) {}

  hex(size: number): string {
    return toHex(this.#take(size))
  }

  number(size: number): number {
    return this.#take(size).reduce((value, byte) => value * 256 + byte, 0)
  }

  amount(): bigint {
    const size = this.number(1)
    return this.#take(Math.min(size, 8)).reduce((value, byte) => value * 256n + BigInt(byte), 0n)
  }

  side(): OfferStatement['give'] | undefined {
    const chain = this.hex(32) as ChainId
    const asset = this.#asset()
    const account = this.hex(32) as AccountId
    return asset === undefined ? undefined : { chain, asset, account }
  }

  #asset(): AssetCode | undefined {
    const text = fromUtf8(this.#take(ASSET_BYTES))?.replace(/\0+$/, '')
    const code = parseAssetCode(text)
    return code.ok ? code.value : undefined
  }

  #take(size: number): Bytes {
    if (this.#at + size > this.bytes.length) this.isShort = true
    const part = this.bytes.subarray(this.#at, this.#at + size)
    this.#at += size
    return part
  }
}
