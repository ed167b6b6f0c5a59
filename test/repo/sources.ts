// The TypeScript of this tree, read and parsed once.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { type EcmaScriptModule, type Program, parseSync } from 'oxc-parser'

export const top = dirname(dirname(import.meta.dirname))

/** One file: its path from the top of the tree, its text and its syntax. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
  readonly program: Program
  readonly module: EcmaScriptModule
}

/** An import or a re-export: of a file of this tree (its path), or of a package (its name). */
export interface Import {
  readonly of: string
  readonly names: readonly string[] | 'all'
  readonly line: number
  /** It is there when the program runs: no type, and no dynamic import. */
  readonly lasting: boolean
}

const made = /^(node_modules|dist|build|workshop|\.git|cache)$/

/** Every file of the tree that is not made or installed. */
export const paths: readonly string[] = below('')

/** Every TypeScript file of the chapters and the tests. */
export const sources: readonly Source[] = paths
  .filter((path) => /^(chapters|test)\/.*\.ts$/.test(path))
  .map(parse)

/** The modules of the chapters: without the tests, with the detours. */
export const modules: readonly Source[] = sources.filter(
  ({ path }) => path.startsWith('chapters/') && !isTest(path),
)

export function isTest(path: string): boolean {
  return path.startsWith('test/') || path.endsWith('.test.ts')
}

/** chapters/04-rootfs/mount.ts → 04-rootfs */
export function chapterOf(path: string): string {
  return /^chapters\/([^/]+)\//.exec(path)?.[1] ?? ''
}

/** All that a file imports, types and dynamic imports too. */
export function importsOf(source: Source): Import[] {
  const { staticImports, dynamicImports, staticExports } = source.module
  const fixed = staticImports.map(({ moduleRequest, entries, start }) =>
    found(source, moduleRequest.value, {
      start,
      names: entries.some(({ importName }) => importName.name === null)
        ? 'all'
        : entries.map(({ importName }) => importName.name ?? ''),
      lasting:
        entries.some(({ isType }) => !isType) || entries.length === 0,
    }),
  )
  const exportedAgain = staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, start }) =>
      moduleRequest
        ? found(source, moduleRequest.value, {
            start,
            names: 'all',
            lasting: true,
          })
        : [],
    )
  const dynamic = dynamicImports.map(({ moduleRequest, start }) => {
    const quoted = source.text.slice(moduleRequest.start, moduleRequest.end)
    const what = { start, names: 'all', lasting: false } as const
    return found(source, quoted.slice(1, -1), what)
  })
  return [...fixed, ...exportedAgain, ...dynamic]
}

/** 1 for the first line. */
export function lineOf(source: Source, offset: number): number {
  return source.text.slice(0, offset).split('\n').length
}

function found(
  source: Source,
  request: string,
  what: { start: number; names: Import['names']; lasting: boolean },
): Import {
  return {
    of: request.startsWith('.')
      ? join(dirname(source.path), request)
      : request,
    names: what.names,
    line: lineOf(source, what.start),
    lasting: what.lasting,
  }
}

function parse(path: string): Source {
  const text = readFileSync(join(top, path), 'utf8')
  const { program, module, errors } = parseSync(path, text)
  const error = errors[0]
  if (error) throw new Error(`${path}: ${error.message}`)
  return { path, text, lines: text.split('\n'), program, module }
}

function below(folder: string): string[] {
  const entries = readdirSync(join(top, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return [path]
    return made.test(entry.name) || !existsSync(join(top, path))
      ? []
      : below(path)
  })
}
