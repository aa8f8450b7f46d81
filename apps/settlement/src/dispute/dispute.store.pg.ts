// DisputeStore in PostgreSQL, over the record of the hub's own transactions.
import { row } from '@huitong/platform'
import { toHex } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import type { Unit } from '../deal/unit.js'
import { DisputeStore } from './dispute.store.js'

@Injectable()
export class PgDisputeStore extends DisputeStore {
  override async committed(unit: Unit, effect: string): Promise<string | undefined> {
    const found = await row<{ transaction: Uint8Array | null }>(
      unit,
      `select transaction from hub_transaction where effect = $1 and state = 'committed'`,
      [effect],
    )
    return found === undefined || found.transaction === null ? undefined : toHex(new Uint8Array(found.transaction))
  }
}
