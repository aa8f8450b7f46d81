// The function of pg-copy-streams that pg/copy.ts uses (the package brings no types).
declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream'
  export function from(sql: string): Writable
}
