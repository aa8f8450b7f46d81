// Typed, time-ordered ids of what identity keeps. The prefix says what a thing is; the rest is a version 7 UUID.
import { uuidv7 } from 'uuidv7'

export type IdPrefix = 'pty' | 'key' | 'opr' | 'car' | 'rcv'

export const newId = (prefix: IdPrefix): string => `${prefix}_${uuidv7().replaceAll('-', '')}`
