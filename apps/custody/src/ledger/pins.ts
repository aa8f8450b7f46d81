// First sight is believed and kept: ledgers' chains, the hub's id, operators' and carriers' keys. What changes later is refused.

/** `chain`: ledger name to chain id. `operator`, `carrier`: id to public key, and back under `…-key`. `hub`: one value. */
export type PinKind = 'chain' | 'operator' | 'operator-key' | 'carrier' | 'carrier-key' | 'hub'

export interface Pins {
  /** The value pinned under the name, after `value` was offered: the same, or what came first. */
  pin(kind: PinKind, name: string, value: string): Promise<string>
  find(kind: PinKind, name: string): Promise<string | undefined>
}

/** True if the value is what was first seen under this name. */
export async function isPinned(pins: Pins, kind: PinKind, name: string, value: string): Promise<boolean> {
  return (await pins.pin(kind, name, value)) === value
}
