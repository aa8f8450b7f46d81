// Reads request bodies: bounded JSON in UTF-8, an object at its top, nothing nested deeper than any request needs. Refuses before a
// controller, a validator or a class sees anything.
import { isUtf8 } from 'node:buffer'
import { HTTP_BODY_BYTES_MAX } from '@huitong/primitives'
import express, { type Request, type RequestHandler } from 'express'
import { Problem, sendProblem } from '../problem/problem.js'
import { pathOf } from '../problem/problem.filter.js'

const DEPTH_MAX = 12
const MEMBERS_MAX = 10_000
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])
const parse = express.json({
  limit: HTTP_BODY_BYTES_MAX,
  inflate: false,
  strict: true,
  type: () => true,
  verify: (_request, _response, bytes) => {
    // body-parser writes on what is thrown here: a plain error, whose kind is `entity.verify.failed`
    if (!isUtf8(bytes)) throw new Error('the body is not UTF-8')
  },
})

/** The one route that takes bytes as they are. Its controller reads the stream piece by piece and bounds it. */
const RAW = /^\/v1\/disputes\/[^/]+\/evidence\/?$/

/** The middleware. A request without a body passes with an empty object. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (request.method === 'POST' && RAW.test(request.path)) {
    request.body = {}
    next()
    return
  }
  const refuse = (problem: Problem): void => {
    // the rest of a refused body is not read: the connection ends with the answer
    response.setHeader('Connection', 'close')
    sendProblem(problem, pathOf(request), response)
  }
  if (!hasBody(request)) {
    request.body = {}
    next()
    return
  }
  const wrong = wrongType(request) ?? tooLong(request)
  if (wrong !== undefined) {
    refuse(wrong)
    return
  }
  parse(request, response, (error: unknown) => {
    const problem = error === undefined ? faultOf(request.body) : problemOf(error)
    if (problem === undefined) next()
    else refuse(problem)
  })
}

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) !== 0

function wrongType(request: Request): Problem | undefined {
  const [type, ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  const isUtf8Named = parameters.every((parameter) => /^\s*charset\s*=\s*"?utf-8"?\s*$/.test(parameter))
  const isPlain = (request.headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity'
  return type?.trim() === 'application/json' && isUtf8Named && isPlain ? undefined : new Problem('content_type_unsupported')
}

/** By its stated length, before any of it is read: the parser would wait for all of it first. */
const tooLong = (request: Request): Problem | undefined =>
  Number(request.headers['content-length'] ?? 0) > HTTP_BODY_BYTES_MAX ? new Problem('body_too_large') : undefined

/** What is wrong with parsed JSON, if anything is. */
export function faultOf(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return new Problem('json_malformed', 'an object is expected')
  let members = 0
  const waiting: { readonly value: unknown; readonly depth: number; readonly path: string }[] = [
    { value: body, depth: 1, path: '' },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth, path } = next
    if (value === null) return new Problem('malformed', 'null is no value: leave the field out', path)
    if (typeof value !== 'object') continue
    if (depth > DEPTH_MAX) return new Problem('json_too_deep')
    for (const [key, member] of Object.entries(value)) {
      if (FORBIDDEN.has(key)) return new Problem('json_key_forbidden')
      if (++members > MEMBERS_MAX) return new Problem('json_too_deep')
      waiting.push({ value: member, depth: depth + 1, path: path === '' ? key : `${path}.${key}` })
    }
  }
  return undefined
}

function problemOf(error: unknown): Problem {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined
  switch (type) {
    case 'entity.too.large':
      return new Problem('body_too_large')
    case 'request.size.invalid':
    case 'request.aborted':
      return new Problem('body_incomplete')
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Problem('content_type_unsupported')
    default:
      return new Problem('json_malformed')
  }
}
