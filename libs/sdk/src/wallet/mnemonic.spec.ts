import { bodyMessage, browserVerifier } from '@huitong/chain'
import { fromHex, toHex, utf8 } from '@huitong/primitives'
import { deriveSigner, newMnemonic, seedOf } from './mnemonic.js'

describe('a wallet grows from words', () => {
  test('BIP-39: the published seed of the all-zero 24 words', () => {
    // trezor/python-mnemonic vectors.json, last English vector of 00…00 with passphrase TREZOR
    const words = `${'abandon '.repeat(23)}art`
    const seed = seedOf(words, 'TREZOR')
    expect(seed.ok && toHex(seed.value)).toBe(
      'bda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd3097170af7a4d73245cafa9c3cca8d561a7c3de6f5d4a10be8ed2a5e608d68f92fcc8',
    )
  })

  test('both word lists make a wallet, a wrong word does not', () => {
    const entropy = { bytes: (length: number) => new Uint8Array(length).fill(7) }
    for (const language of ['en', 'zh'] as const) expect(seedOf(newMnemonic(entropy, language)).ok).toBe(true)
    expect(seedOf(`${'abandon '.repeat(23)}abandon`)).toMatchObject({ ok: false, code: 'mnemonic_invalid' })
  })

  test('the same words give the same keys; another account or index gives others; signatures verify', async () => {
    const seed = fromHex('00'.repeat(63) + '01')
    const keys = [deriveSigner(seed, 0), deriveSigner(seed, 0), deriveSigner(seed, 1), deriveSigner(seed, 0, 1)]
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(3)
    const message = bodyMessage('approval', '11'.repeat(32), utf8('yes'))
    for (const key of keys)
      expect(browserVerifier.verify(fromHex(await key.sign(message)), message, fromHex(key.publicKey))).toBe(true)
  })
})
