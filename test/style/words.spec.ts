// What must not stand in the repository: names that say nothing, holes in the types, tests that are switched off, notes to oneself.
import path from 'node:path'
import ts from 'typescript'
import { CODE, FILES, textOf } from './sources.js'

const EMPTY_NAMES = ['helper', 'helpers', 'util', 'utils', 'common', 'base', 'manager', 'misc']

it('no file or folder is called helpers, utils, common, base or manager', () => {
  const named = FILES.filter((file) =>
    file.split('/').some((part) => EMPTY_NAMES.includes(path.parse(part).name.split('.')[0] ?? '')),
  )
  expect(named).toEqual([])
})

it('every file of code opens by saying what it is for', () => {
  const silent = CODE.filter((file) => !/\.(spec\.ts|d\.ts|d\.mts)$/.test(file) && !/^(#!.*\n)?\/[/*]/.test(textOf(file)))
  expect(silent).toEqual([])
})

/** Places, as `file:line`, where `is` answers yes for a node. */
function placesOf(is: (node: ts.Node) => boolean, files: readonly string[] = CODE): string[] {
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2023, true)
    const places: string[] = []
    const visit = (node: ts.Node): void => {
      if (is(node)) places.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`)
      ts.forEachChild(node, visit)
    }
    visit(source)
    return places
  })
}

it('nothing is of type any', () => {
  expect(placesOf((node) => node.kind === ts.SyntaxKind.AnyKeyword)).toEqual([])
})

// what depends on the machine (runIf) is another matter
it('no test is left out and none is preferred', () => {
  const switches = new Set(['only', 'skip', 'todo', 'fails'])
  const tests = new Set(['it', 'test', 'describe'])
  const isSwitched = (node: ts.Node): boolean =>
    ts.isPropertyAccessExpression(node) &&
    switches.has(node.name.text) &&
    tests.has(node.expression.getText().split('.')[0] ?? '')
  expect(
    placesOf(
      isSwitched,
      CODE.filter((file) => file.endsWith('.spec.ts')),
    ),
  ).toEqual([])
})

it('nothing is left to do', () => {
  // written so that this file says none of them itself
  const note = /\b(T[O]DO|FIX[M]E|HA[C]K)\b/
  const places = CODE.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (note.test(line) ? [`${file}:${index + 1}`] : [])),
  )
  expect(places).toEqual([])
})
