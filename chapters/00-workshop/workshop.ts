// The workshop: a copy of the book to work in, which git ignores.
//
//   workshop/
//     chapters/ native/ test/   a copy; one chapter's exercises are stubs
//     progress.json             what is done, and which hints were read
//     .git                      its own, so that you see what you changed
//
// All other chapters are complete: one can begin anywhere, what one writes runs
// the real rocker, and a pull of the book never meets it.

import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import type { Placed } from './exercise.ts'
import { stubExercise, stubSource } from './stub.ts'

/** What the reader has done; readable, and safe to edit. */
export interface Progress {
  readonly chapter: string
  readonly done: readonly string[]
  readonly hints: Readonly<Record<string, number>>
}

const copied = ['chapters', 'native', 'test', 'package.json']

/** Where the workshop of a book is. */
export function workshopOf(top: string): string {
  return join(top, 'workshop')
}

// #region start-chapter
/**
 * Makes the workshop, or begins another chapter in the one that is there. What
 * was written so far stays, in the workshop's own git.
 */
export function startChapter(
  top: string,
  chapter: string,
  exercises: readonly Placed[],
): void {
  const workshop = workshopOf(top)
  const done = readProgress(workshop)?.done ?? []
  if (existsSync(workshop)) commit(workshop, 'What was written so far')
  else mkdirSync(workshop)
  for (const name of copied) {
    const to = join(workshop, name)
    rmSync(to, { recursive: true, force: true })
    cpSync(join(top, name), to, {
      recursive: true,
      preserveTimestamps: true,
    })
  }
  writeTooling(top, workshop)
  for (const file of filesOf(chapter, exercises))
    rewrite(join(workshop, file), stubSource)
  writeProgress(workshop, { chapter, done, hints: {} })
  commit(workshop, `Chapter ${chapter} begins`)
}
// #endregion start-chapter

/** Takes one exercise out again, as it was at the start. */
export function resetExercise(top: string, exercise: Placed): void {
  const file = fileOf(exercise)
  const workshop = workshopOf(top)
  const book = readFileSync(join(top, file), 'utf8')
  const theirs = readFileSync(join(workshop, file), 'utf8')
  // a marker may have been deleted: then the whole file begins anew
  let reset: string
  try {
    reset = stubExercise(theirs, exercise.id)
  } catch {
    reset = stubSource(book)
  }
  writeFileSync(join(workshop, file), reset)
  const progress = readProgress(workshop)
  if (!progress) return
  const done = progress.done.filter((id) => id !== exercise.id)
  writeProgress(workshop, { ...progress, done })
}

/** The path of an exercise's file, from the top of the tree. */
export function fileOf({ chapter, file }: Placed): string {
  return join('chapters', chapter, file)
}

export function readProgress(workshop: string): Progress | undefined {
  const path = join(workshop, 'progress.json')
  if (!existsSync(path)) return undefined
  const { chapter, done, hints } = JSON.parse(readFileSync(path, 'utf8'))
  return { chapter: `${chapter}`, done: [...done], hints: { ...hints } }
}

export function writeProgress(workshop: string, progress: Progress): void {
  const text = `${JSON.stringify(progress, undefined, 2)}\n`
  writeFileSync(join(workshop, 'progress.json'), text)
}

function filesOf(
  chapter: string,
  exercises: readonly Placed[],
): Set<string> {
  const own = exercises.filter((exercise) => exercise.chapter === chapter)
  return new Set(own.map(fileOf))
}

/** A stub has parameters that nobody uses yet: that is no error here. */
function writeTooling(top: string, workshop: string): void {
  const modules = join(workshop, 'node_modules')
  if (!existsSync(modules)) symlinkSync(join(top, 'node_modules'), modules)
  const types = {
    extends: '../tsconfig.json',
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      allowUnreachableCode: true,
    },
    include: ['chapters', 'test'],
    exclude: ['node_modules'],
  }
  writeFileSync(
    join(workshop, 'tsconfig.json'),
    JSON.stringify(types, undefined, 2),
  )
  writeFileSync(
    join(workshop, '.gitignore'),
    'node_modules\nprogress.json\nnative/build\ndist\n',
  )
}

function commit(workshop: string, message: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', workshop, ...args], { stdio: 'pipe' })
  if (!existsSync(join(workshop, '.git'))) git('init', '-q')
  git('add', '-A')
  const who = [
    '-c',
    'user.name=reader',
    '-c',
    'user.email=reader@localhost',
  ]
  git(...who, 'commit', '-q', '--allow-empty', '--no-verify', '-m', message)
}

function rewrite(path: string, change: (source: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}
