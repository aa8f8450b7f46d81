// Parties: who they are (sealed), which accounts are theirs (proved by a signature), and how they are forgotten.
import { approvalMessage, bindingHash, decodeApproval, verifySigned } from '@huitong/chain'
import type {
  AccountOnLedger,
  Answer,
  BindAccount,
  BusCode,
  ById,
  CreateParty,
  SignedStatement,
  WireParty,
} from '@huitong/contracts'
import { type Vault, appendAudit, runCommand, runUnit } from '@huitong/platform'
import {
  type AccountId,
  type ChainId,
  type Clock,
  type Entropy,
  type PublicKey,
  type Result,
  type Signature,
  type Time,
  type Verifier,
  err,
  fromHex,
  ok,
} from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import type { HubService } from '../hub/hub.service.js'
import { newId } from '../ids.js'
import type { KeyService } from '../key/key.service.js'
import { LedgerAway, type Ledgers } from '../ledger/ledgers.js'
import { PARTY_SCOPES, isAdmin, isOnDuty, isOwner, nameOf } from '../may.js'
import { bind, erasePerson, insertParty, partyById, partyExists, partyOfBinding, sealedPerson } from './party.store.js'
import { type Person, openPerson, sealPerson } from './personal.js'

export interface PartyWorld {
  readonly database: DataSource
  readonly clock: Clock
  readonly entropy: Entropy
  readonly verifier: Verifier
  readonly vault: Vault
  readonly ledgers: Ledgers
  readonly hub: HubService
  readonly keys: KeyService
}

type WriteCode = 'forbidden' | 'idempotency_key_reused' | 'in_flight'
type BindCode = WriteCode | 'party_unknown' | 'ledger_unknown' | 'account_unknown' | 'account_bound_elsewhere' | 'proof_invalid'

export class PartyService {
  constructor(private readonly world: PartyWorld) {}

  async create(request: CreateParty): Promise<Answer<WireParty, WriteCode>> {
    const { idempotencyKey, actor, ...body } = request
    const { database, keys } = this.world
    const command = { scope: `identity.create-party:${actor.key}`, key: idempotencyKey, body }
    const answer = await runCommand(database, command, async (manager) => {
      if (!isOnDuty(actor)) return err<WriteCode>('forbidden')
      return ok(await this.#insert(manager, body, nameOf(actor)))
    })
    if (!answer.ok || answer.value.apiKey === undefined) return answer
    return { ...answer, value: { ...answer.value, apiKey: keys.withSecret(answer.value.apiKey) } }
  }

  async party({ id }: ById): Promise<Answer<WireParty, 'party_unknown'>> {
    const found = await partyById(this.world.database.manager, id)
    return found === undefined ? err('party_unknown') : ok(found)
  }

  async partyOfAccount({ ledger, account }: AccountOnLedger): Promise<Answer<{ readonly party: string }, 'account_unbound'>> {
    const party = await partyOfBinding(this.world.database.manager, ledger, account)
    return party === undefined ? err('account_unbound') : ok({ party })
  }

  /** Personal data for the party itself and for people on duty; who looked stands on the audit chain. */
  async person({ id, actor }: ById): Promise<Answer<Person, 'party_unknown' | 'forbidden'>> {
    const { database, vault, clock } = this.world
    return runUnit(database, { lostCommit: 'again' }, async (manager): Promise<Result<Person, 'party_unknown' | 'forbidden'>> => {
      if (!isOnDuty(actor) && !isOwner(actor, id)) return err('forbidden')
      if (!(await partyExists(manager, id))) return err('party_unknown')
      const sealed = await sealedPerson(manager, id)
      await appendAudit(manager, { at: clock.now(), actor: nameOf(actor), action: 'person.read', subject: id, detail: {} })
      return ok(sealed === undefined ? {} : openPerson(vault, id, sealed))
    })
  }

  /** Destroys a person's data key. Accounts, deals and audit entries stay: they never held the person's data. */
  async erase({ id, actor }: ById): Promise<Answer<WireParty, 'party_unknown' | 'forbidden'>> {
    const { database, clock } = this.world
    return runUnit(
      database,
      { lostCommit: 'again' },
      async (manager): Promise<Result<WireParty, 'party_unknown' | 'forbidden'>> => {
        if (!isAdmin(actor) && !isOwner(actor, id)) return err('forbidden')
        await erasePerson(manager, id, clock.now())
        const party = await partyById(manager, id)
        if (party === undefined) return err('party_unknown')
        await appendAudit(manager, { at: clock.now(), actor: nameOf(actor), action: 'person.erased', subject: id, detail: {} })
        return ok(party)
      },
    )
  }

  async bind(request: BindAccount): Promise<Answer<WireParty, BindCode | BusCode>> {
    const { idempotencyKey, actor, ...body } = request
    const command = { scope: `identity.bind-account:${actor.key}`, key: idempotencyKey, body }
    try {
      return await runCommand(this.world.database, command, async (manager): Promise<Result<WireParty, BindCode>> => {
        if (!isAdmin(actor) && !isOwner(actor, body.party)) return err('forbidden')
        if (!(await partyExists(manager, body.party))) return err('party_unknown')
        const refused = await this.#proofFault(body)
        if (refused !== undefined) return refused
        return this.#bind(manager, request)
      })
    } catch (error) {
      if (error instanceof LedgerAway) return err('unavailable', error.message)
      throw error
    }
  }

  async #insert(manager: EntityManager, body: Omit<CreateParty, 'idempotencyKey' | 'actor'>, actor: string): Promise<WireParty> {
    const { clock, entropy, vault, keys } = this.world
    const { kind, displayName, jurisdiction, legalName, email } = body
    const id = newId('pty')
    const at = clock.now()
    const person: Person = { ...(legalName === undefined ? {} : { legalName }), ...(email === undefined ? {} : { email }) }
    const known = { id, kind, displayName, createdAt: at, ...(jurisdiction === undefined ? {} : { jurisdiction }) }
    const isNamed = Object.keys(person).length > 0
    await insertParty(manager, { ...known, ...(isNamed ? { personal: sealPerson(vault, entropy, id, person) } : {}) })
    await appendAudit(manager, { at, actor, action: 'party.created', subject: id, detail: { kind } })
    const apiKey = await keys.make(manager, { actor, key: { label: 'first key', scopes: PARTY_SCOPES, party: id } })
    return { ...known, accounts: [], apiKey }
  }

