// Asks every ledger how it is doing. A ledger that does not answer is listed without a status.
import { decodeRulebook } from '@huitong/chain'
import { type LedgerStatus, ledgerGenesis, ledgerPrune, ledgerRulebook, ledgerStatus, ledgerStorage } from '@huitong/contracts'
import { expectOk } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import { Problem } from '../problem/problem.js'
import type { LedgerDto, LedgerListDto, PruneDto, PruningDto, StorageDto } from './ledger.dto.js'
import type { RulebookDto } from './rulebook.dto.js'
import { rulebookView } from './rulebook.view.js'

@Injectable()
export class LedgerService {
  /** A genesis never changes. */
  readonly #genesis = new Map<string, string>()

  constructor(private readonly hub: Hub) {}

  async list(): Promise<LedgerListDto> {
    const names = await this.hub.ledgers()
    return { items: await Promise.all(names.map((name) => this.#ledgerIfUp(name))) }
  }

  async ledger(name: string): Promise<LedgerDto> {
    const [status, genesis] = await Promise.all([this.hub.askLedger(name, ledgerStatus, {}), this.#genesisOf(name)])
    return view(name, status, genesis)
  }

  storage(ledger: string): Promise<StorageDto> {
    return this.hub.askLedger(ledger, ledgerStorage, {})
  }

  /** Asked again it changes nothing: a run that went as far is answered. */
  prune(ledger: string, { keep }: PruneDto): Promise<PruningDto> {
    return this.hub.askLedger(ledger, ledgerPrune, { keep })
  }

  async rulebook(name: string): Promise<RulebookDto> {
    const { rulebook } = await this.hub.askLedger(name, ledgerRulebook, {})
    return rulebookView(expectOk(decodeRulebook(rulebook), `the rulebook that ${name} answered`))
  }

  async #ledgerIfUp(ledger: string): Promise<LedgerDto> {
    try {
      return await this.ledger(ledger)
    } catch (error) {
      if (error instanceof Problem) return { ledger }
      throw error
    }
  }

  async #genesisOf(name: string): Promise<string> {
    const known = this.#genesis.get(name)
    if (known !== undefined) return known
    const { genesis } = await this.hub.askLedger(name, ledgerGenesis, {})
    this.#genesis.set(name, genesis)
    return genesis
  }
}

const view = (ledger: string, status: LedgerStatus, genesis: string): LedgerDto => ({
  ledger,
  chain: status.chain,
  genesis,
  sandbox: status.sandbox,
  status: {
    height: status.height,
    time: timestamp(status.time),
    now: timestamp(status.now),
    indexLag: status.indexLag,
    finalityP50Ms: status.finalityP50Ms,
    finalityP99Ms: status.finalityP99Ms,
  },
})
