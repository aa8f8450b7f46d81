// Runs the built `huitong` command as a shell would and answers with what it said.
import { spawn } from 'node:child_process'
import { BARE, CLI, requireBuild } from './house.js'

export interface Said {
  readonly code: number | null
  /** Standard output, one JSON value per line. */
  readonly lines: readonly Record<string, unknown>[]
  readonly stdout: string
  readonly stderr: string
}

export function huitong(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  requireBuild()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', CLI, ...words], {
      env: { ...BARE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const text = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text.stdout += part))
    child.stderr.setEncoding('utf8').on('data', (part: string) => (text.stderr += part))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, lines: linesOf(text.stdout), ...text }))
  })
}

function linesOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Record<string, unknown> => JSON.parse(line))
}
