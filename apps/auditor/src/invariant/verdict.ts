// The invariants by name, and how a check's outcome is told. A breach is remembered until everything was read anew.

export const TITLES = {
  1: 'issued - burnt = sum of coins, per ledger and asset, at each block',
  2: "every coin's history ends in an issuance",
  3: 'no coin spent twice, no height twice, every link, root and seal right',
  4: 'coins in escrow under our arbiter = open remaining amounts of orders',
  5: 'no deal has one leg paid and the other returned',
  6: 'released + refunded + fees + remaining = funded, as the ledgers have it',
  7: 'reserved liquidity = open quotes and locks',
  8: 'each audit log is one chain, and goes on from what was seen of it',
  9: 'each acknowledged command has exactly one effect',
  10: 'nothing waits past its deadline',
} as const

export type InvariantNumber = keyof typeof TITLES

export const INVARIANTS: readonly InvariantNumber[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

export interface Verdict {
  readonly invariant: InvariantNumber
  readonly title: string
  readonly verdict: 'ok' | 'broken' | 'not_exercised'
  /** Facts that were examined. */
  readonly checked: number
  /** The first fact that breaks it. */
  readonly detail?: string
}

/** What a part of a check has found: facts counted, breaches in the order in which they were met. */
export class Findings {
  readonly #checked = new Map<InvariantNumber, number>()
  readonly #breaches = new Map<InvariantNumber, string>()

  examined(invariant: InvariantNumber, facts = 1): void {
    this.#checked.set(invariant, this.checked(invariant) + facts)
  }

  /** Keeps the first breach of each invariant. */
  broken(invariant: InvariantNumber, detail: string): void {
    if (!this.#breaches.has(invariant)) this.#breaches.set(invariant, detail)
  }

  /** Examines one fact: it holds, or it breaks the invariant with the sentence. */
  expect(invariant: InvariantNumber, holds: boolean, detail: () => string): void {
    this.examined(invariant)
    if (!holds) this.broken(invariant, detail())
  }

  checked(invariant: InvariantNumber): number {
    return this.#checked.get(invariant) ?? 0
  }

  breach(invariant: InvariantNumber): string | undefined {
    return this.#breaches.get(invariant)
  }
}

/** One verdict per invariant from all parts of a check. A breach counts even where nothing else was examined. */
export function verdicts(parts: readonly Findings[]): readonly Verdict[] {
  return INVARIANTS.map((invariant) => {
    const checked = parts.reduce((sum, part) => sum + part.checked(invariant), 0)
    const detail = parts.map((part) => part.breach(invariant)).find((found) => found !== undefined)
    const verdict = detail !== undefined ? 'broken' : checked === 0 ? 'not_exercised' : 'ok'
    return { invariant, title: TITLES[invariant], verdict, checked, ...(detail === undefined ? {} : { detail }) }
  })
}
