// Writes docs/settings.md from the table of settings in libs/platform/src/settings.ts; `--check` only compares. The page never shows a secret.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const PAGE = join(ROOT, 'docs/settings.md')

/** The page for a table of settings. */
export function settingsPage(settings) {
  const rows = Object.values(settings).map(({ name, description, fallback, secret }) => {
    const otherwise = fallback === undefined ? '' : fallback === '' ? 'empty' : `\`${fallback}\``
    return `| \`${name}\` | ${otherwise} | ${cell(description)}${secret ? ' Secret: never logged, never in a message.' : ''} |`
  })
  return `# Settings

Every process reads its settings here and nowhere else: the environment first, then \`huitong.yaml\` in the data folder (one \`NAME: value\` per
line), then the default. A value that is not right, or a name in the file that nobody knows, stops the process with a sentence that says so.
With the embedded hub nothing has to be set: \`DATABASE_URL\` and \`NATS_URL\` replace its servers, and each process is given its own.

| name | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`
}

const cell = (text) => text.replaceAll('|', '\\|')

/** The table itself, from a copy of its file as plain JavaScript. */
async function table() {
  // inside the repository, where modules are found
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, 'dist', 'settings-'))
  try {
    const compiled = (path) => {
      const { outputText } = ts.transpileModule(readFileSync(join(ROOT, path), 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      })
      return outputText
    }
    writeFileSync(
      join(folder, 'bytes.mjs'),
      compiled('libs/primitives/src/bytes.ts').replace(/from '\.\/(\w+)\.js'/g, "from './$1.mjs'"),
    )
    writeFileSync(join(folder, 'result.mjs'), compiled('libs/primitives/src/result.ts'))
    writeFileSync(
      join(folder, 'settings.mjs'),
      compiled('libs/platform/src/settings.ts').replace("'@huitong/primitives'", "'./bytes.mjs'"),
    )
    return (await import(pathToFileURL(join(folder, 'settings.mjs')).href)).SETTINGS
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = settingsPage(await table())
  if (!process.argv.includes('--check')) writeFileSync(PAGE, page)
  else if (page !== readFileSync(PAGE, 'utf8')) {
    process.stderr.write('docs/settings.md is not as the code says. Run node scripts/settings-docs.mjs.\n')
    process.exitCode = 1
  }
}
