// Converting one token into another: the payer's half. Locks under a secret only it knows, checks the provider's lock itself, then reveals.
import { decodeCondition, parseAddress } from '@huitong/chain'
import {
  type AccountId,
  type AssetCode,
  type Coordinate,
  type HashLock,
  type Preimage,
  type Time,
  after,
  fromHex,
} from '@huitong/primitives'
import type { ProvenTransaction } from '@huitong/chain'
import type { Dto } from '../client/hub-client.js'
import { Unproven } from '../client/unproven.js'
import { type Party, VALID_MS, pushLock } from '../party.js'
import { ownLockFault, verifyLock } from './locks.js'
import { type SecretStore, secretFor } from './secrets.js'
import { type Patience, until } from './waiting.js'

/** No own lock may stay closed for longer than this. */
const LONGEST_LOCK_MS = 3 * 24 * 3_600_000

export interface Converted {
  readonly conversion: Dto['ConversionDto']
  /** Proof of what was paid and proof of what was got. */
  readonly paid: ProvenTransaction
  readonly got: ProvenTransaction
}

/**
 * Takes a quote to its end. May be called again with the same name after a crash: the same secret, the same deal, and it goes on where the
 * ledgers stand. Throws before revealing if the provider's lock is not exactly what was quoted; the own lock then comes back at its expiry.
 */
export async function convert(
  party: Party,
  quote: Dto['QuoteDto'],
  options: { readonly name: string; readonly secrets: SecretStore; readonly patience?: Patience },
): Promise<Converted> {
  const { secret, hash } = await secretFor(options.secrets, party.hub.http.entropy, options.name)
  const conversion = await party.hub.createConversion(
    { quote: quote.id, hash, giveAccount: party.address, takeAccount: party.address },
    { key: `convert-${options.name}` },
  )
  const paid = await lockOwnLeg(party, quote, conversion, hash)
  const locked = await until(
    party.hub.http,
    `the provider's lock of ${conversion.id}`,
    (seen) => party.hub.conversion(conversion.id, seen, ['QUOTED', 'A_LOCKED', 'B_SUBMITTED']),
    (view) => view.legB.coordinate !== undefined || ENDED.has(view.state),
    options.patience,
    conversion,
  )
  const got = await claimOtherLeg(party, quote, locked, secret)
  const settled = await until(
    party.hub.http,
    `settlement of ${conversion.id}`,
    (seen) => party.hub.conversion(conversion.id, seen, ['B_LOCKED', 'REVEALED', 'B_CLAIMED']),
    (view) => view.state === 'SETTLED',
    options.patience,
    locked,
  )
  return { conversion: settled, paid, got }
}

const ENDED = new Set(['EXPIRED', 'A_CANCELLED', 'A_REFUNDED', 'REFUNDED', 'RETURNED', 'DECLINED'])

async function lockOwnLeg(
  party: Party,
  quote: Dto['QuoteDto'],
  conversion: Dto['ConversionDto'],
  hash: HashLock,
): Promise<ProvenTransaction> {
  const ledger = await party.hub.ledger(quote.give.ledger)
  if (conversion.legA.fundedBy !== undefined) return ledger.proof(conversion.legA.fundedBy as ProvenTransaction['id'])
  const condition = decodeCondition(fromHex(conversion.legA.condition?.canonical ?? ''))
  if (!condition.ok || condition.value.kind !== 'hashLock') throw new Unproven('lock_malformed', conversion.id)
  const asset = quote.give.asset as AssetCode
  const output = { asset, amount: BigInt(quote.give.amount), condition: condition.value }
  const { coins, now } = await party.funds(ledger, [output])
  const fault = ownLockFault(
    { asset: conversion.legA.asset, amount: conversion.legA.amount, condition: condition.value },
    {
      asset,
      amount: BigInt(quote.give.amount),
      hash,
      claimant: accountOf(quote.liquidity),
      refundee: party.account.id,
      latestExpiry: after(now, LONGEST_LOCK_MS),
    },
  )
  if (fault !== undefined) throw new Unproven('lock_mismatch', `${fault} of the lock that ${conversion.id} asks for`)
  return party.payOutputs(ledger, [output], { reference: hash.slice(0, 16), coins, validUntil: after(now, VALID_MS) })
}

async function claimOtherLeg(
  party: Party,
  quote: Dto['QuoteDto'],
  conversion: Dto['ConversionDto'],
  secret: Preimage,
): Promise<ProvenTransaction> {
  const terms = await party.hub.terms()
  const ledger = await party.hub.ledger(quote.take.ledger)
  if (conversion.legB.coordinate === undefined) throw new Unproven('lock_missing', `${conversion.id} is ${conversion.state}`)
  if (conversion.legB.spentBy !== undefined) return ledger.proof(conversion.legB.spentBy as ProvenTransaction['id'])
  const { coin, now } = await verifyLock(ledger, conversion.legB.coordinate as Coordinate, {
    asset: quote.take.asset as AssetCode,
    amount: BigInt(quote.take.amount),
    hash: conversion.hash as HashLock,
    claimant: party.account.id,
    // the last hop's provider locks what the payer claims
    refundee: accountOf(quote.path?.at(-1)?.liquidity ?? quote.liquidity),
    reserveMs: terms.skewMs + terms.marginMs,
  })
  return pushLock(party.hub, ledger, {
    coin,
    path: { kind: 'claim' },
    preimage: secret,
    reference: conversion.hash.slice(16, 32),
    validUntil: after(now, VALID_MS),
  })
}

/** The account of an address that the hub gave. */
export function accountOf(address: string): AccountId {
  const parsed = parseAddress(address)
  if (!parsed.ok) throw new Unproven(parsed.code, address)
  return parsed.value
}

/** A time of the HTTP interface. */
export const timeOf = (text: string): Time => Date.parse(text) as Time
