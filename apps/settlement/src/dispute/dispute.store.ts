// What a dispute asks of storage beside its own row: whether the transaction that anchors its ruling is final. Port; PostgreSQL in dispute.store.pg.ts.
import type { Unit } from '../deal/unit.js'

export abstract class DisputeStore {
  /** The id of the final transaction of an effect, 32 bytes in hexadecimal. */
  abstract committed(unit: Unit, effect: string): Promise<string | undefined>
}
