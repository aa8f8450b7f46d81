// The hub's own facts: its id, made once and kept for ever, its ledgers, whether it is a sandbox.
import type { Answer, HubInfo } from '@huitong/contracts'
import { row, rows } from '@huitong/platform'
import { type Bytes, type Entropy, invariant, ok, toHex } from '@huitong/primitives'
import type { DataSource } from 'typeorm'

export class HubService {
  #hub: string | undefined

  constructor(
    private readonly database: DataSource,
    private readonly entropy: Entropy,
    private readonly facts: Omit<HubInfo, 'hub'>,
  ) {}

  /** 32 random bytes in hexadecimal: the domain of every statement's signature on this hub. */
  async id(): Promise<string> {
    this.#hub ??= await this.#load()
    return this.#hub
  }

  async info(): Promise<Answer<HubInfo, never>> {
    return ok({ hub: await this.id(), ...this.facts })
  }

  async #load(): Promise<string> {
    const { manager } = this.database
    await rows(manager, 'insert into hub (id) values ($1) on conflict do nothing', [this.entropy.bytes(32)])
    const found = await row<{ id: Bytes }>(manager, 'select id from hub')
    invariant(found !== undefined, 'the hub has an id')
    return toHex(new Uint8Array(found.id))
  }
}
