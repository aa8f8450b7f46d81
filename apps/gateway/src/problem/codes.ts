// Every code that the HTTP edge can answer, with its status: the one table. docs/errors.md is generated from it and tested equal.
// A code never changes its meaning or its status; a new code is a new row.
import type { BusCode } from '@huitong/contracts'

interface Row {
  readonly status: number
  readonly meaning: string
}

/** Found by the edge itself; no service was asked, nothing has changed. */
const EDGE = {
  authentication_missing: { status: 401, meaning: 'The route needs an API key: Authorization: Bearer ht_…' },
  authentication_malformed: { status: 401, meaning: 'The Authorization header is not "Bearer" and an API key.' },
  scope_missing: { status: 403, meaning: 'The API key does not have the scope that the route needs.' },
  idempotency_key_missing: { status: 400, meaning: 'A write came without an Idempotency-Key header.' },
  idempotency_key_malformed: { status: 400, meaning: 'The Idempotency-Key is not 1 to 200 visible ASCII characters.' },
  field_unknown: { status: 400, meaning: 'The request holds a field that the route does not know.' },
  json_malformed: { status: 400, meaning: 'The body is not JSON in UTF-8 with an object at its top.' },
  json_too_deep: { status: 400, meaning: 'The body is nested deeper, or has more members, than any request needs.' },
  json_key_forbidden: { status: 400, meaning: 'A member of the body is called __proto__, constructor or prototype.' },
  body_too_large: { status: 413, meaning: 'The body is larger than 262,144 bytes.' },
  body_incomplete: { status: 400, meaning: 'The body ended before its stated length, or its length is wrong.' },
  content_type_unsupported: { status: 415, meaning: 'The body is not application/json in UTF-8 without content encoding.' },
  url_malformed: { status: 400, meaning: 'The path or query is not a well-formed URL.' },
  route_unknown: { status: 404, meaning: 'No route has this method and path.' },
  rate_limited: { status: 429, meaning: 'Too many requests; Retry-After says when to come back.' },
  streams_exhausted: { status: 429, meaning: 'Too many event streams are open; Retry-After says when to come back.' },
  api_key_unknown: { status: 404, meaning: 'No API key has this id.' },
  fault: { status: 500, meaning: 'The edge met a fault of its own. The outcome is unknown: send the same key again.' },
} as const satisfies Record<string, Row>

/** The bus itself. */
const BUS = {
  unavailable: {
    status: 503,
    meaning: 'The service behind the route does not answer now; nothing has happened. Retry-After is set.',
  },
  timeout: { status: 504, meaning: 'No answer in time: the outcome is UNKNOWN. Send the same request with the same key again.' },
  malformed: { status: 400, meaning: 'A field breaks its rule; `field` names the first one. Nothing has happened.' },
  internal: {
    status: 502,
    meaning: 'The service behind the route met a fault. The outcome is unknown: send the same key again.',
  },
} as const satisfies Record<BusCode, Row>

/** Common to commands that write. */
const WRITE = {
  forbidden: { status: 403, meaning: 'The caller may not do this with this object.' },
  idempotency_key_reused: { status: 422, meaning: 'The Idempotency-Key was used before with another request.' },
  in_flight: { status: 409, meaning: 'A request with this Idempotency-Key is still in progress.' },
  ledger_unavailable: { status: 503, meaning: 'A ledger that the deal needs does not answer now. Retry-After is set.' },
  clock_behind: { status: 503, meaning: 'A ledger’s clock lags behind the hub’s: no new locks are started. Retry-After is set.' },
  wrong_state: { status: 409, meaning: 'The object is not in a state in which this can be done.' },
  wrong_party: { status: 403, meaning: 'Another party of the deal has to do this.' },
  version_stale: { status: 409, meaning: 'The object has changed since the version that the caller named.' },
  too_late: { status: 409, meaning: 'The time in which this could be done is over.' },
} as const satisfies Record<string, Row>

