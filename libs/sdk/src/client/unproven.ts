// The error of everything that the hub says and that does not stand up to verification.

/** What the hub said did not stand up to verification. */
export class Unproven extends Error {
  override readonly name = 'Unproven'
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(`${code}: ${detail}`)
  }
}
