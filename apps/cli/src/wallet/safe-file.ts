// Files that must survive a crash and two commands at once: replaced whole or not at all, changed under a lock. Knows nothing of what is inside.
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CommandFailure, EXIT } from '../exit-code.js'

const LOCK_WAIT_MS = 10_000

/** Writes a file for its owner only: at every moment the old content or the new, never a part. */
export function replaceFile(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.${process.pid}.new`
  writeFileSync(next, text, { mode: 0o600, flush: true })
  renameSync(next, file)
}

/** Runs `work` while no other command holds the file's lock; the lock of a process that died is taken over. */
export async function underLock<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  for (let waited = 0; !taken(lock); waited += 50) {
    if (isOrphan(lock)) rmSync(lock, { force: true })
    else if (waited > LOCK_WAIT_MS)
      throw new CommandFailure(EXIT.failed, 'file_locked', `another command is writing ${file} (${lock})`)
    else await pause(50)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function taken(lock: string): boolean {
  try {
    const handle = openSync(lock, 'wx', 0o600)
    writeFileSync(handle, String(process.pid))
    closeSync(handle)
    return true
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false
    throw cause
  }
}

function isOrphan(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'))
    // An empty lock is one that is being written this moment.
    if (!Number.isSafeInteger(owner) || owner <= 0) return false
    process.kill(owner, 0)
    return false
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ESRCH'
  }
}
