import { utf8 } from '@huitong/primitives'
import * as fc from 'fast-check'
import { Vault } from './vault.js'

const OLD = '11'.repeat(32)
const NEW = '22'.repeat(32)

it('opens what it sealed, for the same purpose only', () => {
  const vault = new Vault(NEW)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (secret, purpose) => {
      const sealed = vault.seal(secret, purpose)
      expect(vault.open(sealed, purpose)).toEqual({ ok: true, value: secret })
      expect(vault.open(sealed, `${purpose}x`)).toEqual({ ok: false, code: 'seal_broken' })
    }),
    { numRuns: 100 },
  )
})

it('never seals twice alike', () => {
  const vault = new Vault(NEW)
  expect(vault.seal(utf8('s'), 'p')).not.toBe(vault.seal(utf8('s'), 'p'))
})

it('opens what an earlier key sealed, says that it is outdated, and does not open without that key', () => {
  const sealed = new Vault(OLD).seal(utf8('s'), 'p')
  const changed = new Vault(NEW, OLD)
  expect(changed.open(sealed, 'p')).toMatchObject({ ok: true })
  expect(changed.isOutdated(sealed)).toBe(true)
  expect(changed.isOutdated(changed.seal(utf8('s'), 'p'))).toBe(false)
  expect(new Vault(NEW).open(sealed, 'p')).toMatchObject({ code: 'key_unknown' })
})

it('notices every changed character', () => {
  const vault = new Vault(NEW)
  const sealed = vault.seal(utf8('a secret'), 'p')
  // the last character carries bits that base64 does not use
  for (let at = 0; at < sealed.length - 1; at++) {
    const altered = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
    expect(vault.open(altered, 'p').ok).toBe(false)
  }
  expect(vault.open('', 'p')).toMatchObject({ code: 'seal_broken' })
  expect(vault.open(sealed.slice(0, -30), 'p')).toMatchObject({ code: 'seal_broken' })
})

it('refuses a key of another length', () => {
  expect(() => new Vault('ab')).toThrow(/32 bytes/)
})