const LEDGER = {
  ledger_unknown: { status: 404, meaning: 'The hub has no ledger of this name.' },
  block_unknown: { status: 404, meaning: 'The ledger has no block at this height yet.' },
  block_damaged: {
    status: 500,
    meaning: 'The header that is stored for a block is none; `detail` names the block. The ledger’s storage is damaged.',
  },
  transaction_unknown: { status: 404, meaning: 'The ledger has committed no transaction with this id.' },
  pruned: {
    status: 410,
    meaning:
      'The ledger let these bytes leave its disk: nothing of them is unspent. Headers, and proofs of what is kept, are still there.',
  },
  prune_running: { status: 409, meaning: 'The ledger is being pruned already, or could not begin: ask again later.' },
  coin_unknown: { status: 404, meaning: 'The ledger has never had a coin at this coordinate.' },
  account_unknown: { status: 404, meaning: 'The account is not open on this ledger.' },
  asset_unknown: { status: 404, meaning: 'The ledger has no asset with this code.' },
  cursor_unknown: { status: 400, meaning: 'The cursor `after` is none that a page of this list gave.' },
  height_unknown: { status: 404, meaning: 'The ledger has not reached this height.' },
  not_a_sandbox: { status: 409, meaning: 'The hub is no sandbox: its clocks cannot be moved.' },
  clock_too_far: { status: 422, meaning: 'The clock cannot be moved that far at once.' },
} as const satisfies Record<string, Row>

const IDENTITY = {
  key_unknown: { status: 401, meaning: 'The API key is not known.' },
  key_revoked: { status: 401, meaning: 'The API key has been revoked.' },
  key_expired: { status: 401, meaning: 'The API key has expired.' },
  party_unknown: { status: 404, meaning: 'No party has this id.' },
  operator_unknown: { status: 404, meaning: 'No operator has this id or key.' },
  carrier_unknown: { status: 404, meaning: 'No carrier has this public key.' },
  scope_forbidden: { status: 403, meaning: 'The caller may not give away this scope.' },
  account_bound_elsewhere: { status: 409, meaning: 'The account is bound to another party.' },
  account_unbound: { status: 422, meaning: 'The account is not bound to the party on this ledger.' },
  proof_invalid: { status: 422, meaning: 'The proof of the binding is not signed by a current key of the account.' },
  public_key_weak: { status: 422, meaning: 'The public key is of small order or not canonical.' },
  recovery_unknown: { status: 404, meaning: 'No recovery case has this id.' },
  recovery_open: { status: 409, meaning: 'A recovery of this account is open already.' },
  no_recovery_policy: { status: 422, meaning: 'The account’s policy names no recovery authorities.' },
  keys_invalid: { status: 422, meaning: 'The proposed keys are not strong, not ascending or fewer than their threshold.' },
  not_an_authority: { status: 403, meaning: 'The signer is no authority of the account’s policy.' },
  signature_invalid: { status: 422, meaning: 'A signature does not verify, or is of another statement.' },
  ledger_refused: { status: 422, meaning: 'A ledger refused the transaction; `detail` gives its code.' },
} as const satisfies Record<string, Row>

const SETTLEMENT = {
  offer_unknown: { status: 404, meaning: 'No offer has this id.' },
  offer_malformed: { status: 422, meaning: 'The offer statement is not one that the codec writes, or not of this hub.' },
  offer_signature_invalid: { status: 422, meaning: 'The offer is not signed by a key of the provider’s own account.' },
  offer_expired: { status: 422, meaning: 'The offer’s expiry has passed.' },
  liquidity_unknown: { status: 422, meaning: 'The provider has no liquidity account yet.' },
  no_offer: { status: 422, meaning: 'No active offer covers this pair and amount now.' },
  amount_out_of_range: { status: 422, meaning: 'The amount is outside of what is allowed here.' },
  too_many_open_quotes: { status: 429, meaning: 'The party holds too many unused quotes. Retry-After is set.' },
  not_compliant: { status: 422, meaning: 'A rulebook forbids the deal; `detail` names rule and parameter.' },
  quote_unknown: { status: 404, meaning: 'No quote has this id.' },
  quote_expired: { status: 409, meaning: 'The quote’s expiry has passed: ask for another.' },
  quote_used: { status: 409, meaning: 'The quote belongs to a deal already.' },
  conversion_unknown: { status: 404, meaning: 'No conversion has this id.' },
  hash_reused: { status: 409, meaning: 'The hash has been used in another deal.' },
  swap_unknown: { status: 404, meaning: 'No swap has this id.' },
  self_trade: { status: 422, meaning: 'Both sides of the deal are the same party or account.' },
  order_unknown: { status: 404, meaning: 'No order has this id.' },
  milestone_unknown: { status: 404, meaning: 'The order has no such milestone.' },
  terms_invalid: { status: 422, meaning: 'The terms contradict each other or the hub’s margins; `detail` says where.' },
  terms_mismatch: { status: 422, meaning: 'The signed statement is over other terms than the order’s.' },
  dispute_unknown: { status: 404, meaning: 'No dispute has this id.' },
  dispute_open: { status: 409, meaning: 'The milestone is in dispute already.' },
  ruling_mismatch: { status: 422, meaning: 'The signed statement is not the proposed ruling.' },
  refund_unknown: { status: 404, meaning: 'The order has no refund of this id.' },
  evidence_unknown: { status: 404, meaning: 'The case has no file of this id.' },
  evidence_too_large: { status: 413, meaning: 'A file has at most 16,777,216 bytes, and a case at most 64 files.' },
  evidence_incomplete: {
    status: 422,
    meaning: 'The file did not arrive as it was announced: size or hash differ. Nothing was entered.',
  },
  evidence_type_unsupported: {
    status: 415,
    meaning: 'The file’s media type is not among those taken, or its bytes are of another type.',
  },
  operator_signed_already: { status: 409, meaning: 'This operator has signed: a second one has to.' },
} as const satisfies Record<string, Row>

