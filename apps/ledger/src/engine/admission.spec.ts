import 'reflect-metadata'
import { Admission } from './admission.js'

describe('admission', () => {
  it.each([
    ['transactions', { transactions: 2, bytes: 1_000 }],
    ['bytes', { transactions: 100, bytes: 25 }],
  ])('is bounded in %s, refuses at once, and takes again when one has left', (_what, limits) => {
    const admission = new Admission(limits)
    expect([1, 2, 3].map(() => admission.enter(10))).toEqual([undefined, undefined, 'queue_full'])
    expect(admission.load).toBe(2)
    admission.leave(10)
    expect(admission.enter(10)).toBeUndefined()
  })

  it('takes nothing once it is closed', () => {
    const admission = new Admission()
    admission.close()
    expect(admission.enter(1)).toBe('stopping')
  })
})