  /** The account must exist on that ledger and one of its current keys must have signed exactly this binding. */
  async #proofFault(body: Pick<BindAccount, 'party' | 'ledger' | 'account' | 'proof'>) {
    const { ledgers } = this.world
    const [time, account] = await Promise.all([ledgers.time(body.ledger), ledgers.account(body.ledger, body.account)])
    if (!time.ok) {
      if (time.code === 'ledger_unknown') return err<BindCode>('ledger_unknown')
      throw new LedgerAway(`ledger ${body.ledger} does not answer`)
    }
    if (!account.ok) {
      if (account.code === 'ledger_unavailable') throw new LedgerAway(`ledger ${body.ledger} does not answer`)
      return err<BindCode>(account.code)
    }
    const binding = { party: body.party, chain: time.value.chain, account: body.account as AccountId }
    const isCurrent = account.value.current.keys.includes(body.proof.publicKey)
    if (!isCurrent) return err<BindCode>('proof_invalid', 'not a current key of the account', 'proof')
    if (!(await this.#isProof(body.proof, binding, time.value.now))) return err<BindCode>('proof_invalid', undefined, 'proof')
    return undefined
  }

  async #isProof(
    proof: SignedStatement,
    binding: { readonly party: string; readonly chain: ChainId; readonly account: AccountId },
    now: Time,
  ): Promise<boolean> {
    const approval = decodeApproval(fromHex(proof.body))
    if (!approval.ok) return false
    const { subject, account, hash, validUntil } = approval.value
    if (subject !== 'bind' || account !== binding.account || hash !== bindingHash(binding) || validUntil < now) return false
    const message = approvalMessage(await this.world.hub.id(), approval.value)
    // the border: 64 and 32 bytes in hexadecimal, checked by the contract
    return verifySigned(this.world.verifier, message, {
      signature: proof.signature as Signature,
      by: proof.publicKey as PublicKey,
    })
  }

  async #bind(manager: EntityManager, request: BindAccount): Promise<Result<WireParty, BindCode>> {
    const { party, ledger, account, proof, actor } = request
    const at = this.world.clock.now()
    if (!(await bind(manager, { party, ledger, account, boundAt: at, proof }))) return err('account_bound_elsewhere')
    await appendAudit(manager, {
      at,
      actor: nameOf(actor),
      action: 'account.bound',
      subject: party,
      detail: { ledger, account },
    })
    const bound = await partyById(manager, party)
    return bound === undefined ? err('party_unknown') : ok(bound)
  }
}
