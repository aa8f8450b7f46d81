// The built SDK and command line are light: whoever loads them does not load the framework, the database's or the bus's client.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { BARE, ROOT, requireBuild } from './house.js'

const FRAMEWORK = ['@nestjs', 'typeorm', 'class-validator', 'class-transformer', 'reflect-metadata', 'rxjs']
/** Besides, nothing of Node's own servers belongs into a library for browsers. */
const SERVERS = ['pg', '@nats-io', 'sodium-native']

/** Writes down every module's address, whoever asks for it. */
const LOADER = `
  import { writeSync } from 'node:fs'
  export const load = (url, context, next) => { writeSync(2, 'LOADED ' + url + '\\n'); return next(url, context) }
`
const asUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`
const PRELOAD = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(asUrl(LOADER))})`)

/** Packages of node_modules that Node loads when it runs `file` with these words. */
function packagesOf(file: string, words: readonly string[] = []): string[] {
  requireBuild()
  const { stderr, status } = spawnSync(process.execPath, ['--import', PRELOAD, path.join(ROOT, file), ...words], {
    cwd: ROOT,
    env: BARE,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  expect(status, stderr).toBe(0)
  const loaded = [...stderr.matchAll(/^LOADED file:.*$/gm)].map(([line]) => line)
  expect(loaded.length).toBeGreaterThan(10)
  return [...new Set(loaded.flatMap((line) => [...(/node_modules\/(@[^/]+|[^/]+)\//.exec(line)?.slice(1) ?? [])]))]
}

it.each([
  ['the SDK', 'dist/libs/sdk/src/index.js', [], [...FRAMEWORK, ...SERVERS]],
  ['the command line', 'dist/apps/cli/src/main.js', ['--help'], FRAMEWORK],
] as const)('%s', (_, file, words, heavy: readonly string[]) => {
  const packages = packagesOf(file, words)
  expect(packages).toContain('@noble')
  expect(packages.filter((name) => heavy.includes(name))).toEqual([])
})
