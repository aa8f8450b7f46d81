// Named points at which a test may kill this process with SIGKILL. Without NODE_ENV=test and HUITONG_KILLPOINTS it never does anything.

/** Which points are armed, and at which hit they kill: `command.before-commit:2,outbox.performed` */
const armed = new Map<string, number>()
if (process.env['NODE_ENV'] === 'test') {
  for (const part of (process.env['HUITONG_KILLPOINTS'] ?? '').split(',')) {
    const [name = '', hit = '1'] = part.trim().split(':')
    if (name !== '') armed.set(name, Number(hit))
  }
}

/** Dies here, at once and without a farewell, if a test asked for it. */
export function killpoint(name: string): void {
  const left = armed.get(name)
  if (left === undefined) return
  if (left > 1) armed.set(name, left - 1)
  else process.kill(process.pid, 'SIGKILL')
}
