// Named points at which a test may kill this process with SIGKILL. Unless NODE_ENV is `test` they never do anything, whatever else is set.
import { unlinkSync } from 'node:fs'

const isTest = process.env['NODE_ENV'] === 'test'

/** Which points are armed from the start, and at which hit they kill: `command.before-commit:2,outbox.performed` */
const armed = new Map<string, number>()
for (const part of (isTest ? (process.env['HUITONG_KILLPOINTS'] ?? '') : '').split(',')) {
  const [name = '', hit = '1'] = part.trim().split(':')
  if (name !== '') armed.set(name, Number(hit))
}

/** Points armed while the process runs: a file `<role>.<point>` here. Who takes it away dies, so nobody dies of it twice. */
const folder = isTest ? process.env['HUITONG_KILLPOINT_FOLDER'] : undefined
const role = process.env['HUITONG_ROLE'] ?? ''

/** Dies here, at once and without a farewell, if a test asked for it. */
export function killpoint(name: string): void {
  if (!isTest) return
  const left = armed.get(name)
  if (left !== undefined && left > 1) armed.set(name, left - 1)
  else if (left !== undefined || (folder !== undefined && taken(`${folder}/${role}.${name}`)))
    process.kill(process.pid, 'SIGKILL')
}

function taken(file: string): boolean {
  try {
    unlinkSync(file)
    return true
  } catch {
    return false
  }
}
