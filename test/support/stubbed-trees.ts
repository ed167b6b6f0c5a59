// The book as its readers have it: copies with exercises taken out.
//
//   all/               of all chapters at once, for the compiler
//   04-rootfs/none/    of one chapter, all: what its reader begins with
//   04-rootfs/0/ 1/ …  all but the first, all but the second, …
//
// What has no stub in it is a link to the book. In all copies vitest runs once:
// most of its time is its start.

import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { chaptersIn } from '../../chapters/00-workshop/course.ts'
import type { Placed } from '../../chapters/00-workshop/exercise.ts'
import { stubExercise } from '../../chapters/00-workshop/stub.ts'
import {
  firstFailed,
  readReport,
  reportVariable,
  type TestLine,
  type TestReport,
} from '../../chapters/00-workshop/test-report.ts'
import {
  copied,
  fileOf,
  writeTooling,
} from '../../chapters/00-workshop/workshop.ts'

const top = dirname(dirname(import.meta.dirname))
const chapters = chaptersIn(top)

/** What the tests of an exercise say. */
export interface Played {
  /** Where it is missing, and so are the others of its chapter. */
  readonly missing: readonly TestLine[]
  /** Where it is the only one that is solved. */
  readonly alone: readonly TestLine[]
}

// #region play-exercises
/** Runs the tests of exercises, in the trees that their readers have. */
export function playExercises(exercises: readonly Placed[]): {
  troubles: readonly string[]
  of(exercise: Placed): Played
} {
  const path = makeTop()
  try {
    const byChapter = Map.groupBy(exercises, ({ chapter }) => chapter)
    for (const [chapter, own] of byChapter) {
      makeTree(join(path, chapter, 'none'), own, [chapter])
      for (const { id } of own) {
        const others = own.filter((one) => one.id !== id)
        makeTree(join(path, chapter, id), others, [chapter])
      }
    }
    const { tests, troubles } = runTests(path, exercises)
    const linesIn = (tree: string, one: Placed) =>
      tests.filter(
        ({ file, name }) =>
          file === join(path, testIn(tree, one)) &&
          new RegExp(one.only ?? '').test(name),
      )
    return {
      troubles,
      of: (one) => ({
        missing: linesIn('none', one),
        alone: linesIn(one.id, one),
      }),
    }
  } finally {
    rmSync(path, { recursive: true })
  }
}
// #endregion play-exercises

/** What the compiler says where all exercises of the book are missing. */
export function compileStubs(exercises: readonly Placed[]): string {
  const path = makeTop()
  const tree = join(path, 'all')
  const tsc = join(top, 'node_modules/typescript/bin/tsc')
  try {
    makeTree(tree, exercises, chapters)
    writeTooling(path, tree)
    const { stdout } = spawnSync(process.execPath, [tsc], {
      cwd: tree,
      encoding: 'utf8',
    })
    return stdout
  } finally {
    rmSync(path, { recursive: true })
  }
}

/** What a reader sees first, without the numbers of lines. */
export function asRead({ id }: Placed, lines: readonly TestLine[]): string {
  const failed = firstFailed(lines)
  const { message = 'passes', place = '' } = failed?.failure ?? {}
  return [
    `${id}:`,
    `  ${message}`,
    `  at ${place.replace(/^.*?(?=chapters\/)/, '').replace(/:\d+$/, '')}`,
    `  test: ${failed?.name ?? ''}`,
    '',
  ].join('\n')
}

function makeTop(): string {
  const path = mkdtempSync(join(tmpdir(), 'rocker-stubs-'))
  for (const name of ['package.json', 'tsconfig.json'])
    cpSync(join(top, name), join(path, name))
  symlinkSync(join(top, 'node_modules'), join(path, 'node_modules'))
  return path
}

function makeTree(
  tree: string,
  stubbed: readonly Placed[],
  own: readonly string[],
): void {
  mkdirSync(join(tree, 'chapters'), { recursive: true })
  mkdirSync(join(tree, 'test'))
  for (const name of copied.filter((part) => part !== 'chapters'))
    symlinkSync(join(top, name), join(tree, name))
  for (const chapter of chapters) {
    const [from, to] = [top, tree].map((at) =>
      join(at, 'chapters', chapter),
    )
    if (from === undefined || to === undefined) continue
    if (own.includes(chapter)) cpSync(from, to, { recursive: true })
    else symlinkSync(from, to)
  }
  for (const exercise of stubbed) {
    const file = join(tree, fileOf(exercise))
    const source = readFileSync(file, 'utf8')
    writeFileSync(file, stubExercise(source, exercise.id))
  }
}

function testIn(tree: string, { chapter, test }: Placed): string {
  return join(chapter, tree, 'chapters', chapter, test)
}

function runTests(path: string, exercises: readonly Placed[]): TestReport {
  const report = join(path, 'report.json')
  const reporter = join(top, 'chapters/00-workshop/learn-reporter.ts')
  const files = exercises.flatMap((one) => [
    testIn('none', one),
    testIn(one.id, one),
  ])
  const { stderr } = spawnSync(
    process.execPath,
    [
      join(top, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--root', path, `--reporter=${reporter}`],
      ...['--no-cache', '--fsModuleCache=false', '--no-isolate'],
      ...new Set(files.map((file) => join(path, file))),
    ],
    {
      encoding: 'utf8',
      env: { ...withoutVitest(process.env), [reportVariable]: report },
    },
  )
  return readReport(report) ?? { tests: [], troubles: [stderr] }
}

/** It is no worker of the vitest that we are in. */
function withoutVitest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(VITEST|NODE_ENV)/.test(name),
    ),
  )
}
