// One route with one good request, and how the usual ones are written down.
import * as contracts from '@huitong/contracts'
import type { Scope } from '@huitong/contracts'
import { ok } from '@huitong/primitives'
import type { FakeBus } from './fake-bus.js'
import * as s from './samples.js'

/** Where a page of any list might go on: the id of its last row. */
const CURSOR = `abc_${'1'.repeat(32)}`

export interface RouteCase {
  readonly route: string
  readonly path: string
  /** `open`: anyone; `key`: any key; else one of these scopes (or admin). */
  readonly who: 'open' | 'key' | readonly Scope[]
  readonly body?: object
  /** The body is sent as these bytes, of this media type: `body.raw`. */
  readonly type?: string
  /** Needs an Idempotency-Key. */
  readonly keyed?: true
  /** 200 if absent. */
  readonly status?: number
  readonly stub: (bus: FakeBus) => void
  /** The last thing asked of the bus: subject and body without idempotencyKey and actor. */
  readonly asked?: readonly [subject: string, body: object]
  readonly answer: object | string
}

const page = { limit: 50 }

export function write<R extends object, V, C extends string>(
  noun: string,
  rest: string,
  who: readonly Scope[],
  command: contracts.Command<R, V, C>,
  value: NoInfer<V>,
  answer: object,
  body: object,
  sent: object = body,
): RouteCase {
  const isNew = rest === ''
  return {
    route: `POST /v1/${noun}${rest.replace(/\/[a-z]{3}_[0-9a-f]+/, '/:id')}`,
    path: `/v1/${noun}${rest}`,
    who,
    body,
    keyed: true,
    status: isNew ? 201 : 200,
    stub: (bus) => bus.on(command, ok(value)),
    asked: [command.subject, sent],
    answer,
  }
}

export function read<R extends object, V, C extends string>(
  noun: string,
  prefix: string,
  who: readonly Scope[],
  command: contracts.Command<R, V, C>,
  value: NoInfer<V>,
  answer: object,
): RouteCase {
  const id = s.id(prefix)
  const stub = (bus: FakeBus): void => void bus.on(command, ok(value))
  return { route: `GET /v1/${noun}/:id`, path: `/v1/${noun}/${id}`, who, stub, asked: [command.subject, { id }], answer }
}

export function list<R extends object, V, C extends string>(
  noun: string,
  who: readonly Scope[],
  command: contracts.Command<R, { readonly items: readonly V[]; readonly next?: string }, C>,
  item: NoInfer<V>,
  view: object,
): RouteCase {
  return {
    route: `GET /v1/${noun}`,
    path: `/v1/${noun}?state=open&after=${CURSOR}`,
    who,
    stub: (bus) => bus.on(command, ok({ items: [item], next: 'y' })),
    asked: [command.subject, { ...page, state: 'open', after: CURSOR }],
    answer: { items: [view], next: 'y' },
  }
}

export function onOrder<R extends object, C extends string>(
  action: string,
  command: contracts.Command<R, contracts.WireOrder, C>,
  body: object,
): RouteCase {
  return write('orders', `/${s.id('ord')}/${action}`, ['orders'], command, s.ORDER, s.ORDER_VIEW, body, {
    ...body,
    id: s.id('ord'),
  })
}

export function onDispute<R extends object, C extends string>(
  part: string,
  who: readonly Scope[],
  command: contracts.Command<R, contracts.WireDispute, C>,
  body: object,
): RouteCase {
  return write('disputes', `/${s.id('dsp')}/${part}`, who, command, s.DISPUTE, s.DISPUTE_VIEW, body, { ...body, id: s.id('dsp') })
}
