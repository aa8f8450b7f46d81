// Carriers and operators: registered by an admin with a public key that is theirs for good. Weak keys are refused.
import type { Answer, ByPublicKey, RegisterCarrier, RegisterOperator, WireCarrier, WireOperator } from '@huitong/contracts'
import { isStrongKey } from '@huitong/chain'
import { appendAudit, runCommand } from '@huitong/platform'
import { type Clock, type Result, err, fromHex, ok } from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import { newId } from '../ids.js'
import type { KeyService } from '../key/key.service.js'
import { OPERATOR_SCOPES, isAdmin, nameOf } from '../may.js'
import { allOperators, carrierOfKey, insertRegistered } from './registry.store.js'

type RegisterCode = 'forbidden' | 'public_key_weak' | 'idempotency_key_reused' | 'in_flight'

export class RegistryService {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly keys: KeyService,
  ) {}

  async registerCarrier(request: RegisterCarrier): Promise<Answer<WireCarrier, RegisterCode>> {
    const { idempotencyKey, actor, ...body } = request
    const command = { scope: `identity.register-carrier:${actor.key}`, key: idempotencyKey, body }
    return runCommand(this.database, command, async (manager) => this.#register(manager, 'carrier', request))
  }

  async registerOperator(request: RegisterOperator): Promise<Answer<WireOperator, RegisterCode>> {
    const { idempotencyKey, actor, ...body } = request
    const command = { scope: `identity.register-operator:${actor.key}`, key: idempotencyKey, body }
    const answer = await runCommand(this.database, command, async (manager): Promise<Result<WireOperator, RegisterCode>> => {
      const registered = await this.#register(manager, 'hub_operator', request)
      if (!registered.ok) return registered
      const key = { label: body.name, scopes: OPERATOR_SCOPES, operator: registered.value.id }
      return ok({ ...registered.value, apiKey: await this.keys.make(manager, { actor: nameOf(actor), key }) })
    })
    if (!answer.ok || answer.value.apiKey === undefined) return answer
    return { ...answer, value: { ...answer.value, apiKey: this.keys.withSecret(answer.value.apiKey) } }
  }

  async carrierOfKey({ publicKey }: ByPublicKey): Promise<Answer<WireCarrier, 'carrier_unknown'>> {
    const found = await carrierOfKey(this.database.manager, publicKey)
    return found === undefined ? err('carrier_unknown') : ok(found)
  }

  async operators(): Promise<Answer<{ readonly operators: readonly WireOperator[] }, never>> {
    return ok({ operators: await allOperators(this.database.manager) })
  }

  async #register(
    manager: EntityManager,
    table: 'carrier' | 'hub_operator',
    request: RegisterCarrier | RegisterOperator,
  ): Promise<Result<WireCarrier, RegisterCode>> {
    const { name, publicKey, actor } = request
    if (!isAdmin(actor)) return err('forbidden')
    if (!isStrongKey(fromHex(publicKey))) return err('public_key_weak', 'not a canonical point of large order', 'publicKey')
    const one = { id: newId(table === 'carrier' ? 'car' : 'opr'), name, publicKey, createdAt: this.clock.now() }
    if (!(await insertRegistered(manager, table, one))) return err('forbidden', 'this key is registered already', 'publicKey')
    const action = table === 'carrier' ? 'carrier.registered' : 'operator.registered'
    await appendAudit(manager, { at: one.createdAt, actor: nameOf(actor), action, subject: one.id, detail: { publicKey } })
    return ok(one)
  }
}
