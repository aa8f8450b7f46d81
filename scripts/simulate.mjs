// Simulates settlement by seeds: bundles test/simulation with the sources it needs, as they are now, and runs it. What the bundler says goes to
// stderr; stdout belongs to the simulation.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const BUNDLE = path.join(ROOT, 'dist', 'simulation', 'main.mjs')

/** Bundles and runs; answers the exit code. */
export async function simulate(args) {
  const { rolldown } = await import('rolldown')
  mkdirSync(path.dirname(BUNDLE), { recursive: true })
  const bundle = await rolldown({
    input: path.join(ROOT, 'test', 'simulation', 'main.ts'),
    platform: 'node',
    cwd: ROOT,
    logLevel: 'warn',
    // packages stay outside; ours are read as sources
    external: (id) =>
      !id.startsWith('.') && !path.isAbsolute(id) && !id.startsWith('@huitong/') && !id.startsWith('@oxc-project/'),
    resolve: {
      alias: { '@huitong/contracts/codes': path.join(ROOT, 'libs', 'contracts', 'src', 'codes.ts'), ...libraries() },
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
  })
  await bundle.write({ file: BUNDLE, format: 'esm', sourcemap: true, codeSplitting: false })
  await bundle.close()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', BUNDLE, ...args], { stdio: 'inherit', cwd: ROOT })
    child.once('error', () => resolve(127))
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

function libraries() {
  const names = ['primitives', 'chain', 'protocol', 'contracts', 'platform', 'testing']
  return Object.fromEntries(names.map((name) => [`@huitong/${name}`, path.join(ROOT, 'libs', name, 'src', 'index.ts')]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await simulate(process.argv.slice(2))
