// Every write on deals, with everything that can be wrong with it, over real HTTP: route by fault. Each request differs in one thing from one that goes
// through right after it; each has its documented code and status, and afterwards no version, no coin and no line of the feed is another.
import type { Bytes } from '@huitong/primitives'
import { type Answered, call } from './call.js'
import { Cast, type World } from './bad/cast.js'
import { DISPUTES } from './bad/disputes.js'
import { HOUSE } from './bad/house.js'
import { LATE, offerOnce } from './bad/late.js'
import { ORDERS } from './bad/orders.js'
import { type Request, withBody } from './bad/request.js'
import { type Fault, type Row, type Step, WRITES, namesVersion, possibleFaults, versionOf } from './bad/step.js'
import { type Opening, SECRETS, claimOpening, codeOpening, submitting } from './bad/secrets.js'
import { TRADES } from './bad/trades.js'
import { type House, faultsIn, openHouse } from './house.js'
import { expectProblem } from './problem.js'

const STEPS: readonly Step[] = [...TRADES, ...ORDERS, ...DISPUTES, ...HOUSE]

/** Writes on no deal, and where what they refuse is tried. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'POST /v1/ledgers/{ledger}/transactions': 'bad-input.spec.ts, and locks below',
  'POST /v1/ledgers/{ledger}/prunings': 'apps/ledger: a command of whoever runs the ledger',
  'POST /v1/sandbox/clock': 'bad-input.spec.ts',
}

/** What a route's form would allow and its meaning does not. */
const MEANINGLESS: Readonly<Record<string, readonly Fault[]>> = {
  // what is revoked or erased stays so, however often it is asked for
  'DELETE /v1/api-keys/{id}': ['wrong state'],
  'DELETE /v1/parties/{id}/person': ['wrong state'],
  // the case is over when its authorities have signed: see apps/identity
  'POST /v1/recoveries/{id}/approvals': ['wrong state'],
}

let house: House
let cast: Cast
/** As it was when the step began, or when its request had gone through. */
let world: World
let requests = 0

beforeAll(async () => {
  house = await openHouse()
  cast = await Cast.open(house)
  await cast.still()
})
afterAll(async () => {
  cast?.feed.close()
  await house?.close()
})

const send = (request: Request, key: string): Promise<Answered> => call(house.url, { ...request, key })

/** Made but shown to nobody in a list. */
const UNSEEN = ['quotes', 'liquidity', 'parties', 'api-keys', 'recoveries']

/** Where the change would show at once: the deal itself, or the newest of its kind. */
async function touched({ path: at, body }: Request): Promise<string> {
  const [noun = '', id] = at.split('?')[0]?.split('/').slice(2) ?? []
  const order = typeof body?.['order'] === 'string' && noun === 'disputes' ? `/v1/orders/${body['order']}` : undefined
  if (UNSEEN.includes(noun) && !(noun === 'recoveries' && id !== undefined)) return ''
  if (noun === 'carriers')
    return (await call(house.url, { path: `/v1/carriers/${String(body?.['publicKey'])}`, as: house.adminKey })).text
  return (await call(house.url, { path: order ?? `/v1/${noun}${id === undefined ? '?limit=1' : `/${id}`}`, as: house.adminKey }))
    .text
}

/** Refused as documented; neither the deal nor any ledger or the feed has moved. What else there is, is compared when the step is over. */
async function refused(request: Request, code: string, field?: string, key = `refused-${(requests += 1)}`): Promise<void> {
  const before = await Promise.all([touched(request), cast.traces()])
  expectProblem(await send(request, key), code, field)
  expect(await Promise.all([touched(request), cast.traces()])).toEqual(before)
}

function rows(all: readonly Row[], good: () => Request): void {
  for (const [fault, how, change, code, field] of all)
    it(`${fault}: ${how}`, async () => refused(await change(good(), cast), code, field))
}

