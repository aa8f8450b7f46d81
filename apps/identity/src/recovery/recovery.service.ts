// Recovery of a lost key: opened for a party, signed by the authorities its policy names, carried to every ledger by the watch.
import { isDeepStrictEqual } from 'node:util'
import { type KeySet, isStrongKey, verifySigned } from '@huitong/chain'
import type {
  Actor,
  Answer,
  ApproveRecovery,
  BusCode,
  ById,
  OpenRecovery,
  WireAccount,
  WirePolicy,
  WireRecovery,
} from '@huitong/contracts'
import { appendAudit, runCommand } from '@huitong/platform'
import { type Env, createRecovery, decideRecovery } from '@huitong/protocol'
import {
  type AccountId,
  type Clock,
  type Entropy,
  type PublicKey,
  type Result,
  type Signature,
  type Verifier,
  err,
  fromHex,
  ok,
  toHex,
} from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import { newId } from '../ids.js'
import { LedgerAway, type LedgerTime, type Ledgers } from '../ledger/ledgers.js'
import { isOnDuty, isOwner, maySee, nameOf } from '../may.js'
import { ledgersOfAccount, ownerOfAccount, partyExists } from '../party/party.store.js'
import { type CaseLeg, type RecoveryCase, completeOf, draftLeg, legMessage, wireOf, withSignatures } from './case.js'
import { caseById, insertCase, lockCase, updateCase } from './recovery.store.js'

export interface RecoveryWorld {
  readonly database: DataSource
  readonly clock: Clock
  readonly entropy: Entropy
  readonly verifier: Verifier
  readonly ledgers: Ledgers
  /** Told that there is something to do for the watch. */
  readonly wake: () => void
}

type Code =
  | 'recovery_unknown'
  | 'recovery_open'
  | 'party_unknown'
  | 'account_unbound'
  | 'no_recovery_policy'
  | 'public_key_weak'
  | 'signature_invalid'
  | 'not_an_authority'
  | 'wrong_state'
  | 'ledger_refused'
  | 'forbidden'
  | 'idempotency_key_reused'
  | 'in_flight'

export class RecoveryService {
  constructor(private readonly world: RecoveryWorld) {}

