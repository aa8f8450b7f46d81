// Ids of everything settlement makes: a prefix for people, a time-ordered UUID for the database. Never a database sequence.
import { uuidv7 } from 'uuidv7'

/** A new typed id. Made inside a command's unit of work, where a key runs once: a retry answers the stored id. */
export const newId = (prefix: string): string => typedId(prefix, uuidv7())

/** The 32 hexadecimal digits of a typed id (`cnv_018f…`): text that a uuid column takes. */
export const uuidOf = (id: string): string => id.slice(id.indexOf('_') + 1)

/** A typed id from a uuid column, with or without hyphens. */
export const typedId = (prefix: string, uuid: string): string => `${prefix}_${uuid.replaceAll('-', '')}`

export const prefixOf = (id: string): string => id.slice(0, Math.max(0, id.indexOf('_')))
