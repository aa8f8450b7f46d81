// The problem table against the contracts: no code may reach a caller without a row.
import 'reflect-metadata'
import * as contracts from '@huitong/contracts'
import { PROBLEMS, SECTIONS } from './codes.js'

const commands = Object.entries(contracts).flatMap(([name, value]) =>
  typeof value === 'object' && value !== null && 'codes' in value && 'subject' in value
    ? [{ name, subject: String(value.subject), codes: value.codes }]
    : [],
)

describe('the problem table', () => {
  it('sees the contracts', () => {
    expect(commands.length).toBeGreaterThan(60)
  })

  it.each(commands)('has a row for every code of $subject', ({ codes }) => {
    expect(codes.filter((code) => !(code in PROBLEMS))).toEqual([])
  })

  it('has a row for every code of the bus', () => {
    expect(contracts.BUS_CODES.filter((code) => !(code in PROBLEMS))).toEqual([])
  })

  it('has each code in one section only', () => {
    const all = Object.values(SECTIONS).flatMap((rows) => Object.keys(rows))
    expect(all).toHaveLength(new Set(all).size)
    expect(all.sort()).toEqual(Object.keys(PROBLEMS).sort())
  })

  it('says 503 only where nothing has happened, and 504 for the unknown', () => {
    expect(PROBLEMS.unavailable.status).toBe(503)
    expect(PROBLEMS.timeout.status).toBe(504)
    expect(PROBLEMS.malformed.status).toBe(400)
    expect(PROBLEMS.internal.status).toBe(502)
    expect(PROBLEMS.idempotency_key_reused.status).toBe(422)
    expect(PROBLEMS.in_flight.status).toBe(409)
  })
})
