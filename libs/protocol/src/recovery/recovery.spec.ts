// The recovery machine against its diagram, every event in every state.
import { readFileSync } from 'node:fs'
import { type PublicKey, expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { account, chainA, chainB, envAt, minute, passed } from '../testing/world.js'
import { RECOVERY_STATES, type RecoveryEffect, type RecoveryEvent, type RecoveryState, type RecoveryTerms } from './recovery.js'
import { createRecovery, decideRecovery, recoveryCodec } from './recovery.js'

const start = envAt(0)
const terms: RecoveryTerms = {
  id: 'rec_1',
  party: 'alice',
  account: account('alice'),
  keys: { keys: ['11'.repeat(32) as PublicKey], threshold: 1 },
  authorities: [
    { account: account('bank one'), institution: 'bank' },
    { account: account('bank two'), institution: 'bank' },
    { account: account('notary'), institution: 'notary' },
  ],
  quorum: 2,
  chains: [chainA, chainB],
}
const opened = expectOk(createRecovery(terms, start), 'a recovery').state
const approve = (name: string): RecoveryEvent => ({ kind: 'approve', authority: account(name), signature: name })

const events: readonly RecoveryEvent[] = [
  ...['bank one', 'bank two', 'notary', 'mallory'].map(approve),
  { kind: 'reject', reason: 'not her' },
  ...[chainA, chainB].flatMap((chain): RecoveryEvent[] => [
    { kind: 'proposed', chain, end: minute(60) },
    { kind: 'cancelled', chain },
    { kind: 'finalised', chain },
    passed(chain, 60),
  ]),
]

const walked = explore<RecoveryState, RecoveryEvent, RecoveryEffect>({
  initial: [opened],
  events: () => events,
  decide: (state, event) => decideRecovery(state, event, start),
  codec: recoveryCodec,
  facts: ['proposed', 'cancelled', 'finalised', 'timePassed'],
  check: (after, effects, _before, event) => {
    if (effects.some(({ kind }) => kind === 'propose')) {
      expect(after.approvals.length).toBeGreaterThanOrEqual(2)
      expect(new Set(after.approvals.map(({ institution }) => institution)).size).toBeGreaterThanOrEqual(2)
    }
    if (effects.some(({ kind }) => kind === 'finalise')) {
      expect(event.kind).toBe('timePassed')
      expect(after.ledgers.every(({ fate }) => fate === 'proposed' || fate === 'finalised')).toBe(true)
    }
  },
})

describe('a recovery', () => {
  it('reaches every state and makes the transitions of the published diagram and no others', () => {
    if (process.env['SHOW_DIAGRAM'] !== undefined)
      console.log(drawTransitions(walked.transitions, 'OPENED', ['FINALISED', 'CANCELLED', 'REJECTED']))
    expect([...walked.names.keys()].sort()).toEqual([...RECOVERY_STATES].sort())
    const document = readFileSync(new URL('recovery.md', import.meta.url), 'utf8')
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })

  it('counts two branches of one bank once', () => {
    const run = (...names: readonly string[]) =>
      names.reduce((state, name) => expectOk(decideRecovery(state, approve(name), start), name).state, opened)
    expect(run('bank one', 'bank two').state).toBe('OPENED')
    expect(run('bank one', 'bank two', 'notary').state).toBe('APPROVED')
  })

  it.each([
    ['a quorum of one', { quorum: 1 }],
    ['a quorum of nobody else', { quorum: 4 }],
    ['one institution only', { authorities: terms.authorities.slice(0, 2) }],
    ['no ledger', { chains: [] }],
  ])('refuses %s', (_, change) => {
    expect(createRecovery({ ...terms, ...change }, start)).toMatchObject({ ok: false, code: 'recovery_terms_invalid' })
  })
})