  async open(request: OpenRecovery): Promise<Answer<WireRecovery, Code | BusCode>> {
    const { idempotencyKey, actor, ...body } = request
    const command = { scope: `identity.open-recovery:${actor.key}`, key: idempotencyKey, body }
    return this.#run(command, async (manager) => {
      if (!isOnDuty(actor) && !isOwner(actor, body.party)) return err('forbidden')
      if (!(await partyExists(manager, body.party))) return err('party_unknown')
      if ((await ownerOfAccount(manager, body.account)) !== body.party) return err('account_unbound')
      return this.#open(manager, request)
    })
  }

  async recovery({ id, actor }: ById): Promise<Answer<WireRecovery, Code>> {
    const { manager } = this.world.database
    const found = await caseById(manager, id)
    if (found === undefined) return err('recovery_unknown')
    return (await this.#isInvolved(manager, actor, found)) ? ok(wireOf(found)) : err('forbidden')
  }

  async approve(request: ApproveRecovery): Promise<Answer<WireRecovery, Code | BusCode>> {
    const { idempotencyKey, actor, ...body } = request
    const command = { scope: `identity.approve-recovery:${actor.key}`, key: idempotencyKey, body }
    return this.#run(command, async (manager) => {
      const found = await lockCase(manager, body.id)
      if (found === undefined) return err('recovery_unknown')
      if (!(await this.#isInvolved(manager, actor, found))) return err('forbidden')
      if (!found.policy.authorities.some((authority) => authority === body.authority)) return err('not_an_authority')
      if (found.state.state !== 'OPENED' && found.state.state !== 'APPROVED') return err('wrong_state', found.state.state)
      return this.#approve(manager, request, found)
    })
  }

  async #run(
    command: { readonly scope: string; readonly key: string; readonly body: unknown },
    work: (manager: EntityManager) => Promise<Result<WireRecovery, Code>>,
  ): Promise<Answer<WireRecovery, Code | BusCode>> {
    try {
      const answer = await runCommand(this.world.database, command, work)
      this.world.wake()
      return answer
    } catch (error) {
      if (error instanceof LedgerAway) return err('unavailable', error.message)
      throw error
    }
  }

  async #open(manager: EntityManager, request: OpenRecovery): Promise<Result<WireRecovery, Code>> {
    const { party, account, actor } = request
    const keys = keySetOf(request.keys)
    if (keys === undefined) return err('public_key_weak', 'different strong keys and a threshold among them', 'keys')
    const read = await this.#readLegs(await ledgersOfAccount(manager, account), account)
    const [first] = read
    if (first === undefined) return err('no_recovery_policy')
    // one case has one set of authorities: a change of them that has not been carried to every ledger comes first
    if (read.some(({ account: other }) => !isDeepStrictEqual(termsOf(other), termsOf(first.account))))
      return err('no_recovery_policy', 'the recovery terms in force differ between the ledgers')
    const policy = { ...first.account.policy, ...termsOf(first.account) }
    if (policy.quorum === 0) return err('no_recovery_policy')
    // the border: 32 bytes in hexadecimal, checked by contract and ledger
    const id = newId('rcv')
    const subject = account as AccountId
    const authorities: { readonly account: AccountId; readonly institution: string }[] = []
    for (const authority of policy.authorities) {
      const institution = (await ownerOfAccount(manager, authority)) ?? authority
      authorities.push({ account: authority as AccountId, institution })
    }
    const chains = read.map(({ time }) => time.chain)
    const terms = { id, party, account: subject, keys, authorities, quorum: policy.quorum, chains }
    const created = createRecovery(terms, envOf(read.map(({ time }) => time)))
    if (!created.ok) return err('no_recovery_policy', created.detail)
    const legs = read.map(({ ledger, time, account: { sequence } }) => {
      const reference = toHex(this.world.entropy.bytes(8))
      return draftLeg({ ledger, chain: time.chain, account: subject, keys, sequence, now: time.now, reference })
    })
    const at = this.world.clock.now()
    const one: RecoveryCase = { id, state: created.value.state, policy: policyOf(policy), legs, createdAt: at, version: 1 }
    if (!(await insertCase(manager, one, 'open'))) return err('recovery_open')
    const detail = { party, account, keys: keys.keys, ledgers: legs.map(({ ledger }) => ledger) }
    await appendAudit(manager, { at, actor: nameOf(actor), action: 'recovery.opened', subject: id, detail })
    return ok(wireOf(one))
  }

  async #approve(manager: EntityManager, request: ApproveRecovery, found: RecoveryCase): Promise<Result<WireRecovery, Code>> {
    const authority = request.authority as AccountId
    const legs: CaseLeg[] = []
    for (const leg of found.legs) {
      const given = request.signatures.filter(({ ledger }) => ledger === leg.ledger)
      const signed = given.length === 0 ? ok(leg) : await this.#signLeg(leg, authority, given)
      if (!signed.ok) return signed
      legs.push(signed.value)
    }
    if (request.signatures.some(({ ledger }) => found.legs.every((leg) => leg.ledger !== ledger)))
      return err('signature_invalid', 'of a ledger that is not in this case', 'signatures')
    const at = this.world.clock.now()
    const isWhole = legs.every((leg) => completeOf(leg).some((one) => one.authority === authority))
    const approved = isWhole && found.state.state === 'OPENED' ? this.#approved(found, authority, legs) : found.state
    const next: RecoveryCase = { ...found, state: approved, legs, version: found.version + 1 }
    await updateCase(manager, next, { event: 'approve', at })
    const detail = { authority, ledgers: request.signatures.map(({ ledger }) => ledger), complete: isWhole }
    await appendAudit(manager, { at, actor: nameOf(request.actor), action: 'recovery.approved', subject: found.id, detail })
    return ok(wireOf(next))
  }

  #approved(found: RecoveryCase, authority: AccountId, legs: readonly CaseLeg[]) {
    const [first] = legs.flatMap((leg) => completeOf(leg).filter((one) => one.authority === authority))
    const signature = first?.signatures[0]?.signature ?? ''
    const decided = decideRecovery(found.state, { kind: 'approve', authority, signature }, NO_TIME)
    return decided.ok ? decided.value.state : found.state
  }

  async #signLeg(
    leg: CaseLeg,
    authority: AccountId,
    given: readonly { readonly key: number; readonly signature: string }[],
  ): Promise<Result<CaseLeg, Code>> {
    const account = await this.world.ledgers.account(leg.ledger, authority)
    if (!account.ok) {
      if (account.code !== 'account_unknown') throw new LedgerAway(`ledger ${leg.ledger} does not answer`)
      return err('not_an_authority', `not open on ${leg.ledger}`)
    }
    const { keys, threshold } = account.value.current
    for (const { key, signature } of given) {
      const by = keys[key]
      // the border: hexadecimal of the right length, checked by contract and ledger
      const signed = { signature: signature as Signature, by: by as PublicKey }
      if (by === undefined || !verifySigned(this.world.verifier, legMessage(leg), signed))
        return err('signature_invalid', `on ${leg.ledger} by key ${key}`, 'signatures')
    }
    const signatures = given.map(({ key, signature }) => ({ key, signature: signature as Signature }))
    return ok(withSignatures(leg, { authority, signatures }, threshold))
  }

  /** The party, people on duty, and the institutions that its policy names. */
  async #isInvolved(manager: EntityManager, actor: Actor, found: RecoveryCase): Promise<boolean> {
    if (maySee(actor, found.state.terms.party)) return true
    for (const authority of found.policy.authorities) {
      if (actor.party !== undefined && (await ownerOfAccount(manager, authority)) === actor.party) return true
    }
    return false
  }

  async #readLegs(ledgers: readonly string[], account: string) {
    const read: { readonly ledger: string; readonly time: LedgerTime; readonly account: WireAccount }[] = []
    for (const ledger of ledgers) {
      const [time, found] = await Promise.all([this.world.ledgers.time(ledger), this.world.ledgers.account(ledger, account)])
      if (!time.ok || !found.ok) throw new LedgerAway(`ledger ${ledger} does not answer`)
      read.push({ ledger, time: time.value, account: found.value })
    }
    return read
  }
}

