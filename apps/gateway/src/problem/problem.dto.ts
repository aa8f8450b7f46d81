// The shape of every refusal, for the OpenAPI document.

/** A refusal as RFC 9457 describes it. Programs decide by `code`. */
export class ProblemDto {
  /** `urn:huitong:problem:` and the code. */
  type: string
  /** What the code means, one sentence. */
  title: string
  /** HTTP status, the same as the response's. */
  status: number
  /** Stable code of the closed list in docs/errors.md. */
  code: string
  /** Path of the request. */
  instance: string
  /** What is wrong in this case. */
  detail?: string
  /** The first field at fault. */
  field?: string
}