const CUSTODY = {
  evidence_insufficient: { status: 422, meaning: 'The evidence does not allow what was asked.' },
  evidence_signature_invalid: { status: 422, meaning: 'A signature of the evidence does not verify.' },
  coin_not_final: { status: 409, meaning: 'The coin is not final on its ledger yet.' },
  coin_mismatch: { status: 422, meaning: 'The coin is not what the deal says.' },
  coin_spent: { status: 409, meaning: 'The coin has been spent.' },
  outcome_already_signed: { status: 409, meaning: 'Another outcome of this coin has been signed and is still valid.' },
  limit_exceeded: { status: 422, meaning: 'A limit of the signed offer would be exceeded.' },
  liquidity_short: { status: 422, meaning: 'The managed account holds too little for this.' },
  liquidity_busy: {
    status: 409,
    meaning: 'The managed account’s coins are at work elsewhere; this passes by itself: ask again.',
  },
  not_managed: { status: 422, meaning: 'The hub does not manage this account.' },
  conflict_of_interest: { status: 422, meaning: 'The hub would arbitrate for an account it manages.' },
} as const satisfies Record<string, Row>

const AUDITOR = {
  busy: { status: 503, meaning: 'A check is running already. Retry-After is set.' },
} as const satisfies Record<string, Row>

/** In the order in which docs/errors.md shows them. */
export const SECTIONS = {
  'The edge': EDGE,
  'The bus': BUS,
  Writes: WRITE,
  Ledgers: LEDGER,
  'Parties and keys': IDENTITY,
  Deals: SETTLEMENT,
  'The hub’s signatures': CUSTODY,
  Audit: AUDITOR,
} as const

export const PROBLEMS = {
  ...EDGE,
  ...BUS,
  ...WRITE,
  ...LEDGER,
  ...IDENTITY,
  ...SETTLEMENT,
  ...CUSTODY,
  ...AUDITOR,
} as const satisfies Record<string, Row>

export type ProblemCode = keyof typeof PROBLEMS

/** The page that people read: docs/errors.md. */
export function errorsPage(): string {
  const sections = Object.entries(SECTIONS).map(([title, rows]) => {
    const lines = Object.entries<Row>(rows).map(([code, row]) => `| \`${code}\` | ${row.status} | ${row.meaning} |`)
    return `## ${title}\n\n| code | status | meaning |\n| --- | --- | --- |\n${lines.join('\n')}\n`
  })
  return `# Errors\n\n${INTRODUCTION}\n\n${sections.join('\n')}`
}

const INTRODUCTION = `Every refusal is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`code\`, \`instance\` and, where it
helps, \`detail\` and \`field\`. Programs decide by \`code\`; a code never changes its meaning or its status. A refused transaction is no error of
the request: its own code stands beside its outcome in the answer, and the ledger's codes are listed in ledger-codes.md.

A status of 503 means that nothing has happened. 500, 502 and 504 mean that the outcome is unknown: send the same request with the same
\`Idempotency-Key\` again, and the answer will say what became of it.`