const NO_TIME: Env = { ledgers: {}, parameters: { skewMs: 0, latencyMs: 0, outageMs: 0, decisionMs: 0, marginMs: 0 } }

/** Ledger times as the machine wants them; the recovery rules use no margins. */
export function envOf(times: readonly LedgerTime[]): Env {
  const clocks = times.map(({ chain, final, now }) => [chain, { final, seen: now, finalityMs: 0 }] as const)
  return { ...NO_TIME, ledgers: Object.fromEntries(clocks) }
}

/** Ascending, without repetition, strong; or undefined. */
function keySetOf({ keys, threshold }: { readonly keys: readonly string[]; readonly threshold: number }): KeySet | undefined {
  const sorted = [...new Set(keys)].sort()
  if (sorted.length !== keys.length || threshold > keys.length) return undefined
  return sorted.every((key) => isStrongKey(fromHex(key))) ? { keys: sorted as PublicKey[], threshold } : undefined
}

/** Who may recover the account now. */
const termsOf = ({ policy, terms }: Pick<WireAccount, 'policy' | 'terms'>) => {
  const { authorities, quorum, delayMs } = terms ?? policy
  return { authorities, quorum, delayMs }
}

/** The border: a ledger's policy in its wire form holds hexadecimal ids. */
const policyOf = (policy: WirePolicy): RecoveryCase['policy'] => ({
  keys: policy.keys as PublicKey[],
  threshold: policy.threshold,
  authorities: policy.authorities as AccountId[],
  quorum: policy.quorum,
  delayMs: policy.delayMs,
})
