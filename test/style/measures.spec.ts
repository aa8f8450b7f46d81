// How long things may be, as a ratchet: what is over the measure is listed here with its length, may shrink, and may not grow or be joined.
import ts from 'typescript'
import { CODE, textOf } from './sources.js'

const FILE_LINES = 450
const FUNCTION_LINES = 70

/** Lines of files that were longer before this test was: the table of contracts, and two tables of attacks. */
const LONG_FILES: Readonly<Record<string, number>> = {
  'apps/auditor/src/check.spec.ts': 468,
  'apps/custody/src/decision/hold.spec.ts': 504,
  'libs/contracts/src/settlement.ts': 584,
}

/** Lines of functions that were longer before this test was, by file and name. */
const LONG_FUNCTIONS: Readonly<Record<string, number>> = {}

const lines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** Named functions and methods with their lengths; tests are tables and may be long. */
function functionsOf(file: string): { readonly name: string; readonly lines: number }[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2023, true)
  const found: { name: string; lines: number }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const at = (position: number): number => source.getLineAndCharacterOfPosition(position).line
      found.push({ name: nameOf(node), lines: at(node.end) - at(node.getStart(source)) + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText()
  const { parent } = node
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : '(anonymous)'
}

function overgrown(found: Readonly<Record<string, number>>, known: Readonly<Record<string, number>>): string[] {
  return Object.entries(found)
    .filter(([name, length]) => length > (known[name] ?? 0))
    .map(([name, length]) => `${name}: ${length} lines`)
}

/** Entries of a list that are no longer over the measure have to leave it. */
const outdated = (found: Readonly<Record<string, number>>, known: Readonly<Record<string, number>>): string[] =>
  Object.keys(known).filter((name) => found[name] === undefined)

it(`no file is longer than ${FILE_LINES} lines`, () => {
  const found = Object.fromEntries(
    CODE.map((file) => [file, lines(textOf(file))] as const).filter(([, length]) => length > FILE_LINES),
  )
  expect(overgrown(found, LONG_FILES)).toEqual([])
  expect(outdated(found, LONG_FILES)).toEqual([])
})

it(`no function is longer than ${FUNCTION_LINES} lines`, () => {
  const found = Object.fromEntries(
    CODE.filter((file) => !file.endsWith('.spec.ts'))
      .flatMap((file) => functionsOf(file).map(({ name, lines }) => [`${file} ${name}`, lines] as const))
      .filter(([, length]) => length > FUNCTION_LINES),
  )
  expect(overgrown(found, LONG_FUNCTIONS)).toEqual([])
  expect(outdated(found, LONG_FUNCTIONS)).toEqual([])
})
