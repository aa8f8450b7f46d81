// Writes docs/openapi.json and docs/errors.md from the gateway's code; `--check` only compares and fails with the names of what differs.
// Compiles the gateway by itself, with the OpenAPI plugin that the build uses, into a folder of its own: the build in dist is not touched.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { before } from '@nestjs/swagger/plugin'
import { format, resolveConfig } from 'prettier'
import ts from 'typescript'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const ENTRY = 'apps/gateway/src/document.ts'

/** The generated files by name, as the code says they should be. */
export async function generated() {
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  // inside the repository, where modules are found
  const folder = mkdtempSync(join(ROOT, 'dist', 'docs-'))
  try {
    compile(folder)
    const entry = join(folder, ENTRY.replace(/\.ts$/, '.js'))
    const print = (what) => execFileSync(process.execPath, [entry, what], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    return { 'docs/openapi.json': await formatted(print('openapi')), 'docs/errors.md': print('errors') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const formatted = async (json) => format(json, { parser: 'json', ...(await resolveConfig(join(ROOT, 'docs/openapi.json'))) })

function compile(outDir) {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.all.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [ENTRY] }, ts.sys, ROOT)
  const program = ts.createProgram([join(ROOT, ENTRY)], {
    ...options,
    outDir,
    incremental: false,
    tsBuildInfoFile: undefined,
    sourceMap: false,
  })
  const plugin = before(pluginOptions(), program)
  const { emitSkipped } = program.emit(undefined, undefined, undefined, false, { before: [unaliased, plugin] })
  if (emitSkipped) throw new Error('the gateway does not compile')
}

/** The same options as the build's. */
function pluginOptions() {
  const { projects } = JSON.parse(readFileSync(join(ROOT, 'nest-cli.json'), 'utf8'))
  return projects.all.compilerOptions.plugins.find(({ name }) => name === '@nestjs/swagger').options
}

/** `@huitong/…` as a relative path, since Node knows no aliases. */
const unaliased = (context) => (file) => {
  const visit = (node) => {
    const specifier = ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined
    const [, library, entry] = /^@huitong\/([^/]+)(?:\/(.+))?$/.exec(specifier?.text ?? '') ?? []
    if (library === undefined) return node
    const depth = file.fileName.slice(ROOT.length + 1).split('/').length - 1
    const text = `${'../'.repeat(depth)}libs/${library}/src/${entry ?? 'index'}.js`
    const path = Object.assign(ts.factory.createStringLiteral(text), { parent: specifier.parent })
    if (ts.isImportDeclaration(node))
      return Object.assign(ts.factory.updateImportDeclaration(node, node.modifiers, node.importClause, path, node.attributes), {
        flags: node.flags,
      })
    return Object.assign(
      ts.factory.updateExportDeclaration(node, node.modifiers, node.isTypeOnly, node.exportClause, path, node.attributes),
      { parent: node.parent, flags: node.flags },
    )
  }
  return ts.visitEachChild(file, visit, context)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = Object.entries(await generated())
  const stale = files.filter(([name, text]) => text !== readIfAny(name))
  if (!process.argv.includes('--check')) for (const [name, text] of stale) writeFileSync(join(ROOT, name), text)
  else if (stale.length > 0) {
    process.stderr.write(`Not as the code says: ${stale.map(([name]) => name).join(', ')}. Run node scripts/gateway-docs.mjs.\n`)
    process.exitCode = 1
  }
}

function readIfAny(name) {
  try {
    return readFileSync(join(ROOT, name), 'utf8')
  } catch {
    return undefined
  }
}
