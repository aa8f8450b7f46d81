// Keys under which anybody's signature, or nobody's, would verify are refused.
import { ed25519 } from '@noble/curves/ed25519.js'
import { fromHex } from '@huitong/primitives'
import { isStrongKey } from './strong-key.js'

it.each([
  ['the neutral element', `01${'00'.repeat(31)}`],
  ['a point of order 4', '00'.repeat(32)],
  ['a point of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['y = p, not canonical', `ed${'ff'.repeat(30)}7f`],
  ['y = p + 1, not canonical', `ee${'ff'.repeat(30)}7f`],
  ['no point', `02${'00'.repeat(31)}`],
  ['too short', '01'],
])('%s is weak', (_name, hex) => expect(isStrongKey(fromHex(hex))).toBe(false))

it('an ordinary key is strong', () => {
  expect(isStrongKey(ed25519.getPublicKey(new Uint8Array(32).fill(7)))).toBe(true)
})
