// What the shell is told, by kind of failure. Documented in `huitong --help`.
export const EXIT = {
  ok: 0,
  /** A check ran and did not hold: an invariant, a reconciliation, a step of the demo. */
  failed: 1,
  /** The command line or an input file is wrong; nothing was done. */
  usage: 2,
  /** The hub refused with a code. */
  refused: 3,
  /** No hub could be reached or started, or it did not answer in time. */
  unreachable: 4,
  /** Something the hub said did not stand up to verification. */
  unproven: 5,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends a command with a sentence for people and a code for machines. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  constructor(
    readonly exit: ExitCode,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}
