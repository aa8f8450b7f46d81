// A file is what its bytes are, not what its name says.
import { EVIDENCE_TYPES } from '@huitong/contracts'
import { fromHex, utf8 } from '@huitong/primitives'
import { isOfType } from './media-type.js'

const SAMPLES = {
  'image/jpeg': fromHex('ffd8ffe000104a464946'),
  'image/png': fromHex('89504e470d0a1a0a0000'),
  'image/webp': utf8('RIFF0000WEBPVP8 '),
  'application/pdf': utf8('%PDF-1.7 …'),
  'text/plain': utf8('the vase has a crack, 花瓶有裂'),
  'video/mp4': fromHex('00000018667479706d703432'),
  'audio/mpeg': fromHex('fffb9064'),
} as const

it.each(EVIDENCE_TYPES)('%s is known by its first bytes, and taken for nothing else', (type) => {
  expect(EVIDENCE_TYPES.filter((claimed) => isOfType(claimed, SAMPLES[type]))).toContain(type)
  for (const other of EVIDENCE_TYPES.filter((one) => one !== type && one !== 'text/plain'))
    expect(isOfType(other, SAMPLES[type]), `${type} as ${other}`).toBe(false)
})

it('takes no program for a text, and a text that is cut inside of a letter for one', () => {
  expect(isOfType('text/plain', fromHex('7f454c4602010100'))).toBe(false)
  expect(isOfType('text/plain', fromHex('4d5a9000'))).toBe(false)
  expect(isOfType('text/plain', utf8('花瓶').subarray(0, 5))).toBe(true)
})
