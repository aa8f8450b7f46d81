// The return of goods against its diagram, every event in every state, and who is blamed for which silence.
import { readFileSync } from 'node:fs'
import { expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { MINUTE, chainA, chainB, envAt, minute, passed } from '../testing/world.js'
import { RETURN_STATES, type ReturnEvent, type ReturnState, createReturn, decideReturn, returnCodec } from './return.js'

const start = envAt(0)
const asked = createReturn({
  buyer: 'alice',
  merchant: 'shop',
  chain: chainA,
  heldUntil: minute(100),
  answerBy: minute(10),
  stepMs: 20 * MINUTE,
})
const events: readonly ReturnEvent[] = [
  { kind: 'authorise', by: 'shop' },
  { kind: 'authorise', by: 'alice' },
  { kind: 'refuse', by: 'shop' },
  { kind: 'refuse', by: 'alice' },
  { kind: 'shipBack', by: 'alice', tracking: 'T1' },
  { kind: 'shipBack', by: 'shop', tracking: 'T2' },
  { kind: 'receive', by: 'shop' },
  { kind: 'receive', by: 'alice' },
  passed(chainA, 90),
  passed(chainB, 90),
  { kind: 'closed', isRefunded: true },
  { kind: 'closed', isRefunded: false },
]
const walked = explore<ReturnState, ReturnEvent, never>({
  initial: [asked],
  events: () => events,
  decide: (state, event) => decideReturn(state, event, start),
  codec: returnCodec,
  facts: ['timePassed', 'closed'],
  check: (after, _effects, before, event) => {
    if (event.kind === 'closed') expect(['REFUNDED', 'OVERTAKEN']).toContain(after.state)
    if ('by' in event && after.state !== before.state) expect(event.by).toBe(event.kind === 'shipBack' ? 'alice' : 'shop')
  },
})
const tell = (env: typeof start, from: ReturnState, ...story: readonly ReturnEvent[]): ReturnState =>
  story.reduce((state, event) => expectOk(decideReturn(state, event, env), event.kind).state, from)

describe('a return', () => {
  it('reaches every state and makes the transitions of the published diagram and no others', () => {
    if (process.env['SHOW_DIAGRAM'] !== undefined)
      console.log(drawTransitions(walked.transitions, 'ASKED', ['REFUNDED', 'OVERTAKEN']))
    expect([...walked.names.keys()].sort()).toEqual([...RETURN_STATES].sort())
    const document = readFileSync(new URL('return.md', import.meta.url), 'utf8')
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })

  it('goes back and is refunded, each step in its own time', () => {
    const sent = tell(start, asked, { kind: 'authorise', by: 'shop' }, { kind: 'shipBack', by: 'alice', tracking: 'T1' })
    expect(sent).toMatchObject({ state: 'SHIPPED_BACK', tracking: 'T1', until: minute(20) + 5_000 })
    const received = tell(start, sent, { kind: 'receive', by: 'shop' })
    expect(tell(start, received, { kind: 'closed', isRefunded: true }).state).toBe('REFUNDED')
    expect(decideReturn(asked, { kind: 'authorise', by: 'shop' }, envAt(10))).toMatchObject({ code: 'return_too_late' })
  })

  it('blames the side whose step it was', () => {
    const lapse = (from: ReturnState) => tell(envAt(90), from, passed(chainA, 90))
    expect(lapse(asked)).toMatchObject({ lapse: { by: 'shop', step: 'authorise' } })
    const authorised = tell(start, asked, { kind: 'authorise', by: 'shop' })
    expect(lapse(authorised)).toMatchObject({ lapse: { by: 'alice', step: 'ship' } })
    const sent = tell(start, authorised, { kind: 'shipBack', by: 'alice', tracking: '' })
    expect(lapse(sent)).toMatchObject({ lapse: { by: 'shop', step: 'receive' } })
    expect(lapse(tell(start, sent, { kind: 'receive', by: 'shop' }))).toMatchObject({ lapse: { by: 'shop', step: 'refund' } })
  })
})
