// Whether a file's first bytes are those of the type it claims. Says nothing about the rest of it. Pure.
import { isUtf8 } from 'node:buffer'
import type { EVIDENCE_TYPES } from '@huitong/contracts'
import type { Bytes } from '@huitong/primitives'

export type EvidenceType = (typeof EVIDENCE_TYPES)[number]

const ascii = (text: string): readonly number[] => [...text].map((letter) => letter.charCodeAt(0))

const startsWith = (bytes: Bytes, start: readonly number[], at = 0): boolean =>
  start.every((byte, index) => bytes[at + index] === byte)

const IS: Readonly<Record<EvidenceType, (start: Bytes) => boolean>> = {
  'image/jpeg': (start) => startsWith(start, [0xff, 0xd8, 0xff]),
  'image/png': (start) => startsWith(start, [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a]),
  'image/webp': (start) => startsWith(start, ascii('RIFF')) && startsWith(start, ascii('WEBP'), 8),
  'application/pdf': (start) => startsWith(start, ascii('%PDF-')),
  // a piece may end inside of a letter: up to three bytes of it are not looked at
  'text/plain': (start) => [0, 1, 2, 3].some((cut) => isUtf8(start.subarray(0, start.length - cut))) && !start.includes(0),
  'video/mp4': (start) => startsWith(start, ascii('ftyp'), 4),
  'audio/mpeg': (start) => startsWith(start, ascii('ID3')) || (start[0] === 0xff && ((start[1] ?? 0) & 0xe0) === 0xe0),
}

/** `start`: the first piece of the file. */
export const isOfType = (type: EvidenceType, start: Bytes): boolean => IS[type](start)
