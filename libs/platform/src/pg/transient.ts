// Which faults of the database are of the moment: the whole unit of work may be run again. Decides by SQLSTATE, never by message text.

/**
 * serialization failure, deadlock, administrator's shutdown, crash recovery, cannot connect now, disk full, too many connections, lock not
 * available, a prepared statement whose table has changed (prepared.ts)
 */
const STATES = new Set(['40001', '40P01', '57P01', '57P02', '57P03', '53100', '53300', '55P03', '0A000'])
/** connection exceptions */
const CLASS = '08'
/** What Node and the driver say when the connection itself broke: no SQLSTATE then. */
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])
const LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed|Query runner already released|Driver not Connected)/

/** True for a fault that may be gone at the next try. */
export function isTransient(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : ''
    if (STATES.has(code) || (code.length === 5 && code.startsWith(CLASS)) || NETWORK.has(code)) return true
    if (LOST.test(at.message)) return true
    if (at instanceof AggregateError && at.errors.some(isTransient)) return true
    at = 'driverError' in at && at.driverError !== at ? at.driverError : at.cause
  }
  return false
}

/** A unit of work that did not get through although it was tried again and again. */
export class UnitFailed extends Error {
  override readonly name = 'UnitFailed'

  /** @param outcome `nothing`: it certainly changed nothing. `unknown`: the answer to a COMMIT was lost; ask by the same key. */
  constructor(
    readonly outcome: 'nothing' | 'unknown',
    cause: unknown,
  ) {
    super(`the database did not take the unit of work (${outcome} has happened)`, { cause })
  }
}