describe.each(STEPS)('$route', (step) => {
  let good: Request
  let first: Answered
  const isAsItWas = async (): Promise<void> => expect(await cast.world()).toEqual(world)
  beforeAll(async () => {
    good = await step.good(cast)
    world = await cast.world()
  })
  afterAll(async () => {
    if (step.next === undefined) return
    await step.next(cast)
    await cast.still()
  })

  rows(step.rows, () => good)
  if (step.isOpenToAnyKey !== true)
    it('wrong party: a key for reading', () => refused({ ...good, as: cast.readOnly }, 'scope_missing'))
  const versions = async (): Promise<void> => {
    const version = await versionOf(cast, good)
    for (const wrong of version > 1 ? [version + 1, version - 1] : [version + 1])
      await refused(withBody(good, { version: wrong }), 'version_stale', 'version')
    good = withBody(good, { version })
  }
  if (namesVersion(step.route)) it('stale version: one more, and one less, than there is', versions)
  it('nothing has changed until it goes through as it is', async () => {
    await isAsItWas()
    first = await send(good, 'good')
    expect(first).toMatchObject({ status: expect.toBeOneOf([200, 201]), replayed: false })
    await step.until?.(cast, first.body)
    world = await cast.still()
  })
  it('replayed key: the same answer', async () => {
    expect(await send(good, 'good')).toEqual({ ...first, replayed: step.isKeyless !== true })
    await isAsItWas()
  })
  const otherBody = async (): Promise<void> => {
    const other = await (step.other ?? ((same: Request) => withBody(same, { version: 1_000 })))(good, cast)
    await refused(other, 'idempotency_key_reused', undefined, 'good')
  }
  if (step.isKeyless !== true) it('another body under the same key', otherBody)
  rows(step.after ?? [], () => withoutVersion(good))
})

const withoutVersion = ({ body, ...rest }: Request): Request => {
  const { version: _version, ...asked } = body ?? {}
  return body === undefined ? rest : { ...rest, body: asked }
}

describe.each([
  ['an escrow by its delivery code', codeOpening],
  ['a hash lock by its secret', claimOpening],
])('%s is not opened by', (_lock, made) => {
  let opening: Opening
  const outcomeOf = async (bytes: Bytes): Promise<unknown> => {
    const { body } = await send(submitting(cast, bytes), '')
    return Array.isArray(body['items']) ? body['items'][0] : body
  }
  beforeAll(async () => {
    opening = await made(cast)
    world = await cast.still()
  })
  it.each(SECRETS)('%s', async (_how, mangle, code) => {
    expect(await outcomeOf(mangle(opening.right, opening.other))).toMatchObject({ outcome: 'refused', code })
    expect(await cast.world()).toEqual(world)
  })
})

it('too late: whatever is asked when the deadline that the hub shows has come, by the clock that may be fast', async () => {
  await offerOnce(cast)
  const deadlines = await Promise.all(LATE.map(async (late) => ({ ...late, deadline: await late.at(cast) })))
  for (const { what, deadline, request } of deadlines.toSorted((one, two) => one.deadline - two.deadline)) {
    await cast.shop.advance({ to: deadline - 1_000 })
    await cast.still()
    await refused(await request(cast), 'too_late').catch((cause: unknown) => {
      throw new Error(`${what} at ${new Date(deadline).toISOString()}`, { cause })
    })
  }
})

describe('the table', () => {
  it('has every route that writes, by the document', () => {
    const known = [...new Set(STEPS.map(({ route }) => route)), ...Object.keys(ELSEWHERE)]
    expect(known.toSorted()).toEqual([...WRITES.keys()].toSorted())
  })
  it.each(STEPS)('has every fault that $route makes possible', ({ route, rows: before, after = [] }) => {
    const tried = new Set([...before, ...after].map(([fault]) => fault))
    const missing = [...possibleFaults(route)].filter((fault) => !tried.has(fault))
    expect(missing).toEqual(MEANINGLESS[route] ?? [])
  })
})

it('no process of the hub has logged an error', () => {
  expect(faultsIn(house.folder)).toEqual([])
})
