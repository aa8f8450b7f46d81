// A connection that has the server parse and plan each statement of ours once: with short transactions that was half of their cost there. Only for
// statements with parameters, whose texts are constants of the program; texts made at run time must not fill the server's memory.
import pg from 'pg'

/** Beyond so many different texts a statement is sent as it is. */
const TEXTS_MAX = 1_000
/** A table was changed under a prepared statement (by a newer program's migration): SQLSTATE feature_not_supported, which is of the moment then. */
const STALE = '0A000'

const names = new Map<string, string>()
let made = 0

export class PreparingClient extends pg.Client {
  // the border: the driver's `query` has many shapes, of which only (text, values) is changed
  override query(...asked: unknown[]): never {
    const [text, values, ...rest] = asked
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
      return Reflect.apply(super.query, this, asked) as never
    const name = nameOf(text)
    const passed = name === undefined ? asked : [{ name, text, values }, ...rest]
    const answer: unknown = Reflect.apply(super.query, this, passed)
    // the next attempt prepares it anew
    if (answer instanceof Promise) answer.catch((error: unknown) => isStale(error) && names.delete(text))
    return answer as never
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= TEXTS_MAX) return known
  made += 1
  const name = `h${made}`
  names.set(text, name)
  return name
}

const isStale = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === STALE
