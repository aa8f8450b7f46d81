// The repository's own files, as the style tests read them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '../..')

/** Everything under version control, and what is about to be. */
export const FILES: readonly string[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(ROOT, file)))

/** Code that people wrote. */
export const CODE: readonly string[] = FILES.filter(
  (file) => /^(apps|libs|test|scripts)\/.*\.(ts|mts|mjs|tsx)$/.test(file) && !/\/openapi\.ts$|\/vectors\//.test(file),
)

export const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')
