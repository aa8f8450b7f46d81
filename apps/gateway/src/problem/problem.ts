// A refusal on its way out: a code of the table, a sentence, the field at fault. Never carries a stack or an inner message of a fault.
import type { Response } from 'express'
import { PROBLEMS, type ProblemCode } from './codes.js'

export const PROBLEM_TYPE = 'application/problem+json'

/** Seconds after which a refusal for load or absence may have passed. */
const RETRY_AFTER_SECONDS = 1

export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly instance: string
  readonly detail?: string
  readonly field?: string
}

/** Thrown to end a request: the filter turns it into the answer. */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly field?: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(code)
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }

  body(instance: string): ProblemBody {
    return {
      type: `urn:huitong:problem:${this.code}`,
      title: PROBLEMS[this.code].meaning,
      status: this.status,
      code: this.code,
      instance,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.field === undefined ? {} : { field: this.field }),
    }
  }
}

export function sendProblem(problem: Problem, instance: string, response: Response): void {
  if (response.headersSent) {
    response.end()
    return
  }
  const { status } = problem
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  if (status === 503 || status === 429)
    response.setHeader('Retry-After', String(problem.retryAfterSeconds ?? RETRY_AFTER_SECONDS))
  response
    .status(status)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problem.body(instance)))
}
