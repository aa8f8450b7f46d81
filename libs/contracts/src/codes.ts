// The closed lists of codes that cross a process or HTTP border, without any class: safe to load in a browser.

/**
 * What any call over the bus may answer besides the command's own codes.
 * - `timeout`: the outcome is UNKNOWN. It is never "failed": ask, or send the same key again.
 * - `unavailable`: nothing has happened. No service listens, its queue is full, or we have no connection.
 * - `malformed`: the request broke the contract's rules; nothing has happened. `field` names the first offender.
 * - `internal`: the other side met a fault it did not expect. The outcome is unknown; its log tells.
 */
export const BUS_CODES = ['timeout', 'unavailable', 'malformed', 'internal'] as const
export type BusCode = (typeof BUS_CODES)[number]
