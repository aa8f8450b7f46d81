// A connection that has the server parse and plan each statement of ours once: with short transactions that was half of their cost there. Only for
// statements with parameters, whose texts are constants of the program; texts made at run time must not fill the server's memory.
import pg from 'pg'

/** Beyond so many different texts a statement is sent as it is. */
const TEXTS_MAX = 1_000

const names = new Map<string, string>()

export class PreparingClient extends pg.Client {
  // the border: the driver's `query` has many shapes, of which only (text, values) is changed
  override query(...asked: unknown[]): never {
    const [text, values, ...rest] = asked
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined
    const passed = name === undefined ? asked : [{ name, text, values }, ...rest]
    return Reflect.apply(super.query, this, passed) as never
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= TEXTS_MAX) return known
  const name = `h${names.size}`
  names.set(text, name)
  return name
}
