// The house rules on words: what is not written in this tree.

import { Visitor, type VisitorObject } from 'oxc-parser'
import { expect, test } from 'vitest'

import { lineOf, modules, paths, type Source, sources } from './sources.ts'

/** The places where the syntax tree has one of these nodes. */
function places(
  source: Source,
  visitor: (see: (node: { start: number }) => void) => VisitorObject,
): string[] {
  const found: string[] = []
  new Visitor(
    visitor(({ start }) =>
      found.push(`${source.path}:${lineOf(source, start)}`),
    ),
  ).visit(source.program)
  return found
}

test('there is no any, no !, no enum, no namespace and no parameter property', () => {
  const found = sources.flatMap((source) =>
    places(source, (see) => ({
      TSAnyKeyword: see,
      TSNonNullExpression: see,
      TSEnumDeclaration: see,
      TSModuleDeclaration: see,
      TSParameterProperty: see,
    })),
  )
  expect(found).toEqual([])
})

test('no comment turns off the compiler or the linter', () => {
  expect(comments(/@ts-|biome-ignore|eslint-|istanbul|v8 ignore/)).toEqual(
    [],
  )
})

test('no comment says what should be done one day', () => {
  expect(comments(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([])
})

test('only a command line ends the process', () => {
  const found = modules
    .filter(
      ({ path }) =>
        !/^chapters\/19-|\/rocker\.ts$|^chapters\/00-/.test(path),
    )
    .flatMap((source) =>
      places(source, (see) => ({
        CallExpression(node) {
          const { start, end } = node.callee
          if (source.text.slice(start, end) === 'process.exit') see(node)
        },
      })),
    )
  expect(found).toEqual([])
})

test('setup.mjs is the one file of plain JavaScript', () => {
  const scripts = paths.filter((path) => /\.[cm]?jsx?$/.test(path))
  expect(scripts).toEqual(['chapters/00-workshop/setup.mjs'])
})

test('no file is called after nothing in particular', () => {
  const vague = /(^|[/-])(utils?|helpers?|common|manager|service|misc)[./-]/
  expect(paths.filter((path) => vague.test(path))).toEqual([])
})

function comments(words: RegExp): string[] {
  return sources
    .filter(({ path }) => path !== 'test/repo/words.test.ts')
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) =>
        words.test(line) && /\/\/|\/\*|^\s*\*/.test(line)
          ? [`${path}:${i + 1} ${line.trim()}`]
          : [],
      ),
    )
}
