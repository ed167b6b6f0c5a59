// The house rules on imports: a chapter stands on those before it.
//
// Their order in a file, and the blank lines, are the formatter's business.

import { basename } from 'node:path'

import { expect, test } from 'vitest'

import {
  chapterOf,
  type Import,
  importsOf,
  isTest,
  modules,
  type Source,
  sources,
} from './sources.ts'

interface Edge extends Import {
  readonly from: Source
}

const edges: readonly Edge[] = modules.flatMap((from) =>
  importsOf(from).map((one) => ({ ...one, from })),
)
const testEdges: readonly Edge[] = sources
  .filter(({ path }) => isTest(path))
  .flatMap((from) => importsOf(from).map((one) => ({ ...one, from })))

const isExercises = ({ path }: Source) => basename(path) === 'exercises.ts'
// found by its path, and not by an import
const isFound = (source: Source) =>
  isExercises(source) || /(-reporter|\.config)\.ts$/.test(source.path)
const inTree = ({ of }: Import) => of.startsWith('chapters/')
const named = (found: readonly Edge[]) =>
  found.map(({ from, line, of }) => `${from.path}:${line} imports ${of}`)

test('a chapter imports from itself and from earlier ones only', () => {
  const up = edges.filter(
    (edge) =>
      inTree(edge) &&
      chapterOf(edge.of) > chapterOf(edge.from.path) &&
      chapterOf(edge.from.path) !== '00-workshop', // it looks at them all
  )
  expect(named(up)).toEqual([])
})

test('the runtime never imports a test, and the workshop only in 19', () => {
  const wrong = edges.filter(({ of, from }) => {
    const chapter = chapterOf(from.path)
    if (chapter === '00-workshop') return false
    const isWorkshop = chapterOf(of) === '00-workshop' && chapter < '19'
    return isTest(of) || (isWorkshop && !isExercises(from))
  })
  expect(named(wrong)).toEqual([])
})

test('nobody imports a detour', () => {
  const detours = edges.filter(({ of }) => of.includes('/detours/'))
  expect(named(detours)).toEqual([])
})

test("nobody imports another chapter's rocker.ts or inside.ts", () => {
  const wrong = [...edges, ...testEdges].filter(
    ({ of, from }) =>
      inTree({ of } as Import) &&
      /^(rocker|inside)\.ts$/.test(basename(of)) &&
      chapterOf(of) !== chapterOf(from.path),
  )
  expect(named(wrong)).toEqual([])
})

test('imports do not go round in a circle, but for types', () => {
  expect(circles()).toEqual([])
})

test('koffi is loaded in libc.ts alone', () => {
  const loading = edges.filter(({ of }) => of === 'koffi')
  expect(named(loading)).toEqual([])
  const byRequire = modules.filter(({ text }) => text.includes("('koffi')"))
  expect(byRequire.map(({ path }) => path)).toEqual([
    'chapters/01-syscalls/libc.ts',
  ])
})

test('an import names a file of the tree with its .ts', () => {
  const wrong = [...edges, ...testEdges].filter(
    ({ of }) => /^(chapters|test|native)\//.test(of) && !/\.m?ts$/.test(of),
  )
  expect(named(wrong)).toEqual([])
})

test('nothing is exported again from elsewhere, and nothing by default', () => {
  const wrong = sources.flatMap((source) =>
    source.module.staticExports
      .flatMap(({ entries }) => entries)
      .filter(
        ({ exportName, moduleRequest }) =>
          moduleRequest ||
          (exportName.kind === 'Default' && !isFound(source)),
      )
      .map(
        ({ exportName }) =>
          `${source.path} exports ${exportName.name ?? exportName.kind}`,
      ),
  )
  expect(wrong).toEqual([])
})

test('each export is used: in its chapter, in a later one, or by a test', () => {
  const used = new Map<string, Set<string>>()
  for (const { of, names, from } of [...edges, ...testEdges])
    if (of !== from.path) {
      const all = used.get(of) ?? new Set<string>()
      for (const name of names === 'all' ? ['*'] : names) all.add(name)
      used.set(of, all)
    }
  const code = modules.filter((source) => !isFound(source))
  expect(code.flatMap((source) => unused(source, used))).toEqual([])
})

/** A type that only describes another export of its own file is in use. */
function unused(
  { path, module, text }: Source,
  used: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const names = used.get(path)
  return module.staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ exportName, isType }) => {
      const name = exportName.name ?? ''
      if (names?.has(name) || names?.has('*')) return false
      const mentions = text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []
      return !(isType && mentions.length > 1)
    })
    .map(({ exportName }) => `${path} exports ${exportName.name}`)
}

function circles(): string[] {
  const next = Map.groupBy(edges.filter(inTree), ({ from }) => from.path)
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path))
      found.push([...way.slice(way.indexOf(path)), path].join(' → '))
    if (done.has(path) || way.includes(path)) return
    for (const { of, lasting } of next.get(path) ?? [])
      if (lasting) visit(of, [...way, path])
    done.add(path)
  }
  for (const path of next.keys()) visit(path, [])
  return found
}
